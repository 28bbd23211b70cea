# SPDX-License-Identifier: Apache-2.0
"""How long what is kept: shortened at once, lengthened with a second person's signature."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import RequestError, Thing
from wayside.domain import UsageError
from wayside.record import Periods, is_longer
from wayside.web import keeping
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.rendering import render
from wayside.web.things import at_site

routes = Routes("/retention", {"include_in_schema": False})
FAULTS = (UsageError, RequestError)
Days = Annotated[int, Form(ge=0, le=9999)]


def show(
    request: Request, gate: Granted, fault: Exception | None = None, stated: Periods | None = None, because: str = ""
) -> Response:
    """The periods in force, with what was wrong with the last change."""
    store = gate.services.store
    store.look_at_policy()
    site = store.site
    return render(
        request, "retention.html", status=422 if fault else 200, fault=fault, retention=site.retention,
        in_file=asdict(store.stated.retention.periods), now=asdict(site.retention.periods),
        stated=asdict(stated or site.retention.periods), because=because,
        may_change=gate.may("shorten", Thing("retention", site.name)),
    )  # fmt: skip


@routes.get("", may="read configuration", at=at_site("configuration"), head="head.retention")
def periods(request: Request, gate: Gate) -> Response:
    """How long what is kept, by the file of the site and by what was decided since."""
    return show(request, gate)


@routes.post("", may="shorten retention", at=at_site("retention"))
def change(
    request: Request, gate: Gate, passages_days: Days, pictures_days: Days, hits_days: Days, sightings_days: Days,
    because: Text = "",
) -> Response:  # fmt: skip
    """Shortens at once; where anything would be kept for longer, asks a second person to sign."""
    store, stated = gate.services.store, Periods(passages_days, pictures_days, hits_days, sightings_days)
    try:
        if not is_longer(store.site.retention.periods, stated):
            keeping.shorten(store, str(gate.actor.person), stated)
            return RedirectResponse("/retention", 303)
        keeping.ask(store, gate.actor, keeping.LONGER, keeping.longer_asked(store.site, stated), because)
    except FAULTS as fault:
        return show(request, gate, fault, stated, because)
    return RedirectResponse("/approvals", 303)
