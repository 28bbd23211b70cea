# SPDX-License-Identifier: Apache-2.0
"""The first page: what the person can do here."""

from __future__ import annotations

from fastapi import Request, Response

from wayside.web.guard import Gate, Routes
from wayside.web.rendering import render
from wayside.web.things import one_s_own

routes = Routes(more={"include_in_schema": False})


@routes.get("/", may="read session", at=one_s_own("session"))
def home(request: Request, gate: Gate) -> Response:
    """The first page."""
    roles = sorted(gate.actor.roles.get(gate.services.store.site.name, ()))
    return render(request, "home.html", roles=roles)
