# SPDX-License-Identifier: Apache-2.0
"""Briefs: what observers are told to record, who was given it, who has read and acknowledged it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import RefusalError, RequestError, Thing, Why
from wayside.domain import Brief, BriefState
from wayside.intake import BriefDraft, BriefError, briefs
from wayside.record import cameras
from wayside.web.api.briefs import ask_to_publish, observers_at, opened, publish_with_signature, seen_by
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.rendering import render
from wayside.web.things import at_site, brief_in_path, own_at_site

routes = Routes("/briefs", {"include_in_schema": False})
FAULTS = (BriefError, RequestError)
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=4 * briefs.LONGEST_TEXT)]
Names = Annotated[tuple[str, ...], Form()]


@routes.get("", may="read brief", at=own_at_site("brief"), head="head.briefs")
def all_briefs(request: Request, gate: Gate) -> Response:
    """The briefs that one was given; for those who write or check them, all."""
    return show_all(request, gate)


def show_all(request: Request, gate: Granted, fault: Exception | None = None, **stated: Any) -> Response:
    """The list with the form for a new one, and what was wrong with what was written."""
    store = gate.services.store
    with store.reading() as connection:
        places = sorted({one.place for one in cameras(connection, store.site.name).values() if one.place})
    now = store.now()
    return render(
        request,
        "briefs.html",
        status=200 if fault is None else 422,
        fault=fault,
        lines=[(brief, brief.state(now), copies) for brief, copies in seen_by(gate, store.site.name)],
        may_write=gate.may("write", Thing("brief", store.site.name)),
        places=places,
        stated=stated,
    )


def time_of(gate: Granted, text: str) -> datetime:
    """A time of the browser's field, in the site's zone; raises BriefError."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=gate.services.zone)
    except ValueError:
        raise BriefError("a brief has a day and time at which it begins, and at which it ends; choose both") from None


def draft_of(gate: Granted, title: str, text: str, places: str, begins: str, ends: str) -> BriefDraft:
    """What was written in the form, with a place on each line; raises BriefError."""
    lines = tuple(one for one in places.splitlines() if one.strip())
    return BriefDraft(title, text, lines, time_of(gate, begins), time_of(gate, ends))


@routes.post("", may="write brief", at=at_site("brief"))
def write(
    request: Request,
    gate: Gate,
    title: Short = "",
    text: Long = "",
    places: Long = "",
    begins: Short = "",
    ends: Short = "",
    replaces: Short = "",
) -> Response:
    """Writes a brief, or the next version of one; nobody is given it yet."""
    store, by = gate.services.store, str(gate.actor.person)
    stated = {"title": title, "text": text, "places": places, "begins": begins, "ends": ends}
    try:
        draft = draft_of(gate, **stated)
        with store.writing() as transaction:
            made = briefs.write(transaction, store.site.name, draft, by=by, replaces=replaces or None)
    except FAULTS as fault:
        return show_all(request, gate, fault, **stated)
    return RedirectResponse(f"/briefs/{made.id}", 303)


def show(
    request: Request, gate: Granted, brief_id: str, fault: Exception | None = None, *, asked: bool = False
) -> Response:
    """One brief, with what was wrong with the last change."""
    brief, copies = opened(gate, brief_id)
    store = gate.services.store
    state = brief.state(store.now())
    own = next((one for one in copies if one.observer == gate.actor.person), None)
    thing = Thing("brief", brief.site)
    with store.reading() as connection:
        observers = observers_at(connection, brief.site)
    return render(
        request,
        "brief.html",
        status=200 if fault is None else 422,
        fault=fault,
        asked=asked,
        brief=brief,
        state=state,
        own=own,
        copies=copies,
        stated=field_values(gate, brief),
        observers=observers,
        may_see_copies=gate.may("read", thing),
        may_write=gate.may("write", thing),
        may_end=gate.may("end", thing) and state in {BriefState.IN_FORCE, BriefState.COMING},
        now=store.now(),
    )


def field_values(gate: Granted, brief: Brief) -> dict[str, str]:
    """A brief as the fields of the form have it."""
    times = (one.astimezone(gate.services.zone).strftime("%Y-%m-%dT%H:%M") for one in (brief.begins_at, brief.ends_at))
    begins, ends = times
    words = {"title": brief.title, "text": brief.text, "places": "\n".join(brief.places)}
    return {**words, "begins": begins, "ends": ends}


@routes.get("/{brief_id}", may="read brief", at=brief_in_path)
def one_brief(request: Request, gate: Gate, brief_id: str) -> Response:
    """One brief; that an observer reads their copy is noted."""
    return show(request, gate, brief_id)


@routes.post("/{brief_id}", may="write brief", at=brief_in_path)
def rewrite(
    request: Request,
    gate: Gate,
    brief_id: str,
    title: Short = "",
    text: Long = "",
    places: Long = "",
    begins: Short = "",
    ends: Short = "",
) -> Response:
    """Changes a brief that nobody was given yet."""
    try:
        draft = draft_of(gate, title, text, places, begins, ends)
        with gate.services.store.writing() as transaction:
            briefs.rewrite(transaction, brief_id, draft, by=str(gate.actor.person))
    except FAULTS as fault:
        return show(request, gate, brief_id, fault)
    return RedirectResponse(f"/briefs/{brief_id}", 303)


@routes.post("/{brief_id}/publish", may="write brief", at=brief_in_path)
def publish(request: Request, gate: Gate, brief_id: str, observers: Names = (), because: Short = "") -> Response:
    """Gives it to observers where that is signed for, of which the policy is asked; else asks for the signature."""
    try:
        return published(request, gate, brief_id, observers, because)
    except FAULTS as fault:
        return show(request, gate, brief_id, fault)


def published(request: Request, gate: Granted, brief_id: str, observers: Iterable[str], because: str) -> Response:
    """The same; raises BriefError, RequestError."""
    chosen = tuple(observers)
    try:
        publish_with_signature(gate, brief_id, chosen)
    except RefusalError as refused:
        if refused.decision.why is not Why.SECOND_PERSON:
            raise
        made = ask_to_publish(gate, brief_id, chosen, because)
        if made.state.value != "alone":
            return show(request, gate, brief_id, asked=True)
        publish_with_signature(gate, brief_id, chosen)
    return RedirectResponse(f"/briefs/{brief_id}", 303)


@routes.post("/{brief_id}/acknowledge", may="acknowledge brief", at=brief_in_path)
def acknowledge(request: Request, gate: Gate, brief_id: str) -> Response:
    """Says that one has read and understood it."""
    try:
        with gate.services.store.writing() as transaction:
            briefs.acknowledge(transaction, brief_id, str(gate.actor.person))
    except BriefError as fault:
        return show(request, gate, brief_id, fault)
    return RedirectResponse(f"/briefs/{brief_id}", 303)


@routes.post("/{brief_id}/end", may="end brief", at=brief_in_path)
def end(gate: Gate, brief_id: str) -> Response:
    """Ends it before its time."""
    with gate.services.store.writing() as transaction:
        briefs.end(transaction, brief_id, by=str(gate.actor.person))
    return RedirectResponse(f"/briefs/{brief_id}", 303)
