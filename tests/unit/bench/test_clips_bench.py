# SPDX-License-Identifier: Apache-2.0
"""The clips that are made from photographs move as their kinds say, and are the same in every run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.clips import KINDS, LONGEST, Kind, chosen, make, transforms
from bench.pack import Crop, Labelled, Photograph
from wayside.domain import Box, Point

SHAPE = (480, 640, 3)
PLATE = Point(400.0, 300.0)
FIT = LONGEST / 640


def places(kind: Kind) -> list[tuple[float, float]]:
    """Where the plate is in each frame, in pixels of the frame."""
    matrices = transforms(kind, SHAPE, PLATE, np.random.default_rng(1))
    return [tuple(matrix @ np.array([*PLATE, 1.0])) for matrix in matrices]


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_lasts_as_long_as_it_says_and_ends_where_it_says(name: str) -> None:
    """Its plate may leave the picture, its height never changes by more than the shake."""
    kind = KINDS[name]
    found = places(kind)
    assert len(found) == round(kind.fps * kind.seconds)
    assert 1.0 <= kind.seconds <= 4.0 and 10 <= kind.fps <= 25
    for (x, y), aside in zip((found[0], found[-1]), kind.shifts, strict=True):
        assert x == pytest.approx(PLATE.x * FIT + aside * LONGEST, abs=5 * kind.shake)
        assert y == pytest.approx(PLATE.y * FIT, abs=5 * kind.shake)


def test_what_enters_stops() -> None:
    """After its share of the time only the camera shakes."""
    kind = KINDS["enters"]
    still = places(kind)[round(kind.moving * kind.fps * kind.seconds) + 1 :]
    assert np.ptp([x for x, _ in still]) < 10 * kind.shake


def test_every_photograph_has_its_kinds_and_every_kind_its_photographs() -> None:
    """No kind twice of one photograph."""
    for european, each in ((True, 3), (False, 1)):
        drawn = [list(chosen(number, european)) for number in range(12)]
        assert all(len(set(names)) == each for names in drawn)
        assert {name for names in drawn for name in names} == set(KINDS) - (set() if european else {"grows"})


def test_the_same_photograph_gives_the_same_clip(tmp_path: Path) -> None:
    """Noise, blur and shake come from the seed."""
    drawn = np.random.default_rng(5).integers(0, 255, SHAPE, dtype=np.uint8)
    file = tmp_path / "photograph.png"
    cv2.imwrite(str(file), drawn)
    plate = Labelled(file, "val", Box(370, 290, 430, 310))
    photograph = Photograph(plate, Crop(file, "AB12CDE", "GB", 1, "val", "open"))
    kind = Kind(10, 0.5, (0.5, 0.6))
    clips = []
    for name in ("first.mp4", "second.mp4"):
        assert len(make(photograph, kind, tmp_path / name, 3)) == 5
        film = cv2.VideoCapture(str(tmp_path / name))
        clips.append([film.read()[1] for _ in range(5)])
    assert clips[0][4].shape == (720, 960, 3)
    assert np.array_equal(clips[0], clips[1])
