# SPDX-License-Identifier: Apache-2.0
"""Finding passages: one box that understands what people type, and the explicit fields beside it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import RefusalError, RequestError, Thing, Why, approvals
from wayside.domain import PlateClass, UsageError, VehicleColour, VehicleKind
from wayside.record import cameras
from wayside.record.search import Criteria, Found, Page, UnboundedSearchError, criteria_of, search
from wayside.watch import stops_of
from wayside.web.api.search import possible
from wayside.web.asking import Asked, Known, understand
from wayside.web.catalogue import catalogue
from wayside.web.figures import Figure, figure_of
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.known import known_gates
from wayside.web.rendering import render
from wayside.web.shown import Shown, percent, shown
from wayside.web.things import newest_at_site, own_at_site

routes = Routes("/find", {"include_in_schema": False})
ROWS = 50
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=4096)]
FAULTS = (UsageError, UnboundedSearchError)


@dataclass(frozen=True, slots=True)
class Result:
    """A passage that was found, and by which text."""

    one: Shown
    matched: str | None
    """In words, where it is not simply the reading."""
    said: tuple[str, ...]
    """What people said of it."""
    picture: str | None
    """Address of the picture of the vehicle, each look at which is journalled; None where it may not be seen."""


def known_names(gate: Granted) -> Known:
    """The names that the site uses."""
    gates, ways = known_gates(gate.services.store)
    with gate.services.store.reading() as connection:
        there = cameras(connection)
    places = {one.place for one in there.values() if one.place}
    return Known(tuple(there), gates, ways, sorted(places))


def result_of(gate: Granted, found: Found) -> Result:
    """A result as the page shows it."""
    texts = catalogue()
    matched = None
    if found.matched is not None and found.matched.source != "reading":
        matched = texts(f"find.matched_{found.matched.source.value}", text=found.matched.text,
                        probability=percent(found.matched.probability) or "")  # fmt: skip
    one, said = shown(found.passage, masked=False), tuple(texts(f"amended.{one.kind}") for one in found.amendments)
    age = gate.services.settings.tiers.age(found.passage.began_at, gate.services.store.now())
    may_see = gate.may("read", Thing("picture", gate.services.store.site.name, age=age))
    return Result(one, matched, said, one.picture if may_see else None)


def page_of(request: Request, gate: Granted, status: int = 200, **more: Any) -> Response:
    """The page, or with htmx only its results."""
    blank: dict[str, Any] = {"q": "", "criteria": "", "stated": {}, "results": [], "second": False}
    blank |= dict.fromkeys(("asked", "page", "fault"))
    template = "results.html" if request.headers.get("hx-request") else "find.html"
    words: dict[str, Any] = {"classes": list(PlateClass), "kinds": list(VehicleKind), "colours": list(VehicleColour)}
    words |= {"known": known_names(gate), "figure": map_of(gate, more.get("page"))}
    return render(request, template, status=status, **{**words, **blank, **more})


def map_of(gate: Granted, page: Page | None) -> Figure | None:
    """The places of a page of results with how many are of each; None where none has a position."""
    if page is None or not page.results:
        return None
    store = gate.services.store
    with store.reading() as connection:
        stops = stops_of(page.results, cameras(connection, store.site.name))
    counted = Counter(one.place.name for one in stops)
    touched = {one.place.name: one.place for one in stops if one.place.position is not None}
    notes = {name: catalogue()("find.of_place", count=counted[name]) for name in touched}
    return figure_of(store.data_dir, touched.values(), notes) if touched else None


@routes.get("", may="search passage", at=newest_at_site("passage"), head="head.find")
def find(request: Request, gate: Gate) -> Response:
    """The empty page; nothing is looked up yet."""
    return page_of(request, gate)


def now_of(gate: Granted) -> datetime:
    """The time by the record's clock, in the site's zone."""
    return gate.services.store.now().astimezone(gate.services.zone)


def looked_up(gate: Granted, criteria: Criteria, cursor: str | None) -> tuple[Criteria, Page]:
    """The criteria as they were bounded, and the page; raises RefusalError, UsageError, UnboundedSearchError."""
    bounded, thing = possible(gate, criteria)
    gate.check(thing, subject={"criteria": criteria.document()}, further=cursor is not None)
    gate.spend(gate.services.settings.searches)
    return bounded, search(gate.services.store, bounded, gate.purpose, ROWS, cursor)


def answered(request: Request, gate: Granted, criteria: Criteria, cursor: str | None = None, **more: Any) -> Response:
    """The page with what is found, or with the offer to ask a second person where nothing else is missing."""
    try:
        bounded, page = looked_up(gate, criteria, cursor)
    except RefusalError as refused:
        if refused.decision.why is not Why.SECOND_PERSON:
            raise
        return page_of(request, gate, 403, second=True, criteria=json.dumps(criteria.document()), **more)
    return page_of(request, gate, **answer(gate, bounded, page), **more)


@routes.post("", may="search passage", at=None)
def ask(
    request: Request,
    gate: Gate,
    q: Short = "",
    plate_class: Short = "",
    kind: Short = "",
    colour: Short = "",
    camera: Short = "",
    gate_name: Short = "",
    way: Short = "",
    since: Short = "",
    until: Short = "",
) -> Response:
    """Looks for what was typed and chosen."""
    stated = {"plate_class": plate_class, "kind": kind, "colour": colour, "camera": camera, "gate_name": gate_name,
              "way": way, "since": since, "until": until}  # fmt: skip
    try:
        asked = understood(gate, q, stated)
        return answered(request, gate, asked.criteria, q=q, asked=asked, stated=stated)
    except FAULTS as fault:
        gate.leave_to_room()  # nothing was looked up
        return page_of(request, gate, 422, q=q, fault=fault, stated=stated)


def understood(gate: Granted, q: str, stated: dict[str, str]) -> Asked:
    """What the box and the fields mean together; raises UsageError."""
    fields: dict[str, Any] = {"site": gate.services.store.site.name}
    if stated["plate_class"] in set(PlateClass):
        fields["plate_class"] = PlateClass(stated["plate_class"])
    if stated["kind"] in set(VehicleKind):
        fields["kind"] = VehicleKind(stated["kind"])
    if stated["colour"] in set(VehicleColour):
        fields["colour"] = stated["colour"]
    if stated["camera"]:
        fields["cameras"] = (stated["camera"],)
    fields |= {"gate": stated["gate_name"] or None, "way": stated["way"] or None}
    fields |= {name: time_of(gate, stated[name]) for name in ("since", "until")}
    return understand(q, now_of(gate), known_names(gate), **fields)


def time_of(gate: Granted, text: str) -> datetime | None:
    """A time of the browser's field, in the site's zone; raises UsageError."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=gate.services.zone)
    except ValueError:
        raise UsageError(f"{text[:40]!r} is no time; choose day and time in the field") from None


