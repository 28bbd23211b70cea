# SPDX-License-Identifier: Apache-2.0
"""Where a backup lies, and what the record remembers of it, so that erasures reach every backup that was made."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select

from wayside.domain import RecordError
from wayside.record.backup.keys import DataKeys
from wayside.record.backup.manifest import Archive
from wayside.record.backup.units import TABLES, Extents, rows_now
from wayside.record.engine import insert
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.tables import backup as table

if TYPE_CHECKING:
    from wayside.record.store import Store

KEYRING = "keyring"
DAYS = "days"
LOCK = "backup.lock"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backup lies: its archives, and the keys that open them."""

    folder: Path
    keyring: Path

    @property
    def keys(self) -> DataKeys:
        """The keys beside the archives."""
        return DataKeys(self.keyring / DAYS)


def place_of(folder: Path, keyring: Path | None) -> Place:
    """A place by its absolute paths; the keyring is beside the archives where none is named."""
    return Place(folder.absolute(), (keyring or folder / KEYRING).absolute())


def data_keys(data_dir: Path) -> DataKeys:
    """The data keys of a record."""
    return DataKeys(data_dir / KEYS / DAYS)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The backup alone; raises RecordError where another program is at it."""
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordError(f"{folder}: another Wayside is writing this backup; try again when it is done") from None
        yield


@dataclass(frozen=True, slots=True)
class Registered:
    """A backup as the record remembers it."""

    place: Place
    units: dict[str, tuple[int, int, str]]
    """Rows, largest number and key of each unit; the key is empty where it may be any."""

    def lost(self, connection: Connection, now: Extents, keys: DataKeys) -> set[str]:
        """The units that hold something that was erased since, or that a destroyed key has sealed."""
        return {
            unit
            for unit, (rows, last, key) in self.units.items()
            if unit != TABLES and (shrunk(connection, now, unit, rows, last) or key not in keys.ids(unit))
        }


def shrunk(connection: Connection, now: Extents, unit: str, rows: int, last: int) -> bool:
    """Whether a unit has fewer of the rows that it had up to a number."""
    extent = now.get(unit)
    if extent is not None and (extent.rows, extent.last) == (rows, last):
        return False
    return rows_now(connection, unit, last) < rows


def registered(connection: Connection) -> list[Registered]:
    """The backups that the record remembers, in the order of their paths."""
    found = []
    for row in connection.execute(select(table).order_by(table.c.path)):
        stated = json.loads(row.days)
        units = {unit: (rows, last, key) for unit, (rows, last, key) in stated["units"].items()}
        found.append(Registered(Place(Path(row.path), Path(stated["keyring"])), units))
    return found


def register(store: Store, place: Place, archives: dict[str, Archive]) -> None:
    """Remembers what a backup holds. Raises RecordError."""
    units = {unit: (one.extent.rows, one.extent.last, one.key) for unit, one in archives.items()}
    days = json.dumps({"keyring": str(place.keyring), "units": units})
    with store.writing() as transaction:
        row: dict[str, Any] = {"path": str(place.folder), "made_ms": transaction.now_ms, "days": days}
        statement = insert(transaction.connection, table)
        statement = statement.on_conflict_do_update(index_elements=[table.c.path], set_=row)
        transaction.connection.execute(statement, [row])


def forget_backup(store: Store, folder: Path, person: str | None = None) -> bool:
    """Remembers a backup no more, because it is gone for good; whether it was known. Raises RecordError."""
    path = str(folder.absolute())
    with store.writing() as transaction:
        known = transaction.connection.execute(delete(table).where(table.c.path == path)).rowcount > 0
        if known:
            transaction.append("backup", {"at": transaction.at, "person": person, "forgotten": path})
    return known
