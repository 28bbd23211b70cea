# SPDX-License-Identifier: Apache-2.0
"""One look at one plate: straightened from the full-resolution frame, read, and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayside.domain import PlateRead
from wayside.vision.levelling import OVERHANG, level
from wayside.vision.pictures import Picture, straighten
from wayside.vision.plate_finder import FoundPlate
from wayside.vision.reader import PlateReader, sharpness

# Kept around the plate, in plate heights. Corners are off by a few per cent, so no one margin is best for every
# plate: looks with different ones err differently, and together they are right more often (bench/README.md).
MARGINS = (0.08, 0.0, 0.16, 0.03)


@dataclass(frozen=True, slots=True)
class Look:
    """A plate as one frame showed it."""

    found: FoundPlate
    crop: Picture
    read: PlateRead

    @property
    def worth(self) -> float:
        """Orders looks of one vehicle: wide, sharp and surely a plate is best."""
        confident = float(np.prod([position[0][1] for position in self.read.characters] or [0.0]))
        return self.found.box.width * (0.2 + self.read.sharpness) * self.found.score * (0.1 + confident)


def look_at(frame: Picture, plate: FoundPlate, reader: PlateReader, margins: Sequence[float]) -> tuple[Look, ...]:
    """Read a plate once with each margin (shares of its height), in the same order."""
    corners = level(frame, plate.corners, overhang=OVERHANG)
    crops = [straighten(frame, corners, margin) for margin in margins]
    return tuple(
        Look(plate, crop, PlateRead(characters, plate.box, sharpness(crop)))
        for crop, characters in zip(crops, reader.read(crops), strict=True)
    )
