# SPDX-License-Identifier: Apache-2.0
"""The scene without those who are in it: nothing of them can be made out, and the road stays as it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.domain import Box, Detection, VehicleKind
from wayside.vision import FoundPlate, Models, Scene
from wayside.vision.pictures import Picture, quad_of
from wayside.vision.scenery import LEAST, LONGEST_PX, coarsened, scenery, scenery_jpeg

NOISE = np.random.default_rng(0).integers(0, 255, (360, 640, 3), dtype=np.uint8)
"""Detail everywhere, so that what lost it shows."""
CAR, PERSON, PLATE = Box(100, 80, 260, 200), Box(400, 100, 440, 220), Box(500, 300, 560, 314)


@dataclass
class Eyes:
    """A vehicle, a person and a plate, as chosen."""

    scene: Scene = field(default_factory=lambda: Scene((), ()))
    plates: tuple[Box, ...] = ()
    least: list[float] = field(default_factory=list)

    def detect(self, frame: Picture, least: float = 0.5) -> Scene:
        """What is there, and how doubtful it may be."""
        self.least.append(least)
        return self.scene

    def find(self, frame: Picture, region: Box, longest: int, least: float) -> tuple[FoundPlate, ...]:
        """Every plate, in any region."""
        return tuple(FoundPlate(0.1, box, quad_of(box)) for box in self.plates)

    def models(self) -> Models:
        """As the scenery takes them."""
        return Models(self, self, None, None)  # type: ignore[arg-type]


def detail(picture: Picture, box: Box) -> float:
    """How much neighbouring pixels differ in a box, grey levels."""
    part = picture[int(box.top) : int(box.bottom), int(box.left) : int(box.right)].astype(float)
    return float(np.abs(np.diff(part, axis=1)).mean())


@pytest.mark.parametrize(
    ("eyes", "box"),
    [
        (Eyes(Scene((Detection(VehicleKind.CAR, 0.13, CAR),), ())), CAR),
        (Eyes(Scene((Detection(VehicleKind.BICYCLE, 0.9, CAR),), ())), CAR),
        (Eyes(Scene((), (PERSON,))), PERSON),
        (Eyes(plates=(PLATE,)), PLATE),
    ],
    ids=["a doubtful car", "a bicycle", "a person", "a plate alone"],
)
def test_whoever_is_seen_loses_all_detail_and_the_road_none(eyes: Eyes, box: Box) -> None:
    """Also something beyond its box, which never fits quite."""
    covered = scenery(NOISE, eyes.models())
    assert detail(covered, box) < detail(NOISE, box) / 4
    beyond = Box(box.left - 3, box.top, box.left, box.bottom)
    assert detail(covered, beyond) < detail(NOISE, beyond) / 2
    road = np.s_[330:, :300]
    assert np.array_equal(covered[road], NOISE[road])


def test_doubtful_vehicles_are_asked_for() -> None:
    """Rather a hedge too many than a car too few."""
    eyes = Eyes()
    scenery(NOISE, eyes.models())
    assert LEAST in eyes.least


def test_the_picture_that_is_covered_is_left_alone() -> None:
    """The pipeline goes on to work with it."""
    picture = NOISE.copy()
    scenery(picture, Eyes(Scene((Detection(VehicleKind.CAR, 0.9, CAR),), (PERSON,)), (PLATE,)).models())
    assert np.array_equal(picture, NOISE)


@pytest.mark.parametrize("size", [(64, 48), (960, 540), (1920, 1080), (1080, 3000)])
def test_large_pictures_are_reduced_and_small_ones_kept(size: tuple[int, int]) -> None:
    """What the detectors missed is too small to be read then; the shape stays."""
    covered = scenery(np.zeros((size[1], size[0], 3), np.uint8), Eyes().models())
    height, width = covered.shape[:2]
    assert max(height, width) == min(LONGEST_PX, max(size))
    assert width / height == pytest.approx(size[0] / size[1], rel=0.01)


def test_it_comes_as_a_jpeg_of_the_same_scene() -> None:
    """One that any browser shows."""
    grey = np.full((90, 160, 3), 120, np.uint8)
    data = scenery_jpeg(grey, Eyes(Scene((), (Box(10, 10, 30, 60),))).models())
    assert data.startswith(b"\xff\xd8")
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None and shown.shape == grey.shape
    assert np.abs(shown.astype(int) - grey).max() < 8


edges = some.floats(-800, 1600)


@given(boxes=some.lists(some.builds(Box, edges, edges, edges, edges), max_size=4))
def test_no_box_makes_it_stumble(boxes: list[Box]) -> None:
    """Neither one beside the picture, nor one without width, nor one turned over."""
    covered = coarsened(NOISE, boxes)
    assert covered.shape == NOISE.shape
    assert covered.dtype == np.uint8


def test_so_few_cells_are_left_of_the_largest_vehicle_as_of_the_smallest() -> None:
    """Coarseness goes with the size of what is covered: one close by shows no more than one far off."""
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255
    for side in (24, 120, 380):
        part = coarsened(stripes, [Box(4, 4, 4 + side, 4 + side)])[6:side, 6:side]
        assert np.ptp(part[:, :, 0].astype(int)) < 60