@routes.post("/more", may="search passage", at=None)
def more(request: Request, gate: Gate, criteria: Long, cursor: Short) -> Response:
    """The next page of a search, which is journalled like the first."""
    return gone_on(request, gate, criteria, cursor)


@routes.post("/again", may="search passage", at=None)
def again(request: Request, gate: Gate, criteria: Long) -> Response:
    """A search that a second person has signed for, exactly as it was asked for."""
    return gone_on(request, gate, criteria, None)


def gone_on(request: Request, gate: Granted, criteria: str, cursor: str | None) -> Response:
    """A search whose criteria a page of ours stated."""
    try:
        return answered(request, gate, stated_before(gate, criteria), cursor)
    except FAULTS as fault:
        gate.leave_to_room()
        return page_of(request, gate, 422, fault=fault)


def stated_before(gate: Granted, criteria: str) -> Criteria:
    """The criteria that a page of ours stated; raises UsageError for those of another site, or that are none."""
    try:
        found = criteria_of(json.loads(criteria))
    except (UsageError, ValueError, TypeError, KeyError, AttributeError):
        raise UsageError("this search cannot go on; begin it again") from None
    if found.site != gate.services.store.site.name:
        raise UsageError("the search is of another site; begin it there")
    return found


def ask_for(gate: Granted, action: str, thing: Thing, wanted: Criteria, because: str) -> None:
    """Asks a second person to sign for exactly this; raises RefusalError, RequestError."""
    with gate.services.store.writing() as transaction:
        approvals.ask(transaction, gate.actor, action, thing, {"criteria": wanted.document()}, because)


@routes.post("/ask", may="ask request", at=own_at_site("request"))
def ask_second(request: Request, gate: Gate, criteria: Long, because: Long) -> Response:
    """Asks a second person to sign for a search; the room asks the policy about exactly that."""
    try:
        wanted = stated_before(gate, criteria)
        _, thing = possible(gate, wanted)
        ask_for(gate, "search", thing, wanted, because)
    except (*FAULTS, RequestError) as fault:
        return page_of(request, gate, 422, fault=fault, second=True, criteria=criteria)
    return RedirectResponse("/approvals", 303)


def answer(gate: Granted, criteria: Criteria, page: Page) -> dict[str, Any]:
    """What the template needs of a page of results."""
    return {
        "page": page,
        "results": [result_of(gate, one) for one in page.results],
        "criteria": json.dumps(criteria.document()),
    }
