# SPDX-License-Identifier: Apache-2.0
"""The film of journeys: from 0 to 1, in order, with long waits cut short."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.watch.roads import CAMERAS, NOON, seen

from wayside.watch import film_of, journeys_of, moments_of


def test_moments_are_those_of_all_journeys_in_order() -> None:
    """Coming into view and leaving it, each once."""
    made = journeys_of([seen(1, "gate in", 5, "A1", lasts_s=30), seen(2, "bridge", 0, "B2", lasts_s=60)], CAMERAS)
    minutes = [(moment - NOON) / timedelta(minutes=1) for moment in moments_of(made)]
    assert minutes == [0, 1, 5, 5.5]


def test_a_night_is_shown_as_twenty_minutes() -> None:
    """Twenty minutes of driving before it are as long."""
    moments = [NOON, NOON + timedelta(minutes=20), NOON + timedelta(hours=12)]
    assert list(film_of(moments).values()) == pytest.approx([0, 0.5, 1])


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20, unique=True).map(sorted))
def test_the_film_goes_forward_only(seconds: list[int]) -> None:
    """From its beginning to its end."""
    film = list(film_of([NOON + timedelta(seconds=one) for one in seconds]).values())
    assert (film[0], film[-1]) == (0, pytest.approx(1))
    assert all(one < other for one, other in pairwise(film))


def test_one_moment_and_none_are_no_film() -> None:
    """There is nothing to play."""
    assert film_of([]) == {}
    assert film_of([NOON]) == {NOON: 0.0}
