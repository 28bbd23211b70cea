# SPDX-License-Identifier: Apache-2.0
"""What the store promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from e2e.faults.made import made
from factories import NOON, bare_passage, full_passage, passages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayside.domain import Alternative, Passage, RecordError
from wayside.record import Store
from wayside.record.lock import LOCK, alone
from wayside.record.tables import candidate, crossing, journal, passage_key, picture, plate_text, rollup
from wayside.record.tables import passage as passage_table

MANY = 8
"""Threads of the tests that have many."""


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(record_dir) as opened:
        yield opened


def kinds(store: Store) -> list[str]:
    """The kinds of all entries of the journal in order; fails where a number is missing."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(journal.c.seq, journal.c.kind).order_by(journal.c.seq)).all()
    assert [seq for seq, _ in rows] == list(range(len(rows)))
    return [kind for _, kind in rows]


def size_of(store: Store, table: sa.Table) -> int:
    """How many rows a table has."""
    with store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


@contextmanager
def commits_counted() -> Iterator[list[int]]:
    """Counts the commits of every database while the block runs, in a list of one."""
    counted = [0]

    def note(connection: sa.Connection) -> None:
        counted[0] += 1

    sa.event.listen(sa.Engine, "commit", note)
    try:
        yield counted
    finally:
        sa.event.remove(sa.Engine, "commit", note)


def test_a_passage_comes_back_with_its_pictures(store: Store) -> None:
    """All that was known of it, and the very bytes."""
    passage, pictures = full_passage()
    assert store.add(passage, pictures)
    assert store.passages() == [passage]
    for evidence in passage.evidence:
        assert store.picture_path(evidence).read_bytes() == pictures[evidence.sha256]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(passages(), min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_any_passage_comes_back(store: Store, made: list[Passage]) -> None:
    """Whatever a camera or another maker's event may hold, to the millisecond."""
    before = store.count()
    new = store.add_many(made)
    assert store.count() == before + sum(new)
    found = {one.id: one for _, one in store.since(0, 10_000)}
    assert all(found[one.id] == one for one, was_new in zip(made, new, strict=True) if was_new)


@pytest.mark.parametrize("text", ["", "Ärger 1", "'; DROP TABLE passage; --", "%_*", "🚗", "\t\r\n", "-1"])
def test_any_text_comes_back(store: Store, text: str) -> None:
    """Names and plates are values, never part of a statement."""
    plate = replace(full_passage()[0].plate, text=text, alternatives=(Alternative(text + "?", 0.1),))
    passage = replace(bare_passage(), camera=text, plate=plate)
    store.add(passage, {})
    assert store.passages(camera=text) == [passage]


@pytest.mark.parametrize("text", ["gate\0", "gate\ud800"])
def test_text_that_one_database_cannot_hold_is_refused_by_both(store: Store, text: str) -> None:
    """PostgreSQL has no NUL in a text: a record that takes it today could not move there tomorrow."""
    plate = full_passage()[0].plate
    bad = [
        replace(bare_passage(), camera=text),
        replace(bare_passage(), plate=replace(plate, text=text)),
        replace(bare_passage(), plate=replace(plate, alternatives=(Alternative(text, 0.1),))),
    ]
    for passage in bad:
        with pytest.raises(RecordError, match="cannot be kept"):
            store.add(passage, {})
    assert store.add(bare_passage(), {})


def test_a_time_without_a_zone_is_refused_and_harms_no_other(store: Store) -> None:
    """P5: nobody can say when it was; the passages of other threads in the same group are taken."""
    naive = replace(bare_passage(1), began_at=NOON.replace(tzinfo=None))

    def add(passage: Passage) -> bool | None:
        try:
            return store.add(passage, {})
        except RecordError:
            return None

    with ThreadPoolExecutor(MANY) as threads, alone(store.data_dir / LOCK):
        results = [threads.submit(add, one) for one in (naive, *map(bare_passage, range(2, 9)))]
        pause_until_queued()
    assert [result.result() for result in results] == [None] + [True] * 7


def pause_until_queued() -> None:
    """Lets the threads of a test come as far as the lock."""
    time.sleep(0.2)


def test_the_same_passage_twice_is_there_once(store: Store) -> None:
    """P2: the second time says that it is no news, and changes nothing."""
    passage, pictures = full_passage()
    assert [store.add(passage, pictures) for _ in range(3)] == [True, False, False]
    assert store.add_many([passage, passage], pictures) == [False, False]
    assert kinds(store).count("passage") == store.count() == 1
    assert size_of(store, passage_key) == 1


def test_twice_in_one_call_is_new_once(store: Store) -> None:
    """P2: also where both copies come in one line of a queue."""
    one, other = bare_passage(1), bare_passage(2)
    assert store.add_many([one, other, one]) == [True, True, False]
    assert store.count() == 2


def test_the_same_id_with_another_content_is_not_taken(store: Store) -> None:
    """P2: what was recorded stands; a correction is an entry of its own."""
    first = bare_passage(1)
    store.add(first, {})
    assert not store.add(replace(bare_passage(2), id=first.id), {})
    assert store.passages() == [first]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_deliveries_in_any_order_and_number_make_the_same_record(store: Store, data: st.DataObject) -> None:
    """P2 (F13, F14): re-sent up to five times and shuffled, each passage is there once and counted once."""
    base = 1000 * (1 + store.count())
    there = store.count()
    sent = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=50))
    groups = data.draw(st.integers(1, 5))
    new = 0
    for group in range(groups):
        new += sum(store.add_many([bare_passage(base + number) for number in sent[group::groups]]))
    assert new == len(set(sent)) == store.count() - there
    assert kinds(store).count("passage") == store.count()
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.sum(rollup.c.count))).scalar_one() == store.count()


