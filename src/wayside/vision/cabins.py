# SPDX-License-Identifier: Apache-2.0
"""One look into a vehicle: its windscreen found and the front seats judged; nothing of a person leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np

from wayside.domain import Box
from wayside.vision.cards import Network
from wayside.vision.glass import channels, contrast, straight
from wayside.vision.pictures import PADDING, Picture

FINDER_PX = 96
# The finder looks at the vehicle, then at two parts in which the windscreen has about these shares of the width: what
# it says of both errs less than what it says of either.
AROUND, CLOSER = 0.04, (0.75, 0.85)
# And how much higher than wide that part is.
CLOSER_SHAPE = 0.95
# The seats are judged on several cuts, as the finder is off by a few per cent: how far each edge is moved.
SHIFTS = ((0.0, 0.0, 0.0, 0.0), (-0.04, -0.10, 0.04, 0.02), (0.03, 0.06, -0.03, 0.08))

# A narrower windscreen has heads of fewer than about seven pixels.
LEAST_WIDTH_PX = 40.0
LEAST_FRONT = 0.5
# Of the windscreens that were judged clear by eye for training, 96 in 100 have a contrast of more than 40 grey levels;
# tinted and unlit ones have 20 to 38.
LEAST_CONTRAST = 40.0


@dataclass(frozen=True, slots=True)
class Seats:
    """What the seat counter says, as log-odds; left and right as the picture shows them."""

    left: float
    right: float
    sight: float
    """That one can see through the glass."""


@dataclass(frozen=True, slots=True)
class CabinLook:
    """What one frame shows of a vehicle's front seats."""

    windscreen: Box
    """Pixels of the frame."""
    front: float
    """That a windscreen is seen from in front, 0-1."""
    seats: Seats | None
    """None where the seat counter was not asked: no front, too small a windscreen, or nothing differs behind it."""


class CabinReader:
    """Finds windscreens and judges the seats behind those that show any."""

    def __init__(self, finder: Network, seats: Network) -> None:
        self._finder, self._seats = finder, seats

    def look(self, frame: Picture, vehicle: Box) -> CabinLook:
        """The front seats of the vehicle in this box (pixels of the frame)."""
        found, front = self.windscreen(frame, vehicle)
        if front < LEAST_FRONT or found.width < LEAST_WIDTH_PX:
            return CabinLook(found, front, None)
        cuts = _cuts(frame, found)
        return CabinLook(found, front, self._said(cuts) if contrast(cuts[0]) >= LEAST_CONTRAST else None)

    def seats(self, frame: Picture, windscreen: Box) -> Seats:
        """What the seat counter says of a windscreen (pixels of the frame), whether or not it shows anything."""
        return self._said(_cuts(frame, windscreen))

    def _said(self, cuts: Sequence[Picture]) -> Seats:
        said = self._seats.run(np.stack([channels(cut) for cut in cuts]))[0].mean(axis=0)
        return Seats(*(float(value) for value in said))

    def windscreen(self, frame: Picture, vehicle: Box) -> tuple[Box, float]:
        """The vehicle's windscreen, pixels of the frame, and 0-1 whether one is seen from in front."""
        (first,), (front,) = self._found(frame, [vehicle.grown(AROUND)])
        boxes, fronts = self._found(frame, [_closer(first, share) for share in CLOSER])
        edges = (fmean(edges) for edges in zip(*((b.left, b.top, b.right, b.bottom) for b in boxes), strict=True))
        return Box(*edges), (front + fmean(fronts)) / 2

    def _found(self, frame: Picture, parts: Sequence[Box]) -> tuple[list[Box], list[float]]:
        """What the finder says of each part: the windscreen, pixels of the frame, and 0-1 that it is from in front."""
        shares, fronts = self._finder.run(np.stack([_squeezed(frame, part) for part in parts]))
        return [_placed(part, *said) for part, said in zip(parts, shares.tolist(), strict=True)], fronts.tolist()


def _placed(part: Box, left: float, top: float, right: float, bottom: float) -> Box:
    x, y, wide, high = part.left, part.top, max(1.0, part.width), max(1.0, part.height)
    return Box(x + left * wide, y + top * high, x + max(right, left) * wide, y + max(bottom, top) * high)


def _cuts(frame: Picture, windscreen: Box) -> list[Picture]:
    """The windscreen as it was found, and as it may be."""
    return [straight(frame, _moved(windscreen, shift)) for shift in SHIFTS]


def _moved(box: Box, shift: tuple[float, float, float, float]) -> Box:
    """The box with its left, top, right and bottom edges moved by shares of its size."""
    left, top, right, bottom = shift
    wide, high = box.width, box.height
    return Box(box.left + left * wide, box.top + top * high, box.right + right * wide, box.bottom + bottom * high)


def _closer(windscreen: Box, share: float) -> Box:
    wide = max(8.0, windscreen.width / share)
    high = max(wide * CLOSER_SHAPE, windscreen.height * 1.3)
    x, top = windscreen.centre.x, windscreen.top - 0.12 * high
    return Box(x - wide / 2, top, x + wide / 2, top + high)


def _squeezed(frame: Picture, part: Box) -> Picture:
    """The part at the finder's size whatever its shape; grey where it leaves the frame."""
    across, down = FINDER_PX / max(1.0, part.width), FINDER_PX / max(1.0, part.height)
    if across < 0.5:  # a warp takes single pixels: reduce first
        height, width = frame.shape[:2]
        inside = part.clipped(width, height)
        left, top = min(int(inside.left), width - 1), min(int(inside.top), height - 1)
        frame = frame[top : max(top + 1, int(inside.bottom)), left : max(left + 1, int(inside.right))]
        part = Box(part.left - left, part.top - top, part.right - left, part.bottom - top)
        share = max(2 * across, FINDER_PX / max(frame.shape[:2]))
        size = [max(1, round(side * share)) for side in frame.shape[1::-1]]  # of a part beyond the edge a strip is left
        frame = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
        part = Box(*(edge * share for edge in (part.left, part.top, part.right, part.bottom)))
        across, down = FINDER_PX / max(1.0, part.width), FINDER_PX / max(1.0, part.height)
    matrix = np.array([[across, 0, -part.left * across], [0, down, -part.top * down]], np.float32)
    grey = (PADDING,) * 3
    shown = cv2.warpAffine(frame, matrix, (FINDER_PX, FINDER_PX), borderMode=cv2.BORDER_CONSTANT, borderValue=grey)
    return np.asarray(shown, np.uint8)
