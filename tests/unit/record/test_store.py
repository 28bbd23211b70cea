# SPDX-License-Identifier: Apache-2.0
"""The passage store: what is acknowledged stays, what is stored twice is there once, what is foreign is refused."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.domain import EvidenceRole, RecordError
from wayside.record import Store, evidence_for
from wayside.record.store import DATABASE
from wayside.record.tables import plate_text


def test_a_passage_comes_back_with_its_pictures(tmp_path: Path) -> None:
    """Also after the record was closed and opened again."""
    passage, pictures = full_passage()
    with Store(tmp_path) as store:
        assert store.add(passage, pictures)
    with Store(tmp_path, writing=False) as store:
        assert store.passages() == [passage]
        kept = {one.sha256: store.picture_path(one).read_bytes() for one in passage.evidence}
    assert kept == pictures


def test_the_same_passage_twice_is_there_once(tmp_path: Path) -> None:
    """So that a file can be processed again after a crash."""
    passage, pictures = full_passage()
    with Store(tmp_path) as store:
        assert [store.add(passage, pictures) for _ in range(3)] == [True, False, False]
        assert store.count() == 1


def test_the_newest_come_first(tmp_path: Path) -> None:
    """Up to a limit, of one camera or of all."""
    with Store(tmp_path) as store:
        for number in (2, 3, 1):
            store.add(bare_passage(number), {})
        store.add(replace(bare_passage(4), camera="yard"), {})
        assert [passage.began_at.second for passage in store.passages()] == [4, 3, 2, 1]
        assert [passage.began_at.second for passage in store.passages(limit=2, camera="gate")] == [3, 2]


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    """An aware time comes back aware."""
    with Store(tmp_path) as store:
        store.add(replace(bare_passage(), began_at=NOON), {})
        assert store.passages()[0].began_at == NOON
        assert store.passages()[0].began_at.utcoffset() is not None


def test_the_file_is_opened_for_durability(tmp_path: Path) -> None:
    """WAL, and a sync at each commit."""
    asked = ("journal_mode", "synchronous", "mmap_size", "secure_delete")
    with Store(tmp_path) as store, store.writing() as transaction:
        found = [transaction.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]
    assert found == ["wal", 2, 0, 1]


@pytest.mark.parametrize("fault", ["missing", "other bytes"])
def test_a_picture_that_is_not_the_one_named_is_refused(tmp_path: Path, fault: str) -> None:
    """A row must never point at a picture that proves something else."""
    passage, pictures = full_passage()
    spoilt = {} if fault == "missing" else dict.fromkeys(pictures, b"another picture")
    with Store(tmp_path) as store:
        with pytest.raises(RecordError, match="is not the one"):
            store.add(passage, spoilt)
        assert store.count() == 0


def test_no_row_without_its_picture_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the picture cannot be written, the passage is refused, and taken once there is space again."""
    passage, pictures = full_passage()
    with Store(tmp_path) as store:
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", full_disk)
            with pytest.raises(RecordError, match=r"No space left on device.*free some space"):
                store.add(passage, pictures)
        assert store.count() == 0
        assert not list(tmp_path.rglob("*.jpg"))
        assert store.add(passage, pictures)


def full_disk(descriptor: int) -> None:
    """`os.fsync` where the disk has no room left."""
    raise OSError(28, "No space left on device")


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    """Half a picture is no evidence."""
    with Store(tmp_path):
        pass
    (tmp_path / "evidence" / "unfinished" / "ab.jpg").write_bytes(b"half")
    with Store(tmp_path):
        assert not list((tmp_path / "evidence" / "unfinished").iterdir())


def test_reading_makes_no_record(tmp_path: Path) -> None:
    """A mistyped directory must not come into being by looking at it."""
    with pytest.raises(RecordError, match="holds no record yet"):
        Store(tmp_path / "typo", writing=False)
    assert not (tmp_path / "typo").exists()


