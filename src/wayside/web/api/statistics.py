# SPDX-License-Identifier: Apache-2.0
"""Counts of movements, from which no vehicle and no person can be told."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from wayside.domain import UsageError
from wayside.record import passages_by
from wayside.web.api.forms import Answer, Moment, Site, api
from wayside.web.counting import exactly, in_tens
from wayside.web.guard import Gate
from wayside.web.things import at_site

routes = api("/statistics", "statistics")
By = Literal["camera", "class", "kind", "occupants"]


class Counts(Answer):
    """How many vehicles went past."""

    by: By
    counts: dict[str, int]
    """A class of "" stands for plates that were not read, occupants of "-1" for people who were not counted."""
    total: int
    exact: bool
    """Whether they are exact, as for who may search the span, under a purpose; else in tens, rounded down: 0 stands
    for fewer than ten."""


@routes.get("/passages", may="read statistics", at=at_site("statistics"), response_model=Counts)
def count_passages(
    gate: Gate, by: Annotated[By, Query()], since: Annotated[Moment, Query()], until: Annotated[Moment, Query()],
    site: Site = None,
) -> Counts:  # fmt: skip
    """Passages by camera, class, kind or occupants, in whole hours."""
    if since >= until:
        raise UsageError("the span ends before it begins; give since before until")
    where = site or gate.services.store.site.name
    exact = exactly(gate, where, since, until)
    with gate.services.store.reading() as connection:
        found = passages_by(connection, by, where, since, until)
    total = sum(found.values())
    if exact:
        return Counts(by=by, counts=found, total=total, exact=True)
    counts = {of: in_tens(count) for of, count in found.items()}
    return Counts(by=by, counts=counts, total=in_tens(total), exact=False)
