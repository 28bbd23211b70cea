# SPDX-License-Identifier: Apache-2.0
"""One look at one plate: straightened from the full-resolution frame, read, and judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wayside.domain import PlateRead
from wayside.vision.pictures import Picture, straighten
from wayside.vision.plate_finder import FoundPlate
from wayside.vision.reader import PlateReader, sharpness

# Kept around the plate: the reader was trained with about so much, and corners are off by a few per cent.
MARGIN = 0.08


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


def look_at(frame: Picture, plates: tuple[FoundPlate, ...], reader: PlateReader) -> tuple[Look, ...]:
    """Read every found plate of one frame, in the same order."""
    if not plates:
        return ()
    crops = [straighten(frame, plate.corners, MARGIN) for plate in plates]
    characters = reader.read(crops)
    return tuple(
        Look(plate, crop, PlateRead(chars, plate.box, sharpness(crop)))
        for plate, crop, chars in zip(plates, crops, characters, strict=True)
    )
