# SPDX-License-Identifier: Apache-2.0
"""Search under a purpose, told to the journal first; always by POST, so that no plate stands in an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import Response
from pydantic import Field, StringConstraints

from wayside.access import RefusalError, Thing, Why, decide
from wayside.bootstrap import normalise
from wayside.domain import PlateClass, VehicleKind
from wayside.record import passage_document
from wayside.record.search import Criteria, Found, MatchSource, PlateMatch, PlateQuery, bound_of, search
from wayside.web.api.forms import Answer, Form, Moment, Short, Site, api, encoded
from wayside.web.api.passages import OnePassage, amended
from wayside.web.guard import Gate, Granted

routes = api("/passages", "search")
Text = Annotated[str, StringConstraints(min_length=1, max_length=24)]


class PlateAsked(Form):
    """A plate, or what is known of it."""

    text: Text
    """Letters and digits; in a pattern `?` stands for one and `*` for any number."""
    match: PlateMatch = PlateMatch.EXACT


class CriteriaAsked(Form):
    """What the passages have in common; what is left out is not asked for."""

    plate: PlateAsked | None = None
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None
    plate_class: PlateClass | None = None
    sender_code: Short | None = None
    cameras: Annotated[tuple[Short, ...], Field(max_length=32)] = ()
    place: Short | None = None
    gate: Short | None = None
    way: Short | None = None
    since: Moment | None = None
    """Left out: as far back as ordinary searches reach."""
    until: Moment | None = None
    kind: VehicleKind | None = None
    colour: Short | None = None
    occupants_at_least: Annotated[int, Field(ge=0, le=1000)] | None = None
    occupants_at_most: Annotated[int, Field(ge=0, le=1000)] | None = None
    confirmed: bool | None = None
    read: bool | None = None


class SearchAsked(Form):
    """A search, or its next page."""

    criteria: CriteriaAsked
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None


class MatchedText(Answer):
    """The text by which a passage was found."""

    text: str
    source: MatchSource
    probability: float | None


class FoundPassage(OnePassage):
    """A result."""

    matched: MatchedText | None
    """Null where no plate was asked for."""


class SearchAnswer(Answer):
    """A page of results, newest first."""

    results: list[FoundPassage]
    next_cursor: str | None
    """Where more may be found; null: nothing else matches."""
    stopped_early: bool
    """The page is short because enough had been looked at; go on from the cursor."""
    bound: str
    """What limited the search."""
    entry: int
    """Number of the journal's entry that tells of the search."""


def plate_of(asked: PlateAsked) -> PlateQuery:
    """The plate in the form in which the record writes plates; raises UsageError."""
    if asked.match is PlateMatch.PATTERN:
        kept = (one if one in "?*" else normalise(one) for one in asked.text)
        return PlateQuery("".join(kept), asked.match)
    return PlateQuery(normalise(asked.text), asked.match)


def criteria_of(asked: CriteriaAsked, site: str) -> Criteria:
    """As the record searches; raises UsageError."""
    stated = {name: getattr(asked, name) for name in type(asked).model_fields if name != "plate"}
    return Criteria(plate=None if asked.plate is None else plate_of(asked.plate), site=site, **stated)


def reaching_back(gate: Granted, criteria: Criteria) -> tuple[Criteria, Thing]:
    """The criteria with a beginning, and what the search is to the policy: as old as the oldest that it reaches.

    A search that states none reaches as far back as ordinary ones may, in whole days, so that its cursors stay good.
    """
    tiers, now = gate.services.settings.tiers, gate.services.store.now()
    whole_days = (now - tiers.ordinary).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    bounded = criteria if criteria.since is not None else replace(criteria, since=whole_days)
    return bounded, Thing("passage", criteria.site, age=tiers.age(bounded.since or whole_days, now))


def possible(gate: Granted, criteria: Criteria) -> tuple[Criteria, Thing]:
    """The same, of a search that can be: nobody is asked to sign, and no signature used up, for one that cannot.

    Raises RefusalError where more than a second person is missing, UnboundedSearchError.
    """
    bounded, thing = reaching_back(gate, criteria)
    refused = decide(gate.actor, "search", thing)
    if not refused.allowed and refused.why is not Why.SECOND_PERSON:
        raise RefusalError(refused)
    bound_of(bounded, gate.services.store.now())
    return bounded, thing


def answered(one: Found, site: str) -> FoundPassage:
    """A result as it is answered."""
    said, stated = one.matched, None
    if said is not None:
        stated = MatchedText(text=said.text, source=said.source, probability=said.probability)
    return FoundPassage(
        site=site,
        masked=False,
        passage=passage_document(one.passage),
        amendments=[amended(other) for other in one.amendments],
        entry=one.seq,
        matched=stated,
    )


@routes.post("/search", may="search passage", at=None, response_model=SearchAnswer)
def search_passages(gate: Gate, asked: SearchAsked, site: Site = None) -> Response:
    """Finds passages by plate, class, place or time."""
    services = gate.services
    where = site or services.store.site.name
    criteria = criteria_of(asked.criteria, where)
    bounded, thing = possible(gate, criteria)
    gate.check(thing, subject={"criteria": criteria.document()}, further=asked.cursor is not None)
    gate.spend(services.settings.searches)
    page = search(services.store, bounded, gate.purpose, asked.limit, asked.cursor)
    answer = SearchAnswer(
        results=[answered(one, where) for one in page.results],
        next_cursor=page.next_cursor,
        stopped_early=page.stopped_early,
        bound=str(page.bound),
        entry=page.journal_seq,
    )
    return encoded(answer)
