# SPDX-License-Identifier: Apache-2.0
"""The doctor sees what is wrong, says what to do, and mends what can be mended without harm."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, full_passage
from record_times import Time, at

from wayside.domain import Purpose, RecordError
from wayside.record import Store
from wayside.record.backup import make_backup
from wayside.record.disk import RESERVE
from wayside.record.doctor import Finding, State, examine, mend
from wayside.record.doctor.looks import DIRECTORY, RECORD
from wayside.record.engine import DATABASE
from wayside.record.journal import read_notes
from wayside.record.retention import erase_before

PURPOSE = Purpose("offence", "CR-2026/0001", "officer")


@pytest.fixture
def time() -> Time:
    """An hour after the first passage."""
    return Time()


@pytest.fixture
def data(record_dir: Path, time: Time) -> Path:
    """A data directory with one passage and its pictures."""
    with Store(record_dir, clock=time.clock()) as store:
        store.add(*full_passage(1))
    return record_dir


def looked(data: Path, time: Time) -> dict[str, Finding]:
    """The findings by name."""
    return {one.name: one for one in examine(data, time.clock())}


def test_a_sound_record_is_fine(data: Path, time: Time) -> None:
    """Everything is looked at, and nothing is changed by looking."""
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*.jpg")}
    found = looked(data, time)
    assert {one.state for one in found.values()} == {State.FINE}
    assert len(found) == len(DIRECTORY) + len(RECORD)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*.jpg")} == before


def test_what_is_no_record_is_not_called_sound(tmp_path: Path, time: Time) -> None:
    """Nothing can be told of it."""
    assert looked(tmp_path, time)["form"].state is State.UNKNOWN


def open_key(data: Path, time: Time) -> None:
    """Lets others read the key."""
    (data / "keys" / "journal.key").chmod(0o644)


def stray(data: Path, time: Time) -> None:
    """Leaves a picture of which no row knows."""
    folder = data / "evidence" / "ab" / "cd"
    folder.mkdir(parents=True)
    (folder / f"abcd{0:060d}.jpg").write_bytes(b"x")


def no_reserve(data: Path, time: Time) -> None:
    """Lets the reserve go."""
    (data / RESERVE).unlink()


def half_erased(data: Path, time: Time) -> None:
    """What a kill before the end of an erasure leaves."""
    (data / "scrub.pending").write_text('{"days": [], "why": null}')


def backup_behind(data: Path, time: Time) -> None:
    """Erases what a backup holds that is away, and brings the backup back."""
    with Store(data, clock=time.clock()) as store:
        make_backup(store, data.parent / "backup")
        (data.parent / "backup").rename(data.parent / "away")
        erase_before(store, NOON + timedelta(days=1), PURPOSE)
    (data.parent / "away").rename(data.parent / "backup")


@pytest.mark.parametrize(
    ("harm", "name", "said"),
    [
        (open_key, "keys", "can be read by others, as journal.key"),
        (stray, "orphans", "1 files belong to nothing"),
        (no_reserve, "reserve", "let go because the disk was full"),
        (half_erased, "erasure", "free pages still hold"),
        (backup_behind, "backups", "hold what was erased since"),
    ],
)
def test_what_can_be_mended_is_mended(
    data: Path, time: Time, harm: Callable[[Path, Time], None], name: str, said: str
) -> None:
    """It is named, and after the mend everything is fine."""
    harm(data, time)
    found = looked(data, time)
    assert {one.name for one in found.values() if one.state is State.CARE} == {name}
    assert said in found[name].said
    assert found[name].mendable
    mend(data, time.clock())
    assert {one.state for one in looked(data, time).values()} == {State.FINE}


def test_a_lost_picture_is_told_and_not_hidden(data: Path, time: Time) -> None:
    """No mend makes it good."""
    next(data.rglob("*.jpg")).unlink()
    mend(data, time.clock())
    found = looked(data, time)["orphans"]
    assert (found.state, found.mendable) == (State.CARE, False)
    assert "wayside verify" in found.said


def test_what_is_due_is_told(data: Path, time: Time) -> None:
    """With the command that erases it."""
    time.days(31)
    found = looked(data, time)
    assert "1 passages and 3 pictures are due; run `wayside erase --due`" in found["erasure"].said
    assert "was the clock set" in found["clock"].said


def test_a_clock_behind_the_record_is_told(data: Path, time: Time) -> None:
    """It was set back, or the battery is flat."""
    time.days(-400)
    assert "set it right" in looked(data, time)["clock"].said


def test_an_unfinished_restore_is_told(data: Path, time: Time) -> None:
    """And left alone."""
    (data / "restore.unfinished").touch()
    mend(data, time.clock())
    assert looked(data, time)["restore"].state is State.CARE


def test_a_witness_that_saw_more_is_told(tmp_path: Path, time: Time) -> None:
    """Then the journal was cut, or another one was put in its place."""
    (tmp_path / "site.toml").write_text('[journal]\nwitness = "witness.txt"\n')
    with Store(tmp_path, clock=time.clock()) as store:
        store.add_many([at(1, NOON)])
    found = looked(tmp_path, time)["journal"]
    assert (found.state, found.mendable) == (State.CARE, True)
    mend(tmp_path, time.clock())
    (note,) = read_notes(tmp_path / "witness.txt")
    assert "the witness has seen 2" in looked(tmp_path, time)["journal"].said
    later = note.replace("\n2\n", "\n9\n")
    (tmp_path / "witness.txt").write_text(f"{later}\n")
    found = looked(tmp_path, time)["journal"]
    assert found.state is State.CARE
    assert "wayside verify" in found.said


def test_a_witness_out_of_reach_is_told(tmp_path: Path, time: Time) -> None:
    """Nothing can be said of what it has seen, and nothing is signed past it in silence."""
    (tmp_path / "site.toml").write_text('[journal]\nwitness = "away/witness.txt"\n')
    with Store(tmp_path, clock=time.clock()) as store:
        store.add_many([at(1, NOON)])
    assert looked(tmp_path, time)["journal"].state is State.UNKNOWN
    with pytest.raises(RecordError, match="the witness cannot be written"):
        mend(tmp_path, time.clock())


def test_an_older_form_is_brought_up_to_date(tmp_path: Path, time: Time) -> None:
    """As those who cannot open it for reading are told."""
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection:
        connection.executescript(
            "PRAGMA application_id = 0x57617973; PRAGMA user_version = 1;"
            "CREATE TABLE passage (id TEXT PRIMARY KEY, camera TEXT, began_at TEXT, plate TEXT, document TEXT,"
            " unpublished TEXT); CREATE INDEX passage_by_time ON passage (began_at);"
            "CREATE INDEX passage_by_plate ON passage (plate);"
        )
    with pytest.raises(RecordError, match="`wayside doctor --mend` brings it up to date"):
        Store(tmp_path, writing=False)
    found = looked(tmp_path, time)["form"]
    assert (found.state, found.mendable) == (State.CARE, True)
    mend(tmp_path, time.clock())
    assert {one.state for one in looked(tmp_path, time).values()} == {State.FINE}
