# SPDX-License-Identifier: Apache-2.0
"""The table of permissions as a page: what each role may do, on which conditions, and by which addresses."""

from __future__ import annotations

from fastapi import Request, Response

from wayside.access import permissions
from wayside.web.guard import Gate, GuardedRoute, Routes
from wayside.web.rendering import render
from wayside.web.things import anywhere

routes = Routes(more={"include_in_schema": False})


@routes.get("/permissions", may="read permissions", at=anywhere("permissions"), head="head.permissions")
def table(request: Request, gate: Gate) -> Response:
    """Who may do what."""
    addresses: dict[str, list[str]] = {}
    for route in request.app.router.routes:
        if isinstance(route, GuardedRoute):
            addresses.setdefault(route.deed.may, []).append(f"{min(route.methods or ())} {route.path}")
    return render(request, "permissions.html", table=permissions(), addresses=addresses)