def test_the_newest_come_first(store: Store) -> None:
    """By when the vehicle went past, whatever the order in which they were told."""
    numbers = random.Random(1).sample(range(50), 50)
    store.add_many([replace(bare_passage(number), camera=f"c{number % 2}") for number in numbers])
    assert [int(one.id, 16) for one in store.passages()] == list(range(49, -1, -1))
    assert [int(one.id, 16) for one in store.passages(limit=3, camera="c1")] == [49, 47, 45]
    assert store.passages(limit=0) == []
    assert store.passages(camera="nowhere") == []


def test_readers_follow_in_the_order_of_recording(store: Store) -> None:
    """Page after page, with no passage left out and none twice."""
    numbers = random.Random(2).sample(range(25), 25)
    for at in range(0, 25, 5):
        store.add_many([bare_passage(number) for number in numbers[at : at + 5]])
        store.append("search", {"at": "now", "person": "p"})
    followed: list[int] = []
    seq = 0
    while page := store.since(seq, 4):
        followed += [int(one.id, 16) for _, one in page]
        seq = page[-1][0] + 1
    assert followed == numbers


@pytest.mark.parametrize("year", [1950, 1970, 2026, 2400])
def test_any_day_can_be_recorded(store: Store, year: int) -> None:
    """P5: a camera whose clock is wrong still gets its passages recorded, with the time that it said."""
    passage = replace(bare_passage(), began_at=datetime(year, 1, 1, 0, 0, 0, 1000, tzinfo=UTC))
    assert store.add(passage, {})
    assert store.passages() == [passage]


def test_both_sides_of_midnight_are_found(store: Store) -> None:
    """The last and the first millisecond of a day, which lie in different partitions."""
    midnight = NOON.replace(hour=0)
    times = [midnight - timedelta(milliseconds=1), midnight, midnight + timedelta(days=1)]
    made = [replace(bare_passage(number), began_at=at) for number, at in enumerate(times)]
    store.add_many(made)
    assert store.passages() == made[::-1]


