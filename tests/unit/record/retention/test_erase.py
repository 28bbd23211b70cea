# SPDX-License-Identifier: Apache-2.0
"""Erasing: what goes with a passage, what the journal says, and what a kill leaves."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time as machine
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOON, full_passage
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time, at, left, live_through

from wayside.domain import Purpose, RecordError
from wayside.record import AmendmentKind, Store, amend, entries
from wayside.record.plate_texts import squeezed
from wayside.record.retention import (
    Ground,
    Manner,
    before_counts,
    erase_before,
    erase_due,
    erase_plate,
    read_pending,
    sweep,
)
from wayside.record.retention.ground import runs
from wayside.record.retention.subject import names
from wayside.record.tables import journal, metadata, rollup

PURPOSE = Purpose("offence", "CR-2026/0001", "officer")
HERE = Path(__file__).parent
LEFT_BEHIND = {"rollup", "camera", "journal", "journal_node", "checkpoint", "plate_text", "plate_piece"}


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.reading() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if sa.inspect(connection).has_table(name)
        }


def erasures(store: Store) -> list[dict[str, object]]:
    """What the erasure entries say, the oldest first."""
    with store.reading() as connection:
        return [one.payload for one in entries(connection, ["erasure"]) if one.payload][::-1]


def blanks(store: Store) -> dict[int, int]:
    """The entries that lost their content, with the entry that permits it."""
    with store.reading() as connection:
        found = connection.execute(sa.select(journal).where(journal.c.erased_by.is_not(None))).all()
    assert all(one.salt is None and one.payload is None for one in found)
    return {one.seq: one.erased_by for one in found}


@given(st.sets(st.integers(0, 60)))
def test_ranges_say_the_same_numbers(numbers: set[int]) -> None:
    """No more, no fewer, and no two ranges touch."""
    found = runs(numbers)
    assert {number for first, last in found for number in range(first, last + 1)} == numbers
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


def test_an_unknown_ground_is_refused() -> None:
    """Nothing is erased for no reason."""
    with pytest.raises(ValueError, match="retention"):
        Ground("whim", "0" * 64)


def test_everything_that_names_a_passage_goes_with_it(store: Store) -> None:
    """But for the counts, and for the texts that another passage has."""
    store.add(*full_passage(1))
    store.add_many([replace(at(2, NOON + timedelta(days=2)), plate=full_passage(1)[0].plate)])
    amend(store, full_passage(1)[0].id, AmendmentKind.CORRECTION, field="plate", value="Z9", author="a", reason="b")
    before = rows(store)
    erase_before(store, NOON + timedelta(days=1), PURPOSE)
    after = rows(store)
    assert left(store) == {2}
    changed = {name for name in after if after[name] < before[name]}
    assert changed == {"passage", "passage_key", "candidate", "crossing", "picture", "amendment", "plate_text",
                       "plate_piece"}  # fmt: skip
    erase_before(store, NOON + timedelta(days=3), PURPOSE)
    assert {name for name, count in rows(store).items() if count} <= LEFT_BEHIND - {"plate_text", "plate_piece"}
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.sum(rollup.c["count"]))).scalar_one() == 4


def test_the_journal_permits_each_blank(store: Store) -> None:
    """By one entry a batch, which names the numbers, the rule, the policy and who asked."""
    store.add_many([at(number, NOON + timedelta(seconds=number)) for number in range(5)])
    store.append("search", {"at": "x", "plate": "101D 234"})
    amend(store, full_passage(2)[0].id, AmendmentKind.CONFIRMATION, author="a", reason="b")
    erase_before(store, NOON + timedelta(seconds=3), PURPOSE)
    (told,) = erasures(store)
    assert told["ranges"] == [[1, 3], [7, 7]]
    assert (told["what"], told["count"], told["rule"], told["person"]) == ("passages", 3, "decision", "officer")
    assert (told["policy"], told["reference"]) == (store.site.digest(), "CR-2026/0001")
    assert blanks(store) == {1: 8, 2: 8, 3: 8, 7: 8}
    erase_plate(store, "101D234", PURPOSE, identity_check="passport seen")
    assert [one["what"] for one in erasures(store)] == ["passages", "passages", "payloads"]
    assert {one.get("identity_check") for one in erasures(store)[1:]} == {"passport seen"}
    assert "101D234" not in json.dumps(erasures(store))


@pytest.mark.parametrize(
    ("text", "plate", "named"),
    [
        ("101 d 234", "101D234", True),
        ("near 101D234, twice", "101D234", True),
        ("A1", "A1", True),
        ("a 1", "A1", True),
        ("A12 B", "A1", False),
        ("101D23", "101D234", False),
    ],
)
def test_a_text_names_a_plate_however_it_is_spaced(text: str, plate: str, named: bool) -> None:
    """A short plate is a part of too many words to be looked for within them."""
    assert names(text, squeezed(plate)) == named


def test_only_one_camera_can_be_chosen(store: Store) -> None:
    """What the dry run counts is what goes."""
    store.add_many([at(1, NOON), at(2, NOON, "clinic"), at(3, NOON + timedelta(hours=1), "clinic")])
    until = NOON + timedelta(minutes=1)
    assert before_counts(store, until, "clinic").passages == 1
    assert erase_before(store, until, PURPOSE, camera="clinic").counts.passages == 1
    assert left(store) == {1, 3}


def test_exports_that_the_system_keeps_go_after_their_time(store: Store, time: Time) -> None:
    """File and row."""
    folder = store.data_dir / "exports"
    folder.mkdir()
    (folder / "a.csv").write_text("x")
    with store.writing() as transaction:
        row = {"name": "a.csv", "made_ms": transaction.now_ms, "person": "p", "ranges": "[]"}
        transaction.connection.execute(sa.insert(metadata.tables["export_file"]), [row])
    live_through(store, time, 29)
    assert (folder / "a.csv").exists()
    live_through(store, time, 3)
    assert not (folder / "a.csv").exists()
    assert rows(store)["export_file"] == 0


def test_a_run_can_be_ended_between_batches(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done stays done, and the rest is done by the next run."""
    monkeypatch.setattr("wayside.record.retention.run.BATCH", 2)
    store.add_many([at(number, NOON + timedelta(seconds=number)) for number in range(5)])
    told: list[tuple[str, int]] = []
    manner = Manner(stop=lambda: len(told) == 1, progress=lambda what, count: told.append((what, count)))
    counts = erase_before(store, NOON + timedelta(days=1), PURPOSE, manner=manner).counts
    assert (counts.passages, counts.stopped, told) == (2, True, [("passages", 2)])
    assert left(store) == {2, 3, 4}
    assert erase_before(store, NOON + timedelta(days=1), PURPOSE).counts.passages == 3


