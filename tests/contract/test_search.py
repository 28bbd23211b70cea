# SPDX-License-Identifier: Apache-2.0
"""What search promises, on SQLite and on PostgreSQL alike: whatever a plain look at every passage would find."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from factories import NOON, full_passage
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from searching import (
    DAY,
    GATES,
    PLACES,
    PURPOSE,
    WAYS,
    all_pages,
    amended,
    exact,
    ids,
    near,
    passage_of_few,
    pattern,
    with_plate,
)

from wayside.domain import (
    Passage,
    PlateClass,
    UsageError,
    VehicleKind,
)
from wayside.record import AmendmentKind, CameraPlace, Store, amend, learn_camera
from wayside.record.document import time_text
from wayside.record.search import (
    DIMENSIONS,
    Criteria,
    MatchSource,
    PlateMatch,
    PlateQuery,
    Tally,
    counts,
    search,
)


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(record_dir) as opened:
        yield opened


# --- like a plain look at every passage -----------------------------------------------------------------------------


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


# --- what is searched -----------------------------------------------------------------------------------------------


def test_a_plate_is_found_as_read_as_guessed_and_as_corrected(store: Store) -> None:
    """And the result says which, and how probable; a person's word has no probability."""
    passages = [with_plate(1, "AB12CDE"), with_plate(2, "AB12CDF", "AB12CDE", "AB12CDG"), with_plate(3, None)]
    store.add_many(passages)
    amend(store, passages[2].id, AmendmentKind.CORRECTION, author="ada", reason="seen", field="plate", value="AB12CDE")
    page = search(store, exact("AB12CDE"), PURPOSE)
    assert [(one.seq, one.matched and (one.matched.source, one.matched.probability)) for one in page.results] == [
        (3, (MatchSource.CORRECTION, None)),
        (2, (MatchSource.ALTERNATIVE, 0.1)),
        (1, (MatchSource.READING, 0.9)),
    ]
    assert {one.matched and one.matched.text for one in page.results} == {"AB12CDE"}
    assert [one.reason for one in page.results[0].amendments] == ["seen"]


def test_signs_that_a_database_takes_for_its_own_are_characters(store: Store) -> None:
    """In a whole plate, in a pattern and within one error."""
    odd = ["AB%C", "AB_C", "AB[C", "AB\\C", "AB'C", "AB^C"]
    store.add_many([with_plate(number, text) for number, text in enumerate([*odd, "ABXC"])])
    for number, text in enumerate(odd):
        assert ids(search(store, exact(text), PURPOSE)) == [f"{number:032x}"]
        assert ids(search(store, pattern(text + "*"), PURPOSE)) == [f"{number:032x}"]
        assert ids(search(store, pattern("?" + text[1:]), PURPOSE)) == [f"{number:032x}"]
        assert len(ids(search(store, near(text), PURPOSE))) == len(odd) + 1
    assert len(ids(search(store, pattern("AB?C"), PURPOSE))) == len(odd) + 1


@given(draw=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_does_anything_but_be_compared(store: Store, draw: st.DataObject) -> None:
    """Whatever stands in a field, it finds the passage that has it, and no other."""
    store.add_many([full_passage(1)[0]])
    texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
    text = draw.draw(texts | st.sampled_from(["' OR 1=1 --", "%", '"; DROP TABLE passage', "$1", ":key"]))
    name = draw.draw(st.sampled_from(["country", "sender_code", "site", "place", "gate", "way", "colour"]))
    asked = {name: text, "since": NOON, "until": NOON + DAY}
    assert ids(search(store, Criteria(**asked), PURPOSE)) == []
    assert ids(search(store, Criteria(**asked, plate=PlateQuery("101D234")), PURPOSE)) == []
    assert ids(search(store, Criteria(plate=PlateQuery(text)), PURPOSE)) == []
    assert len(ids(search(store, exact("101D234"), PURPOSE))) == 1


def test_an_empty_record_is_searched_like_any_other(store: Store) -> None:
    """Nothing is found."""
    assert ids(search(store, exact("AB12CDE"), PURPOSE)) == []
    assert ids(search(store, pattern("AB12*"), PURPOSE)) == []


# --- pages ----------------------------------------------------------------------------------------------------------


def test_pages_are_not_moved_by_what_arrives_meanwhile(store: Store) -> None:
    """New passages stand before the first page; a late one that is older than the cursor is on the next."""
    store.add_many([full_passage(number)[0] for number in range(10, 20)])
    asked = Criteria(gate="main", since=NOON, until=NOON + DAY)
    first = search(store, asked, PURPOSE, limit=4)
    store.add_many([full_passage(number)[0] for number in (2, 30, 31)])
    second = search(store, asked, PURPOSE, 500, first.next_cursor)
    numbers = [int(one, 16) for one in ids(first) + ids(second)]
    assert numbers == [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 2]
    assert second.next_cursor is None and not second.stopped_early


def test_passages_of_one_moment_are_told_apart(store: Store) -> None:
    """By their numbers in the journal, so that none is left out between two pages."""
    store.add_many([replace(full_passage(number)[0], began_at=NOON) for number in range(7)])
    found = all_pages(store, exact("101D234"), 2)
    assert [int(one, 16) for one in found] == [6, 5, 4, 3, 2, 1, 0]


# --- counts ---------------------------------------------------------------------------------------------------------


@given(draw=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_what_counting_every_passage_gives(store: Store, known: Any, draw: st.DataObject) -> None:
    """By any of their dimensions, narrowed by any field."""

    def perhaps(strategy: st.SearchStrategy[Any]) -> Any:
        return draw.draw(st.one_of(st.none(), st.none(), strategy))

    since = NOON + timedelta(hours=draw.draw(st.integers(-1, 50)))
    tally = Tally(
        since,
        since + timedelta(hours=draw.draw(st.integers(1, 70))),
        tuple(draw.draw(st.lists(st.sampled_from(sorted(DIMENSIONS)), max_size=3, unique=True))),
        camera=perhaps(st.sampled_from(sorted(PLACES))),
        gate=perhaps(st.sampled_from(GATES)),
        way=perhaps(st.sampled_from(WAYS)),
        plate_class=perhaps(st.sampled_from(PlateClass)),
        kind=perhaps(st.sampled_from(VehicleKind)),
    )
    expected = Counter(tuple(of.items()) for passage, _ in known for of in counted(passage, tally))
    found = {tuple(one.of.items()): one.count for one in counts(store, tally, PURPOSE)}
    assert found == (dict(expected) if tally.by else {(): sum(expected.values())})


def counted(passage: Passage, tally: Tally) -> Iterator[dict[str, Any]]:
    """Under which values a passage counts; once for each gate and way that it crossed where crossings are counted."""
    plain = [(one.gate, one.way) for one in passage.direction.crossings] if tally.crossings else [("", "")]
    meaning, hour = passage.registration, passage.began_at.replace(minute=0)
    plate_class = None if meaning is None else meaning.plate_class.value
    wanted = (tally.camera, tally.plate_class, tally.kind)
    for gate, way in plain:
        of = {
            "hour": time_text(hour),
            "day": time_text(hour.replace(hour=0)),
            "site": "site",
            "camera": passage.camera,
            "gate": gate,
            "way": way,
            "class": plate_class,
            "kind": passage.vehicle.kind.value,
            "occupants": passage.occupants.best,
        }
        fits = zip((*wanted, tally.gate, tally.way), (passage.camera, plate_class, of["kind"], gate, way), strict=True)
        if tally.since <= hour < tally.until and all(asked in {None, there} for asked, there in fits):
            yield {name: of[name] for name in tally.by}
