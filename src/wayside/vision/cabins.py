# SPDX-License-Identifier: Apache-2.0
"""One look into a vehicle: its windscreen found and the front seats judged; nothing of a person leaves it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from wayside.domain import Box
from wayside.vision.cards import Network
from wayside.vision.glass import channels, contrast, straight
from wayside.vision.pictures import PADDING, Picture

FINDER_PX = 96
# The finder looks twice: at the vehicle, then at a part in which the windscreen has about this share of the width.
AROUND, CLOSER = 0.04, 0.68
# And how much higher than wide that part is.
CLOSER_SHAPE = 0.95


@dataclass(frozen=True, slots=True)
class CabinLook:
    """What one frame says of the front seats, as log-odds; left and right as the picture shows them."""

    left: float
    right: float
    sight: float
    """That one can see through the glass."""
    front: float
    """That a windscreen is seen from in front, 0-1."""
    windscreen: Box
    """Pixels of the frame."""
    contrast: float
    """Of what is behind the glass, in grey levels."""


class CabinReader:
    """Finds windscreens and judges the seats behind them."""

    def __init__(self, finder: Network, seats: Network) -> None:
        self._finder, self._seats = finder, seats

    def look(self, frame: Picture, vehicle: Box) -> CabinLook:
        """The front seats of the vehicle in this box (pixels of the frame)."""
        first, front = self.windscreen(frame, vehicle.grown(AROUND))
        found, again = self.windscreen(frame, _closer(first))
        crop = straight(frame, found)
        left, right, sight = (float(value) for value in self._seats.run(channels(crop)[None])[0][0])
        return CabinLook(left, right, sight, (front + again) / 2, found, contrast(crop))

    def windscreen(self, frame: Picture, part: Box) -> tuple[Box, float]:
        """The windscreen in a part of the frame, pixels of the frame, and 0-1 whether there is one from in front."""
        boxes, fronts = self._finder.run(_squeezed(frame, part)[None])
        left, top, right, bottom = (float(value) for value in boxes[0])
        x, y, wide, high = part.left, part.top, max(1.0, part.width), max(1.0, part.height)
        box = Box(x + left * wide, y + top * high, x + max(right, left) * wide, y + max(bottom, top) * high)
        return box, float(fronts[0])


def _closer(windscreen: Box) -> Box:
    wide = max(8.0, windscreen.width / CLOSER)
    high = max(wide * CLOSER_SHAPE, windscreen.height * 1.3)
    x, top = windscreen.centre.x, windscreen.top - 0.12 * high
    return Box(x - wide / 2, top, x + wide / 2, top + high)


def _squeezed(frame: Picture, part: Box) -> Picture:
    """The part at the finder's size whatever its shape; grey where it leaves the frame."""
    across, down = FINDER_PX / max(1.0, part.width), FINDER_PX / max(1.0, part.height)
    if across < 0.5:  # a warp takes single pixels: reduce first
        height, width = frame.shape[:2]
        inside = part.clipped(width, height)
        left, top = int(inside.left), int(inside.top)
        frame = frame[top : max(top + 1, int(inside.bottom)), left : max(left + 1, int(inside.right))]
        part = Box(part.left - left, part.top - top, part.right - left, part.bottom - top)
        share = max(2 * across, FINDER_PX / max(frame.shape[:2]))
        frame = np.asarray(cv2.resize(frame, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)
        part = Box(*(edge * share for edge in (part.left, part.top, part.right, part.bottom)))
        across, down = FINDER_PX / max(1.0, part.width), FINDER_PX / max(1.0, part.height)
    matrix = np.array([[across, 0, -part.left * across], [0, down, -part.top * down]], np.float32)
    grey = (PADDING,) * 3
    shown = cv2.warpAffine(frame, matrix, (FINDER_PX, FINDER_PX), borderMode=cv2.BORDER_CONSTANT, borderValue=grey)
    return np.asarray(shown, np.uint8)
