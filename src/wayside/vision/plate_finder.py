# SPDX-License-Identifier: Apache-2.0
"""Plates with their corners, found in the full-resolution crop of a vehicle or in a whole close-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayside.domain import Box, Point, Quad
from wayside.vision.cards import Network
from wayside.vision.peaks import keep_distinct, peaks
from wayside.vision.pictures import Picture, Reduced, cut, reduce

STRIDE = 4
MULTIPLE = 32


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """A plate in pixels of the source frame; score 0–1."""

    score: float
    box: Box
    corners: Quad


class PlateFinder:
    """Runs the plate detector on parts of a frame."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def find(self, frame: Picture, region: Box, longest: int = 288, least: float = 0.2) -> tuple[FoundPlate, ...]:
        """Plates in `region` of the frame (pixels), strongest first.

        longest: side in pixels to which the region is scaled; the network was trained for vehicles of about 288.
        """
        part, left, top = cut(frame, region)
        if part.shape[0] < 8 or part.shape[1] < 8:
            return ()
        reduced = reduce(part, longest, MULTIPLE, upscale=3.0)
        scores, sides, corners = self._network.run(reduced.picture[None])
        found = peaks(scores[0], sides[0], corners[0], STRIDE, least)
        assert found.corners is not None
        kept = keep_distinct(found.scores[:, 0], found.boxes, iou=0.3, inside=0.7, alike=0.0)
        placed = Reduced(reduced.picture, reduced.scale, left, top)
        return tuple(_plate(float(found.scores[i, 0]), found.boxes[i], found.corners[i], placed) for i in kept)


def _plate(score: float, box: np.ndarray, corners: np.ndarray, reduced: Reduced) -> FoundPlate:
    start, end = reduced.point(float(box[0]), float(box[1])), reduced.point(float(box[2]), float(box[3]))
    points: list[Point] = [reduced.point(float(x), float(y)) for x, y in corners]
    return FoundPlate(score, Box(*start, *end), Quad(*points))


def merged(found: tuple[FoundPlate, ...]) -> tuple[FoundPlate, ...]:
    """Plates of several looks at one frame without repeats, strongest first."""
    if not found:
        return ()
    boxes = np.array([[f.box.left, f.box.top, f.box.right, f.box.bottom] for f in found], np.float32)
    scores = np.array([f.score for f in found], np.float32)
    return tuple(found[i] for i in keep_distinct(scores, boxes, iou=0.3, inside=0.7, alike=0.0))