def test_orphans_of_both_kinds_are_found(store: Store) -> None:
    """A file without a row goes; a row without a file is told, since something else removed it."""
    store.add(*full_passage(1))
    stray = store.data_dir / "evidence" / "ab" / "cd" / ("abcd" + "0" * 60 + ".jpg")
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    (store.data_dir / "exports").mkdir()
    (store.data_dir / "exports" / "stray.csv").write_text("x")
    lost = store.picture_path(full_passage(1)[0].evidence[0])
    lost.unlink()
    assert [path.name for path in sweep(store, remove=False).files] == [stray.name, "stray.csv"]
    assert stray.exists()
    found = sweep(store, remove=True)
    assert found.rows == (lost.stem,)
    assert not stray.exists()
    assert sweep(store, remove=False).files == ()


def test_no_room_for_rewriting_is_said_and_made_good_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are gone at once; what the free pages hold waits for room."""
    store.add_many([at(1, NOON)])
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage(100, 100, 0))
        pending = erase_before(store, NOON + timedelta(days=1), PURPOSE).pending
    assert pending is not None
    assert "0 MiB free" in (pending.why or "")
    assert read_pending(store.data_dir) == pending
    assert erase_before(store, NOON + timedelta(days=1), PURPOSE).pending is None
    assert read_pending(store.data_dir) is None


def test_a_damaged_note_of_what_is_pending_makes_it_pending(store: Store) -> None:
    """Rather scrub twice than not at all."""
    (store.data_dir / "scrub.pending").write_text("{")
    assert read_pending(store.data_dir) is not None
    assert erase_due(store).pending is None


def test_a_long_reader_leaves_the_log_for_the_next_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and nobody waits for ever."""
    monkeypatch.setattr("wayside.record.retention.scrubbing.PATIENCE_MS", 50)
    store.add_many([at(1, NOON)])
    with store.reading() as connection:
        connection.execute(sa.select(sa.func.count()).select_from(journal)).all()
        pending = erase_before(store, NOON + timedelta(days=1), PURPOSE).pending
    assert pending is not None
    assert "reading" in (pending.why or "")


def test_a_store_for_reading_erases_nothing(store: Store) -> None:
    """Not even by the driver itself."""
    with Store(store.data_dir, writing=False) as reader:
        with pytest.raises(RecordError, match="reading only"):
            erase_before(reader, NOON, PURPOSE)
        with pytest.raises(RecordError, match="reading only"), reader.alone():
            pass


def start_eraser(data_dir: Path) -> subprocess.Popen[str]:
    """A process that erases until it is killed or done."""
    path = os.pathsep.join([str(HERE.parents[2]), *sys.path])
    command = [sys.executable, str(HERE / "eraser.py"), str(data_dir)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})


@pytest.mark.slow
def test_a_killed_erasure_leaves_whole_batches(tmp_path: Path) -> None:
    """kill -9 in its midst, again and again: nothing half erased, no orphan after the last run, nothing too much."""
    chance = random.Random(3)
    with Store(tmp_path) as store:
        for number in range(120):
            store.add(*full_passage(number))
    killed = 0
    for _ in range(12):
        with start_eraser(tmp_path) as eraser:
            assert eraser.stdout is not None
            eraser.stdout.readline()
            machine.sleep(chance.uniform(0, 0.08))
            killed += eraser.poll() is None
            eraser.send_signal(signal.SIGKILL)
        with Store(tmp_path) as store:
            gone = set(range(120)) - left(store)
            told = sum(int(str(one["count"])) for one in erasures(store))
            assert told == len(gone)
            assert len(blanks(store)) == len(gone)
            for passage in store.passages():
                assert all(store.picture_path(one).exists() for one in passage.evidence)
    assert killed > 3
    with Store(tmp_path) as store:
        erase_before(store, NOON + timedelta(seconds=100), PURPOSE)
        assert left(store) == set(range(100, 120))
        sweep(store, remove=True)
        assert len(list((tmp_path / "evidence").rglob("*.jpg"))) == 60
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
