# SPDX-License-Identifier: Apache-2.0
"""The journey of a registration, or of each of a fleet: a list beside a map, which plays it like a film."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import RefusalError, RequestError, Why
from wayside.record.search import Criteria
from wayside.watch import FASTEST_KMH, Journey, Leg, Stop, places_of
from wayside.web.amounts import distance_words, duration_words
from wayside.web.catalogue import catalogue
from wayside.web.figures import COLOURS, Figure, figure_of
from wayside.web.following import Followed, criteria_for, follow, possible
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.find import FAULTS, Long, ask_for, stated_before, time_of
from wayside.web.rendering import render
from wayside.web.shown import Shown, shown
from wayside.web.things import newest_at_site, own_at_site

routes = Routes("/journeys", {"include_in_schema": False})
Short = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True, slots=True)
class Step:
    """One passage in the list, with the way that led there."""

    one: Shown
    place: str
    rejected: bool
    way: str | None
    """In words; None for the first, and for what nobody can have driven to."""
    odd: bool
    """Whether that way cannot have been driven."""


@dataclass(frozen=True, slots=True)
class Told:
    """A journey for the list."""

    label: str
    colour: int
    first: Shown
    steps: tuple[Step, ...]
    summary: str


def way_words(leg: Leg) -> str:
    """How long, how far and how fast at least."""
    texts, parts = catalogue(), [duration_words(leg.duration)]
    if leg.distance_m is not None:
        parts.append(texts("journeys.straight", distance=distance_words(leg.distance_m)))
    if leg.speed_kmh is not None and leg.distance_m:
        parts.append(texts("journeys.speed", speed=f"{leg.speed_kmh:,.0f}"))
    if leg.bearing_deg_true is not None:
        parts.append(texts("journeys.towards", degrees=f"{leg.bearing_deg_true:.0f}"))
    return " · ".join(parts)


def steps_of(journey: Journey) -> Iterator[Step]:
    """The passages in order, each with the leg that ends there."""
    ending = {leg.end.found.seq: leg for leg in journey.legs}
    for stop in journey.stops:
        leg = ending.get(stop.found.seq)
        passage = shown(stop.found.passage, masked=False)
        way = None if leg is None else way_words(leg)
        yield Step(passage, stop.place.name, stop.rejected, way, leg is not None and leg.implausible)


def summary_of(journey: Journey) -> str:
    """How many passages, at how many places, over which time, and how far where that is known."""
    texts, (first, last) = catalogue(), (journey.stops[0], journey.stops[-1])
    said = texts(
        "journeys.summary",
        count=len(journey.stops),
        places=len({stop.place.name for stop in journey.stops}),
        duration=duration_words(last.ended_at - first.began_at),
    )
    far = journey.distance_m
    return f"{said} · {texts('journeys.straight', distance=distance_words(far))}" if far else said


def told(number: int, journey: Journey) -> Told:
    """A journey for the list."""
    steps = tuple(steps_of(journey))
    return Told(label_of(journey), number % COLOURS, steps[0].one, steps, summary_of(journey))


def label_of(journey: Journey) -> str:
    """The plate, or that there is none."""
    return journey.text or catalogue()("journeys.unread")


def drawn(gate: Granted, journeys: tuple[Journey, ...]) -> Figure:
    """The map of the places that some journeys touch."""
    stops: list[Stop] = [stop for journey in journeys for stop in journey.stops]
    touched = places_of(camera for place in {stop.place.name: stop.place for stop in stops}.values()
                        for camera in place.cameras)  # fmt: skip
    labels = [label_of(one) for one in journeys]
    return figure_of(gate.services.store.data_dir, touched.values(), None, journeys, labels)


def page_of(
    request: Request,
    gate: Granted,
    stated: dict[str, str],
    followed: Followed | None = None,
    fault: Exception | None = None,
    second: Criteria | None = None,
) -> Response:
    """The page with what was found, what was wrong, or the offer to ask a second person."""
    journeys = () if followed is None else followed.journeys
    return render(
        request,
        "journeys.html",
        status=422 if fault else 200 if second is None else 403,
        fault=fault,
        criteria=None if second is None else json.dumps(second.document()),
        stated={"plate": "", "code": "", "since": "", "until": "", **stated},
        followed=followed,
        journeys=[told(at, one) for at, one in enumerate(journeys)],
        figure=drawn(gate, journeys) if journeys else None,
        lost=any(stop.place.position is None for one in journeys for stop in one.stops),
        fastest=f"{FASTEST_KMH:.0f}",
    )


@routes.get("", may="read journey", at=newest_at_site("journey"), head="head.journeys")
def ask(request: Request, gate: Gate) -> Response:
    """The empty page; nothing is looked up yet."""
    return page_of(request, gate, {})


@routes.post("", may="read journey", at=None)
def journeys(
    request: Request, gate: Gate, plate: Short = "", code: Short = "", since: Short = "", until: Short = ""
) -> Response:
    """Follows a registration or a fleet."""
    stated = {"plate": plate, "code": code, "since": since, "until": until}
    try:
        times = (time_of(gate, since), time_of(gate, until))
        criteria = criteria_for(gate.services.store.site.name, plate, code, *times)
        return answered(request, gate, stated, criteria)
    except FAULTS as fault:
        gate.leave_to_room()  # nothing was looked up
        return page_of(request, gate, stated, fault=fault)


def answered(request: Request, gate: Granted, stated: dict[str, str], criteria: Criteria) -> Response:
    """The journeys, or the offer to ask a second person where nothing else is missing; raises what `follow` does."""
    try:
        return page_of(request, gate, stated, follow(gate, criteria))
    except RefusalError as refused:
        if refused.decision.why is not Why.SECOND_PERSON:
            raise
        return page_of(request, gate, stated, second=criteria)


@routes.post("/again", may="read journey", at=None)
def again(request: Request, gate: Gate, criteria: Long) -> Response:
    """Journeys that a second person has signed for, exactly as they were asked for."""
    try:
        wanted = stated_before(gate, criteria)
        plate = "" if wanted.plate is None else wanted.plate.text
        return answered(request, gate, {"plate": plate, "code": wanted.sender_code or ""}, wanted)
    except FAULTS as fault:
        gate.leave_to_room()
        return page_of(request, gate, {}, fault=fault)


@routes.post("/ask", may="ask request", at=own_at_site("request"))
def ask_second(request: Request, gate: Gate, criteria: Long, because: Long) -> Response:
    """Asks a second person to sign for journeys; the room asks the policy about exactly those."""
    wanted = None
    try:
        wanted = stated_before(gate, criteria)
        _, thing = possible(gate, wanted)
        ask_for(gate, "read", thing, wanted, because)
    except (*FAULTS, RequestError) as fault:
        return page_of(request, gate, {}, fault=fault, second=wanted)
    return RedirectResponse("/approvals", 303)
