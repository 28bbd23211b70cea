# SPDX-License-Identifier: Apache-2.0
"""A backup brings the record back, from either database into either, and holds nothing that was erased."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import CANARY, files_with
from factories import NOON, full_passage
from record_times import Time, at, left, live_through

from wayside.domain import Passage, Purpose, RecordError, UsageError
from wayside.record import AmendmentKind, Store, amend, entries
from wayside.record.backup import behind, make_backup, reach_backups, restore
from wayside.record.retention import erase_before, erase_plate
from wayside.record.tables import metadata

DAY = timedelta(days=1)
PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")
SAME = [name for name in metadata.tables if name not in {"journal", "journal_node", "checkpoint", "backup"}]


@pytest.fixture
def time() -> Time:
    """An hour after the first passage."""
    return Time()


@pytest.fixture
def store(record_dir: Path, time: Time) -> Iterator[Store]:
    """A record of three days with everything in it."""
    with Store(record_dir, clock=time.clock()) as opened:
        fill(opened)
        yield opened


def fill(store: Store) -> None:
    """Passages with pictures on three days, corrections, searches, something erased."""
    for number in range(1, 7):
        passage, pictures = full_passage(number)
        store.add(replace(passage, began_at=passage.began_at + number % 3 * DAY), pictures)
    store.add_many([plated(7, "GONE123"), plated(8, CANARY)])
    given = {"author": "somebody", "reason": "seen"}
    amend(store, full_passage(2)[0].id, AmendmentKind.CORRECTION, field="plate", value="C0RR3CT", **given)
    amend(store, full_passage(3)[0].id, AmendmentKind.CONFIRMATION, **given)
    store.append("search", {"at": "2026-11-22T13:00:00Z", "person": "p", "plate": CANARY})
    erase_plate(store, "GONE123", PURPOSE)


def plated(number: int, text: str) -> Passage:
    """A passage with this plate."""
    passage = at(number, NOON + timedelta(seconds=number))
    return replace(passage, plate=replace(passage.plate, text=text, alternatives=()))


def rows_of(store: Store, name: str) -> list[tuple[object, ...]]:
    """The rows of a table as both databases have them."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(metadata.tables[name])).all()
    return sorted((tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in rows), key=repr)


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the record, but for what a restore adds to."""
    return {name: rows_of(store, name) for name in SAME}


def journal_of(store: Store) -> list[tuple[object, ...]]:
    """The journal, entry by entry."""
    return sorted(rows_of(store, "journal"), key=lambda row: int(str(row[0])))


def target(tmp_path: Path, database: str | None = None) -> Path:
    """A new data directory."""
    folder = tmp_path / "restored"
    if database:
        folder.mkdir()
        (folder / "site.toml").write_text(f'database = "{database}"\n')
    return folder


@pytest.mark.parametrize("into", ["sqlite", "postgres"])
def test_everything_comes_back(
    store: Store, tmp_path: Path, into: str, request: pytest.FixtureRequest, any_database: str | None
) -> None:
    """Into the other kind of database as well; the journal goes on from where it was."""
    if into == "postgres" and any_database is not None:
        pytest.skip("one database a test")
    made = make_backup(store, tmp_path / "backup", person="officer")
    assert (made.size, made.pictures) == (len(journal_of(store)) - 1, 18)
    new = target(tmp_path, request.getfixturevalue("postgres_url") if into == "postgres" else None)
    done = restore(tmp_path / "backup", new, person="officer")
    assert (done.passages, done.pictures) == (7, 18)
    with Store(new) as restored:
        assert contents(restored) == contents(store)
        old, found = journal_of(store), journal_of(restored)
        assert found[: made.size] == old[: made.size]
        assert [row[1] for row in found[made.size :]][-1] == "restore"
        assert restored.passages() == store.passages()
        for passage in restored.passages():
            assert all(restored.picture_path(one).exists() for one in passage.evidence)
        with restored.reading() as connection:
            (told,) = [one.payload for one in entries(connection, ["restore"])]
        assert told is not None
        assert (told["size"], told["person"]) == (made.size, "officer")
        restored.add(*full_passage(50))
        assert 50 in left(restored)


def test_nothing_of_it_can_be_read_without_the_keys(store: Store, tmp_path: Path) -> None:
    """Plates, people and salts are sealed; the keys can be kept elsewhere."""
    make_backup(store, tmp_path / "backup", keyring=tmp_path / "keys")
    assert files_with(CANARY, [tmp_path / "backup"]) == []
    assert files_with("101D234", [tmp_path / "backup"]) == []
    assert not (tmp_path / "backup" / "keyring").exists()
    with pytest.raises(RecordError, match="keyring is another one"):
        restore(tmp_path / "backup", tmp_path / "restored", keyring=tmp_path / "nowhere")
    assert restore(tmp_path / "backup", tmp_path / "restored", keyring=tmp_path / "keys").passages == 7


def test_only_what_changed_is_written_again(store: Store, tmp_path: Path) -> None:
    """A second backup writes the day that grew, the journal's last segment and the small tables."""
    first = make_backup(store, tmp_path / "backup")
    assert first.written == first.units
    passage, pictures = full_passage(20)
    store.add(replace(passage, began_at=passage.began_at + DAY), pictures)
    second = make_backup(store, tmp_path / "backup")
    assert (second.units, second.written, second.pictures) == (first.units, 4, 3)
    assert restore(tmp_path / "backup", tmp_path / "restored").passages == 8


