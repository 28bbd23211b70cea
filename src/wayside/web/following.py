# SPDX-License-Identifier: Apache-2.0
"""Follows a registration or a fleet: a search under a purpose, told to the journal, from which journeys are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from wayside.access import Thing
from wayside.bootstrap import plate_query
from wayside.domain import UsageError
from wayside.record import cameras
from wayside.record.search import PAGE_MOST, Criteria, Page, PlateMatch, bound_of, search
from wayside.watch import Journey, journeys_of
from wayside.web.api.search import reaching_back
from wayside.web.guard import Granted


@dataclass(frozen=True, slots=True)
class Followed:
    """The answer."""

    journeys: tuple[Journey, ...]
    page: Page
    criteria: Criteria

    @property
    def has_earlier(self) -> bool:
        """Whether there may be passages before the first: one answer holds PAGE_MOST."""
        return self.page.next_cursor is not None


def criteria_for(
    site: str, plate: str, sender_code: str, since: datetime | None, until: datetime | None
) -> Criteria:  # fmt: skip
    """What is looked for: a registration or a fleet, not both and not neither; raises UsageError."""
    query, code = plate_query(plate), sender_code.strip().upper()
    if (query is None) == (not code):
        raise UsageError("a journey is of one registration or of one sender code; state one of the two")
    return Criteria(plate=query, sender_code=code or None, site=site, since=since, until=until)


def possible(gate: Granted, criteria: Criteria) -> tuple[Criteria, Thing]:
    """The criteria with a beginning, and what they are to the policy; raises UnboundedSearchError.

    So nobody is asked to sign, and no signature used up, for what cannot be looked for.
    """
    bounded, thing = reaching_back(gate, criteria)
    bound_of(bounded, gate.services.store.now())
    return bounded, replace(thing, kind="journey")


def follow(gate: Granted, criteria: Criteria) -> Followed:
    """The journeys of what is looked for, of its newest PAGE_MOST passages.

    Raises RefusalError, LimitError, UsageError, UnboundedSearchError, RecordError.
    """
    services = gate.services
    bounded, thing = possible(gate, criteria)
    gate.check(thing, "read", subject={"criteria": criteria.document()})
    gate.spend(services.settings.searches)
    page = search(services.store, bounded, gate.purpose, PAGE_MOST)
    with services.store.reading() as connection:
        there = cameras(connection, criteria.site)
    whole = criteria.plate is not None and criteria.plate.match is PlateMatch.EXACT
    registration = criteria.plate.text if whole and criteria.plate is not None else None
    return Followed(journeys_of(page.results, there, registration), page, bounded)
