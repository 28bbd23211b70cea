# SPDX-License-Identifier: Apache-2.0
"""The outline of the world: no country leaps round the globe, and what is simplified stays where it was."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_world import COARSENESS_DEG, area, off_line, simplified, unwrapped

HALF = 180
POINTS = st.tuples(st.floats(-90, 90), st.floats(-60, 60))


def leaps(ring: list[tuple[float, float]]) -> int:
    """Edges that run round more than half of the world."""
    return sum(abs(x - next_x) > HALF for (x, _), (next_x, _) in pairwise(ring))


@pytest.mark.parametrize("start", [170.0, 179.9, -179.9])
def test_a_ring_over_the_antimeridian_goes_on_beyond_it(start: float) -> None:
    """It keeps its shape: ten degrees wide, wherever it begins."""
    around = [(start + x + 540) % 360 - HALF for x in (0, 10, 10, 0, 0)]
    ring = unwrapped(list(zip(around, (60.0, 60.0, 65.0, 65.0, 60.0), strict=True)))
    assert leaps(ring) == 0
    assert area(ring) == pytest.approx(50)


def test_a_ring_that_crosses_nothing_stays() -> None:
    """To the last digit."""
    ring = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)]
    assert unwrapped(ring) == ring


def test_a_ring_round_a_pole_stays() -> None:
    """It must leap somewhere."""
    ring = [(-180.0, -80.0), (-60.0, -75.0), (60.0, -75.0), (179.0, -80.0), (-180.0, -80.0)]
    assert unwrapped(ring) == ring


def test_in_the_outline_that_ships_only_the_pole_leaps() -> None:
    """Else a band runs across the map where Russia meets the other side."""
    world = json.loads((files("wayside.web") / "static" / "world.json").read_text("utf-8"))
    land = next(one for one in world["features"] if one["properties"]["kind"] == "land")
    leaping = [ring for polygon in land["geometry"]["coordinates"] for ring in polygon if leaps(ring)]
    assert all(max(y for _, y in ring) < -60 for ring in leaping)


@given(st.lists(POINTS, min_size=2, max_size=30))
def test_what_is_simplified_keeps_its_ends_and_strays_little(arc: list[tuple[float, float]]) -> None:
    """No point that was left out lies farther off than allowed."""
    kept = simplified(arc)
    assert (kept[0], kept[-1]) == (arc[0], arc[-1])
    for point in arc:
        assert min(off_line(point, one, other) for one, other in pairwise(kept)) <= COARSENESS_DEG + 1e-6