def test_a_newer_record_is_refused_politely(tmp_path: Path) -> None:
    """An old program must not guess at a schema that it does not know."""
    with Store(tmp_path):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for writing in (True, False):
        with pytest.raises(RecordError, match=r"newer Wayside \(schema 9999.*update this one"):
            Store(tmp_path, writing=writing)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """Whatever lies in the data directory under that name."""
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
    with pytest.raises(RecordError, match="another program"):
        Store(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / DATABASE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(RecordError, match=f"{DATABASE}: cannot be used"):
        Store(tmp_path)


def test_a_data_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / "data").write_text("a file")
    with pytest.raises(RecordError, match=r"data: cannot be written.*another --data"):
        Store(tmp_path / "data")


def test_threads_may_add_at_once(tmp_path: Path) -> None:
    """Several live cameras share one record."""
    with Store(tmp_path) as store:
        workers = [threading.Thread(target=add_range, args=(store, start)) for start in range(0, 80, 20)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert store.count() == 80


def add_range(store: Store, start: int) -> None:
    """Adds twenty passages."""
    for number in range(start, start + 20):
        store.add(*full_passage(number))


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """Neither by the store's functions nor through its connection."""
    with Store(tmp_path):
        pass
    with Store(tmp_path, writing=False) as store:
        with pytest.raises(RecordError, match="opened for reading only"):
            store.add(bare_passage(), {})
        with pytest.raises(RecordError, match="readonly"), store.reading() as connection:
            connection.exec_driver_sql("DELETE FROM passage")


def test_readers_follow_the_record_by_its_numbers(tmp_path: Path) -> None:
    """From where they stopped, in the order in which passages were recorded."""
    with Store(tmp_path) as store:
        store.add_many([bare_passage(number) for number in (3, 1, 2)])
        first = store.since(0, 2)
        assert [passage.began_at.second for _, passage in first] == [3, 1]
        assert [passage.began_at.second for _, passage in store.since(first[-1][0] + 1, 10)] == [2]


def test_what_is_given_many_times_at_once_is_new_once(tmp_path: Path) -> None:
    """Also within one call, and where a part of it is in the record already."""
    one, other = bare_passage(1), bare_passage(2)
    with Store(tmp_path) as store:
        store.add(one, {})
        assert store.add_many([one, other, other]) == [False, True, False]
        assert store.count() == 2


def test_a_picture_that_was_only_named_is_recorded_as_such(tmp_path: Path) -> None:
    """As from a file of lines without its pictures."""
    passage, pictures = full_passage()
    given = dict(list(pictures.items())[:1])
    with Store(tmp_path) as store:
        assert store.add_many([passage], given) == [True]
        with store.reading() as connection:
            kept = connection.exec_driver_sql("SELECT sha256 FROM picture").scalars().all()
        assert [bytes(digest).hex() for digest in kept] == list(given)
        assert store.passages() == [passage]


def test_messages_never_hold_what_is_in_a_row(tmp_path: Path) -> None:
    """The database's own words about a statement that failed are cut before the values."""
    with Store(tmp_path) as store, pytest.raises(RecordError) as caught, store.writing() as transaction:
        row = {"text": "SECRET1", "reversed": "1TERCES"}
        transaction.connection.execute(plate_text.insert(), [row])
        transaction.connection.execute(plate_text.insert(), [row])
    assert "UNIQUE" in str(caught.value)
    assert "SECRET1" not in str(caught.value) + str(caught.value.__cause__)


def test_a_failed_transaction_leaves_nothing_and_the_record_goes_on(tmp_path: Path) -> None:
    """Neither its rows nor its entries in the journal."""
    with Store(tmp_path) as store:
        store.add(bare_passage(1), {})
        with pytest.raises(ZeroDivisionError), store.writing() as transaction:
            transaction.append("config", {"at": transaction.at, "person": None})
            raise ZeroDivisionError
        store.add(bare_passage(2), {})
        assert [seq for seq, _ in store.since(0, 9)] == [1, 2]


def test_evidence_is_named_by_its_content() -> None:
    """The same bytes give the same path; others another."""
    one, same, other = (evidence_for(EvidenceRole.PLATE, data) for data in (b"a", b"a", b"b"))
    assert one == same != other
    assert one.path == f"evidence/{one.sha256[:2]}/{one.sha256[2:4]}/{one.sha256}.jpg"
