# SPDX-License-Identifier: Apache-2.0
"""The colour of drawn vehicles, and what becomes of looks that disagree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Box, Vehicle, VehicleColour, VehicleKind
from wayside.vision import Paint, Picture, body_colour

CAR = Box(100, 60, 340, 240)
PAINTS = {
    VehicleColour.WHITE: (225, 228, 230),
    VehicleColour.GREY: (128, 126, 124),
    VehicleColour.BLACK: (32, 30, 28),
    VehicleColour.RED: (36, 30, 170),
    VehicleColour.YELLOW: (40, 190, 230),
    VehicleColour.GREEN: (60, 110, 40),
    VehicleColour.BLUE: (150, 70, 30),
    VehicleColour.BROWN: (50, 75, 105),
}
"""Blue, green, red of ordinary paint in daylight."""


def painted(colour: VehicleColour, light: float = 1.0) -> Picture:
    """A vehicle of this colour on a grey road, with dark glass above and dark tyres below."""
    picture = np.full((300, 440, 3), 140, np.uint8)
    left, top, right, bottom = 100, 60, 340, 240
    picture[top:bottom, left:right] = PAINTS[colour]
    picture[top : top + 60, left + 20 : right - 20] = 40
    picture[bottom - 30 : bottom, left:right] = 25
    noise = np.random.default_rng(1).normal(0, 5, picture.shape)
    return np.clip(picture * light + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("colour", VehicleColour)
def test_paint_in_daylight_is_named(colour: VehicleColour) -> None:
    """Whatever glass and tyres are like."""
    assert body_colour(painted(colour), CAR) is colour


@pytest.mark.parametrize("colour", [VehicleColour.RED, VehicleColour.BLUE, VehicleColour.YELLOW])
def test_paint_keeps_its_hue_in_poor_light(colour: VehicleColour) -> None:
    """At two thirds of the light."""
    assert body_colour(painted(colour, 0.66), CAR) in (colour, VehicleColour.BROWN)
    assert body_colour(painted(VehicleColour.RED, 0.66), CAR) is VehicleColour.RED


@pytest.mark.parametrize(
    "box", [Box(100, 60, 140, 90), Box(-200, 60, 100, 240), Box(350, 60, 600, 240), Box(100, 250, 340, 420)],
    ids=["too small", "cut off at the left", "cut off at the right", "cut off below"],
)  # fmt: skip
def test_nothing_is_said_of_what_one_hardly_sees(box: Box) -> None:
    """A part of a vehicle may be a lamp or another vehicle."""
    assert body_colour(painted(VehicleColour.RED), box) is None


@given(st.tuples(*(st.floats(-600, 900) for _ in range(4))))
def test_any_box_is_taken(edges: tuple[float, float, float, float]) -> None:
    """Detectors also give boxes that lie beyond the picture or hold nothing."""
    left, right = sorted(edges[:2])
    top, bottom = sorted(edges[2:])
    assert body_colour(painted(VehicleColour.BLUE), Box(left, top, right, bottom)) in (None, *VehicleColour)


def test_looks_that_disagree_state_nothing() -> None:
    """And a few that differ are outvoted."""
    paint = Paint()
    assert paint.colour() is None
    for _ in range(4):
        paint.see(painted(VehicleColour.RED), CAR)
    paint.see(painted(VehicleColour.GREY), CAR)
    assert paint.colour() is VehicleColour.RED
    for _ in range(3):
        paint.see(painted(VehicleColour.GREY), CAR)
    assert paint.colour() is None


def test_a_vehicle_is_described_as_people_say_it() -> None:
    """With its colour where there is one."""
    assert Vehicle(VehicleKind.CAR, 0.9, VehicleColour.WHITE).described == "white car"
    assert Vehicle(VehicleKind.BUS, 0.9).described == "bus"
