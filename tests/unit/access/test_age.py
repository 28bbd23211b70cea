# SPDX-License-Identifier: Apache-2.0
"""The tiers of age at their very edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.access.age import Tiers
from wayside.access.permissions import Age
from wayside.domain import UsageError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INSTANT = timedelta(milliseconds=1)
EDGES = [
    (timedelta(hours=-1), Age.FRESH),
    (timedelta(0), Age.FRESH),
    (timedelta(hours=24), Age.FRESH),
    (timedelta(hours=24) + INSTANT, Age.ORDINARY),
    (timedelta(days=90), Age.ORDINARY),
    (timedelta(days=90) + INSTANT, Age.OLD),
    (timedelta(days=365), Age.OLD),
    (timedelta(days=365) + INSTANT, Age.GONE),
]


@pytest.mark.parametrize(("past", "age"), EDGES)
def test_a_period_ends_with_its_last_millisecond(past: timedelta, age: Age) -> None:
    """A day, ninety days, a year unless the site says otherwise."""
    assert Tiers().age(NOW - past, NOW) is age


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_nothing_grows_younger(first: int, second: int) -> None:
    """What is older is in the same tier or in a later one."""
    younger, older = sorted((first, second))
    tiers = Tiers()
    ages = [tiers.age(NOW - timedelta(seconds=past), NOW) for past in (younger, older)]
    assert ages[0].rank <= ages[1].rank


def test_periods_that_do_not_grow_are_refused() -> None:
    """With the file in which to mend them."""
    for tiers in ({"fresh": timedelta(0)}, {"ordinary": timedelta(hours=1)}, {"longest": timedelta(days=89)}):
        with pytest.raises(UsageError, match=r"site\.toml"):
            Tiers(**tiers)
