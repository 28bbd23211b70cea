# SPDX-License-Identifier: Apache-2.0
"""Views of the Earth: everything asked for is in the drawing, to scale, and the land is cut to it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Position, distance_m
from wayside.web.mercator import EQUATOR_M, HEIGHT, NARROWEST_M, WIDTH, WORLD, flat, round_again, view_of
from wayside.web.world import COARSE_M, SEEN, land_of, rings, thinned, within

positions = st.builds(Position, st.floats(-80, 80), st.floats(-180, 180))


@given(positions)
def test_flat_and_round_again_are_inverse(position: Position) -> None:
    """To far less than a metre."""
    assert round_again(*flat(position)) == pytest.approx(position, abs=1e-9)


@given(st.lists(positions, min_size=1, max_size=6))
def test_everything_lies_in_the_drawing(some: list[Position]) -> None:
    """Whatever is to be shown."""
    view = view_of(some)
    for x, y in map(view.at, some):
        assert -0.1 <= x <= WIDTH + 0.1
        assert -200 <= y <= HEIGHT + 200 if view.units == WIDTH else -0.1 <= y <= HEIGHT + 0.1


def test_a_single_place_has_some_ground_around_it() -> None:
    """In the middle of the drawing, to scale."""
    view = view_of([Position(52.5, 13.4)])
    assert view.at(Position(52.5, 13.4)) == (WIDTH / 2, HEIGHT / 2)
    assert view.metres == pytest.approx(NARROWEST_M, rel=0.01)
    (south, west), (north, east) = view.corners
    assert distance_m(Position(52.5, west), Position(52.5, east)) == pytest.approx(NARROWEST_M, rel=0.01)
    assert south < 52.5 < north


def test_the_bar_of_the_scale_is_round_and_true() -> None:
    """100 m of 400 m in 800 units."""
    metres, length = view_of([Position(52.5, 13.4)]).bar()
    assert metres in {100, 50}
    assert length == pytest.approx(metres / NARROWEST_M * WIDTH, rel=0.01)


def test_without_a_position_the_world_is_shown() -> None:
    """All of its width."""
    assert view_of([]) == WORLD
    assert WORLD.metres == pytest.approx(EQUATOR_M, rel=0.05)


def test_land_is_cut_to_the_view() -> None:
    """No point of it lies outside the drawing."""
    data = land_of(view_of([Position(48, -5), Position(56, 12)]))
    assert data is not None
    numbers = [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", data)]
    assert min(numbers[::2]) >= -0.1 and max(numbers[::2]) <= WIDTH + 0.1
    assert min(numbers[1::2]) >= -0.1 and max(numbers[1::2]) <= HEIGHT + 0.1
    assert data.count("M") == data.count("Z") > 5


def test_far_from_any_land_there_is_none() -> None:
    """In the middle of the Pacific."""
    assert land_of(view_of([Position(-48, -128), Position(-42, -120)])) == ""


def test_a_narrow_view_shows_no_coast() -> None:
    """It could be off by kilometres."""
    assert view_of([Position(51.0, 1.0), Position(51.05, 1.1)]).metres < COARSE_M
    assert land_of(view_of([Position(51.0, 1.0), Position(51.05, 1.1)])) is None


def test_a_ring_around_the_drawing_becomes_the_drawing() -> None:
    """And one inside stays as it is."""
    around = within([(-10.0, -10.0), (WIDTH + 10, -10.0), (WIDTH + 10, HEIGHT + 10), (-10.0, HEIGHT + 10)])
    assert set(around) == {(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)}
    inside = [(1.0, 1.0), (5.0, 1.0), (3.0, 4.0)]
    assert set(within(inside)) == set(inside)
    assert within([]) == []


def test_the_world_that_is_shipped_is_the_world() -> None:
    """Its rings are closed, and lie on the Earth; those over the date line go on beyond it."""
    assert len(rings()) > 300
    for ring in rings():
        assert ring[0] == ring[-1]
        assert all(-90 <= one.latitude <= 90 and -182 <= one.longitude <= 191 for one in ring)


def test_a_coast_keeps_what_can_be_seen_of_it() -> None:
    """Spots that lie on one another go; the others stay where they are, in their order."""
    ring = [(0.0, 0.0), (0.1, 0.1), (SEEN, 0.0), (SEEN, SEEN - 0.1), (SEEN, SEEN)]
    assert thinned(ring) == [(0.0, 0.0), (SEEN, 0.0), (SEEN, SEEN)]
    assert thinned([]) == []
    world = land_of(view_of([]))
    assert world is not None
    assert 20_000 < len(world) < 80_000
