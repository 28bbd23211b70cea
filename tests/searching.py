# SPDX-License-Identifier: Apache-2.0
"""For tests of search: questions, passages whose every value others have too, and whoever watches the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from factories import NOON, full_passage

from wayside.domain import (
    Alternative,
    Crossing,
    Direction,
    Occupants,
    OccupantStatus,
    Passage,
    PlateClass,
    PlateReading,
    Purpose,
    Registration,
    Unread,
    Vehicle,
    VehicleKind,
)
from wayside.record import AmendmentKind, Store, amend, entries
from wayside.record.search import Criteria, Page, PlateMatch, PlateQuery, search

PURPOSE = Purpose("incident", "CR-2026/0123", "ada")
DAY = timedelta(days=1)
PLACES = {"c1": "north", "c2": "north", "c3": "south"}
GATES, WAYS, COLOURS = ("main", "yard"), ("in", "out"), (None, "red")


def ids(page: Page) -> list[str]:
    """The ids of the results."""
    return [one.passage.id for one in page.results]


def exact(text: str) -> Criteria:
    """A search for one plate."""
    return Criteria(plate=PlateQuery(text))


def pattern(text: str, since: datetime = NOON) -> Criteria:
    """A search for the plates that fit."""
    return Criteria(plate=PlateQuery(text, PlateMatch.PATTERN), since=since, until=since + 20 * DAY)


def near(text: str, since: datetime = NOON) -> Criteria:
    """A search for the plates within one error."""
    return Criteria(plate=PlateQuery(text, PlateMatch.NEAR), since=since, until=since + 20 * DAY)


def with_plate(number: int, text: str | None, *others: str) -> Passage:
    """A passage with a plate, and with alternatives."""
    alternatives = tuple(Alternative(other, 0.1) for other in others)
    unread = Unread.TOO_SMALL if text is None else None
    reading = PlateReading(text, None if text is None else 0.9, alternatives, 3, unread)
    return replace(full_passage(number)[0], plate=reading)


def short_text(chance: Random, longest: int = 5) -> str:
    """One of few plates."""
    return "".join(chance.choices("AB1", k=chance.randint(1, longest)))


def passage_of_few(number: int, chance: Random) -> Passage:
    """A passage whose every value others have too."""
    text = chance.choice([None, *(short_text(chance) for _ in range(4))])
    crossings = [(chance.choice(GATES), chance.choice(WAYS)) for _ in range(chance.randint(0, 3))]
    began_at = NOON + timedelta(minutes=chance.randint(0, 4000))
    low = chance.randint(0, 3)
    counted = Occupants(OccupantStatus.COUNTED, low, low + chance.randint(0, 2), low + 2, 0.7, "test")
    classes = [PlateClass.CIVIL, PlateClass.DIPLOMATIC, PlateClass.UNKNOWN]
    country, code = chance.choice([None, "GB", "DE"]), chance.choice([None, "101", "17"])
    return replace(
        with_plate(number, text, *(short_text(chance) for _ in range(chance.randint(0, 2)))),
        camera=chance.choice(sorted(PLACES)),
        began_at=began_at,
        ended_at=began_at,
        vehicle=Vehicle(chance.choice([VehicleKind.CAR, VehicleKind.BUS]), 0.9),
        registration=text and Registration(country, chance.choice(classes), code, None, "test", 0.9),
        direction=Direction(tuple(Crossing(gate, way, 1.0) for gate, way in crossings), None, None),
        crossed_at=tuple(began_at for _ in crossings),
        occupants=chance.choice([counted, Occupants(OccupantStatus.NOT_VISIBLE)]),
        evidence=(),
    )


def amended(store: Store, passage: Passage, chance: Random) -> list[tuple[AmendmentKind, str | None]]:
    """Amends a passage, perhaps, and tells how."""
    said: list[tuple[AmendmentKind, str | None]] = []
    for kind in chance.sample(sorted(AmendmentKind), k=chance.choice([0, 0, 1, 2, 3])):
        text = short_text(chance) if kind is AmendmentKind.CORRECTION else None
        amend(store, passage.id, kind, author="ada", reason="seen", field="plate" if text else None, value=text)
        said.append((kind, text))
    return said


def all_pages(store: Store, asked: Criteria, limit: int) -> list[str]:
    """The ids of all results, page by page."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = search(store, asked, PURPOSE, limit, cursor)
        found += ids(page)
        cursor = page.next_cursor
        if cursor is None:
            return found
        assert len(page.results) == limit or page.stopped_early


def told_searches(store: Store) -> list[dict[str, Any]]:
    """What the journal says of searches, the newest first."""
    with store.reading() as connection:
        return [entry.payload or {} for entry in entries(connection, ["search"])]


@contextmanager
def watching(see: Callable[..., None]) -> Iterator[None]:
    """Is told of every statement that the block sends to any database."""
    sa.event.listen(sa.Engine, "before_cursor_execute", see)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", see)
