# SPDX-License-Identifier: Apache-2.0
"""Carries erasures into the backups: destroys the keys of what was erased, and writes anew what shared them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from wayside.domain import WaysideError
from wayside.record.backup.make import destroy_lost, make_backup, never, silent, snapshot
from wayside.record.backup.manifest import read_manifest
from wayside.record.backup.place import Registered, data_keys, registered
from wayside.record.backup.units import extents
from wayside.record.tables import backup as table

if TYPE_CHECKING:
    from wayside.record.backup.make import Progress, Stop
    from wayside.record.store import Store


@dataclass(frozen=True, slots=True)
class Unreached:
    """A backup that still holds what was erased."""

    folder: Path
    units: tuple[str, ...]
    keys_destroyed: bool
    """Whether its keyring could be reached at least: then nobody can read what it holds."""
    why: str


def behind(store: Store) -> list[tuple[Registered, set[str]]]:
    """The backups that hold something that was erased since, with the units; raises RecordError."""
    with store.reading() as connection:
        if connection.execute(select(table.c.path).limit(1)).first() is None:
            return []
    with snapshot(store) as connection:
        now, keys = extents(connection), data_keys(store.data_dir)
        found = [(known, known.lost(connection, now, keys)) for known in registered(connection)]
    return [(known, lost) for known, lost in found if lost]


def reach_backups(store: Store, progress: Progress = silent, stop: Stop = never) -> list[Unreached]:
    """Brings every backup that can be reached in line with the record; those that could not. Raises RecordError."""
    due = behind(store)
    if not due:
        return []
    with snapshot(store) as connection:
        destroy_lost(connection, extents(connection), data_keys(store.data_dir))
    unreached = [left for known, lost in due if (left := renew(store, known, lost, progress, stop)) is not None]
    return unreached


def renew(store: Store, known: Registered, lost: set[str], progress: Progress, stop: Stop) -> Unreached | None:
    """Brings one backup up to date; why it could not be, None where it could."""
    folder, keyring = known.place.folder, known.place.keyring
    try:
        if read_manifest(folder) is not None:
            done = make_backup(store, folder, keyring=keyring, progress=progress, stop=stop)
            why = "it was stopped" if done.stopped else None
        else:
            why = "it is not there"
    except WaysideError as error:
        why = str(error)
    if why is None:
        return None
    return Unreached(folder, tuple(sorted(lost)), destroy_copies(known, lost), why)


def destroy_copies(known: Registered, lost: set[str]) -> bool:
    """Destroys the copies of keys in the backup's own keyring; whether none of them is left that anybody knows of."""
    keys = known.place.keys
    if not keys.folder.is_dir():
        return False
    try:
        for unit in lost:
            keys.destroy(unit)
    except OSError:
        return False
    return True
