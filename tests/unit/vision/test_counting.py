# SPDX-License-Identifier: Apache-2.0
"""From looks at the front seats to a count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Box, OccupantStatus
from wayside.vision import Belief, CabinLook, Seats, count_occupants

NONE, SOMEBODY, UNSURE = -6.0, 6.0, Belief().even


def look(left: float, right: float, sight: float = 5.0) -> CabinLook:
    """A look at front seats."""
    return CabinLook(Box(10, 10, 210, 100), 1.0, Seats(left, right, sight))


@pytest.mark.parametrize(("left", "right", "best"), [(NONE, SOMEBODY, 1), (SOMEBODY, NONE, 1), (SOMEBODY, SOMEBODY, 2)])
def test_the_seats_are_added_up(left: float, right: float, best: int) -> None:
    """Clear evidence on both sides gives a narrow range and a high probability."""
    said = count_occupants([look(left, right)] * 4)
    assert (said.status, said.at_least, said.best, said.at_most) == (OccupantStatus.COUNTED, best, best, best)
    assert (said.probability or 0.0) > 0.9


def test_a_driver_is_assumed_where_the_seat_tells_nothing() -> None:
    """A vehicle that drives has somebody at the wheel; the passenger stays open."""
    said = count_occupants([look(NONE, UNSURE)], "DE")
    assert said.best == 1
    doubtful = count_occupants([look(UNSURE, UNSURE)], "DE")
    assert (doubtful.at_least, doubtful.best, doubtful.at_most) == (1, 1, 2)


def test_the_driver_sits_where_the_country_has_the_wheel() -> None:
    """In Britain the picture's left seat needs no evidence from in front, in Germany it does."""
    left_open = look(UNSURE, SOMEBODY)
    british, german = count_occupants([left_open], "gb"), count_occupants([left_open], "DE")
    assert british.best == 2
    assert german.best == 1


@pytest.mark.parametrize(
    "looks",
    [
        [],
        [look(SOMEBODY, SOMEBODY, sight=-1.0)],
        [replace(look(SOMEBODY, SOMEBODY), seats=None)],
    ],
    ids=["no look", "blind glass", "no seats shown"],
)
def test_not_visible(looks: list[CabinLook]) -> None:
    """No number is stated where nobody could be seen."""
    said = count_occupants(looks)
    assert said.status is OccupantStatus.NOT_VISIBLE
    assert said.best is said.at_least is said.at_most is said.probability is None


def test_more_looks_that_agree_are_surer_but_not_without_bound() -> None:
    """Looks at one windscreen err alike: forty are hardly more than six."""
    one, six, forty = (count_occupants([look(UNSURE - 0.5, 2.0)] * n).probability or 0.0 for n in (1, 6, 40))
    assert one < six == forty < 0.999


odds = st.floats(-30, 30)


@given(st.lists(st.tuples(odds, odds), min_size=1, max_size=8), st.sampled_from([None, "GB", "FR"]))
def test_the_range_always_holds_the_best(seats: list[tuple[float, float]], country: str | None) -> None:
    """At least ≤ best ≤ at most, and the probability is one."""
    said = count_occupants([look(left, right) for left, right in seats], country)
    assert said.best is not None and said.at_least is not None and said.at_most is not None
    assert 0 <= said.at_least <= said.best <= said.at_most <= 2
    assert said.probability is not None and 1 / 3 <= said.probability <= 1
