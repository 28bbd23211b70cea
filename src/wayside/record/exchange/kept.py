# SPDX-License-Identifier: Apache-2.0
"""Exports that the system keeps: each has a row that says which passages it holds, so that erasure can reach it.

The row is there before the first byte of the file, and claims everything until the file is whole; an erasure that
comes in between takes the row, and the export then comes to nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from wayside.domain import RecordError
from wayside.record.document import Document
from wayside.record.entries import entries
from wayside.record.evidence import sync_folder
from wayside.record.exchange.draft import SUFFIX, left_behind, sweep
from wayside.record.exchange.ranges import touching
from wayside.record.rows import moment
from wayside.record.store import Transaction
from wayside.record.tables import export_file

FOLDER = "exports"
MANIFEST_SUFFIX = ".manifest.json"


def claim(transaction: Transaction, name: str, person: str, size: int) -> None:
    """Notes a file that is about to be written, which may hold any passage of the first `size` entries."""
    row = {"name": name, "made_ms": transaction.now_ms, "person": person, "ranges": json.dumps([[0, size]])}
    transaction.connection.execute(insert(export_file), [row])


def settle(transaction: Transaction, name: str, ranges: list[list[int]]) -> None:
    """Notes what the file really holds; raises RecordError where an erasure came first."""
    statement = update(export_file).where(export_file.c.name == name).values(ranges=json.dumps(ranges))
    if transaction.connection.execute(statement).rowcount == 0:
        raise RecordError("passages were erased while they were exported, so nothing was kept; run the export again")


@dataclass(frozen=True, slots=True)
class KeptExport:
    """A kept export without its contents."""

    name: str
    """Of its file below the folder of exports."""
    person: str
    made_at: datetime


def listed(connection: Connection) -> list[KeptExport]:
    """The kept exports, the newest first."""
    query = select(export_file.c.name, export_file.c.person, export_file.c.made_ms)
    rows = connection.execute(query.order_by(export_file.c.made_ms.desc(), export_file.c.name))
    return [KeptExport(name, person, moment(made_ms)) for name, person, made_ms in rows]


def holding(connection: Connection, ranges: Sequence[Sequence[int]]) -> list[str]:
    """The names of kept exports that may hold a passage in these ranges of numbers."""
    asked = [list(one) for one in ranges]
    rows = connection.execute(select(export_file.c.name, export_file.c.ranges).order_by(export_file.c.name))
    return [name for name, stated in rows if touching(json.loads(stated), asked)]


def forget(connection: Connection, names: Collection[str]) -> None:
    """Removes the rows of exports that are to go, within the caller's transaction; the files go after its commit."""
    connection.execute(delete(export_file).where(export_file.c.name.in_(names)))


def remove(data_dir: Path, names: Collection[str]) -> None:
    """Removes the files of exports whose rows are gone, and what killed processes left of any export.

    Raises OSError.
    """
    folder = data_dir / FOLDER
    if not folder.is_dir():
        return
    for name in names:
        for path in (folder / name, folder / f"{name}{MANIFEST_SUFFIX}"):
            path.unlink(missing_ok=True)
    sweep(folder)
    sync_folder(folder)


def strays(connection: Connection, data_dir: Path) -> list[Path]:
    """Files among the kept exports that no row names, and what killed processes left of any; raises OSError."""
    folder = data_dir / FOLDER
    if not folder.is_dir():
        return []
    found = {path for path in folder.iterdir() if path.suffix != SUFFIX}  # before the rows, which come before files
    named = set(connection.execute(select(export_file.c.name)).scalars())
    named |= {f"{name}{MANIFEST_SUFFIX}" for name in named}
    return sorted([*(path for path in found if path.name not in named), *left_behind(folder)])


def altered(connection: Connection, data_dir: Path) -> list[Path]:
    """Files of kept exports, manifests too, that are not those whose digests the journal has; raises OSError."""
    folder = data_dir / FOLDER
    named = set(connection.execute(select(export_file.c.name)).scalars())
    found = []
    for entry in entries(connection, ["export"]):
        said = entry.payload or {}
        if not said.get("kept") or said["file"] not in named:
            continue
        for path, digest in ((folder / said["file"], said["sha256"]), (manifest_of(folder, said), said["manifest"])):
            if digest is not None and digest_of(path) != digest:
                found.append(path)
    return sorted(found)


def manifest_of(folder: Path, said: Document) -> Path:
    """Where the manifest of an export lies."""
    return folder / f"{said['file']}{MANIFEST_SUFFIX}"


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file in hexadecimal digits, None where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
