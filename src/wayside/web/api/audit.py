# SPDX-License-Identifier: Apache-2.0
"""The auditor's desk: who looked for what and why, what deserves a question, samples, and what reviews found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import SystemRandom
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, StringConstraints

from wayside.access import Thing, people
from wayside.access.audit import (
    Desk,
    Finding,
    FindingKind,
    Look,
    LookKind,
    Outcome,
    Review,
    canaries,
    findings,
    looks,
    samples,
)
from wayside.bootstrap import normalise
from wayside.web.api.forms import NOTHING, Answer, Form, Id, Limit, Moment, Site, api
from wayside.web.guard import Gate, Granted
from wayside.web.things import at_site

routes = api("/audit", "audit")
the_searches, the_reviews, the_canaries = at_site("search"), at_site("review"), at_site("canary")
MOST = 10_000
"""Looks that findings and samples are made of; a longer span is asked for in parts."""
SPAN = timedelta(days=7)


class LookAnswer(Answer):
    """One look into the record; never what it found."""

    entry: int
    """Of the journal."""
    kind: LookKind
    at: datetime
    person: str
    reason: str
    reference: str
    asked: dict[str, Any]
    """Everything that was asked for."""
    continued: bool
    """A further page of a search before it."""


class Looks(Answer):
    """Looks, the newest first."""

    looks: list[LookAnswer]


class FindingAnswer(Answer):
    """Looks of one person that go together, and why they deserve a question."""

    kind: FindingKind
    person: str
    entries: list[int]
    says: str


class Findings(Answer):
    """What deserves a question, canaries first."""

    findings: list[FindingAnswer]


class ReviewAnswer(Answer):
    """A look that was drawn, and what was found."""

    id: str
    entry: int
    drawn_for: str
    drawn_at: datetime
    reviewer: str | None
    outcome: Outcome | None
    note: str | None


class Reviews(Answer):
    """Reviews that wait, the oldest first, or that were made, the newest first."""

    reviews: list[ReviewAnswer]


class Drawing(Form):
    """What is to be put on the list of reviews."""

    since: Moment
    until: Moment
    share: Annotated[float, Field(gt=0, le=1)] = 0.03
    """Of the looks of the span, drawn by chance; five at least."""
    flagged: bool = True
    """And all that deserve a question."""


class Deciding(Form):
    """What a review found."""

    outcome: Outcome
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class CanaryForm(Form):
    """A plate that no vehicle carries."""

    plate: Annotated[str, StringConstraints(min_length=1, max_length=24)]


class Canaries(Answer):
    """The canaries of a site."""

    plates: list[str]


Since = Annotated[Moment | None, Query(description="Left out: a week before the end.")]
Until = Annotated[Moment | None, Query(description="The first moment that is out; left out: now.")]


def look_answer(one: Look) -> LookAnswer:
    """As it is answered."""
    purpose = one.purpose
    return LookAnswer(
        entry=one.seq,
        kind=one.kind,
        at=one.at,
        person=purpose.person,
        reason=purpose.reason,
        reference=purpose.reference,
        asked=dict(one.asked),
        continued=one.continued,
    )


def review_answer(one: Review) -> ReviewAnswer:
    """As it is answered."""
    return ReviewAnswer(
        id=one.id,
        entry=one.seq,
        drawn_for=one.drawn_for,
        drawn_at=one.drawn_at,
        reviewer=one.reviewer,
        outcome=one.outcome,
        note=one.note,
    )


def looked(gate: Granted, site: str, since: datetime | None, until: datetime | None, most: int) -> list[Look]:
    """The looks of a span of time, the newest first."""
    store = gate.services.store
    end = until or store.now()
    begin = since or end - SPAN
    with store.reading() as connection:
        return list(islice(looks(connection, site, begin, end, store.site.name), most))


def flagged(gate: Granted, site: str, some: Sequence[Look]) -> list[Finding]:
    """What deserves a question among some looks."""
    with gate.services.store.reading() as connection:
        desk = Desk(people.duties(connection, site), gate.services.settings.zone, canaries.plates(connection, site))
    return findings(some, desk)


def site_for(gate: Granted, site: str | None) -> str:
    """The site that a request is about."""
    return site or gate.services.store.site.name


@routes.get("/searches", may="read search", at=the_searches, response_model=Looks)
def read_searches(gate: Gate, since: Since = None, until: Until = None, limit: Limit = 100, site: Site = None) -> Looks:
    """Who looked for what, when and why."""
    found = looked(gate, site_for(gate, site), since, until, limit)
    return Looks(looks=[look_answer(one) for one in found])


@routes.get("/searches/own", may="read search", at=None, response_model=Looks)
def own_searches(gate: Gate, since: Since = None, until: Until = None, limit: Limit = 100, site: Site = None) -> Looks:
    """One's own searches, reveals and exports."""
    where = site_for(gate, site)
    gate.check(Thing("search", where, owner=gate.actor.person))
    found = looked(gate, where, since, until, MOST)
    own = (one for one in found if one.purpose.person == gate.actor.person)
    return Looks(looks=[look_answer(one) for one in islice(own, limit)])


