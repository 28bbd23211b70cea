# SPDX-License-Identifier: Apache-2.0
"""Vehicles in a frame, and people outside of them (to be blurred, never recorded)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayside.domain import Box, Detection, VehicleKind
from wayside.vision.cards import Network
from wayside.vision.peaks import Array, keep_distinct, overlaps, peaks
from wayside.vision.pictures import Picture, Reduced, reduce

STRIDE = 8
MULTIPLE = 64
# Share of the frame's longer side from which on a look at half the size adds what it sees. Without it the network
# misses one in six of the vehicles that fill the frame, with it one in fifty (docs/decisions/0022).
NEAR = 0.15
# And scored so at least: as many of the boxes are right then as without that look.
NEAR_SCORE = 0.4
KINDS = (VehicleKind.CAR, VehicleKind.BUS, VehicleKind.TRUCK, VehicleKind.MOTORCYCLE, VehicleKind.BICYCLE)
PERSON = len(KINDS)
# A vehicle that fills so much of the frame is near and clear; a weak box of that size is the road itself.
WIDE, SURE = 0.33, 0.45
# And one that is not clear and holds a whole other vehicle, at least a tenth of its size and half as clear, is the two
# together, seen as one.
CLEAR, INSIDE, RIVAL, RIVAL_SIZE = 0.6, 0.8, 0.5, 0.1


@dataclass(frozen=True, slots=True)
class Scene:
    """What one frame shows, strongest first, in pixels of the frame."""

    vehicles: tuple[Detection, ...]
    persons: tuple[Box, ...]


class VehicleDetector:
    """Finds vehicles in the reduced frame, near ones in one that is reduced twice as far."""

    def __init__(self, network: Network, longest: int = 640) -> None:
        """longest: side of the reduced frame in pixels; a multiple of 64."""
        self._network, self._longest = network, longest

    def detect(self, frame: Picture, least: float = 0.15) -> Scene:
        """Vehicles and people scored at least `least`, from a look at the frame and one at half its size."""
        height, width = frame.shape[:2]
        looks = [self._look(frame, self._longest, least), self._look(frame, self._longest // 2, max(least, NEAR_SCORE))]
        looks[1] = _near(*looks[1], NEAR * max(width, height))
        scores, boxes = (np.concatenate(parts) for parts in zip(*looks, strict=True))
        strength = scores[:, :PERSON].max(1, initial=0.0)
        order = np.argsort(-strength, kind="stable")
        scores, boxes, strength = scores[order], boxes[order], strength[order]
        is_vehicle = strength >= np.maximum(scores[:, PERSON], least)
        vehicles = _vehicles(scores[is_vehicle], strength[is_vehicle], boxes[is_vehicle], (width, height))
        return Scene(vehicles, _persons(scores[~is_vehicle, PERSON], boxes[~is_vehicle]))

    def _look(self, frame: Picture, longest: int, least: float) -> tuple[Array, Array]:
        """Scores (N, classes) and boxes (N, 4) in pixels of the frame."""
        reduced = reduce(frame, longest, MULTIPLE)
        scores, sides = self._network.run(reduced.picture[None])
        found = peaks(scores[0], sides[0], None, STRIDE, least)
        return found.scores, _in_frame(found.boxes, reduced, frame.shape[1], frame.shape[0])


def _near(scores: Array, boxes: Array, least: float) -> tuple[Array, Array]:
    """What has a side of at least `least` pixels: smaller things are seen better in the larger look."""
    near = (boxes[:, 2:] - boxes[:, :2]).max(1, initial=0.0) >= least
    return scores[near], boxes[near]


def _in_frame(boxes: Array, reduced: Reduced, width: int, height: int) -> Array:
    limits = np.array([width, height, width, height], np.float32)
    return np.asarray(np.clip(boxes / np.float32(reduced.scale), 0, limits), np.float32)


def _vehicles(scores: Array, strength: Array, boxes: Array, size: tuple[int, int]) -> tuple[Detection, ...]:
    kept = keep_distinct(strength, boxes, iou=0.55, inside=0.85, alike=0.4)
    kept = [i for i in kept if not _phantom(i, kept, strength, boxes, size)]
    return tuple(
        Detection(KINDS[int(scores[i, :PERSON].argmax())], float(strength[i]), Box(*map(float, boxes[i]))) for i in kept
    )


def _phantom(index: int, kept: list[int], strength: Array, boxes: Array, size: tuple[int, int]) -> bool:
    """A weak box over most of the frame, or one that is only the sum of the vehicles inside it."""
    others = [k for k in kept if k != index]
    _, share = overlaps(boxes[index], boxes[others])
    area, areas = _area(boxes[index : index + 1])[0], _area(boxes[others])
    inside = (share > INSIDE) & (areas < area)
    if area > WIDE * size[0] * size[1]:
        rivals = inside & (strength[others] > RIVAL * strength[index]) & (areas > RIVAL_SIZE * area)
        return bool(strength[index] < SURE or (strength[index] < CLEAR and rivals.any()))
    parts = inside & (strength[others] > strength[index])
    return bool(parts.sum() >= 2 and areas[parts].sum() > 0.45 * area)


def _area(boxes: Array) -> Array:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float32)


def _persons(scores: Array, boxes: Array) -> tuple[Box, ...]:
    return tuple(Box(*map(float, boxes[i])) for i in keep_distinct(scores, boxes, iou=0.6, inside=0.95, alike=0.6))
