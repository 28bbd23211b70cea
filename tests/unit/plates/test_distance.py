# SPDX-License-Identifier: Apache-2.0
"""Confusable plates are near, others far; the costs are those that were measured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.plates import distance
from wayside.plates.confusion import FLOOR, behind, confusion_cost, true_given_read
from wayside.plates.text import ALPHABET

plates = st.text(ALPHABET, max_size=9)


@settings(max_examples=60, deadline=None)
@given(plates, plates)
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    """It is the same both ways and tells different plates apart."""
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert (distance(one, other) == 0) == (one == other)


@settings(max_examples=60, deadline=None)
@given(plates, plates)
def test_distance_is_at_most_the_number_of_edits(one: str, other: str) -> None:
    """Confusable characters only ever make it less."""
    assert distance(one, other) <= max(len(one), len(other)) + 1e-9


def test_confusable_is_nearer_than_unlike() -> None:
    """O for 0 costs little, O for W a whole error."""
    assert distance("LO12ABC", "L012ABC") < 0.5 < distance("LO12ABC", "LW12ABC") <= 1.0


def test_lost_character_costs_one() -> None:
    """What one read has and the other has not is one error."""
    assert distance("LD12ABC", "LD12AB") == pytest.approx(1.0)


def test_writing_does_not_matter() -> None:
    """Case and separators cost nothing."""
    assert distance("ld12 abc", "LD-12-ABC") == 0


def test_rows_of_the_measured_table_are_probabilities() -> None:
    """For each character read, the true ones add up to one, none is impossible."""
    for row in true_given_read().values():
        assert sum(row.values()) == pytest.approx(1.0)
        assert min(row.values()) >= FLOOR / 2


@pytest.mark.parametrize("read", ALPHABET)
def test_what_is_behind_a_read_starts_with_itself(read: str) -> None:
    """The character read is always a candidate, and the first one."""
    assert behind(read)[0][0] == read
    assert sum(chance for _, chance in behind(read)) == pytest.approx(1.0)


def test_costs_lie_between_none_and_one() -> None:
    """Every pair of characters has a cost in 0 to 1, 0 only with itself."""
    for one in ALPHABET:
        for other in ALPHABET:
            assert (confusion_cost(one, other) == 0) == (one == other)
            assert 0 <= confusion_cost(one, other) <= 1
