# SPDX-License-Identifier: Apache-2.0
"""What limits a search: each way to look something up with the longest time that it may reach over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from wayside.record.search.criteria import Criteria
from wayside.record.search.errors import UnboundedSearchError
from wayside.record.search.plates import PlateMatch

EXAMINED_MOST = 100_000
"""Passages that one page of a search looks at; where that is not enough, the page says that more may match."""
PAGE_MOST = 500
"""Results of one page."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to look passages up."""

    name: str
    days: int | None
    """The longest window; None: it needs none."""
    limited_by: str
    applies: Callable[[Criteria], bool]


def asks(match: PlateMatch) -> Callable[[Criteria], bool]:
    """Whether criteria name a plate in this manner."""
    return lambda criteria: criteria.plate is not None and criteria.plate.match is match


RULES = (
    Rule("plate", None, "the passages of one plate", asks(PlateMatch.EXACT)),
    Rule("near plates", 31, "the passages of the plates within one error", asks(PlateMatch.NEAR)),
    Rule("pattern", 31, "the passages of the plates that fit", asks(PlateMatch.PATTERN)),
    Rule("sender code", 92, "the passages of one sender code", lambda asked: asked.sender_code is not None),
    Rule("gate", 92, "the crossings of one gate", lambda asked: asked.gate is not None),
    Rule("cameras", 92, "the passages of the cameras", lambda asked: bool(asked.cameras) or asked.place is not None),
    Rule("way", 31, "the crossings that way", lambda asked: asked.way is not None),
    Rule("class", 92, "the passages of a class that has few plates", lambda asked: asked.special_class is not None),
    Rule("confirmation", 92, "the passages that people confirmed", lambda asked: asked.confirmed is True),
    Rule("time", 31, "all passages of the window", lambda asked: True),
)
"""In the order of preference: the first that applies is taken."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What limits one search."""

    rule: Rule
    examined: int = EXAMINED_MOST
    """Passages that one page looks at, at most."""

    def __str__(self) -> str:
        """In words."""
        window = "of any time" if self.rule.days is None else f"within at most {self.rule.days} days"
        return f"looks at {self.rule.limited_by}, {window}, {self.examined:,} at most in one go"


def bound_of(criteria: Criteria, now: datetime) -> Bound:
    """What limits a search; raises UnboundedSearchError with the mend where nothing does."""
    rule = next(one for one in RULES if one.applies(criteria))
    if rule.days is None:
        return Bound(rule)
    longest = timedelta(days=rule.days)
    if criteria.since is None or (criteria.until or now) - criteria.since > longest:
        reason = "states no beginning" if criteria.since is None else f"reaches over more than {rule.days} days"
        raise UnboundedSearchError(
            f"a search by {rule.name} looks at {rule.limited_by}, and this one {reason}; "
            f"state a window of at most {rule.days} days, or a whole plate"
        )
    return Bound(rule)
