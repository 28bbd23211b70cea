# SPDX-License-Identifier: Apache-2.0
"""Kept exports: no file without a row, no row that hides what its file holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.exchange import kept


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty record with a folder for exports."""
    (tmp_path / kept.FOLDER).mkdir()
    with Store(tmp_path) as opened:
        yield opened


def put(store: Store, name: str, ranges: list[list[int]] | None = None) -> Path:
    """A file with its manifest, claimed over 100 entries and settled where ranges are given."""
    with store.writing() as transaction:
        kept.claim(transaction, name, "tester", 100)
        if ranges is not None:
            kept.settle(transaction, name, ranges)
    path = store.data_dir / kept.FOLDER / name
    path.write_text(name)
    path.with_name(name + kept.MANIFEST_SUFFIX).write_text("{}")
    return path


def holding(store: Store, first: int, last: int) -> list[str]:
    """The exports that an erasure of these entries must take."""
    with store.reading() as connection:
        return kept.holding(connection, [(first, last)])


def test_an_unfinished_export_may_hold_anything(store: Store) -> None:
    """A settled one only what it says, both ends included."""
    put(store, "open.csv")
    put(store, "shut.csv", [[10, 19], [30, 30]])
    assert holding(store, 50, 60) == ["open.csv"]
    assert holding(store, 19, 25) == ["open.csv", "shut.csv"]
    assert holding(store, 20, 29) == ["open.csv"]
    assert holding(store, 30, 30) == ["open.csv", "shut.csv"]


def test_an_erasure_that_came_first_takes_the_export(store: Store) -> None:
    """Its row is gone when the file is whole, and that is told."""
    put(store, "open.csv")
    with store.writing() as transaction:
        kept.forget(transaction.connection, ["open.csv"])
    with pytest.raises(RecordError, match="run the export again"), store.writing() as transaction:
        kept.settle(transaction, "open.csv", [[1, 2]])


def test_the_file_goes_with_its_manifest(store: Store) -> None:
    """And no other; removing it twice, or where there is no folder, is no fault."""
    gone, stays = put(store, "gone.csv"), put(store, "stays.csv")
    for _ in range(2):
        kept.remove(store.data_dir, ["gone.csv"])
    assert sorted(gone.parent.iterdir()) == [stays, stays.with_name("stays.csv" + kept.MANIFEST_SUFFIX)]
    kept.remove(store.data_dir / "nowhere", ["gone.csv"])


def test_files_without_a_row_are_strays(store: Store) -> None:
    """A manifest by itself too; what has its row is none."""
    put(store, "known.csv")
    folder = store.data_dir / kept.FOLDER
    for name in ("lost.csv", "lost.csv" + kept.MANIFEST_SUFFIX):
        (folder / name).write_text("")
    with store.reading() as connection:
        assert [one.name for one in kept.strays(connection, store.data_dir)] == [
            "lost.csv",
            "lost.csv" + kept.MANIFEST_SUFFIX,
        ]
        assert kept.strays(connection, store.data_dir / "nowhere") == []


def test_a_file_that_was_changed_is_named(store: Store) -> None:
    """The one whose digest is not the journal's, and the one that is missing; a settled row says who made it."""
    same, other, missing = (put(store, name) for name in ("same.csv", "other.csv", "missing.csv"))
    for path in (same, other, missing):
        said = {"kept": True, "file": path.name, "sha256": kept.digest_of(path), "manifest": None}
        store.append("export", {"at": "", "person": "tester", **said})
    other.write_text("more")
    missing.unlink()
    with store.reading() as connection:
        assert kept.altered(connection, store.data_dir) == [missing, other]
        assert {(one.name, one.person) for one in kept.listed(connection)} == {
            (name, "tester") for name in ("same.csv", "other.csv", "missing.csv")
        }
