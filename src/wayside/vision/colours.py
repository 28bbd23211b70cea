# SPDX-License-Identifier: Apache-2.0
"""The coarse colour of a vehicle's body: one of eight words, or none where looks disagree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from wayside.domain import Box, VehicleColour
from wayside.vision.pictures import Picture

# Shares of a vehicle's box in which there is mostly paint: bonnet, boot or doors; below the glass, above the tyres.
TOP, BOTTOM, SIDE = 0.40, 0.72, 0.12
SAMPLE = (48, 24)
# Below this many pixels the band of paint is mixed with the road and the glass.
LEAST_VEHICLE_PX = 48.0
# CIE Lab, 1976: lightness 0-100 and chroma. Chosen on 101 of 211 labelled photographs; the others measure them.
CHROMA = 17.0
"""Chroma from which a pixel is coloured at half lightness; in the dark less, for dark paint has less."""
COLOURED_SHARE = 0.35
"""Share of coloured pixels from which the paint is: sky and bushes mirror in any paint."""
WHITE, BLACK = 66.0, 34.0
"""Lightness of white and of black paint, at the 60th percentile of the band: grilles and shadows are dark."""
BROWN_CHROMA, BROWN_LIGHTNESS = 38.0, 38.0
"""Paler or darker orange than this is brown or beige."""
# Hue angles in degrees at which each colour begins, up to the next; red goes round past zero.
HUES = (
    (50.0, VehicleColour.YELLOW),
    (105.0, VehicleColour.GREEN),
    (205.0, VehicleColour.BLUE),
    (325.0, VehicleColour.RED),
)
BROWN_HUES = (35.0, 95.0)
# A colour is stated where so much of all looks speaks for it.
AGREED = 0.6


def body_colour(picture: Picture, vehicle: Box) -> VehicleColour | None:
    """What one look at a vehicle says; None where it is too small or cut off by the picture. Box in pixels."""
    left, right = vehicle.left + SIDE * vehicle.width, vehicle.right - SIDE * vehicle.width
    top, bottom = vehicle.top + TOP * vehicle.height, vehicle.top + BOTTOM * vehicle.height
    height, width = picture.shape[:2]
    if vehicle.width < LEAST_VEHICLE_PX or left < 0 or top < 0 or right > width or bottom > height:
        return None
    band = picture[int(top) : int(bottom) + 1, int(left) : int(right) + 1]
    if not band.size:
        return None
    small = cv2.resize(band, SAMPLE, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_BGR2LAB).reshape(-1, 3)
    return _named(np.asarray(lab, np.float32))


def _named(lab: NDArray[np.float32]) -> VehicleColour:
    """The colour of painted pixels, (N, 3) in Lab."""
    lightness = lab[:, 0]
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    coloured = chroma > np.maximum(CHROMA * np.clip(lightness / 50.0, 0.45, 1.0), 8.0)
    if coloured.mean() > COLOURED_SHARE:
        return _hue(lab[coloured], chroma[coloured])
    level = float(np.percentile(lightness, 60))
    return VehicleColour.WHITE if level > WHITE else VehicleColour.BLACK if level < BLACK else VehicleColour.GREY


def _hue(lab: NDArray[np.float32], chroma: NDArray[np.float32]) -> VehicleColour:
    """The colour that most of the chroma speaks for."""
    angles = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360.0
    named = np.searchsorted([begins for begins, _ in HUES], angles, side="right") - 1  # -1 is red, too: the last
    pale = (chroma < BROWN_CHROMA) | (lab[:, 0] < BROWN_LIGHTNESS)
    brown = (angles >= BROWN_HUES[0]) & (angles < BROWN_HUES[1]) & pale
    sums = {
        colour: float(chroma[(named % len(HUES) == index) & ~brown].sum()) for index, (_, colour) in enumerate(HUES)
    }
    sums[VehicleColour.BROWN] = float(chroma[brown].sum())
    return max(sums, key=lambda colour: sums[colour])


@dataclass(slots=True, eq=False)
class Paint:
    """What all looks at one vehicle say of its colour."""

    votes: Counter[VehicleColour] = field(default_factory=Counter)

    def see(self, picture: Picture, vehicle: Box) -> None:
        """Take in one look; a larger one tells more."""
        colour = body_colour(picture, vehicle)
        if colour is not None:
            self.votes[colour] += max(1, round(vehicle.width))

    def colour(self) -> VehicleColour | None:
        """The colour on which the looks agree."""
        if not self.votes:
            return None
        (colour, votes), *_ = self.votes.most_common(1)
        return colour if votes >= AGREED * self.votes.total() else None