def test_what_search_needs_is_written_with_the_passage(store: Store) -> None:
    """In the same transaction: candidates, crossings, pictures, texts and counts."""
    store.add(*full_passage())
    sizes = {table.name: size_of(store, table) for table in (candidate, crossing, picture, plate_text, rollup)}
    assert sizes == {"candidate": 1, "crossing": 1, "picture": 3, "plate_text": 2, "rollup": 2}


def test_a_picture_that_never_came_is_recorded_as_such(store: Store) -> None:
    """P4: the passage is kept, and no row claims a file that is not there."""
    passage, _ = full_passage()
    assert store.add_many([passage]) == [True]
    assert store.passages() == [passage]
    assert size_of(store, picture) == 0


@pytest.mark.parametrize("fault", ["missing", "other bytes"])
def test_a_picture_that_is_not_the_one_named_is_refused(store: Store, fault: str) -> None:
    """P4: a row never points at a picture that proves something else."""
    passage, pictures = full_passage()
    with pytest.raises(RecordError, match="is not the one"):
        store.add(passage, {} if fault == "missing" else dict.fromkeys(pictures, b"another picture"))
    assert store.count() == 0
    assert not list(store.data_dir.rglob("*.jpg"))


def test_threads_add_at_once(store: Store) -> None:
    """P2: eight threads send the same forty passages in orders of their own; each is new to exactly one."""

    def add_shuffled(seed: int) -> int:
        numbers = random.Random(seed).sample(range(40), 40)
        return sum(store.add(*full_passage(number)) for number in numbers)

    with ThreadPoolExecutor(MANY) as threads:
        new = list(threads.map(add_shuffled, range(MANY)))
    assert sum(new) == store.count() == 40
    assert kinds(store).count("passage") == 40
    whole = [one for one in store.data_dir.rglob("*.jpg") if hashlib.sha256(one.read_bytes()).hexdigest() == one.stem]
    assert len(whole) == 120


ADDER = """
import sys
from pathlib import Path
from e2e.faults.made import made
from wayside.record import Store
with Store(Path(sys.argv[1])) as store:
    print(sum(store.add(*made(number)) for number in range(int(sys.argv[2]), int(sys.argv[3]))))
"""


def test_processes_add_at_once(store: Store) -> None:
    """P2: two processes and this one write ranges that overlap; the journal stays one line without a hole."""
    ranges = [("0", "40"), ("20", "60")]
    command = [sys.executable, "-c", ADDER, str(store.data_dir)]
    adders = [
        subprocess.Popen([*command, *ends], stdout=subprocess.PIPE, text=True, env=import_environment())
        for ends in ranges
    ]
    own = sum(store.add(*made(number)) for number in range(30, 90))
    answers = [adder.communicate()[0] for adder in adders]
    assert [adder.returncode for adder in adders] == [0, 0]
    assert own + sum(map(int, answers)) == store.count() == 90
    assert kinds(store).count("passage") == 90


