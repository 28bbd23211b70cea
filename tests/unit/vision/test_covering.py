# SPDX-License-Identifier: Apache-2.0
"""Covered pictures: of what may be a plate only six shades are left, and where none was found no detail is left."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from wayside.domain import Box, Detection, VehicleKind
from wayside.vision import FoundPlate, Models, Picture, Scene, cover_plates, covered_jpeg
from wayside.vision.covering import COARSE_PX, LEAST_PLATE, LONGEST_PX
from wayside.vision.pictures import quad_of

NOISE = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
PLATE = Box(220, 240, 300, 260)


@dataclass
class Eyes:
    """One vehicle, and the plates that are found in it."""

    plates: tuple[Box, ...]

    def detect(self, frame: Picture) -> Scene:
        """One car."""
        return Scene((Detection(VehicleKind.CAR, 0.9, Box(100, 80, 400, 300)),), ())

    def find(self, frame: Picture, region: Box, longest: int, least: float) -> tuple[FoundPlate, ...]:
        """The plates, however doubtful they may be."""
        assert least == LEAST_PLATE
        return tuple(FoundPlate(least, box, quad_of(box)) for box in self.plates)

    def models(self) -> Models:
        """As the covering takes them."""
        return Models(self, self, self, self)  # type: ignore[arg-type]


def without_detail(part: Picture) -> bool:
    """Whether colours run into each other without a step, as between shades that lie far apart."""
    steps = np.abs(np.diff(part.astype(int), n=2, axis=1))
    return bool(steps.max() <= 4 and part.std(axis=(0, 1)).max() < NOISE.std() / 5)


def test_of_a_plate_only_shades_are_left_with_some_around_it() -> None:
    """The rest stays, and the picture that was given is not touched."""
    before = NOISE.copy()
    covered = cover_plates(NOISE, Eyes((PLATE,)).models())
    inside = covered[236:264, 205:315]
    assert covered.shape == NOISE.shape
    assert without_detail(inside)
    assert not without_detail(NOISE[236:264, 205:315])
    assert (covered[:200] == NOISE[:200]).all()
    assert (before == NOISE).all()


def test_a_plate_at_the_edge_is_covered_too() -> None:
    """As far as it is in the picture."""
    covered = cover_plates(NOISE, Eyes((Box(600, 340, 700, 380),)).models())
    assert without_detail(covered[345:, 605:])


def test_without_a_plate_no_detail_is_left() -> None:
    """What was not found could still be there."""
    covered = cover_plates(NOISE, Eyes(()).models())
    again = cv2.resize(cv2.resize(covered, (COARSE_PX, 32), interpolation=cv2.INTER_AREA), (640, 360))
    assert covered.shape == NOISE.shape
    assert np.abs(covered.astype(int) - again).mean() < 5
    assert covered.std() < NOISE.std() / 4


@pytest.mark.parametrize("size", [(1080, 1920), (40, 60), (2000, 10)])
def test_covered_pictures_are_never_large(size: tuple[int, int]) -> None:
    """So that a plate far off is too small to be read, though it was missed."""
    picture = np.zeros((*size, 3), np.uint8)
    for plates in ((), (Box(0, 0, 5, 5),)):
        assert max(cover_plates(picture, Eyes(plates).models()).shape) <= LONGEST_PX


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    """And never handed on as it came."""
    with pytest.raises(ValueError, match="no picture"):
        covered_jpeg(data, Eyes(()).models())
