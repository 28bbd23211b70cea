# SPDX-License-Identifier: Apache-2.0
"""The purpose that a person works under: begun once, shown in the head of every page, ended."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import PurposeError, working
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.rendering import render
from wayside.web.things import own_at_site

routes = Routes(more={"include_in_schema": False})


def form(request: Request, gate: Granted, fault: PurposeError | None = None) -> Response:
    """The page on which a purpose is begun or ended."""
    status = 200 if fault is None else 422
    return render(request, "purpose.html", status=status, fault=fault, purposes=gate.services.settings.purposes)


@routes.get("/purpose", may="read purpose", at=own_at_site("purpose"))
def purpose(request: Request, gate: Gate) -> Response:
    """What the person works under."""
    return form(request, gate)


@routes.post("/purpose", may="begin purpose", at=own_at_site("purpose"))
def begin(request: Request, gate: Gate, reason: Text, reference: Text) -> Response:
    """Begins to work under a purpose."""
    services = gate.services
    try:
        stated = services.settings.purposes.checked(reason, reference, str(gate.actor.person))
        with services.store.writing() as transaction:
            working.begin(transaction, services.settings.purposes, services.store.site.name, stated)
    except PurposeError as fault:
        return form(request, gate, fault)
    return RedirectResponse("/", 303)


@routes.post("/purpose/end", may="end purpose", at=own_at_site("purpose"))
def end(gate: Gate) -> Response:
    """Ends it."""
    with gate.services.store.writing() as transaction:
        working.end(transaction, str(gate.actor.person))
    return RedirectResponse("/purpose", 303)
