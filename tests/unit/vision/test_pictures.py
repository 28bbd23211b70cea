# SPDX-License-Identifier: Apache-2.0
"""Reduction, cutting, straightening, blurring and scene motion on drawn pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from wayside.domain import Box, Detection, Point, Quad, VehicleKind
from wayside.vision.pictures import PADDING, box_of, cut, quad_of, reduce, straighten
from wayside.vision.privacy import blurred
from wayside.vision.scene_motion import SceneMotion


@pytest.mark.parametrize("shape", [(1080, 1920), (352, 640), (2160, 3840), (240, 320), (1000, 300), (10, 3000), (1, 1)])
def test_reduced_pictures_fit_the_network(shape: tuple[int, int]) -> None:
    """Any size becomes a multiple of 64 no longer than asked, and points find their way back."""
    reduced = reduce(np.full((*shape, 3), 50, np.uint8), 640, 64)
    height, width = reduced.picture.shape[:2]
    assert height % 64 == 0
    assert width % 64 == 0
    assert max(height, width) <= 640
    assert reduced.point(shape[1] * reduced.scale, 0).x == pytest.approx(shape[1])


def test_padding_is_grey() -> None:
    """What is added is neither dark nor bright."""
    reduced = reduce(np.zeros((360, 640, 3), np.uint8), 640, 64)
    assert reduced.picture.shape == (384, 640, 3)
    assert (reduced.picture[360:] == PADDING).all()


def test_cut_keeps_inside_the_picture() -> None:
    """A region that hangs over the edge is clipped, one outside is empty."""
    picture = np.arange(100, dtype=np.uint8).reshape(10, 10)[..., None].repeat(3, 2)
    part, left, top = cut(picture, Box(-5, 7, 4.2, 30))
    assert (part.shape, left, top) == ((3, 5, 3), 0, 7)
    assert cut(picture, Box(20, 20, 30, 30))[0].size == 0


def test_straightening_undoes_a_perspective() -> None:
    """A plate drawn in perspective comes out upright with its characters where they belong."""
    plate = np.full((60, 240, 3), 255, np.uint8)
    plate[20:40, 20:60] = 0
    quad = Quad(Point(100, 80), Point(330, 120), Point(325, 190), Point(105, 140))
    matrix = cv2.getPerspectiveTransform(
        np.array([[0, 0], [240, 0], [240, 60], [0, 60]], np.float32), np.array(quad, np.float32)
    )
    frame = cv2.warpPerspective(plate, matrix, (500, 300), borderValue=(90, 90, 90))
    straight = straighten(np.asarray(frame, np.uint8), quad, margin=0.0)
    seen = cv2.resize(straight, (240, 60)).astype(int)
    assert seen[30, 40].max() < 60
    assert seen[30, 150].min() > 200
    assert abs(seen - plate.astype(int)).mean() < 15


def test_margin_shows_the_surroundings() -> None:
    """With a margin the plate's own size stays and the edge is added."""
    frame = np.zeros((200, 400, 3), np.uint8)
    quad = quad_of(Box(100, 80, 300, 120))
    assert straighten(frame, quad, 0.0).shape == (40, 200, 3)
    assert straighten(frame, quad, 0.1).shape == (48, 208, 3)
    assert box_of(quad) == Box(100, 80, 300, 120)


def test_huge_plates_are_reduced() -> None:
    """A close-up is read at a sensible size."""
    assert straighten(np.zeros((2000, 4000, 3), np.uint8), quad_of(Box(0, 0, 4000, 1000)), 0.0).shape == (160, 640, 3)


def _noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype=np.uint8)


def test_people_are_unrecognisable_and_plates_are_kept() -> None:
    """Glass and passers-by lose their detail, the plate and the road keep every pixel."""
    picture = _noise(400, 600)
    vehicle, person, plate = Box(100, 100, 300, 300), Box(400, 50, 460, 250), Box(150, 200, 250, 230)
    result = blurred(picture, [Detection(VehicleKind.CAR, 0.9, vehicle)], [person], [plate])
    assert np.abs(np.diff(result[110:190, 110:290].astype(int), axis=1)).max() < 30
    assert np.abs(np.diff(result[60:240, 405:455].astype(int), axis=1)).max() < 45
    assert (result[200:230, 150:250] == picture[200:230, 150:250]).all()
    assert (result[310:] == picture[310:]).all()


def test_riders_above_their_machine_are_blurred() -> None:
    """A motorcycle's box ends at the saddle; the head is above it."""
    picture = _noise(400, 600)
    result = blurred(picture, [Detection(VehicleKind.MOTORCYCLE, 0.9, Box(200, 200, 280, 320))], [], [])
    assert (result[110:180, 210:270] != picture[110:180, 210:270]).mean() > 0.9


def test_blurring_at_the_edge_of_the_picture() -> None:
    """Boxes that hang over the edge or are empty do no harm."""
    picture = _noise(50, 60)
    boxes = [Box(-20, -20, 30, 30), Box(58, 10, 90, 90), Box(20, 20, 20, 20)]
    result = blurred(picture, [], boxes, [])
    assert result.shape == picture.shape
    assert (picture == _noise(50, 60)).all(), "the original must not change"


def _road(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    road = np.full((360, 640, 3), 110, np.int16) + rng.normal(0, 4, (360, 640, 3)).astype(np.int16)
    return np.clip(road, 0, 255).astype(np.uint8)


def test_an_empty_noisy_road_is_still() -> None:
    """Sensor noise and slow changes of light are not motion."""
    motion = SceneMotion()
    assert motion.changed(_road(0))
    for i in range(1, 60):
        changed = motion.changed(np.clip(_road(i).astype(int) + i // 3, 0, 255).astype(np.uint8))
        assert not changed


@pytest.mark.parametrize("size", [16, 40, 120])
def test_a_small_vehicle_is_motion(size: int) -> None:
    """A vehicle of one fortieth of the picture's width, and any larger, is noticed in its first frame."""
    motion = SceneMotion()
    for i in range(30):
        motion.changed(_road(i))
    frame = _road(99)
    frame[200 : 200 + size, 300 : 300 + size] = 150
    assert motion.changed(frame)


@pytest.mark.parametrize(
    ("box", "filled"),
    [
        (Box(300, 200, 380, 260), True),
        (Box(290, 195, 385, 270), True),
        (Box(310, 210, 350, 240), False),
        (Box(250, 120, 460, 340), False),
        (Box(100, 200, 180, 260), False),
        (Box(300, 200, 306, 206), False),
        (Box(630, 350, 700, 400), False),
    ],
    ids=["its own", "a little wide", "a part of it", "far too wide", "elsewhere", "tiny", "beyond the edge"],
)
def test_what_moves_fills_a_box_that_is_about_its_own(box: Box, filled: bool) -> None:
    """Not one that it reaches out of, as a shadow does."""
    motion = SceneMotion()
    assert not motion.fills(box)
    for i in range(30):
        motion.changed(_road(i))
    assert not motion.fills(box)
    frame = _road(99)
    frame[200:260, 300:380] = 150
    motion.changed(frame)
    assert motion.fills(box) == filled
    motion.changed(np.zeros((720, 640, 3), np.uint8))
    assert not motion.fills(box)


def test_a_new_picture_size_is_a_change() -> None:
    """When the camera changes its resolution the memory starts afresh."""
    motion = SceneMotion()
    motion.changed(_road(0))
    assert motion.changed(np.zeros((720, 640, 3), np.uint8))
