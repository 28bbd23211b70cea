# SPDX-License-Identifier: Apache-2.0
"""What search promises, on SQLite and on PostgreSQL alike: whatever a plain look at every passage would find."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from factories import NOON, bare_passage, full_passage
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

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
    RecordError,
    Registration,
    Unread,
    UsageError,
    Vehicle,
    VehicleKind,
)
from wayside.record import AmendmentKind, CameraPlace, Store, amend, learn_camera
from wayside.record.search import (
    Criteria,
    MatchSource,
    Page,
    PlateMatch,
    PlateQuery,
    UnboundedSearchError,
    search,
)
from wayside.record.tables import journal

PURPOSE = Purpose("incident", "CR-2026/0123", "ada")
DAY = timedelta(days=1)
PLACES = {"c1": "north", "c2": "north", "c3": "south"}
GATES, WAYS, COLOURS = ("main", "yard"), ("in", "out"), (None, "red")


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(record_dir) as opened:
        yield opened


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


# --- like a plain look at every passage -----------------------------------------------------------------------------


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


@st.composite
def criteria(draw: st.DrawFn) -> Criteria:
    """Any bounded search over such passages."""

    def perhaps(strategy: st.SearchStrategy[Any]) -> Any:
        return draw(st.one_of(*[st.none()] * 5, strategy))

    since = NOON + timedelta(minutes=draw(st.integers(-10, 3000)))
    return Criteria(
        plate=perhaps(queries()),
        country=perhaps(st.sampled_from(["GB", "DE"])),
        plate_class=perhaps(st.sampled_from(PlateClass)),
        sender_code=perhaps(st.sampled_from(["101", "17"])),
        site=perhaps(st.sampled_from(["site", "elsewhere"])),
        cameras=perhaps(st.lists(st.sampled_from(sorted(PLACES)), max_size=2).map(tuple)) or (),
        place=perhaps(st.sampled_from(["north", "south", "west"])),
        gate=perhaps(st.sampled_from(GATES)),
        way=perhaps(st.sampled_from(WAYS)),
        since=since,
        until=since + timedelta(minutes=draw(st.integers(1, 4000))),
        kind=perhaps(st.sampled_from([VehicleKind.CAR, VehicleKind.BUS])),
        occupants_at_least=perhaps(st.integers(0, 5)),
        occupants_at_most=perhaps(st.integers(0, 5)),
        confirmed=perhaps(st.booleans()),
        read=perhaps(st.booleans()),
    )


def queries() -> st.SearchStrategy[PlateQuery]:
    """Any plate query that is not refused."""

    def query(text: str, match: PlateMatch) -> PlateQuery | None:
        try:
            return PlateQuery(text, match)
        except UsageError:
            return None

    asked = st.builds(query, st.text("AB1", min_size=1, max_size=5), st.just(PlateMatch.EXACT))
    asked |= st.builds(query, st.text("AB1?*", min_size=1, max_size=5), st.just(PlateMatch.PATTERN))
    asked |= st.builds(query, st.text("AB1", min_size=4, max_size=5), st.just(PlateMatch.NEAR))
    return asked.filter(lambda one: one is not None)  # type: ignore[return-value]


def edits(text: str) -> set[str]:
    """Every text within one error of one, of the letters that the tests use."""
    cut = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    lost = {a + b[1:] for a, b in cut if b}
    added = {a + letter + b for a, b in cut for letter in "AB1"}
    return {text} | lost | added | {a + letter + b[1:] for a, b in cut if b for letter in "AB1"}


def plate_fits(passage: Passage, corrected: str | None, query: PlateQuery | None) -> bool:
    """Whether any text of a passage is one that is searched for."""
    if query is None:
        return True
    texts = {passage.plate.text, corrected, *(one.text for one in passage.plate.alternatives)} - {None}
    if query.match is PlateMatch.EXACT:
        return query.text in texts
    if query.match is PlateMatch.NEAR:
        return bool(texts & edits(query.text))
    form = re.escape(query.text).replace(r"\?", ".").replace(r"\*", ".*")
    return any(re.fullmatch(form, text) for text in texts)


def meets(passage: Passage, said: Sequence[tuple[AmendmentKind, str | None]], asked: Criteria) -> bool:
    """Whether a passage is what is searched for, said plainly; `said`: its amendments with corrected plates."""
    meaning, occupants = passage.registration, passage.occupants
    crossed = [one for one in passage.direction.crossings if asked.gate in {None, one.gate}]
    crossed = [one for one in crossed if asked.way in {None, one.way}]
    verdicts = [kind for kind, _ in said if kind is not AmendmentKind.CORRECTION]
    confirmed = bool(verdicts) and verdicts[-1] is AmendmentKind.CONFIRMATION
    corrected = next((text for _, text in said if text), None)
    assert asked.since is not None and asked.until is not None
    return all(
        (
            plate_fits(passage, corrected, asked.plate),
            asked.country in {None, meaning and meaning.country},
            asked.plate_class in {None, meaning and meaning.plate_class},
            asked.sender_code in {None, meaning and meaning.sender_code},
            asked.site in {None, "site"},
            not asked.cameras or passage.camera in asked.cameras,
            asked.place in {None, PLACES[passage.camera]},
            (asked.gate is None and asked.way is None) or bool(crossed),
            asked.since <= passage.began_at < asked.until,
            asked.kind in {None, passage.vehicle.kind},
            asked.occupants_at_least is None or (occupants.at_most or -1) >= asked.occupants_at_least,
            asked.occupants_at_most is None
            or (occupants.at_least is not None and occupants.at_least <= asked.occupants_at_most),
            asked.confirmed in {None, confirmed},
            asked.read in {None, passage.plate.text is not None},
        )
    )


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


@pytest.fixture(params=["unmeasured", "measured"])
def known(request: pytest.FixtureRequest, store: Store) -> list[tuple[Passage, list[tuple[AmendmentKind, str | None]]]]:
    """Passages in the record, with what was said of them, newest first."""
    chance = Random(4)
    for camera, place in PLACES.items():
        learn_camera(store, CameraPlace(camera, place))
    passages = [passage_of_few(number, chance) for number in range(300)]
    assert all(store.add_many(passages))
    told = [(one, amended(store, one, chance)) for one in passages]
    if request.param == "measured":  # then both databases take other ways to the same rows
        with store.writing() as transaction:
            transaction.connection.exec_driver_sql("ANALYZE")
    return [told[at] for at in sorted(range(300), key=lambda at: (passages[at].began_at, at), reverse=True)]


@given(draw=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_finds_what_a_plain_look_at_every_passage_finds(store: Store, known: Any, draw: st.DataObject) -> None:
    """In the order of time, however the pages are cut."""
    asked, limit = draw.draw(criteria()), draw.draw(st.sampled_from([1, 3, 500]))
    expected = [passage.id for passage, said in known if meets(passage, said, asked)]
    event(f"{min(len(expected), 10)} found")
    assert all_pages(store, asked, limit) == expected
