# SPDX-License-Identifier: Apache-2.0
"""Sloping plates made level."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from wayside.domain import Box, Quad
from wayside.vision.levelling import level
from wayside.vision.pictures import quad_of

PLATE = Box(100, 100, 260, 136)


def sloping(rise: float, lean: float = 0.0) -> NDArray[np.uint8]:
    """A frame with a plate whose right end lies `rise` pixels lower than its left one, its top `lean` farther left."""
    frame = np.full((240, 360, 3), 60, np.uint8)
    cv2.rectangle(frame, (100, 100), (259, 135), (235, 235, 235), -1)
    cv2.putText(frame, "LD15 KXM", (108, 127), cv2.FONT_HERSHEY_SIMPLEX, 0.95, (20, 20, 20), 3, cv2.LINE_AA)
    shear = np.array([[1, lean / 36, -118 * lean / 36], [rise / 160, 1, -180 * rise / 160]], np.float32)
    return np.asarray(cv2.warpAffine(frame, shear, (360, 240), borderValue=(60, 60, 60)), np.uint8)


def rise_of(corners: Quad) -> float:
    """How far the right end lies below the left one, in pixels."""
    return (corners[1].y + corners[2].y - corners[0].y - corners[3].y) / 2


def lean_of(corners: Quad) -> float:
    """How far the top lies left of the bottom, in pixels."""
    return (corners[3].x + corners[2].x - corners[0].x - corners[1].x) / 2


@pytest.mark.parametrize("lean", [-14, -8, 8, 14])
@pytest.mark.parametrize("rise", [-12, 0, 12])
def test_the_lean_is_found(lean: float, rise: float) -> None:
    """Characters are stood upright, to a few pixels over their height, on a level plate and on a sloping one."""
    corners = level(sloping(rise, lean), quad_of(PLATE))
    assert lean_of(corners) == pytest.approx(lean, abs=4)
    assert rise_of(corners) == pytest.approx(rise, abs=4)


@pytest.mark.parametrize("rise", [-40, -32, -24, -16, -8, 8, 16, 24, 32, 40])
def test_the_slope_is_found(rise: float) -> None:
    """Upright corners of a sloping plate are turned with it, to a few pixels over its 160."""
    assert rise_of(level(sloping(rise), quad_of(PLATE))) == pytest.approx(rise, abs=4)


@pytest.mark.parametrize("overhang", [0.0, 0.3])
def test_a_level_plate_stays(overhang: float) -> None:
    """What is level already is not touched."""
    corners = quad_of(PLATE)
    assert level(sloping(0), corners, overhang=overhang) == corners


def height_of(corners: Quad) -> float:
    """Between the middles of the upper and the lower edge, in pixels."""
    return (corners[2].y + corners[3].y - corners[0].y - corners[1].y) / 2


@pytest.mark.parametrize("rise", [-24, -12, 12, 24])
def test_corners_that_hold_the_rise_give_up_a_share_of_it(rise: float) -> None:
    """As much above as below, so that the middle stays."""
    whole, less = (level(sloping(rise), quad_of(PLATE), overhang=share) for share in (0.0, 0.3))
    assert height_of(less) == pytest.approx(height_of(whole) - 0.3 * abs(rise_of(whole)), abs=0.5)
    assert sum(p.y for p in less) == pytest.approx(sum(p.y for p in whole), abs=0.5)


def test_half_of_the_height_is_left_at_least() -> None:
    """However steep the slope is, and however much of it is to be given up."""
    assert height_of(level(sloping(40), quad_of(PLATE), overhang=1.0)) >= PLATE.height / 2


@pytest.mark.parametrize("picture", [np.zeros((240, 360, 3), np.uint8), np.full((240, 360, 3), 255, np.uint8)])
def test_nothing_to_see_changes_nothing(picture: NDArray[np.uint8]) -> None:
    """Without any text the corners stay."""
    assert level(picture, quad_of(PLATE)) == quad_of(PLATE)


def test_plates_at_the_edge_and_of_no_size_do_not_raise() -> None:
    """Corners outside the picture or on one point are answered."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (50, 60, 3), dtype=np.uint8)
    for box in (Box(-40, -20, 30, 10), Box(50, 40, 200, 90), Box(5, 5, 5, 5)):
        assert len(level(noise, quad_of(box))) == 4
