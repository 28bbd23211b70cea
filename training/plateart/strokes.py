# SPDX-License-Identifier: Apache-2.0
"""Turns centre lines with sharp and rounded corners into filled outlines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ARC_STEPS = 7
_SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Path:
    """A centre line: `points` float64 (N, 2), x right and y down; `rounded` bool (N,); whether it closes."""

    points: Floats
    rounded: NDArray[np.bool_]
    closed: bool


def parse_path(source: str) -> Path:
    """Read "0,0 1,0* 1,1 z": points, `*` for a corner to round, `z` to close.

    Raises ValueError where a point is not two numbers.
    """
    words = source.split()
    closed = words[-1] == "z"
    words = words[:-1] if closed else words
    points = [[float(number) for number in word.rstrip("*").split(",")] for word in words]
    if any(len(point) != 2 for point in points):
        raise ValueError(f"each point of the path '{source}' must be 'x,y'")
    return Path(np.array(points), np.array([word.endswith("*") for word in words]), closed)


def round_corners(path: Path, radius: float) -> Floats:
    """Replace each rounded corner by an arc of about `radius`; returns float64 (M, 2).

    The radius shrinks where the lines that meet are too short for it.
    """
    points, count = path.points, len(path.points)
    corners: list[Floats] = []
    for index in range(count):
        here = points[index]
        inner = path.closed or 0 < index < count - 1
        if not (path.rounded[index] and inner):
            corners.append(here[None])
            continue
        before, after = points[index - 1], points[(index + 1) % count]
        soft_before = bool(path.rounded[index - 1])
        soft_after = bool(path.rounded[(index + 1) % count])
        corners.append(_arc(here, _leg(here, before, radius, soft_before), _leg(here, after, radius, soft_after)))
    if path.closed:
        corners.append(corners[0][:1])
    return np.concatenate(corners)


def _leg(corner: Floats, neighbour: Floats, radius: float, shared: bool) -> Floats:
    """Where the arc leaves the line from `corner` to `neighbour`; half the line where both its ends are rounded."""
    along = neighbour - corner
    length = float(np.hypot(*along))
    reach = min(radius, length * (0.5 if shared else 0.92))
    return corner + along * (reach / max(length, 1e-9))


def _arc(corner: Floats, start: Floats, end: Floats) -> Floats:
    """A conic from `start` to `end` that is a quarter of an ellipse at a right angle."""
    t = np.linspace(0.0, 1.0, _ARC_STEPS)[:, None]
    weights = (1 - t) ** 2, 2 * t * (1 - t) * np.sqrt(0.5), t**2
    summed = weights[0] * start + weights[1] * corner + weights[2] * end
    return np.asarray(summed / (weights[0] + weights[1] + weights[2]))


def fill_stroke(mask: NDArray[np.uint8], line: Floats, width: float, closed: bool, round_caps: bool) -> None:
    """Draw `line`, float64 (N, 2) in pixels of `mask` uint8 (H, W), as a stroke `width` pixels wide."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    keep = lengths > 1e-6
    starts, ends, steps = line[:-1][keep], line[1:][keep], steps[keep] / lengths[keep, None]
    normals = np.stack([-steps[:, 1], steps[:, 0]], axis=1) * (width / 2)
    for start, end, normal in zip(starts, ends, normals, strict=True):
        _fill(mask, np.array([start + normal, end + normal, end - normal, start - normal]))
    _join(mask, starts, steps, normals, closed)
    if round_caps and not closed:
        for tip in (starts[0], ends[-1]):
            cv2.circle(mask, _fixed(tip), round(width / 2 * 2**_SUBPIXEL_BITS), 255, -1, cv2.LINE_AA, _SUBPIXEL_BITS)


def _join(mask: NDArray[np.uint8], starts: Floats, steps: Floats, normals: Floats, closed: bool) -> None:
    """Fill the wedge outside each bend with a mitre, cut short where the bend is steep."""
    for index in range(0 if closed else 1, len(starts)):
        before, after = normals[index - 1], normals[index]
        turn = float(steps[index - 1][0] * steps[index][1] - steps[index - 1][1] * steps[index][0])
        side = -1.0 if turn > 0 else 1.0
        middle = before + after
        size = float(middle @ middle)
        if size < 1e-9:
            continue
        reach = min(2 * float(before @ before) / size, 0.9)
        here = starts[index]
        _fill(mask, np.array([here, here + side * before, here + side * middle * reach, here + side * after]))


def _fill(mask: NDArray[np.uint8], polygon: Floats) -> None:
    fixed = np.round(polygon * 2**_SUBPIXEL_BITS).astype(np.int32)
    cv2.fillConvexPoly(mask, fixed, 255, cv2.LINE_AA, _SUBPIXEL_BITS)


def _fixed(point: Floats) -> tuple[int, int]:
    x, y = np.round(point * 2**_SUBPIXEL_BITS).astype(int)
    return int(x), int(y)
