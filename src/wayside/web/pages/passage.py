# SPDX-License-Identifier: Apache-2.0
"""One passage with all that is known of it: pictures, reads, what the syntax says, and what people said."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from wayside.access import Age, Thing, approvals
from wayside.domain import EvidenceRole, Passage, UsageError
from wayside.plates import explain
from wayside.record import (
    CORRECTABLE,
    AmendmentKind,
    SightingLink,
    SightingVersion,
    amend,
    amendments_of,
    cameras,
    find_passage,
    links_of_passage,
    neighbours,
    sighting_versions,
    standing,
)
from wayside.web.crossed import Overlay, overlay_of
from wayside.web.guard import Ask, Gate, Granted, Routes
from wayside.web.looking import told
from wayside.web.rendering import render
from wayside.web.seen import Seen, seen
from wayside.web.shown import percent, shown
from wayside.web.things import absent, of_sighting, own_at_site, passage_in_path

routes = Routes("/passages", {"include_in_schema": False})
one_passage = passage_in_path("passage")
NEAR = timedelta(minutes=10)
"""How far before and after the neighbours in time are looked for."""
Short = Annotated[str, Form(max_length=1000)]


@routes.get("/{passage_id}", may="read passage", at=one_passage)
def passage(request: Request, gate: Gate, passage_id: str) -> Response:
    """The page; the look is journalled."""
    return show(request, gate, passage_id)


@routes.post("/{passage_id}/ask", may="ask request", at=own_at_site("request"))
def ask_second(gate: Gate, passage_id: str, because: Short) -> Response:
    """Asks a second person to sign for opening an old passage; the room asks the policy about exactly that."""
    exact = {"passage_id": passage_id}
    with gate.services.store.reading() as connection:
        thing = one_passage(Ask(gate.services, connection, gate.actor, exact, {}))
    with gate.services.store.writing() as transaction:
        approvals.ask(transaction, gate.actor, "read", thing, exact, because)
    return RedirectResponse("/approvals", 303)


def show(request: Request, gate: Granted, passage_id: str, fault: UsageError | None = None) -> Response:
    """The page, with what was wrong with the last amendment."""
    with gate.services.store.reading() as connection:
        kept = find_passage(connection, passage_id)
    if kept is None:
        raise absent()
    entry = told(gate, kept)
    with gate.services.store.reading() as connection:
        said = amendments_of(connection, [passage_id]).get(passage_id, [])
        before, later = neighbours(connection, kept, NEAR)
        place = cameras(connection).get(kept.passage.camera)
        reported = [sighting_versions(connection, one.sighting_id) for one in linked_sightings(connection, passage_id)]
    found = kept.passage
    meant = found.registration
    return render(
        request,
        "passage.html",
        status=200 if fault is None else 422,
        fault=fault,
        one=shown(found, masked=gate.decision.masked),
        passage=found,
        kept=kept,
        crossings=list(zip(found.direction.crossings, found.crossed_at, strict=True)),
        others=[(other.text, percent(other.probability)) for other in found.plate.alternatives],
        meaning=explain(meant, found.plate.text) if meant and found.plate.text else None,
        said=said,
        before=before,
        later=later,
        place=place,
        overlay=overlay(gate, found),
        entry=entry,
        reported=reported_here(gate, reported),
        correctable=CORRECTABLE,
        may_follow=gate.may("read", Thing("journey", kept.site, age=Age.FRESH)),
        may_correct=gate.may("correct", gate.thing) if gate.thing else False,
    )


def linked_sightings(connection: Connection, passage_id: str) -> list[SightingLink]:
    """The sightings that somebody said are of the same vehicle."""
    return standing(links_of_passage(connection, passage_id))


def reported_here(gate: Granted, found: list[list[SightingVersion]]) -> list[Seen]:
    """Those of the sightings that are there, and that the person may open."""
    last = [versions[-1] for versions in found if versions]
    return [seen(one) for one in last if gate.may("read", of_sighting(one.sighting, gate.services))]


def overlay(gate: Granted, passage: Passage) -> Overlay | None:
    """The gates that the passage crossed, to be drawn over its frame; the camera knows where they are."""
    frame = next((one for one in passage.evidence if one.role is EvidenceRole.FRAME), None)
    path = None if frame is None else gate.services.store.picture_path(frame)
    return overlay_of(passage, gate.services.cameras.find(passage.camera), path)


@routes.post("/{passage_id}/amend", may="correct passage", at=one_passage)
def add_amendment(
    request: Request,
    gate: Gate,
    passage_id: str,
    kind: Annotated[AmendmentKind, Form()],
    reason: Short,
    field: Short = "",
    value: Short = "",
) -> Response:
    """Appends what a person says of the passage; what the camera read stays."""
    correcting = kind is AmendmentKind.CORRECTION
    try:
        amend(
            gate.services.store,
            passage_id,
            kind,
            author=str(gate.actor.person),
            reason=reason,
            field=field if correcting else None,
            value=value_of(field, value) if correcting else None,
        )
    except UsageError as fault:
        return show(request, gate, passage_id, fault)
    return RedirectResponse(f"/passages/{passage_id}", 303)


def value_of(field: str, value: str) -> str | int:
    """The corrected value in the form in which the record keeps it."""
    if field == "occupants" and value.strip().isdecimal():
        return int(value)
    return value.strip().upper().replace(" ", "") if field == "plate" else value.strip()
