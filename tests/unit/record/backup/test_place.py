# SPDX-License-Identifier: Apache-2.0
"""Where backups lie, and that the record remembers them until somebody says that they are gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.backup.place import (
    Place,
    forget_backup,
    locked,
    place_of,
    register,
    registered,
)
from wayside.record.tables import journal


def places(store: Store) -> list[Place]:
    """Those that the record remembers."""
    with store.reading() as connection:
        return [one.place for one in registered(connection)]


def test_the_keys_lie_beside_the_archives_unless_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both by their absolute paths, so that a later command from another folder reaches them."""
    monkeypatch.chdir(tmp_path)
    assert place_of(Path("copy"), None) == Place(tmp_path / "copy", tmp_path / "copy" / "keyring")
    assert place_of(Path("copy"), Path("stick")) == Place(tmp_path / "copy", tmp_path / "stick")


def test_one_program_at_a_backup(tmp_path: Path) -> None:
    """The second is told; after the first it may."""
    with locked(tmp_path), pytest.raises(RecordError, match="another Wayside is writing this backup"), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / "backup.lock").exists()


def test_a_backup_is_remembered_once_by_its_path(tmp_path: Path) -> None:
    """Made again it is the same one, with the keyring that it has now; in the order of paths."""
    with Store(tmp_path / "data") as store:
        for folder, keyring in (("b", None), ("a", None), ("b", tmp_path / "stick")):
            register(store, place_of(tmp_path / folder, keyring), {})
        assert places(store) == [place_of(tmp_path / "a", None), place_of(tmp_path / "b", tmp_path / "stick")]


def test_forgetting_is_told_to_the_journal_once(tmp_path: Path) -> None:
    """With who said so; a backup that is not known leaves no entry."""
    with Store(tmp_path / "data") as store:
        register(store, place_of(tmp_path / "a", None), {})
        assert forget_backup(store, tmp_path / "a", "keeper")
        assert not forget_backup(store, tmp_path / "a", "keeper")
        assert places(store) == []
        with store.reading() as connection:
            said = connection.execute(select(journal.c.payload).where(journal.c.kind == "backup")).scalars().all()
    (entry,) = map(json.loads, said)
    assert (entry["person"], entry["forgotten"]) == ("keeper", str(tmp_path / "a"))
