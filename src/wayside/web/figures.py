# SPDX-License-Identifier: Apache-2.0
"""Maps as pages show them: drawn by the server, with the same as data for a browser that can do more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import hypot
from pathlib import Path
from typing import Any

from wayside.domain import Position
from wayside.watch import Journey, Place, film_of, moments_of, positions
from wayside.web.assets import address_of
from wayside.web.catalogue import catalogue
from wayside.web.headings import Heading
from wayside.web.mercator import View, view_of
from wayside.web.regions import Region, regions_in
from wayside.web.world import land_of

COLOURS = 8
"""Journeys of a fleet are told apart by so many colours, then again by the first."""
ASIDE = 4.0
"""How far a line is drawn to the right of the way, in units, so that there and back are two lines."""
REGIONS = "/map/regions/"
LOCALE = (
    "NavigationControl.ZoomIn", "NavigationControl.ZoomOut", "NavigationControl.ResetBearing", "Map.Title",
    "AttributionControl.ToggleAttribution", "CooperativeGesturesHandler.WindowsHelpText",
    "CooperativeGesturesHandler.MacHelpText", "CooperativeGesturesHandler.MobileHelpText",
)  # fmt: skip
"""What the vendored map says by itself, as it calls it; our words are `map.` and the same with strokes for dots."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A place in the drawing."""

    place: Place
    x: float
    y: float
    note: str
    """Beside the name; empty where there is nothing to say."""
    ways: tuple[Heading, ...] = ()
    """Where the ways across its gates lead."""

    @property
    def bearings(self) -> list[float]:
        """Where its cameras look."""
        return [one.bearing_deg_true for one in self.place.cameras if one.bearing_deg_true is not None]


@dataclass(frozen=True, slots=True)
class Line:
    """A leg in the drawing."""

    ends: tuple[float, float, float, float]
    colour: int
    implausible: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One map."""

    view: View
    land: str | None
    pins: tuple[Pin, ...]
    lines: tuple[Line, ...]
    regions: tuple[Region, ...]
    faults: tuple[str, ...]
    """Sentences on files that are no region files."""
    journeys: tuple[dict[str, Any], ...] = ()
    film: tuple[dict[str, Any], ...] = field(default=())

    @property
    def bar(self) -> tuple[float, str]:
        """Length of the scale in the drawing, and what it is."""
        metres, length = self.view.bar()
        return length, f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"

    def data(self) -> dict[str, Any]:
        """The same for the script, as JSON."""
        (south, west), (north, east) = self.view.corners
        texts = catalogue()
        return {
            "bounds": [west, south, east, north],
            "world": address_of("world.json"),
            "gl": address_of("vendor/maplibre/maplibre-gl.mjs"),
            "worker": address_of("vendor/maplibre/maplibre-gl-worker.mjs"),
            "sheet": address_of("vendor/maplibre/maplibre-gl.css"),
            "archives": address_of("vendor/pmtiles/pmtiles.js"),
            "locale": {name: texts(f"map.{name.replace('.', '_')}") for name in LOCALE},
            "regions": [region_data(one) for one in self.regions],
            "places": [pin_data(one) for one in self.pins],
            "journeys": list(self.journeys),
            "film": list(self.film),
        }


def region_data(region: Region) -> dict[str, Any]:
    """A region file for the script."""
    return {
        "address": REGIONS + region.name, "kind": region.kind.value, "zooms": region.zooms, "bounds": region.bounds
    }  # fmt: skip


def pin_data(pin: Pin) -> dict[str, Any]:
    """A place for the script."""
    position = pin.place.position
    assert position is not None
    return {
        "name": pin.place.name, "at": [position.longitude, position.latitude], "bearings": pin.bearings,
        "ways": [{"name": one.way, "deg": one.deg_true, "spot": one.spot} for one in pin.ways],
        "note": pin.note, "spot": [pin.x, pin.y], "cameras": [one.name for one in pin.place.cameras],
    }  # fmt: skip


def pins_of(
    places: Iterable[Place], view: View, notes: Mapping[str, str], ways: Mapping[str, tuple[Heading, ...]]
) -> tuple[Pin, ...]:
    """The places that have a position, in the drawing."""
    return tuple(
        Pin(one, *view.at(one.position), notes.get(one.name, ""), ways.get(one.name, ()))
        for one in places
        if one.position is not None
    )


def aside(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float, float, float]:
    """The ends of a line from one spot to another, moved to the right of the way."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down) or 1.0
    right, lower = -down / length * ASIDE, across / length * ASIDE
    ends = (start[0] + right, start[1] + lower, end[0] + right, end[1] + lower)
    return tuple(round(one, 1) for one in ends)  # type: ignore[return-value]


def lines_of(journeys: Sequence[Journey], view: View) -> tuple[Line, ...]:
    """The legs between two places whose positions are known."""
    lines = []
    for number, journey in enumerate(journeys):
        for leg in journey.legs:
            here, there = leg.start.place.position, leg.end.place.position
            if here is not None and there is not None and here != there:
                ends = aside(view.at(here), view.at(there))
                lines.append(Line(ends, number % COLOURS, leg.implausible))
    return tuple(lines)


def journey_data(
    number: int, journey: Journey, film: Mapping[datetime, float], label: str, view: View
) -> dict[str, Any]:
    """A journey for the script: each passage with when in the film it is."""
    return {
        "label": label,
        "colour": number % COLOURS,
        "stops": [
            {
                "id": stop.found.passage.id,
                "at": at_of(stop.place.position),
                "spot": None if stop.place.position is None else view.at(stop.place.position),
                "from": film[stop.began_at],
                "to": film[max(stop.began_at, stop.ended_at)],
            }
            for stop in journey.stops
            if not stop.rejected
        ],
        "implausible": [leg.implausible for leg in journey.legs],
    }


def at_of(position: Position | None) -> list[float] | None:
    """A position as GeoJSON has it: longitude first."""
    return None if position is None else [position.longitude, position.latitude]


def figure_of(
    data_dir: Path,
    places: Iterable[Place],
    notes: Mapping[str, str] | None = None,
    journeys: Sequence[Journey] = (),
    labels: Sequence[str] = (),
    ways: Mapping[str, tuple[Heading, ...]] | None = None,
) -> Figure:
    """A map of some places and journeys; it shows all that has a position.

    `notes` and `ways`: what stands beside a place and where the ways across its gates lead, by its name; `labels`:
    what each journey is called.
    """
    shown = list(places)
    stated = [one.position for one in shown if one.position is not None]
    view = view_of([*stated, *positions(journeys)])
    regions, faults = regions_in(data_dir)
    film = film_of(moments_of(journeys))
    named = zip(journeys, labels, strict=True)
    return Figure(
        view=view,
        land=land_of(view),
        pins=pins_of(shown, view, notes or {}, ways or {}),
        lines=lines_of(journeys, view),
        regions=tuple(regions),
        faults=tuple(faults),
        journeys=tuple(journey_data(at, one, film, label, view) for at, (one, label) in enumerate(named)),
        film=tuple({"at": at, "time": int(time.timestamp() * 1000)} for time, at in film.items()),
    )
