# SPDX-License-Identifier: Apache-2.0
"""What limits a search, and which are refused because nothing does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON

from wayside.domain import PlateClass, UsageError
from wayside.record.search import RULES, Criteria, PlateMatch, PlateQuery, UnboundedSearchError, bound_of
from wayside.record.search.run import PATHS

EXAMPLES = {
    "plate": Criteria(plate=PlateQuery("AB12CDE"), gate="main"),
    "near plates": Criteria(plate=PlateQuery("AB12CDE", PlateMatch.NEAR)),
    "pattern": Criteria(plate=PlateQuery("AB12*", PlateMatch.PATTERN)),
    "sender code": Criteria(sender_code="101", cameras=("c1",)),
    "gate": Criteria(gate="main", way="in", plate_class=PlateClass.DIPLOMATIC),
    "cameras": Criteria(cameras=("c1", "c2"), way="in"),
    "way": Criteria(way="in", plate_class=PlateClass.DIPLOMATIC),
    "class": Criteria(plate_class=PlateClass.DIPLOMATIC, confirmed=True),
    "confirmation": Criteria(confirmed=True),
    "time": Criteria(plate_class=PlateClass.CIVIL, confirmed=False, occupants_at_least=3),
}
"""A search for each rule."""


def within(criteria: Criteria, days: float) -> Criteria:
    """The same in a window that ends at noon."""
    stated = {name: criteria.value(name) for name in criteria.__slots__}
    return Criteria(**(stated | {"since": NOON - timedelta(days=days), "until": NOON}))


def test_every_rule_has_an_example_and_a_path() -> None:
    """So the tests below speak of all of them, and none of them cannot be taken."""
    assert list(EXAMPLES) == [rule.name for rule in RULES] == list(PATHS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_search_falls_under_its_rule(rule: object) -> None:
    """The first that applies, which is the narrowest."""
    name = getattr(rule, "name", "")
    assert bound_of(within(EXAMPLES[name], 1), NOON).rule is rule


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.days], ids=lambda rule: rule.name)
def test_a_window_that_is_too_long_is_refused_with_the_mend(rule: object) -> None:
    """To the millisecond; and one that states no beginning too."""
    name, days = getattr(rule, "name", ""), getattr(rule, "days", 0)
    assert bound_of(within(EXAMPLES[name], days), NOON)
    with pytest.raises(UnboundedSearchError, match=f"reaches over more than {days} days.*state a window"):
        bound_of(within(EXAMPLES[name], days + 1e-6), NOON)
    with pytest.raises(UnboundedSearchError, match="states no beginning"):
        bound_of(EXAMPLES[name], NOON)


def test_a_window_without_an_end_reaches_until_now() -> None:
    """So yesterday's search for `since` alone may be refused next month."""
    asked = Criteria(since=NOON - timedelta(days=30))
    assert bound_of(asked, NOON)
    with pytest.raises(UnboundedSearchError):
        bound_of(asked, NOON + timedelta(days=2))


def test_a_whole_plate_needs_no_window() -> None:
    """It has few passages, however long the record."""
    bound = bound_of(EXAMPLES["plate"], NOON)
    assert str(bound) == "looks at the passages of one plate, of any time, 100,000 at most in one go"


def test_a_refusal_is_a_fault_of_the_question() -> None:
    """Commands end with 2, and the API says it is the client's."""
    assert issubclass(UnboundedSearchError, UsageError)
