# SPDX-License-Identifier: Apache-2.0
"""What goes out: the yearly page of counts, small ones suppressed, and the impact assessment."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from fastapi import Query, Request, Response

from wayside.access import impact
from wayside.access.audit import yearly
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.rendering import render
from wayside.web.things import at_site

routes = Routes("/desk", {"include_in_schema": False})
EARLIEST = 2000
MARKDOWN = "text/markdown; charset=utf-8"
AYear = Annotated[int | None, Query(ge=EARLIEST, le=9997)]


def this_year(gate: Granted) -> int:
    """The year of the record's clock."""
    return gate.services.store.now().year


def as_file(body: str | bytes, name: str, kind: str) -> Response:
    """A file to be kept."""
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@routes.get("/statistics", may="publish statistics", at=at_site("statistics"), head="head.yearly")
def statistics(request: Request, gate: Gate, year: AYear = None) -> Response:
    """The counts of a year, as they may be published."""
    found = yearly.year_of(gate.services.store, gate.actor, year or this_year(gate))
    tables = [(one, yearly.suppressed(one)) for one in found.tables]
    return render(request, "yearly.html", year=found.year, tables=tables, now=this_year(gate), least=yearly.LEAST)


@routes.get("/statistics/file", may="publish statistics", at=at_site("statistics"))
def statistics_file(gate: Gate, year: AYear = None, form: Literal["md", "json"] = "md") -> Response:
    """The same to be taken out."""
    found = yearly.year_of(gate.services.store, gate.actor, year or this_year(gate))
    if form == "json":
        return as_file(msgspec.json.encode(yearly.document(found)), f"wayside-{found.year}.json", "application/json")
    return as_file(yearly.markdown(found), f"wayside-{found.year}.md", MARKDOWN)


@routes.get("/impact", may="make impact-assessment", at=at_site("impact-assessment"), head="head.impact")
def assessment(request: Request, gate: Gate) -> Response:
    """The impact assessment as it stands now, and what is missing before anybody can sign it."""
    store = gate.services.store
    with store.reading() as connection:
        missing = list(impact.open_points(store, connection))
    return render(request, "impact.html", missing=missing, text=written(gate))


@routes.get("/impact/file", may="make impact-assessment", at=at_site("impact-assessment"))
def assessment_file(gate: Gate) -> Response:
    """The same as a file of Markdown."""
    name = f"impact-assessment-{gate.services.store.now():%Y-%m-%d}.md"
    return as_file(written(gate), name, MARKDOWN)


def written(gate: Granted) -> str:
    """The page, filled from the settings in force."""
    services = gate.services
    return impact.impact_assessment(services.store, gate.actor, services.binding, services.store.now())
