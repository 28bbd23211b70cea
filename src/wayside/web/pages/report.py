# SPDX-License-Identifier: Apache-2.0
"""The phone page of observers: installed like an app, works without a connection, sends each report once, later."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from wayside.domain import BriefState, PlateClass, VehicleKind
from wayside.intake import briefs, reporting
from wayside.record import cameras, newest_sightings
from wayside.web.assets import address_of, assets
from wayside.web.catalogue import catalogue
from wayside.web.csrf import token_of
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.known import known_gates
from wayside.web.rendering import render
from wayside.web.things import anywhere, own_new_sighting

routes = Routes("/report", {"include_in_schema": False})
ALIVE = frozenset({BriefState.COMING, BriefState.IN_FORCE})
COLOURS = ("white", "black", "grey", "silver", "red", "blue", "green", "yellow", "brown")
KINDS = tuple(VehicleKind)
HEADINGS = tuple(range(0, 360, 45))
PARTS = ("report.css", "report.js", "outbox.js", "photo.js", "model.js", "screen.js", "items.js")
SHELL = (*(f"report/{one}" for one in PARTS), "wayside.svg")
"""What the page is made of, beside itself."""
MOST_SHOWN = 50


@routes.get("", may="report sighting", at=own_new_sighting, head="head.report")
def report(request: Request, gate: Gate) -> Response:
    """The page; nothing in it is of the person or the site, for it stays on the phone."""
    headers = {"Cache-Control": "no-cache"}
    classes = list(PlateClass)
    return render(
        request, "report.html", headers=headers, classes=classes, kinds=KINDS, colours=COLOURS, headings=HEADINGS
    )


@routes.get("/state", may="report sighting", at=own_new_sighting)
def state(gate: Gate) -> Response:
    """What the page needs of the site: the briefs, the places, one's own reports, and the token for sending."""
    return JSONResponse(state_of(gate))


def state_of(gate: Granted) -> dict[str, Any]:
    """The same as a document."""
    store, person, site = gate.services.store, str(gate.actor.person), gate.services.store.site.name
    now, ways = store.now(), known_gates(store)[1]
    with store.reading() as connection:
        given = briefs.given_to(connection, site, person)
        there = cameras(connection, site)
        since, until = now - gate.services.settings.tiers.fresh, now + reporting.SLACK
        own = newest_sightings(connection, site, since=since, until=until, limit=MOST_SHOWN, observer=person)
    alive = [(brief, copy) for brief, copy in given if brief.state(now) in ALIVE]
    return {
        "person": person,
        "now": now.isoformat(),
        "csrf": "" if gate.who.key is None else token_of(gate.who.key),
        "briefs": [
            {
                "id": brief.id,
                "title": brief.title,
                "places": list(brief.places),
                "begins": brief.begins_at.isoformat(),
                "ends": brief.last_moment.isoformat(),
                "acknowledged": copy.acknowledged_at is not None,
                "read": copy.first_read_at is not None,
            }
            for brief, copy in alive
        ],
        "places": sorted({one.place for one in there.values() if one.place}),
        "ways": ways,
        "sent": [one.sighting.id for one in own],
    }


@routes.get("/worker.js", may="read asset", at=anywhere("asset"))
async def worker(request: Request) -> Response:
    """The service worker: below `/report`, with the addresses of what it keeps, so that it changes when they do."""
    kept = json.dumps([address_of(path) for path in SHELL])
    body = assets()["report/worker.js"].body.replace(b'"SHELL"', kept.encode())
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/report"}
    return Response(body, 200, headers, "text/javascript")


@routes.get("/manifest.webmanifest", may="read asset", at=anywhere("asset"))
async def manifest(request: Request) -> Response:
    """What a phone installs the page by."""
    texts = catalogue()
    icons = [
        {"src": address_of(f"report/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": use}
        for side in (192, 512)
        for use in ("any", "maskable")
    ]
    told = {
        "id": "/report",
        "name": texts("report.app"),
        "short_name": texts("report.app_short"),
        "lang": texts.language,
        "start_url": "/report",
        "scope": "/report",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#0f151b",
        "theme_color": "#12507b",
        "icons": icons,
    }
    return Response(json.dumps(told), 200, {"Cache-Control": "no-cache"}, "application/manifest+json")
