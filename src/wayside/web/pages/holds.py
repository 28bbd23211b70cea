# SPDX-License-Identifier: Apache-2.0
"""Holds: what is kept beyond its time for a case, asked for here, signed by somebody else, released by either task."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import Age, RequestError, Thing
from wayside.domain import UsageError
from wayside.record.retention import LONGEST_DAYS, holds_at, release_hold
from wayside.web import keeping
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.lists import end_of
from wayside.web.rendering import render
from wayside.web.things import at_site, hold_in_path, own_at_site

routes = Routes("/holds", {"include_in_schema": False})
FAULTS = (UsageError, RequestError)
Short = Annotated[str, Form(max_length=64)]
Long = Annotated[str, Form(max_length=20_000)]
RecordId = Annotated[str, Query(pattern="^[0-9a-f]{0,32}$")]


def show(request: Request, gate: Granted, fault: Exception | None = None, **stated: Any) -> Response:
    """The holds of the site, with what was wrong with the last change."""
    store, site = gate.services.store, gate.services.store.site.name
    with store.reading() as connection:
        found = holds_at(connection, site)
    now = store.now()
    return render(
        request, "holds.html", status=422 if fault else 200, fault=fault, now=now, longest_days=LONGEST_DAYS,
        standing=[one for one in found if one.active(now)], over=[one for one in found if not one.active(now)],
        may_place=gate.may("place", Thing("hold", site, age=Age.FRESH, approved=True)),
        may_release=gate.may("release", Thing("hold", site)),
        may_open=gate.may("read", Thing("passage", site, age=Age.FRESH)),
        stated={"records": "", "until": "", "because": "", **stated},
    )  # fmt: skip


@routes.get("", may="read hold", at=at_site("hold"), head="head.holds")
def all_holds(request: Request, gate: Gate, record: RecordId = "") -> Response:
    """What is held and for which case; `record` is put into the form for another one."""
    return show(request, gate, records=record)


@routes.post("/ask", may="ask request", at=own_at_site("request"))
def ask(request: Request, gate: Gate, records: Long = "", until: Short = "", because: Long = "") -> Response:
    """Asks a second person to sign for a hold; the room asks the policy about exactly that."""
    services = gate.services
    try:
        wanted = keeping.Keeping(tuple(records.split()), end_of(gate, until))
        with services.store.reading() as connection:
            exactly = keeping.hold_asked(connection, services, services.store.site.name, wanted, gate.purpose)
        keeping.ask(services.store, gate.actor, keeping.HOLD, exactly, because)
    except FAULTS as fault:
        return show(request, gate, fault, records=records, until=until, because=because)
    return RedirectResponse("/approvals", 303)


@routes.post("/{hold_id}/release", may="release hold", at=hold_in_path)
def release(request: Request, gate: Gate, hold_id: str) -> Response:
    """Lets the records of a hold go; those whose time is over are erased by the next run."""
    try:
        release_hold(gate.services.store, hold_id, person=str(gate.actor.person))
    except UsageError as fault:
        return show(request, gate, fault)
    return RedirectResponse("/holds", 303)
