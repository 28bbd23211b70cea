# SPDX-License-Identifier: Apache-2.0
"""The map of the site: its places and where their cameras look; of a chosen place what went past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import Connection

from wayside.access import Age, Thing
from wayside.bootstrap import Services
from wayside.record import Kept, cameras, crossings_by_way, newest, passages_by
from wayside.watch import Place, places_of
from wayside.web.catalogue import catalogue
from wayside.web.figures import REGIONS, Figure, figure_of
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.headings import headings_of
from wayside.web.regions import region_of
from wayside.web.rendering import render
from wayside.web.shown import Shown, shown
from wayside.web.things import absent, at_site

routes = Routes("/map", {"include_in_schema": False})
COUNTED = timedelta(hours=24)
NEWEST = 8
"""Passages of a place that are shown beside the map."""
PMTILES = "application/vnd.pmtiles"
KEPT = "private, max-age=600"
"""A region file holds nothing of the record; its digest changes with it."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went past a place; only for who may watch."""

    count: int
    """In the last day."""
    ways: tuple[tuple[str, int], ...]
    """Gate and way, the most frequent first."""
    cards: tuple[Shown, ...]


def site_places(services: Services, connection: Connection) -> dict[str, Place]:
    """The places of the site that serves."""
    return places_of(cameras(connection, services.store.site.name).values())


def counts_of(connection: Connection, site: str, now: datetime) -> dict[str, int]:
    """Passages of each camera of a site in the last day."""
    return passages_by(connection, "camera", site, now - COUNTED, now)


def latest(connection: Connection, site: str, place: Place, since: datetime) -> list[Kept]:
    """The newest passages of a place."""
    found = [one for camera in place.cameras for one in newest(connection, site, since, NEWEST, camera=camera.name)]
    return nlargest(NEWEST, found, key=lambda one: (one.passage.began_at, one.seq))


def traffic_of(gate: Granted, connection: Connection, place: Place) -> Traffic | None:
    """What went past a place in the last day, masked as the policy says; None for who may not watch."""
    services = gate.services
    site, now = services.store.site.name, services.store.now()
    thing = Thing("passage", site, age=Age.FRESH)
    if not gate.may("watch", thing):
        return None
    masked = gate.check(thing, "watch").masked
    counted = counts_of(connection, site, now)
    ways = crossings_by_way(connection, site, now - COUNTED, now, [one.name for one in place.cameras])
    found = latest(connection, site, place, now - services.settings.tiers.fresh)
    return Traffic(
        count=sum(counted.get(one.name, 0) for one in place.cameras),
        ways=tuple(sorted(((f"{crossed}, {way}", n) for (crossed, way), n in ways.items()), key=lambda one: -one[1])),
        cards=tuple(shown(one.passage, masked=masked) for one in found),
    )


def notes_of(gate: Granted, connection: Connection, places: dict[str, Place]) -> dict[str, str]:
    """How many went past each place, to stand beside its name; nothing for who may not watch."""
    services = gate.services
    site, now = services.store.site.name, services.store.now()
    if not gate.may("watch", Thing("passage", site, age=Age.FRESH)):
        return {}
    counted = counts_of(connection, site, now)
    return {
        name: catalogue()("map.count", count=f"{sum(counted.get(one.name, 0) for one in place.cameras):,}")
        for name, place in places.items()
    }


def drawn(gate: Granted) -> tuple[Figure, dict[str, Place]]:
    """The map with all places of the site, and these."""
    store = gate.services.store
    with store.reading() as connection:
        places = site_places(gate.services, connection)
        notes = notes_of(gate, connection, places)
    ways = headings_of(places.values(), gate.services.cameras.plans())
    return figure_of(store.data_dir, places.values(), notes, ways=ways), places


@routes.get("", may="read camera", at=at_site("camera"), head="head.map")
def site_map(request: Request, gate: Gate, place: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The page; with a place what went past there, and with htmx that alone."""
    with gate.services.store.reading() as connection:
        chosen = site_places(gate.services, connection).get(place)
        traffic = None if chosen is None else traffic_of(gate, connection, chosen)
    ways = () if chosen is None else headings_of([chosen], gate.services.cameras.plans())[chosen.name]
    if place and chosen is None:
        raise absent()
    if request.headers.get("hx-request"):
        return render(request, "place.html", chosen=chosen, traffic=traffic, ways=ways)
    figure, places = drawn(gate)
    lost = [one for one in places.values() if one.position is None]
    may_follow = gate.may("read", Thing("journey", gate.services.store.site.name, age=Age.FRESH))
    facts: dict[str, Any] = {"figure": figure, "lost": lost, "chosen": chosen, "traffic": traffic, "ways": ways}
    return render(request, "map.html", may_follow=may_follow, **facts)


@routes.get(REGIONS.removeprefix("/map") + "{region}", may="read camera", at=at_site("camera"))
def region_file(request: Request, gate: Gate, region: str) -> Response:
    """A region file, or the part of it that was asked for."""
    found = region_of(gate.services.store.data_dir, region)
    if found is None:
        raise absent()
    stated = found.path.stat()
    etag = f'"{stated.st_mtime_ns:x}-{stated.st_size:x}"'
    headers = {"ETag": etag, "Cache-Control": KEPT, "Accept-Ranges": "bytes"}
    if request.headers.get("if-none-match") == etag:
        return Response(None, 304, headers)
    return FileResponse(found.path, headers=headers, media_type=PMTILES, stat_result=stated)
