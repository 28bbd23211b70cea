# SPDX-License-Identifier: Apache-2.0
"""Room on the disk: oldest pictures go first, rows never, and the reserve lets journal and erasure go on."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage
from sqlalchemy.exc import OperationalError

from wayside.domain import Purpose, RecordError
from wayside.record import Store, entries
from wayside.record.disk import MIB, RESERVE, DiskCare, is_full, let_in
from wayside.record.retention import erase_before, place_hold
from wayside.record.site import Disk

PURPOSE = Purpose("offence", "CR-2026/0001", "officer")
SITE = "[disk]\nkeep_free_mib = 1\nreserve_mib = 1\n"


class SmallDisk:
    """Stands for a disk of which pictures and reserve take what there is."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size

    @property
    def free(self) -> int:
        """Bytes left."""
        used = [path.stat().st_size for path in self.folder.rglob("*") if path.suffix == ".jpg" or path.name == RESERVE]
        return max(0, self.size - sum(used))


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallDisk:
    """A disk with ten MiB at first."""
    small = SmallDisk(tmp_path, 10 * MIB)
    monkeypatch.setattr(DiskCare, "free", property(lambda care: small.free))
    return small


@pytest.fixture
def store(tmp_path: Path, disk: SmallDisk) -> Iterator[Store]:
    """A record on that disk, of a site that keeps one MiB free."""
    (tmp_path / "site.toml").write_text(SITE)
    with Store(tmp_path) as opened:
        yield opened


def with_pictures(store: Store) -> set[int]:
    """The passages of which a picture is there."""
    return {
        int(passage.id, 16)
        for passage in store.passages()
        if any(store.picture_path(one).exists() for one in passage.evidence)
    }


def add(store: Store, *numbers: int) -> None:
    """Adds passages with some 15 kB of pictures each."""
    for number in numbers:
        store.add(*full_passage(number))


def test_the_oldest_pictures_make_room(store: Store, disk: SmallDisk) -> None:
    """No row goes; the journal names the rule and the passages."""
    add(store, *range(1, 20))
    disk.size -= disk.free - MIB + 40_000
    add(store, 20)
    assert store.count() == 20
    there = with_pictures(store)
    assert 20 in there
    assert there == set(range(min(there), 21))
    assert 2 < min(there) < 15, "forty thousand bytes and a twentieth of a MiB are six passages' pictures"
    with store.reading() as connection:
        told = [one.payload for one in entries(connection, ["erasure"]) if one.payload]
    assert [(one["what"], one["rule"], one["person"]) for one in told] == [("pictures", "low space", None)]
    assert told[0]["ranges"] == [[1, min(there) - 1]] or told[0]["ranges"] == [[1, min(there)]]


def test_what_is_held_makes_no_room(store: Store, disk: SmallDisk) -> None:
    """A case is worth more than a newer picture."""
    add(store, *range(1, 20))
    until = store.now() + timedelta(days=30)
    place_hold(store, [full_passage(1)[0].id], reference="C-1", person="officer", expires_at=until)
    disk.size -= disk.free - MIB + 40_000
    add(store, 20)
    there = with_pictures(store)
    assert 1 in there
    assert 2 not in there


def test_a_picture_that_could_not_be_kept_erases_nothing(store: Store, disk: SmallDisk) -> None:
    """Where the passage fails, what should have made room for it stays."""
    add(store, *range(1, 20))
    disk.size -= disk.free - MIB + 40_000
    passage, pictures = full_passage(20)
    (store.data_dir / "evidence" / passage.evidence[0].sha256[:2]).write_text("in the way")
    with pytest.raises(RecordError):
        store.add(passage, pictures)
    assert with_pictures(store) == set(range(1, 20))


def test_a_full_disk_takes_no_passage_and_every_note(store: Store, disk: SmallDisk) -> None:
    """The reserve is for the journal and for erasure; when there is room again, passages come in."""
    assert store.disk.reserved
    add(store, 1)
    disk.size -= disk.free
    assert store.disk.let_go()
    disk.size -= MIB // 2
    with pytest.raises(RecordError, match="what the journal and erasure need"):
        store.add_many([bare_passage(2)])
    assert store.append("search", {"at": "x"}) > 0
    assert erase_before(store, NOON + timedelta(days=1), PURPOSE).counts.passages == 1
    disk.size += 20 * MIB
    store.add_many([bare_passage(2)])
    assert store.disk.reserved


def test_the_reserve_is_let_go_for_a_note(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upon the system's own word that there is no room."""
    true_do, tries = store._do, []

    def full_at_first(*arguments: object) -> list[object]:
        tries.append(store.disk.reserved)
        if store.disk.reserved:
            raise OSError(errno.ENOSPC, "No space left on device")
        return true_do(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_do", full_at_first)
    store.append("search", {"at": "x"})
    assert tries == [True, False]
    monkeypatch.setattr(store, "_do", true_do)
    with store.reading() as connection:
        assert len(list(entries(connection, ["search"]))) == 1


def test_a_passage_never_takes_the_reserve(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, and the reserve stays."""

    def full(*arguments: object) -> list[object]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "_do", full)
    with pytest.raises(RecordError, match="No space left"):
        store.add_many([bare_passage()])
    assert store.disk.reserved


def test_an_erasure_on_a_full_disk_takes_the_reserve_and_lays_it_by_again(store: Store, disk: SmallDisk) -> None:
    """Once it has made room."""
    add(store, *range(1, 20))
    disk.size -= disk.free
    seen = []
    keep = store.disk.keep_reserve

    def watched() -> bool:
        seen.append(store.disk.reserved)
        disk.size += 5 * MIB
        return keep()

    store.disk.keep_reserve = watched  # type: ignore[method-assign]
    erase_before(store, NOON + timedelta(days=1), PURPOSE)
    assert seen[0] is False
    assert store.disk.reserved


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_from_other_faults(number: int) -> None:
    """By the system's number or the database's own code."""
    assert is_full(OSError(number, "x"))
    assert not is_full(OSError(errno.EIO, "x"))
    assert not is_full(OperationalError("x", None, sqlite3.OperationalError("database is locked")))


def test_sqlite_says_that_the_disk_is_full(tmp_path: Path) -> None:
    """By a real limit on the size of the file."""
    connection = sqlite3.connect(tmp_path / "small.sqlite3", isolation_level=None)
    connection.execute("PRAGMA max_page_count = 3")
    connection.execute("CREATE TABLE kept (value BLOB)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO kept VALUES (zeroblob(100000))")
    connection.close()
    assert is_full(OperationalError("x", None, caught.value))


def test_no_room_for_the_index_of_the_log_is_a_full_disk() -> None:
    """SQLite calls it an error of the disk, and has a number of its own for it."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert is_full(OperationalError("x", None, error))
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    assert not is_full(OperationalError("x", None, error))


def test_who_opens_a_record_on_a_full_disk_takes_the_reserve(store: Store, disk: SmallDisk) -> None:
    """Where there is not even room to open it, and not before."""
    let_in(store.data_dir)
    assert store.disk.reserved
    disk.size -= disk.free
    let_in(store.data_dir)
    assert not store.disk.reserved
    let_in(store.data_dir)  # there is nothing more to give


def test_no_bound_is_more_than_a_part_of_the_disk(tmp_path: Path) -> None:
    """A small disk is not all reserve."""
    care = DiskCare(tmp_path, Disk(2**20, 2**20))
    assert 0 < care.keep_free == care.reserve_bytes < 2**20 * MIB
    assert DiskCare(tmp_path, Disk(0, 0)).keep_reserve() is False
