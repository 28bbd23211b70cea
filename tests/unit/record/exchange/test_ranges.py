# SPDX-License-Identifier: Apache-2.0
"""Ranges: no number is ever missing, and they stay few."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from wayside.record.exchange.ranges import MOST, Ranges, touching

NUMBERS = st.lists(st.integers(0, 300), max_size=60)


def ranges_of(numbers: list[int]) -> list[list[int]]:
    """The ranges of some numbers."""
    ranges = Ranges()
    for number in numbers:
        ranges.add(number)
    return ranges.document()


@given(NUMBERS)
def test_few_numbers_are_held_exactly(numbers: list[int]) -> None:
    """In whatever order they come, and however often."""
    found = ranges_of(numbers)
    assert {number for first, last in found for number in range(first, last + 1)} == set(numbers)
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(found))


def test_many_numbers_are_held_roughly_and_none_is_lost() -> None:
    """Ten thousand with gaps between them become at most a thousand ranges."""
    numbers = random.Random(5).sample(range(0, 10_000_000, 3), 10_000)
    found = ranges_of(numbers)
    assert len(found) <= MOST
    assert found == sorted(found)
    firsts = iter(found)
    here = next(firsts)
    for number in sorted(numbers):
        while number > here[1]:
            here = next(firsts)
        assert here[0] <= number


@given(NUMBERS, NUMBERS)
def test_ranges_touch_where_they_share_a_number(left: list[int], right: list[int]) -> None:
    """And only there."""
    assert touching(ranges_of(left), ranges_of(right)) == bool(set(left) & set(right))
