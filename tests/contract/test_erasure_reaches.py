# SPDX-License-Identifier: Apache-2.0
"""A canary plate that was erased stands in no file: not the record's, not the database server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import CANARY, files_with
from factories import NOON, full_passage
from record_times import Time

from wayside.domain import Alternative, EvidenceRole, Passage, Purpose
from wayside.record import AmendmentKind, Store, amend, evidence_for
from wayside.record.retention import due_counts, erase_due, erase_plate, plate_counts
from wayside.record.tables import PARTITIONED, export_file, passage, plate_text

PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")
MANY = 10_000
"""Passages enough for the pages of every index to have been split many times."""


def with_plate(number: int, text: str, other: str) -> Passage:
    """A passage with this plate, and another one as its alternative."""
    whole = full_passage(number)[0]
    reading = replace(whole.plate, text=text, alternatives=(Alternative(other, 0.02),))
    return replace(whole, plate=reading, evidence=())


def plant(store: Store) -> None:
    """Puts the canary wherever a plate can stand."""
    data = CANARY.encode() * 100
    shown = replace(full_passage(1)[0], evidence=(evidence_for(EvidenceRole.PLATE, data),))
    store.add(replace(shown, plate=replace(shown.plate, text=CANARY)), {shown.evidence[0].sha256: data})
    store.add_many([with_plate(2, "AB12CDE", CANARY), with_plate(3, "AB12CDF", "AB12CDG")])
    given = {"author": "somebody", "reason": f"it is {CANARY}"}
    amend(store, full_passage(3)[0].id, AmendmentKind.CORRECTION, field="plate", value=CANARY, **given)
    store.add_many([with_plate(4, "AB12CDH", "AB12CDJ")])
    amend(store, full_passage(4)[0].id, AmendmentKind.REJECTION, **given)
    store.append("search", {"at": "2026-11-22T13:00:00.000Z", "person": "p", "plate": f"{CANARY[:4]} {CANARY[4:]}"})
    store.append("export", {"at": "2026-11-22T13:00:00.000Z", "person": "p", "search": {"text": CANARY.lower()}})
    keep_export(store, "found.csv", CANARY, [[1, 1]])


def keep_export(store: Store, name: str, text: str, ranges: Sequence[Sequence[int]]) -> None:
    """A kept export."""
    folder = store.data_dir / "exports"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    with store.writing() as transaction:
        row = {"name": name, "made_ms": transaction.now_ms, "person": "p", "ranges": str([list(one) for one in ranges])}
        transaction.connection.execute(sa.insert(export_file), [row])


def texts(store: Store) -> set[str]:
    """The dictionary of plate texts."""
    with store.reading() as connection:
        return set(connection.execute(sa.select(plate_text.c.text)).scalars())


def test_a_plate_that_was_erased_for_its_owner_is_nowhere(store: Store, everywhere: list[Path]) -> None:
    """Passages, alternatives, corrections, remarks, searches, exports, logs and free pages; the rest stays."""
    plant(store)
    assert files_with(CANARY, everywhere)
    would = plate_counts(store, CANARY.lower(), PURPOSE)
    assert (would.passages, would.pictures, would.payloads, would.amendments) == (3, 1, 3, 2)
    report = erase_plate(store, f"{CANARY[:2]} {CANARY[2:]}", PURPOSE, identity_check="seen in person, 22 Nov")
    counts = report.counts
    assert (counts.passages, counts.payloads, counts.amendments, counts.exports) == (3, 3, 1, 1)
    assert report.pending is None
    assert files_with(CANARY, everywhere) == []
    assert [one.id for one in store.passages()] == [full_passage(4)[0].id]
    assert texts(store) == {"AB12CDH", "AB12CDJ"}


def test_what_is_due_is_nowhere(store: Store, time: Time, everywhere: list[Path]) -> None:
    """After the site's period, with every partition of its day."""
    plant(store)
    for _ in range(6):
        time.days(5.5)
        erase_due(store)
    assert store.count() == 0
    assert due_counts(store).passages == 0
    time.days(5)
    erase_plate(store, CANARY, PURPOSE)
    assert files_with(CANARY, everywhere) == []
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            names = [name for name in sa.inspect(connection).get_table_names() if "_2026" in name]
            assert names == []


def test_the_values_that_the_planner_keeps_go_too(store: Store, everywhere: list[Path]) -> None:
    """PostgreSQL keeps samples of each column in its catalogue."""
    store.add_many([with_plate(number, CANARY, "AB12CDE") for number in range(1, 300)])
    with store.alone() as driver:
        driver.execute("ANALYZE")
    erase_plate(store, CANARY, PURPOSE)
    assert files_with(CANARY, everywhere) == []


@pytest.mark.slow
def test_pages_that_were_split_keep_no_copy(store: Store, everywhere: list[Path]) -> None:
    """The canary among ten thousand others, written in an order that moves it from page to page."""
    wanted = {number: f"{number * 7919 % 1_000_003:06d}" for number in range(MANY)}
    canaries = {number: f"ZQ{text}" if number % 1000 == 7 else text for number, text in wanted.items()}
    for at in range(0, MANY, 500):
        batch = range(at, at + 500)
        store.add_many([with_plate(number, canaries[number], f"K{wanted[number]}") for number in batch])
    gone = [text for text in canaries.values() if text.startswith("ZQ")]
    for text in gone:
        erase_plate(store, text, PURPOSE)
    assert [text for text in gone if files_with(text, everywhere)] == []
    assert store.count() == MANY - len(gone)


def test_only_whole_days_lose_their_partitions(store: Store, time: Time) -> None:
    """A day of which something is held stays."""
    moved = replace(with_plate(5, "AB12CDX", "AB12CDY"), began_at=NOON + timedelta(days=1))
    store.add_many([with_plate(4, "AB12CDH", "AB12CDJ"), moved])
    for _ in range(5):
        time.days(6)
        erase_due(store)
    assert [one.id for one in store.passages()] == [moved.id]
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            names = {name for name in sa.inspect(connection).get_table_names() if "_2026" in name}
            assert names == {f"{table.name}_20261123" for table in PARTITIONED}
        assert connection.execute(sa.select(sa.func.count()).select_from(passage)).scalar_one() == 1