def test_an_erasure_reaches_every_backup_that_is_there(store: Store, tmp_path: Path) -> None:
    """The day is sealed anew without the passage, and its old key is nowhere."""
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        make_backup(store, place)
    keys = {path.read_bytes() for place in places for path in place.rglob("passages-2026-11-22*.key")}
    assert len(keys) == 1
    report = erase_plate(store, CANARY, PURPOSE)
    assert report.backups == ()
    everywhere = [path.read_bytes() for path in tmp_path.rglob("*.key")]
    assert not keys & set(everywhere)
    for number, place in enumerate(places):
        done = restore(place, tmp_path / f"restored-{number}")
        assert done.passages == 6
        assert files_with(CANARY, [tmp_path / f"restored-{number}"]) == []


def test_a_day_that_is_over_leaves_the_backup(store: Store, tmp_path: Path, time: Time) -> None:
    """Archives, pictures and keys."""
    make_backup(store, tmp_path / "backup")
    erase_before(store, NOON + 10 * DAY, PURPOSE)
    names = [path.name for path in (tmp_path / "backup").rglob("*") if "2026-11" in path.name]
    assert names == []
    assert list((tmp_path / "backup" / "pictures").iterdir()) == []


def test_a_backup_that_is_away_is_said_and_made_good(store: Store, tmp_path: Path, time: Time) -> None:
    """At the next run in which it is there; the record's own keys are destroyed at once."""
    make_backup(store, tmp_path / "backup")
    (tmp_path / "backup").rename(tmp_path / "away")
    (unreached,) = erase_plate(store, CANARY, PURPOSE).backups
    assert (unreached.folder, unreached.keys_destroyed) == (tmp_path / "backup", False)
    assert set(unreached.units) == {"passages-2026-11-22", "journal-00000000"}
    assert [known.place.folder for known, _ in behind(store)] == [tmp_path / "backup"]
    (tmp_path / "away").rename(tmp_path / "backup")
    assert live_through(store, time, 0).backups == ()
    assert behind(store) == []
    assert restore(tmp_path / "backup", tmp_path / "restored").passages == 6


def test_a_keyring_within_reach_is_enough_to_erase(store: Store, tmp_path: Path) -> None:
    """The archives may lie in a vault: without the key nobody reads them."""
    make_backup(store, tmp_path / "backup", keyring=tmp_path / "keys")
    (tmp_path / "backup").rename(tmp_path / "vault")
    (unreached,) = erase_plate(store, CANARY, PURPOSE).backups
    assert unreached.keys_destroyed
    with pytest.raises(RecordError, match="was erased"):
        restore(tmp_path / "vault", tmp_path / "restored", keyring=tmp_path / "keys")


def test_a_backup_is_whole_though_somebody_writes(store: Store, tmp_path: Path) -> None:
    """One state of the record, and none of its passages half there."""
    stop = threading.Event()

    def write() -> None:
        for number in range(100, 10_000):
            store.add(*full_passage(number))
            if stop.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    made = make_backup(store, tmp_path / "backup")
    stop.set()
    writer.join()
    done = restore(tmp_path / "backup", tmp_path / "restored")
    assert done.size == made.size
    with Store(tmp_path / "restored") as restored:
        assert left(restored) <= left(store)
        for passage in restored.passages():
            assert all(restored.picture_path(one).exists() for one in passage.evidence)


def test_what_was_changed_in_a_backup_is_not_restored(store: Store, tmp_path: Path) -> None:
    """Archives in turn lose a byte; nothing is restored, and the same directory takes a good one afterwards."""
    make_backup(store, tmp_path / "backup")
    archives = sorted((tmp_path / "backup").rglob("*.sealed"))
    assert len(archives) > 20
    for number, path in enumerate(archives[::6]):
        whole = path.read_bytes()
        at_byte = len(whole) // 2
        path.write_bytes(whole[:at_byte] + bytes([whole[at_byte] ^ 1]) + whole[at_byte + 1 :])
        new = tmp_path / f"restored-{number}"
        with pytest.raises(RecordError, match="another copy"):
            restore(tmp_path / "backup", new)
        path.write_bytes(whole)
    assert restore(tmp_path / "backup", new).passages == 7


def test_a_directory_in_use_is_not_written_over(store: Store, tmp_path: Path) -> None:
    """Neither by a restore nor by a backup; a backup belongs to one record and lies outside it."""
    make_backup(store, tmp_path / "backup")
    with pytest.raises(UsageError, match="not empty"):
        restore(tmp_path / "backup", store.data_dir)
    with pytest.raises(UsageError, match="no whole backup"):
        restore(tmp_path / "nowhere", tmp_path / "new")
    with pytest.raises(UsageError, match="inside the record"):
        make_backup(store, store.data_dir / "backup")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="something else"):
        make_backup(store, tmp_path / "full")
    with Store(tmp_path / "other") as other, pytest.raises(UsageError, match="another record"):
        make_backup(other, tmp_path / "backup")


def test_reaching_no_backup_is_quick(store: Store) -> None:
    """There is nothing to do where none was made."""
    assert reach_backups(store) == []
