# SPDX-License-Identifier: Apache-2.0
"""The auditor's desk: who looked for what and why, what deserves a question, reviews, canaries, what was done alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import RequestError, Thing, approvals
from wayside.access.audit import Finding, Look, Outcome, Review, canaries, look_at, samples
from wayside.bootstrap import normalise
from wayside.domain import UsageError
from wayside.record import FileChange, changes_in_file, milliseconds
from wayside.web.api.audit import MOST, Drawing, draw_reviews, flagged, looked
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.pages.spans import Day, Span, span_of
from wayside.web.rendering import render
from wayside.web.things import at_site, review_in_path

routes = Routes("/desk", {"include_in_schema": False})
DAYS, MOST_DAYS = 7, 92
ROWS = 50
FAULTS = (UsageError, RequestError)
Share = Annotated[int, Form(ge=1, le=100)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A look that waits to be reviewed, or was."""

    review: Review
    look: Look | None
    """None where the journal keeps it no longer, or whoever asks may not see who looked."""
    mine: bool
    """Whether whoever asks may record the outcome."""


def words_of(value: Any) -> str:
    """A criterion of a search in words."""
    if isinstance(value, dict):
        return ", ".join(str(one) for one in value.values())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def moment_of(value: str) -> str:
    """A time of a document, to the minute."""
    return f"{value[:16].replace('T', ' ')} UTC"


def asked_for(look: Look) -> Iterator[tuple[str, str]]:
    """What was asked for, part by part, without the site, which all looks of a page share."""
    for name, value in look.asked.items():
        if name != "site":
            yield name, moment_of(value) if name in {"since", "until"} else words_of(value)


def by_entry(found: list[Finding]) -> dict[int, list[str]]:
    """The kinds of findings that concern each entry."""
    kinds: dict[int, list[str]] = {}
    for one in found:
        for seq in one.seqs:
            kinds.setdefault(seq, []).append(one.kind.value)
    return kinds


def alone(gate: Granted, span: Span) -> list[approvals.Request]:
    """What was done without a second person since the span began, where whoever asks may see requests."""
    site = gate.services.store.site.name
    if not gate.may("read", Thing("request", site)):
        return []
    with gate.services.store.reading() as connection:
        found = approvals.emergencies(connection, site, milliseconds(span.since))
    return [one for one in found if one.asked_at < span.until]


def at_machine(gate: Granted, span: Span) -> list[FileChange]:
    """Where retention was changed in the file of the site, with nobody else's signature, since the span began."""
    with gate.services.store.reading() as connection:
        found = changes_in_file(connection, gate.services.store.site.name)
        return [one for one in found if span.since <= one.at < span.until]


def set_canaries(gate: Granted) -> list[str]:
    """The canaries, for whoever may see them."""
    site = gate.services.store.site.name
    if not gate.may("read", Thing("canary", site)):
        return []
    with gate.services.store.reading() as connection:
        return sorted(canaries.plates(connection, site))


def show(
    request: Request, gate: Granted, span: Span, before: int | None = None, fault: Exception | None = None
) -> Response:
    """The desk for a span of days; `before`: the entry at which the page before ended."""
    site = gate.services.store.site.name
    found = looked(gate, site, span.since, span.until, MOST)
    concerns = flagged(gate, site, found)
    older = [one for one in found if before is None or one.seq < before]
    return render(
        request,
        "desk.html",
        status=200 if fault is None else 422,
        fault=fault,
        span=span,
        looks=older[:ROWS],
        asked_for=asked_for,
        total=len(found),
        most=MOST,
        next_before=older[ROWS - 1].seq if len(older) > ROWS else None,
        findings=concerns,
        kinds=by_entry(concerns),
        alone=alone(gate, span),
        at_machine=at_machine(gate, span),
        canaries=set_canaries(gate),
    )


