# SPDX-License-Identifier: Apache-2.0
"""Training pictures: drawn plates in their surroundings, and what the camera does to them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from training.plateart import styles
from training.reader import degrade
from training.reader.synthesis import Drawer, Variety, framed, group_of, surround
from wayside.vision.reader import HEIGHT, WIDTH


def test_every_style_has_a_group() -> None:
    """Each share of the drawn plates has styles to draw."""
    groups = {group_of(style) for style in styles().values()}
    assert groups == {"british", "continental", "two_lines", "diplomatic", "americas", "elsewhere"}


def test_drawn_plates_keep_their_truth() -> None:
    """Texts are letters and digits, one or two lines, and the corners lie in the picture."""
    drawer = Drawer([], np.random.default_rng(4))
    drawn = [drawer.draw() for _ in range(60)]
    assert all("".join(each.lines).isalnum() for each in drawn)
    assert {bool(each.lines[1]) for each in drawn} == {True, False}
    for each in drawn:
        assert (each.plate >= 0).all()
        assert (each.plate <= each.image.shape[1::-1]).all()


def test_surroundings_leave_the_plate_alone() -> None:
    """The plate stands unchanged at its corners."""
    plate = np.random.default_rng(0).integers(0, 255, (40, 200, 3), np.uint8)
    image, corners = surround(plate, np.random.default_rng(1))
    left, top = corners[0].astype(int)
    assert np.array_equal(image[top : top + 40, left : left + 200], plate)


@pytest.mark.parametrize("seed", range(6))
def test_a_dealers_frame_leaves_the_text_free(seed: int) -> None:
    """It hides what stands above and below: no more than a fifth of the height, and a little at the sides."""
    plate = np.random.default_rng(0).integers(0, 255, (90, 180, 3), np.uint8)
    image = framed(plate, np.random.default_rng(seed))
    assert np.array_equal(image[20:70, 14:166], plate[20:70, 14:166])
    assert not np.array_equal(image[:5], plate[:5]) and not np.array_equal(image[-5:], plate[-5:])


def test_loosening_moves_corners_by_no_more_than_asked() -> None:
    """Without shake, each side moves within inset and outset."""
    square = np.array([(0, 0), (100, 0), (100, 20), (0, 20)], np.float32)
    for seed in range(50):
        moved = degrade.loosen(square, np.random.default_rng(seed), inset=0.05, outset=0.2, shake=0.0)
        assert (moved[:, 0].min() >= -4.01) and (moved[:, 0].max() <= 104.01)
        assert (moved[:, 1].min() >= -4.01) and (moved[:, 1].max() <= 24.01)
        assert moved[0, 1] <= 1.01 and moved[2, 1] >= 18.99


def test_turning_keeps_the_middle() -> None:
    """Rotation and shear are about the plate's middle."""
    quad = np.array([(0, 0), (100, 0), (100, 20), (0, 20)], np.float32)
    assert degrade.turn(quad, 13.0, 0.2).mean(axis=0) == pytest.approx((50, 10), abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_the_camera_returns_pictures(seed: int) -> None:
    """Each fault keeps type and size; the last step gives the reader's input."""
    rng = np.random.default_rng(seed)
    image = rng.integers(0, 255, (90, 300, 3), np.uint8)
    quad = np.array([(10, 10), (290, 10), (290, 80), (10, 80)], np.float32)
    picture = degrade.cut(image, quad, 24, rng)
    for spoil in (degrade.light, degrade.blur, degrade.sense):
        spoilt = spoil(picture, rng)
        assert spoilt.shape == picture.shape and spoilt.dtype == np.uint8
    assert degrade.present(picture, rng).shape == (HEIGHT, WIDTH, 3)


def test_shares_add_up_and_groups_can_be_left_out() -> None:
    """Weights become shares of 1; a group of weight 0 is never drawn."""
    variety = Variety(british=2, continental=0, two_lines=1, diplomatic=1, americas=0, elsewhere=0)
    assert variety.shares() == pytest.approx(
        {"british": 0.5, "continental": 0, "two_lines": 0.25, "diplomatic": 0.25, "americas": 0, "elsewhere": 0}
    )
    british = Variety(british=1, continental=0, two_lines=0, diplomatic=0, americas=0, elsewhere=0)
    drawer = Drawer([], np.random.default_rng(2), british)
    assert all(not drawer.draw().lines[1] for _ in range(12))


def test_doubled_characters_stand_on_plates() -> None:
    """Where every text is asked to have a pair, nearly every drawn plate has one."""
    drawer = Drawer([], np.random.default_rng(3), Variety(doubled=1.0))
    texts = ["".join(drawer.draw().lines) for _ in range(40)]
    assert sum(any(a == b for a, b in pairwise(text)) for text in texts) > 30


def test_a_sign_stands_beside_the_plate_only_where_asked() -> None:
    """Without signs the left and right of the plate are bodywork or holder; with them one side differs."""
    plate = np.full((40, 200, 3), 255, np.uint8)
    plain, _ = surround(plate, np.random.default_rng(8), signs=0.0)
    signed, _ = surround(plate, np.random.default_rng(8), signs=1.0)
    assert plain.shape == signed.shape
    assert (plain != signed).any()