def import_environment() -> dict[str, str]:
    """The environment in which a child finds what this process finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_what_waits_is_committed_together(store: Store) -> None:
    """Twenty threads that wait for the record are served by at most three commits."""
    with commits_counted() as commits, ThreadPoolExecutor(20) as threads:
        with alone(store.data_dir / LOCK):
            results = [threads.submit(store.add, bare_passage(number), {}) for number in range(20)]
            pause_until_queued()
            assert not any(result.done() for result in results)
        assert [result.result() for result in results] == [True] * 20
    assert 1 <= commits[0] <= 3


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    """Neither a row nor a number of the journal; the next one goes on where the last good one ended."""
    store.add(bare_passage(1), {})
    before = kinds(store)
    with pytest.raises(ZeroDivisionError), store.writing() as transaction:
        transaction.append("access", {"at": transaction.at, "person": "p"})
        raise ZeroDivisionError
    assert kinds(store) == before
    store.add(bare_passage(2), {})
    assert kinds(store) == [*before, "passage"]


def test_a_record_goes_on_after_it_was_closed(record_dir: Path) -> None:
    """Each opening finds the tree as it was left."""
    for number in range(5):
        with Store(record_dir) as store:
            assert store.count() == number
            assert store.add(*full_passage(number))
            assert not store.add(*full_passage(0))
    with Store(record_dir) as store:
        assert kinds(store).count("passage") == 5


def test_readers_see_what_is_committed_and_nothing_else(store: Store) -> None:
    """Also while a writer is in the midst of a transaction."""
    with Store(store.data_dir, writing=False) as reader:
        store.add(bare_passage(1), {})
        with store.writing() as transaction:
            transaction.append("access", {"at": transaction.at, "person": "p"})
            assert "access" not in kinds(reader)
            assert reader.count() == 1
        assert kinds(reader).count("access") == 1


def test_readers_cannot_write(store: Store) -> None:
    """Whatever a statement that reached the reading side would like to do."""
    for statement in ("DELETE FROM passage", "UPDATE passage SET plate = 'X'", "CREATE TABLE mine (number INTEGER)"):
        with pytest.raises(RecordError), store.reading() as connection:
            connection.exec_driver_sql(statement)
    with Store(store.data_dir, writing=False) as reader, pytest.raises(RecordError, match="reading only"):
        reader.add(bare_passage(), {})


Change = Callable[[sa.Connection], object]
FORBIDDEN: dict[str, Change] = {
    "delete": lambda c: c.execute(sa.delete(journal).where(journal.c.seq == 1)),
    "delete all": lambda c: c.execute(sa.delete(journal)),
    "kind": lambda c: c.execute(sa.update(journal).values(kind="gap")),
    "commitment": lambda c: c.execute(sa.update(journal).values(commitment=bytes(32))),
    "number": lambda c: c.execute(sa.update(journal).where(journal.c.seq == 1).values(seq=77)),
    "salt": lambda c: c.execute(sa.update(journal).values(salt=bytes(32), erased_by=0)),
    "payload": lambda c: c.execute(sa.update(journal).values(salt=None, payload=b"{}", erased_by=0)),
    "blank without a reason": lambda c: c.execute(sa.update(journal).values(salt=None, payload=None)),
}


@pytest.mark.parametrize("change", FORBIDDEN)
def test_the_journal_is_only_appended_to(store: Store, change: str) -> None:
    """The database itself refuses, to whoever is connected with the right to write."""
    store.add(bare_passage(), {})
    before = whole_journal(store)
    with pytest.raises(RecordError), store.writing() as transaction:
        FORBIDDEN[change](transaction.connection)
    assert whole_journal(store) == before


def test_an_entry_is_blanked_once(store: Store) -> None:
    """That is what erasure may do; nobody may change by which erasure."""
    store.add(bare_passage(), {})
    blank = sa.update(journal).where(journal.c.seq == 1)
    with store.writing() as transaction:
        transaction.connection.execute(blank.values(salt=None, payload=None, erased_by=0))
    with pytest.raises(RecordError), store.writing() as transaction:
        transaction.connection.execute(blank.values(salt=None, payload=None, erased_by=1))


def whole_journal(store: Store) -> Sequence[sa.Row[tuple[object, ...]]]:
    """Every entry."""
    with store.reading() as connection:
        return connection.execute(sa.select(journal).order_by(journal.c.seq)).all()


def test_the_tables_are_those_that_queries_see(store: Store) -> None:
    """What the migrations make has the names and columns of `tables`, on both databases."""
    with store.reading() as connection:
        inspector = sa.inspect(connection)
        for table in passage_table.metadata.sorted_tables:
            made = {column["name"] for column in inspector.get_columns(table.name)}
            assert made == {column.name for column in table.columns}, table.name


def test_an_empty_database_holds_no_record(record_dir: Path) -> None:
    """Nobody is sent to mend what was never there."""
    with pytest.raises(RecordError, match="holds no record yet"):
        Store(record_dir, writing=False)
