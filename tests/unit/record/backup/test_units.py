# SPDX-License-Identifier: Apache-2.0
"""What a backup is made of, and that it can be killed at any moment."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from factories import NOON, full_passage
from record_times import at, left

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.backup import make, make_backup, restore, units
from wayside.record.backup.manifest import FILE, read_manifest
from wayside.record.backup.place import locked
from wayside.record.backup.units import Extent, day_name, day_of_name, extents
from wayside.record.partitions import day_of
from wayside.record.rows import milliseconds


class Killed(BaseException):
    """Stands for kill -9: nobody catches it on the way."""


@pytest.fixture
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of sixteen entries and parts of three rows, so that few passages make many of them."""
    for module in ("units", "restoring"):
        monkeypatch.setattr(f"wayside.record.backup.{module}.SEGMENT", 16, raising=True)
    monkeypatch.setattr(units, "PART", 3)


def test_units_are_named_after_their_days() -> None:
    """And the day is found again."""
    day = day_of(milliseconds(NOON))
    assert day_name("passages", day) == "passages-2026-11-22"
    assert day_of_name("passages-2026-11-22") == day


def test_an_extent_grows_with_what_is_added(tmp_path: Path) -> None:
    """Rows, largest number; the journal by segments."""
    with Store(tmp_path) as store:
        store.add(*full_passage(1))
        store.add_many([at(2, NOON)])
        store.append("search", {"at": "x"})
        with store.reading() as connection:
            found = extents(connection)
    assert found["passages-2026-11-22"] == Extent(2, 2)
    assert found["pictures-2026-11-22"] == Extent(3, 1)
    assert (found["journal-00000000"].rows, found["journal-00000000"].last) == (2, 3)


@pytest.mark.usefixtures("small_segments")
def test_a_journal_of_many_segments_comes_back(tmp_path: Path) -> None:
    """Also segments in which nobody said anything, and checkpoints at their edges."""
    with Store(tmp_path / "record") as store:
        for number in range(40):
            store.add_many([at(number, NOON)])
            if number % 3 == 0:
                with store.writing() as transaction:
                    transaction.ledger.sign(transaction.connection, transaction.now_ms)
        store.append("search", {"at": "x"})
        make_backup(store, tmp_path / "backup")
        for number in range(40, 60):
            store.add_many([at(number, NOON)])
        make_backup(store, tmp_path / "backup")
        done = restore(tmp_path / "backup", tmp_path / "restored")
        with Store(tmp_path / "restored") as restored:
            assert left(restored) == left(store) == set(range(60))
    assert done.checkpoints > 13


def killing(monkeypatch: pytest.MonkeyPatch, module: object, name: str, after: int) -> None:
    """Lets a function be called so often, and kills its caller at the next call."""
    true, calls = getattr(module, name), [0]

    def called(*arguments: object, **named: object) -> object:
        calls[0] += 1
        if calls[0] > after:
            raise Killed
        return true(*arguments, **named)

    monkeypatch.setattr(module, name, called)


@pytest.mark.parametrize("name", ["write_sealed", "write_manifest", "sweep", "copy_keys", "register"])
def test_a_killed_backup_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Wherever it was; the next one is whole again, and nothing is left of the killed one."""
    chance = random.Random(name)
    with Store(tmp_path / "record") as store:
        store.add(*full_passage(1))
        make_backup(store, tmp_path / "backup")
        for number in range(2, 5):
            store.add(*full_passage(number))
            with monkeypatch.context() as patch, pytest.raises(Killed):
                killing(patch, make, name, 0 if name != "write_sealed" else chance.randrange(4))
                make_backup(store, tmp_path / "backup")
            assert restore(tmp_path / "backup", tmp_path / f"restored-{number}").passages >= 1
        make_backup(store, tmp_path / "backup")
        assert restore(tmp_path / "backup", tmp_path / "restored").passages == 4
    manifest = read_manifest(tmp_path / "backup")
    assert manifest is not None
    named = {path for archive in manifest.archives.values() for path in archive.files}
    there = {str(path.relative_to(tmp_path / "backup")) for path in (tmp_path / "backup").rglob("*.sealed")}
    pictures = {path for path in there if path.startswith("pictures/") and "index" not in path}
    assert there - pictures == named
    assert len(pictures) == 12
    assert len(list((tmp_path / "backup" / "keyring" / "days").iterdir())) == len(manifest.archives)


def test_a_restore_that_was_killed_can_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it left is no record for anybody, and is taken away."""
    from wayside.record.backup.restoring import Restorer

    with Store(tmp_path / "record") as store:
        store.add(*full_passage(1))
        make_backup(store, tmp_path / "backup")
    for name in ("read_passages", "read_pictures", "read_journal"):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            killing(patch, Restorer, name, 0)
            restore(tmp_path / "backup", tmp_path / "restored")
    (tmp_path / "restored" / "half.draft").write_text("x")
    assert restore(tmp_path / "backup", tmp_path / "restored").pictures == 3
    with Store(tmp_path / "restored", writing=False) as restored:
        assert left(restored) == {1}


def test_a_backup_that_is_ended_leaves_the_one_before(tmp_path: Path) -> None:
    """Somebody asked for an end."""
    with Store(tmp_path / "record") as store:
        store.add(*full_passage(1))
        make_backup(store, tmp_path / "backup")
        store.add(*full_passage(2))
        asked: list[str] = []
        done = make_backup(
            store, tmp_path / "backup", progress=lambda unit, at, of: asked.append(unit), stop=lambda: len(asked) > 1
        )
        assert done.stopped
        assert restore(tmp_path / "backup", tmp_path / "restored").passages == 1


def test_one_program_at_a_time_writes_a_backup(tmp_path: Path) -> None:
    """The other one is told."""
    with Store(tmp_path / "record") as store:
        store.add(*full_passage(1))
        make_backup(store, tmp_path / "backup")
        with locked(tmp_path / "backup"), pytest.raises(RecordError, match="another Wayside is writing"):
            make_backup(store, tmp_path / "backup")


@pytest.mark.parametrize("text", ["{", '{"origin": 3}', '{"origin":"x","size":1,"made_at":"x","form":9}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    """And nothing is guessed."""
    (tmp_path / FILE).write_text(text)
    with pytest.raises(RecordError, match=r"backup\.json"):
        read_manifest(tmp_path)
