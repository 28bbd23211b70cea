# SPDX-License-Identifier: Apache-2.0
"""Distances and bearings on the Earth, by their laws and by figures that anybody can look up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Position, bearing_deg, distance_m

positions = st.builds(Position, st.floats(-89, 89), st.floats(-180, 180))


@given(positions, positions)
def test_there_is_as_far_as_back(one: Position, other: Position) -> None:
    """And never more than half around the Earth."""
    assert distance_m(one, other) == pytest.approx(distance_m(other, one), abs=1e-6)
    assert 0 <= distance_m(one, other) <= 20_015_115


@given(positions, positions, positions)
def test_no_way_is_shorter_than_the_straight_one(one: Position, via: Position, other: Position) -> None:
    """By way of anywhere else."""
    assert distance_m(one, other) <= distance_m(one, via) + distance_m(via, other) + 1e-3


def test_a_minute_of_latitude_is_a_nautical_mile() -> None:
    """1852 m, to half a percent."""
    assert distance_m(Position(50, 8), Position(50 + 1 / 60, 8)) == pytest.approx(1852, rel=0.005)


def test_across_the_date_line_is_near() -> None:
    """One degree at the equator: 60 nautical miles."""
    assert distance_m(Position(0, 179.5), Position(0, -179.5)) == pytest.approx(60 * 1852, rel=0.005)


@pytest.mark.parametrize(
    ("other", "degrees"),
    [(Position(51, 8), 0), (Position(49, 8), 180), (Position(50, 8.01), 90), (Position(50, 7.99), 270)],
)
def test_bearings_turn_clockwise_from_north(other: Position, degrees: float) -> None:
    """As a compass shows them."""
    assert bearing_deg(Position(50, 8), other) == pytest.approx(degrees, abs=0.01)


def test_from_a_place_to_itself_there_is_no_way() -> None:
    """Neither a distance nor a bearing."""
    here = Position(50, 8)
    assert distance_m(here, here) == 0
    assert bearing_deg(here, here) is None