@routes.get("/findings", may="read search", at=the_searches, response_model=Findings)
def read_findings(gate: Gate, since: Since = None, until: Until = None, site: Site = None) -> Findings:
    """What deserves a question: repeats, off-shift, volume, weak reasons, canaries."""
    where = site_for(gate, site)
    found = flagged(gate, where, looked(gate, where, since, until, MOST))
    answers = [FindingAnswer(kind=one.kind, person=one.person, entries=list(one.seqs), says=one.says) for one in found]
    return Findings(findings=answers)


@routes.post("/reviews", may="read search", at=the_searches, response_model=Reviews, status_code=201)
def draw_reviews(gate: Gate, asked: Drawing, site: Site = None) -> Reviews:
    """Draws looks to be reviewed: a random share, and all that deserve a question."""
    where = site_for(gate, site)
    found = looked(gate, where, asked.since, asked.until, MOST)
    drawn = samples.chosen(found, SystemRandom(), asked.share)
    seqs = {seq for one in flagged(gate, where, found) for seq in one.seqs} if asked.flagged else set()
    with gate.services.store.writing() as transaction:
        for_finding = [one for one in found if one.seq in seqs]
        made = samples.draw(transaction, gate.actor, where, for_finding, "finding") if for_finding else []
        made += samples.draw(transaction, gate.actor, where, drawn, "chance")
    return Reviews(reviews=[review_answer(one) for one in made])


@routes.get("/reviews", may="read review", at=the_reviews, response_model=Reviews)
def read_reviews(gate: Gate, waiting: bool = True, site: Site = None) -> Reviews:
    """The reviews that wait for their outcome, or those that have one."""
    with gate.services.store.reading() as connection:
        found = samples.reviews(connection, site_for(gate, site), waiting=waiting)
    return Reviews(reviews=[review_answer(one) for one in found])


@routes.post("/reviews/{review_id}", may="review search", at=None, **NOTHING)
def decide_review(gate: Gate, review_id: Id, asked: Deciding) -> None:
    """Records what a review found, once."""
    gate.leave_to_room()
    store = gate.services.store
    with store.writing() as transaction:
        samples.decide_review(transaction, gate.actor, review_id, asked.outcome, asked.note, store.site.name)


@routes.get("/canaries", may="read canary", at=the_canaries, response_model=Canaries)
def read_canaries(gate: Gate, site: Site = None) -> Canaries:
    """Which plates are canaries."""
    with gate.services.store.reading() as connection:
        return Canaries(plates=sorted(canaries.plates(connection, site_for(gate, site))))


@routes.post("/canaries", may="place canary", at=the_canaries, **NOTHING)
def place_canary(gate: Gate, asked: CanaryForm, site: Site = None) -> None:
    """Sets a canary."""
    with gate.services.store.writing() as transaction:
        canaries.place(transaction, gate.actor, site_for(gate, site), normalise(asked.plate))


@routes.post("/canaries/remove", may="place canary", at=the_canaries, **NOTHING)
def remove_canary(gate: Gate, asked: CanaryForm, site: Site = None) -> None:
    """Takes a canary away."""
    with gate.services.store.writing() as transaction:
        canaries.remove(transaction, gate.actor, site_for(gate, site), normalise(asked.plate))
