# SPDX-License-Identifier: Apache-2.0
"""What goes past now: a tile for each camera, and the passages as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from wayside.access import Age, Thing
from wayside.record import CameraPlace, Glimpse, Kept, cameras, glimpses, newest
from wayside.setup import Health
from wayside.web.catalogue import catalogue
from wayside.web.feed import Feed
from wayside.web.guard import Deed, Gate, Granted, Routes
from wayside.web.healthy import Doing, doing_of
from wayside.web.rendering import fragment, render
from wayside.web.shown import shown
from wayside.web.shown_hits import recent_hits
from wayside.web.streaming import line, told_of
from wayside.web.things import newest_at_site

routes = Routes("/live", {"include_in_schema": False})
here = newest_at_site("passage")
CARDS = 24
"""Passages on the page when it is opened."""
LOOKED_BACK = timedelta(hours=1)
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Tile:
    """How one camera did in the last hour."""

    camera: str
    place: str | None
    count: int
    read: str | None
    """Share of plates that could be read; None where nothing went past."""
    unread: tuple[tuple[str, int], ...]
    """Why plates could not be read, most frequent first."""
    last: datetime | None
    doing: Doing | None
    """How it does now; None where no camera of that name is set up."""


def tile(place: CameraPlace, found: Sequence[Glimpse], health: Health | None) -> Tile:
    """The tile of a camera from its passages of the last hour and from how it does."""
    own = [one for one in found if one.camera == place.name]
    reasons = Counter(one.unread.value for one in own if one.unread)
    read = len(own) - reasons.total()
    texts = catalogue()
    return Tile(
        camera=place.name,
        place=place.place,
        count=len(own),
        read=f"{100 * read / len(own):.0f} %" if own else None,
        unread=tuple((texts(f"unread.{reason}"), count) for reason, count in reasons.most_common()),
        last=max((one.began_at for one in own), default=None),
        doing=None if health is None else doing_of(health),
    )


def tiles_of(gate: Granted, connection: Connection) -> dict[str, Any]:
    """A tile for each camera that is set up, that the record knows, or that recorded something in the last hour.

    Beside these, whether there were more passages in that hour than were looked at.
    """
    store, health, known = gate.services.store, gate.services.supervisor.health(), cameras(connection)
    hour = glimpses(connection, store.site.name, store.now() - LOOKED_BACK, LOOKED_AT)
    names = sorted({*known, *health, *(one.camera for one in hour)})
    tiles = [tile(known.get(name, CameraPlace(name)), hour, health.get(name)) for name in names]
    return {"tiles": tiles, "many": len(hour) == LOOKED_AT}


@routes.get("", may="watch passage", at=here, head="head.live")
def live(request: Request, gate: Gate) -> Response:
    """The page."""
    store = gate.services.store
    with store.reading() as connection:
        found = tiles_of(gate, connection)
        recent = newest(connection, store.site.name, store.now() - gate.services.settings.tiers.fresh, CARDS)
    cards = [shown(one.passage, masked=gate.decision.masked) for one in recent]
    watches = gate.may("watch", Thing("hit", store.site.name, age=Age.FRESH))
    hits = recent_hits(gate.services) if watches else []
    return render(request, "live.html", cards=cards, watches=watches, hits=hits, **found)


@routes.get("/tiles", may="watch passage", at=here)
def tiles(request: Request, gate: Gate) -> Response:
    """The tiles alone, which the page asks for again and again."""
    with gate.services.store.reading() as connection:
        found = tiles_of(gate, connection)
    return render(request, "live_tiles.html", **found)


@routes.get("/events", may="watch passage", at=here)
async def events(request: Request, gate: Gate) -> Response:
    """Each new passage as a card, as long as the person may watch."""
    deed = Deed("watch", "passage", here)
    return StreamingResponse(stream(request, gate, deed), media_type="text/event-stream")


def stream(request: Request, gate: Granted, deed: Deed) -> AsyncIterator[str]:
    """Server-sent events: `passage` with a card, `end` when the person may watch no more."""
    feed: Feed[Kept] = request.app.state.feed
    site = gate.services.store.site.name
    return told_of(request, gate, deed, feed, lambda kept: event(gate, kept) if kept.site == site else None)


def event(gate: Granted, kept: Kept) -> str:
    """A passage as an event; the card stands on one line."""
    one = shown(kept.passage, masked=gate.decision.masked)
    card = fragment("card.html", one=one, fresh=True, services=gate.services)
    return f"id: {kept.seq}\nevent: passage\ndata: {line(card)}\n\n"
