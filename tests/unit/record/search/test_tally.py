# SPDX-License-Identifier: Apache-2.0
"""Counts by hour, day, camera, gate and the rest: passages once, crossings each, and told to the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.domain import Crossing, Direction, PlateClass, Purpose, UsageError, VehicleKind
from wayside.record import Store
from wayside.record.retention import erase_before
from wayside.record.search import UnboundedSearchError
from wayside.record.search.tally import DIMENSIONS, LONGEST_DAYS, Count, Tally, counts
from wayside.record.tables import journal

PURPOSE = Purpose("incident", "CR-2026/0123", "tester")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two counted diplomats over one gate, one of them over two; three bare ones, the last a day later."""
    twice = Direction((Crossing("main", "in", 1.0), Crossing("yard", "in", 2.0)), None, None)
    made = [
        full_passage(1)[0],
        replace(full_passage(2)[0], direction=twice, crossed_at=(NOON + timedelta(seconds=1),) * 2),
        bare_passage(3),
        replace(bare_passage(4), camera="yard", began_at=NOON + HOUR),
        replace(bare_passage(5), began_at=NOON + timedelta(days=1)),
    ]
    with Store(tmp_path_factory.mktemp("record")) as opened:
        assert all(opened.add_many(made))
        yield opened


def ask(store: Store, *by: str, hours: int = 48, **wanted: object) -> dict[tuple[object, ...], int]:
    """Counts by what they are of."""
    tally = Tally(NOON, NOON + hours * HOUR, by, **wanted)  # type: ignore[arg-type]
    return {tuple(one.of.values()): one.count for one in counts(store, tally, PURPOSE)}


def test_without_anything_to_count_by_there_is_one_count(store: Store) -> None:
    """Each passage once, also the one that crossed two gates; none is 0 and not nothing."""
    assert ask(store) == {(): 5}
    assert ask(store, camera="nowhere") == {(): 0}


def test_the_window_ends_before_its_end(store: Store) -> None:
    """The passage of the hour after is not in it."""
    assert ask(store, hours=1) == {(): 3}
    assert ask(store, hours=2) == {(): 4}


def test_hours_and_days_are_times_of_utc(store: Store) -> None:
    """As documents write them."""
    assert ask(store, "day") == {("2026-11-22T00:00:00.000Z",): 4, ("2026-11-23T00:00:00.000Z",): 1}
    assert list(ask(store, "hour").values()) == [3, 1, 1]


def test_crossings_are_counted_each(store: Store) -> None:
    """One passage over two gates is two crossings, and none that crossed nothing is among them."""
    assert ask(store, "gate") == {("main",): 2, ("yard",): 1}
    assert ask(store, way="in") == {(): 3}
    assert ask(store, gate="yard") == {(): 1}
    assert ask(store, way="out") == {(): 0}


def test_what_is_not_known_is_none(store: Store) -> None:
    """A class of no plate, and occupants whom nobody counted."""
    assert ask(store, "class") == {(None,): 3, ("diplomatic",): 2}
    assert ask(store, "occupants") == {(None,): 3, (2,): 2}


def test_conditions_go_together(store: Store) -> None:
    """With what is counted by."""
    assert ask(store, "camera", kind=VehicleKind.CAR) == {("gate",): 4, ("yard",): 1}
    assert ask(store, "camera", plate_class=PlateClass.DIPLOMATIC) == {("gate",): 2}
    assert ask(store, camera="yard", plate_class=PlateClass.DIPLOMATIC) == {(): 0}


@pytest.mark.parametrize("name", DIMENSIONS)
def test_every_dimension_adds_up(store: Store, name: str) -> None:
    """To all passages, or to all crossings."""
    assert sum(ask(store, name).values()) == (3 if name in {"gate", "way"} else 5)


def test_the_journal_has_who_asked_for_what(store: Store) -> None:
    """And none of what was not asked for."""
    ask(store, "gate", gate="main")
    with store.reading() as connection:
        payloads = connection.execute(journal.select().where(journal.c.kind == "search")).all()
    said = json.loads(payloads[-1].payload)
    assert (said["person"], said["reference"]) == ("tester", "CR-2026/0123")
    assert said["counts"].keys() == {"since", "until", "by", "gate"}


def test_too_much_is_refused_before_anything_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer window than there may be, what nothing is counted by, and more counts than an answer holds."""
    Tally(NOON, NOON + timedelta(days=LONGEST_DAYS))
    with pytest.raises(UnboundedSearchError, match="shorter window"):
        Tally(NOON, NOON + timedelta(days=LONGEST_DAYS, milliseconds=1))
    with pytest.raises(UsageError, match="nothing is counted by 'plate'"):
        Tally(NOON, NOON + HOUR, ("plate",))
    monkeypatch.setattr("wayside.record.search.tally.MOST_COUNTS", 2)
    assert len(ask(store, "day")) == 2
    with pytest.raises(UnboundedSearchError, match="count by less"):
        ask(store, "hour")


def test_a_count_outlives_its_passage(tmp_path: Path) -> None:
    """What was erased still counts."""
    with Store(tmp_path) as store:
        store.add(bare_passage(1), {})
        erase_before(store, NOON + HOUR, PURPOSE)
        assert store.count() == 0
        assert counts(store, Tally(NOON, NOON + HOUR), PURPOSE) == [Count({}, 1)]
