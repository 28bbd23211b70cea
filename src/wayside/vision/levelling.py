# SPDX-License-Identifier: Apache-2.0
"""Corners of a plate corrected until its lines of text run level and its characters stand upright.

The detector learnt corners from upright human boxes and understates the slope of plates seen from the side. A line
of characters has the sharpest upper and lower edges when it runs level, so the slope at which the mean rows of the
picture change most is the right one. Its strokes have the sharpest sides when they stand upright: the same by columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Point, Quad
from wayside.vision.pictures import Picture, straighten

WIDTH, HEIGHT = 128, 40
MARGIN = 0.25
"""Kept around the plate while looking, in plate heights: a sloping plate hangs over its corners."""
SLOPES = np.linspace(-24.0, 24.0, 25)
"""Rise over the whole width in rows of the reduced picture. In two rounds drawn European plates are levelled up to
16 degrees either way where the corners have the plate's own height, to 42 and more where they box it upright."""
SLOPE_COST = 0.0006
"""A slope of s must be better by s² of this: level is usual."""
LEANS = np.linspace(-20.0, 20.0, 11)
"""How far the top stands left of the bottom, in columns of the reduced picture; about 33 degrees either way."""
LEAN_MARGIN = 0.1
"""Less than for slopes: what stands beside a plate has upright edges of its own."""
LEAN_COST = 0.0004
"""As for slopes."""
OVERHANG = 0.3
"""Of its rise: by how much the detector's corners stand too far apart above and below a sloping plate. It learnt from
upright boxes, which hold the whole rise; its own lie between those and the plate. Measured on whole photographs."""
LEAST_HEIGHT = 0.5
"""What is left of the corners' height at least."""
BETTER = 1.05
"""Nothing is changed for less: so much sharper the best must be than what is."""
ROUNDS = 2
"""A second look finds the rest of a steep slope, whose text was cut in the first."""


def level(picture: Picture, corners: Quad, *, overhang: float = 0.0) -> Quad:
    """The corners, in pixels, moved along the plate's sides until the text is level, then upright.

    overhang: share of the rise by which the corners are taken to be too high, as the detector's are (`OVERHANG`).
    """
    risen = 0.0
    for _ in range(ROUNDS):
        rise = _share_of_height(_rise(picture, corners), corners)
        if rise == 0.0:
            break
        corners = _sheared(corners, rise)
        risen += rise
    corners = _lowered(corners, min(overhang * abs(risen), 1.0 - LEAST_HEIGHT))
    lean = _lean(picture, corners)
    return corners if lean == 0.0 else _leant(corners, lean)


def _rise(picture: Picture, corners: Quad) -> float:
    """How far the right end lies below the left one, in rows of the reduced picture; 0 where level is best."""
    edges = cv2.Sobel(_reduced(picture, corners, MARGIN), cv2.CV_32F, 0, 1, ksize=3)
    return _sharpest(SLOPES, lambda slope: _sharpness(np.asarray(edges, np.float32), slope))


def _lean(picture: Picture, corners: Quad) -> float:
    """How far the characters' tops stand left of their feet, in columns of the reduced picture; 0 where they do not."""
    edges = cv2.Sobel(_reduced(picture, corners, LEAN_MARGIN), cv2.CV_32F, 1, 0, ksize=3)
    return _sharpest(LEANS, lambda lean: _uprightness(np.asarray(edges, np.float32), lean))


def _reduced(picture: Picture, corners: Quad, margin: float) -> Picture:
    """The plate in grey, of the size in which it is looked at."""
    grey = cv2.cvtColor(straighten(picture, corners, margin), cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def _sharpest(offsets: NDArray[np.float64], sharpness: Callable[[float], float]) -> float:
    """The offset at which the text is sharpest, to half a step of `offsets`; 0 where that is hardly sharper."""
    found = {float(offset): sharpness(float(offset)) for offset in offsets}
    coarse, half = max(found, key=found.__getitem__), float(offsets[1] - offsets[0]) / 2
    found |= {near: sharpness(near) for near in (coarse - half, coarse + half)}
    best = max(found, key=found.__getitem__)
    return best if found[best] > BETTER * found[0.0] else 0.0


def _sharpness(edges: NDArray[np.float32], slope: float) -> float:
    """How much the mean rows change when the picture is sheared back by `slope`."""
    back = np.array([[1.0, 0.0, 0.0], [-slope / WIDTH, 1.0, slope / 2]], np.float32)
    rows = cv2.warpAffine(edges, back, (WIDTH, HEIGHT))[4:-4, 10:-10].mean(1)
    return float((rows**2).sum()) * (1.0 - SLOPE_COST * slope * slope)


def _uprightness(edges: NDArray[np.float32], lean: float) -> float:
    """How much the mean columns change when the picture is sheared upright by `lean`."""
    back = np.array([[1.0, lean / HEIGHT, -lean / 2], [0.0, 1.0, 0.0]], np.float32)
    columns = cv2.warpAffine(edges, back, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)[6:-6, 8:-8].mean(0)
    return float((columns**2).sum()) * (1.0 - LEAN_COST * lean * lean)


def _share_of_height(rise: float, corners: Quad) -> float:
    """A rise in rows of the reduced picture as a share of the plate's height."""
    right, down = _axes(corners)
    width, height = math.hypot(*right), max(1.0, math.hypot(*down))
    # The reduced picture is wider than the plate by the margins: only a share of the rise lies between its ends.
    return rise / HEIGHT * (1 + 2 * MARGIN) * width / (width + 2 * MARGIN * height)


def _sheared(corners: Quad, rise: float) -> Quad:
    """The corners with the right end lower by that share of their height."""
    _, down = _axes(corners)
    return _moved(corners, Point(rise / 2 * down.x, rise / 2 * down.y), (-1, 1, 1, -1))


def _lowered(corners: Quad, share: float) -> Quad:
    """The corners with so much less of their height, as much above as below."""
    _, down = _axes(corners)
    return _moved(corners, Point(share / 2 * down.x, share / 2 * down.y), (1, 1, -1, -1))


def _leant(corners: Quad, lean: float) -> Quad:
    """The corners with the top so much farther to the left."""
    right, down = _axes(corners)
    width, height = max(1.0, math.hypot(*right)), math.hypot(*down)
    # The reduced picture is higher than the plate by the margins, and the columns of it are not the plate's.
    share = lean / WIDTH * (width + 2 * LEAN_MARGIN * height) / width / (1 + 2 * LEAN_MARGIN) / 2
    return _moved(corners, Point(share * right.x, share * right.y), (1, 1, -1, -1))


def _axes(corners: Quad) -> tuple[Point, Point]:
    """From the middle of one end to that of the other, and from the middle of the upper edge to that of the lower."""
    top_left, top_right, bottom_right, bottom_left = (np.asarray(corner) for corner in corners)
    right = (top_right - top_left + bottom_right - bottom_left) / 2
    down = (bottom_left - top_left + bottom_right - top_right) / 2
    return Point(*map(float, right)), Point(*map(float, down))


def _moved(corners: Quad, by: Point, signs: tuple[int, int, int, int]) -> Quad:
    """The corners, each moved so many times by the same."""
    return Quad(*(Point(p.x + sign * by.x, p.y + sign * by.y) for p, sign in zip(corners, signs, strict=True)))
