# SPDX-License-Identifier: Apache-2.0
"""What a picture truly shows: boxes of visible pixels, plate corners, and whether a plate can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.camera import Camera
from training.simulator.compose import Actor, Seen
from training.simulator.vehicles import Vehicle, in_world

Floats = NDArray[np.float32]
Numbers = tuple[float, float, float, float]

READABLE_WIDTH_PX = 60.0
"""A narrower plate is not called readable."""
READABLE_BLUR_PX = 3.0
"""More motion than this while the shutter is open makes a plate unreadable."""
_MOST_SLANT = 0.35
"""Least cosine between the plate's face and the line of sight."""


@dataclass(frozen=True)
class PlateView:
    """One plate in one picture: at the front (`ahead`) or the rear; corners float32 (4, 2) in reading order, pixels."""

    ahead: bool
    corners: Floats
    width_px: float
    visible_share: float
    facing: float


def seen_box(seen: Seen) -> tuple[float, float, float, float]:
    """The upright box round visible pixels: left, top, right, bottom (exclusive)."""
    columns = np.flatnonzero(seen.mask.any(axis=0))
    rows = np.flatnonzero(seen.mask.any(axis=1))
    return (
        float(seen.left + columns[0]), float(seen.top + rows[0]),
        float(seen.left + columns[-1] + 1), float(seen.top + rows[-1] + 1),
    )  # fmt: skip


def _facing(points: Floats, camera: Camera) -> float:
    """Cosine between the plate's outward normal and the way to the camera; negative from behind."""
    outward = np.cross(points[3] - points[0], points[1] - points[0])
    sight = np.asarray(camera.position) - points.mean(axis=0)
    return float(outward @ sight / (np.linalg.norm(outward) * np.linalg.norm(sight)))


def _share_seen(corners: Floats, seen: Seen) -> float:
    """Share of the plate's area that belongs to the vehicle's visible pixels and lies in the picture."""
    low = np.floor(corners.min(axis=0)).astype(int)
    size = np.ceil(corners.max(axis=0)).astype(int) - low + 1
    if size.max() > 4000:
        return 0.0
    area = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(area, np.round(corners - low).astype(np.int32), 1)
    rows, columns = np.nonzero(area)
    row, column = rows + low[1] - seen.top, columns + low[0] - seen.left
    height, width = seen.mask.shape
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return float(seen.mask[row[inside], column[inside]].sum() / max(len(rows), 1))


def plate_views(actor: Actor, seen: Seen, camera: Camera) -> list[PlateView]:
    """The plates of a vehicle that look towards the camera."""
    views = []
    for ahead, place in actor.vehicle.plate_corners:
        points = in_world(place, actor.pose)
        facing = _facing(points, camera)
        pixels, depth = camera.project(points)
        if facing < _MOST_SLANT or depth.min() < 0.5:
            continue
        width = float(np.linalg.norm(pixels[1] - pixels[0]) + np.linalg.norm(pixels[2] - pixels[3])) / 2
        views.append(PlateView(ahead, pixels, width, _share_seen(pixels, seen), facing))
    return views


def is_readable(view: PlateView, blur_px: float) -> bool:
    """Whether a person could read the plate in this picture."""
    return view.visible_share >= 0.95 and view.width_px >= READABLE_WIDTH_PX and blur_px <= READABLE_BLUR_PX


@dataclass(frozen=True)
class VehicleTruth:
    """What is true of a vehicle throughout a clip."""

    id: int
    kind: str
    design: str
    colour: str
    plate: str | None
    plate_class: str | None
    country: str | None
    occupants: int

    @classmethod
    def of(cls, vehicle: Vehicle, number: int) -> VehicleTruth:
        plates = vehicle.plates
        text, plate_class, country = (plates.text, plates.plate_class, plates.country) if plates else (None, None, None)
        return cls(number, vehicle.kind, vehicle.design, vehicle.colour, text, plate_class, country, vehicle.occupants)

    def document(self) -> dict[str, Any]:
        """As it stands in the truth file."""
        return asdict(self)


def _side(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Negative on the left-hand side of somebody who looks from start to end (y down)."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _along(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / (dx * dx + dy * dy)


def _over(
    points: Sequence[tuple[int, tuple[float, float]]], start: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, bool]]:
    """When a moving point goes over a line, in frames between the two beside it, and whether forward."""
    found = []
    for (first, before), (second, after) in pairwise(points):
        was, now = _side(before, start, end), _side(after, start, end)
        if (was < 0) != (now < 0) and 0 <= _along(after, start, end) <= 1:
            found.append((first + was / (was - now) * (second - first), was < 0))
    return found


@dataclass(frozen=True)
class GateLine:
    """A line across the picture in pixels, with the meaning that `wayside.domain.Gate` gives it."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    forward: str
    backward: str


def crossings_of(gate: GateLine, boxes: Sequence[tuple[int, Numbers]], fps: float) -> list[dict[str, Any]]:
    """When the middle of a vehicle's box goes over a gate, and when its lower middle does.

    boxes: (frame number, box) in order of time.
    """
    middles = [(number, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)) for number, box in boxes]
    feet = [(number, ((box[0] + box[2]) / 2, box[3])) for number, box in boxes]
    ground = _over(feet, gate.start, gate.end)
    found = []
    for index, (frame, forward) in enumerate(_over(middles, gate.start, gate.end)):
        touch = ground[index][0] if index < len(ground) else None
        found.append(
            {
                "gate": gate.name,
                "way": gate.forward if forward else gate.backward,
                "time_s": round(frame / fps, 3),
                "frame": round(frame),
                "ground_time_s": None if touch is None else round(touch / fps, 3),
            }
        )
    return found
