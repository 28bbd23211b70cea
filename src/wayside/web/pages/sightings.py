# SPDX-License-Identifier: Apache-2.0
"""Sightings: found under a purpose, one with all its versions, and the passages that may be of the same vehicle."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from wayside.access import Thing
from wayside.domain import PlateClass, UsageError
from wayside.intake import SightingCriteria, plate_asked, reporting
from wayside.record import cameras, find_passage, links_of_sighting, standing
from wayside.web.api.sighting_forms import Linking
from wayside.web.api.sightings import link, looked_up, proposed, versions_of
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.looking import told_sighting
from wayside.web.rendering import render
from wayside.web.seen import seen
from wayside.web.shown import shown
from wayside.web.things import newest_at_site, sighting_in_path

routes = Routes("/sightings", {"include_in_schema": False})
ORDINARY = timedelta(days=7)
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=1000)]
Body = Annotated[str, Form(max_length=16_384)]
Flag = Annotated[bool, Form()]


def page_of(request: Request, gate: Granted, status: int = 200, **more: Any) -> Response:
    """The form, and what was found."""
    store = gate.services.store
    with store.reading() as connection:
        places = sorted({one.place for one in cameras(connection, store.site.name).values() if one.place})
    context = {"fault": None, "page": None, "results": [], "stated": {}, **more}
    return render(request, "sightings.html", status=status, places=places, classes=list(PlateClass), **context)


@routes.get("", may="search sighting", at=newest_at_site("sighting"), head="head.sightings")
def sightings(request: Request, gate: Gate) -> Response:
    """The form."""
    return page_of(request, gate)


def time_of(gate: Granted, text: str, otherwise: datetime) -> datetime:
    """A time of the browser's field, in the site's zone; raises UsageError."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=gate.services.zone) if text else otherwise
    except ValueError:
        raise UsageError("that is no time; choose day and time in the field") from None


@routes.post("", may="search sighting", at=None)
def find(
    request: Request,
    gate: Gate,
    plate: Short = "",
    plate_class: Short = "",
    place: Short = "",
    observer: Short = "",
    since: Short = "",
    until: Short = "",
) -> Response:
    """Finds reports; the search is journalled."""
    now, site = gate.services.store.now(), gate.services.store.site.name
    stated = {"plate": plate, "plate_class": plate_class, "place": place, "observer": observer,
              "since": since, "until": until}  # fmt: skip
    try:
        criteria = SightingCriteria(
            site,
            time_of(gate, since, now - ORDINARY),
            time_of(gate, until, now + reporting.SLACK),
            plate_asked(plate),
            PlateClass(plate_class) if plate_class in set(PlateClass) else None,
            place.strip() or None,
            observer.strip() or None,
        )
        page = looked_up(gate, criteria)
    except UsageError as fault:
        gate.leave_to_room()  # nothing was looked up
        return page_of(request, gate, 422, fault=fault, stated=stated)
    return page_of(request, gate, page=page, results=[seen(one) for one in page.found], stated=stated)


def show(
    request: Request, gate: Granted, sighting_id: str, fault: Exception | None = None, *, proposing: bool = False
) -> Response:
    """One sighting, with what was wrong with the last change."""
    versions = versions_of(gate, sighting_id)
    last, store = versions[-1], gate.services.store
    one = last.sighting
    entry = told_sighting(gate, one)
    own = one.observer == gate.actor.person
    thing = Thing("sighting", one.site, one.observer, gate.services.settings.tiers.age(one.seen_at, store.now()))
    may_link = gate.may("link", thing)
    found = proposed(gate, one) if proposing and may_link else []
    with store.reading() as connection:
        links = links_of_sighting(connection, sighting_id)
        linked = [(made, find_passage(connection, made.passage_id)) for made in standing(links)]
    return render(
        request,
        "sighting.html",
        status=200 if fault is None else 422,
        fault=fault,
        now=seen(last),
        versions=[seen(version) for version in versions],
        links=links,
        linked=[(made, shown(kept.passage, masked=False)) for made, kept in linked if kept and may_link],
        proposals=[(proposal, shown(proposal.kept.passage, masked=False)) for proposal in found],
        proposing=proposing,
        may_link=may_link,
        may_correct=own and gate.may("correct", thing),
        classes=list(PlateClass),
        editable=reporting.may_edit(last, store.now()),
        entry=entry,
    )


@routes.get("/{sighting_id}", may="read sighting", at=sighting_in_path)
def sighting(request: Request, gate: Gate, sighting_id: str) -> Response:
    """One report; a look at somebody else's is journalled."""
    return show(request, gate, sighting_id)


@routes.post("/{sighting_id}/proposals", may="link sighting", at=sighting_in_path)
def propose(request: Request, gate: Gate, sighting_id: str) -> Response:
    """The same, with the passages that may be of the same vehicle."""
    return show(request, gate, sighting_id, proposing=True)


@routes.post("/{sighting_id}/links", may="link sighting", at=sighting_in_path)
def add_link(
    request: Request, gate: Gate, sighting_id: str, passage_id: Short, reason: Long = "", stands: Flag = True
) -> Response:
    """Says that a report and a passage are of one vehicle, or that they are not, after all."""
    try:
        link(gate, sighting_id, Linking(passage_id=passage_id, stands=stands, reason=reason.strip()))
    except (UsageError, ValidationError) as fault:
        told = fault if isinstance(fault, UsageError) else UsageError("say in up to 1000 characters why")
        return show(request, gate, sighting_id, told, proposing=True)
    return RedirectResponse(f"/sightings/{sighting_id}", 303)


@routes.post("/{sighting_id}/change", may="correct sighting", at=sighting_in_path)
def change(
    request: Request,
    gate: Gate,
    sighting_id: str,
    after: Annotated[int, Form()],
    plate: Short = "",
    plate_class: Short = "",
    colour: Short = "",
    note: Body = "",
    reason: Long = "",
) -> Response:
    """Changes one's own report; the version before stays."""
    told = reporting.draft_of(versions_of(gate, sighting_id)[-1].sighting)
    meant = PlateClass(plate_class) if plate_class in set(PlateClass) else None
    draft = replace(told, plate=plate, plate_class=meant, colour=colour, note=note.replace("\r\n", "\n"))
    observer = str(gate.actor.person)
    try:
        reporting.change(gate.services.store, sighting_id, draft, observer=observer, after=after, reason=reason)
    except UsageError as fault:
        return show(request, gate, sighting_id, fault)
    return RedirectResponse(f"/sightings/{sighting_id}", 303)