@routes.get("", may="read search", at=at_site("search"), head="head.desk")
def desk(
    request: Request,
    gate: Gate,
    first: Day = None,
    last: Day = None,
    before: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """Who looked for what, and what of it deserves a question."""
    try:
        return show(request, gate, span_of(gate, first, last, DAYS, MOST_DAYS), before)
    except UsageError as fault:
        return show(request, gate, span_of(gate, None, None, DAYS, MOST_DAYS), None, fault)


@routes.post("/draw", may="read search", at=at_site("search"))
def draw(
    request: Request,
    gate: Gate,
    first: Annotated[Day, Form()] = None,
    last: Annotated[Day, Form()] = None,
    share: Share = 3,
    flagged_too: Annotated[bool, Form()] = False,
) -> Response:
    """Draws looks by chance, and those that deserve a question, to be reviewed."""
    try:
        span = span_of(gate, first, last, DAYS, MOST_DAYS)
    except UsageError as fault:
        return show(request, gate, span_of(gate, None, None, DAYS, MOST_DAYS), None, fault)
    draw_reviews(gate, Drawing(since=span.since, until=span.until, share=share / 100, flagged=flagged_too))
    return RedirectResponse("/desk/reviews", 303)


def drawn(gate: Granted, *, waiting: bool) -> list[Drawn]:
    """The reviews that wait, or that were made, with what they are of."""
    site = gate.services.store.site.name
    sees = gate.may("read", Thing("search", site))
    with gate.services.store.reading() as connection:
        found = samples.reviews(connection, site, waiting=waiting)[: ROWS * 4]
        looks = [look_at(connection, one.seq, site) if sees else None for one in found]
    return [
        Drawn(one, look, look is not None and gate.may("review", Thing("search", site, owner=look.purpose.person)))
        for one, look in zip(found, looks, strict=True)
    ]


def show_reviews(request: Request, gate: Granted, fault: Exception | None = None) -> Response:
    """The page of reviews, with what was wrong with the last outcome."""
    return render(
        request,
        "reviews.html",
        status=200 if fault is None else 422,
        fault=fault,
        waiting=drawn(gate, waiting=True),
        made=drawn(gate, waiting=False),
        outcomes=list(Outcome),
        asked_for=asked_for,
    )


@routes.get("/reviews", may="read review", at=at_site("review"), head="head.reviews")
def reviews(request: Request, gate: Gate) -> Response:
    """What was drawn, and what was found."""
    return show_reviews(request, gate)


@routes.post("/reviews/{review_id}", may="review search", at=review_in_path)
def decide(
    request: Request, gate: Gate, review_id: str, outcome: Annotated[Outcome, Form()], note: Text = ""
) -> Response:
    """Records what a review found, once."""
    store = gate.services.store
    try:
        with store.writing() as transaction:
            samples.decide_review(transaction, gate.actor, review_id, outcome, note, store.site.name)
    except FAULTS as fault:
        return show_reviews(request, gate, fault)
    return RedirectResponse("/desk/reviews", 303)


def change_canaries(request: Request, gate: Granted, plate: str, *, there: bool) -> Response:
    """Sets a canary or takes it away."""
    change = canaries.place if there else canaries.remove
    try:
        with gate.services.store.writing() as transaction:
            change(transaction, gate.actor, gate.services.store.site.name, normalise(plate))
    except FAULTS as fault:
        return show(request, gate, span_of(gate, None, None, DAYS, MOST_DAYS), None, fault)
    return RedirectResponse("/desk#canaries", 303)


@routes.post("/canaries", may="place canary", at=at_site("canary"))
def place_canary(request: Request, gate: Gate, plate: Text) -> Response:
    """Sets a canary."""
    return change_canaries(request, gate, plate, there=True)


@routes.post("/canaries/remove", may="place canary", at=at_site("canary"))
def remove_canary(request: Request, gate: Gate, plate: Text) -> Response:
    """Takes a canary away."""
    return change_canaries(request, gate, plate, there=False)
