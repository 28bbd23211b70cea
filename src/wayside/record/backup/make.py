# SPDX-License-Identifier: Apache-2.0
"""Makes a backup while the record is in use, and brings one up to date: only units that changed are written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from wayside.domain import RecordError, UsageError
from wayside.record.backup.keys import DataKeys, key_id
from wayside.record.backup.manifest import Archive, Manifest, read_manifest, write_manifest
from wayside.record.backup.place import (
    KEYRING,
    LOCK,
    Place,
    data_keys,
    locked,
    place_of,
    register,
    registered,
)
from wayside.record.backup.sealed import write_sealed
from wayside.record.backup.units import (
    JOURNAL,
    PASSAGES,
    PICTURES,
    TABLES,
    Extent,
    Extents,
    encode,
    extents,
    leaves_of,
    other_tables,
    passages_of,
    payloads_of,
    pictures_of,
    rows_of,
)
from wayside.record.cameras import CAMERAS_FILE
from wayside.record.document import time_text
from wayside.record.evidence import make_folders, picture_path, sync_folder
from wayside.record.journal import PUBLIC_KEYS, SIGNING_KEY, read_key_list
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.site import FILE as SITE
from wayside.record.tables import journal
from wayside.record.witnessing import tell_witness

if TYPE_CHECKING:
    from wayside.record.store import Store

Progress = Callable[[str, int, int], None]
"""Told of a unit, how many units are done, and how many there are."""
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Backup:
    """What was done."""

    place: Place
    size: int
    """Entries of the journal."""
    units: int
    written: int
    """Units that were new or had changed."""
    pictures: int
    """Pictures that were new."""
    stopped: bool = False


@contextmanager
def snapshot(store: Store) -> Iterator[Connection]:
    """One state of the record, however long it takes to read it, while others write."""
    with store.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


@dataclass(slots=True)
class Writer:
    """Writes units of one state of a record to one place."""

    connection: Connection
    data_dir: Path
    place: Place
    keys: DataKeys
    """Those of the record."""
    pictures: int = 0

    def write(self, unit: str, extent: Extent, key: bytes) -> Archive:
        """Seals a unit; the files that it had before stay until the manifest names the new ones."""
        self.place.keys.keep(unit, key)
        kind, _, name = unit.partition("-")
        folder = self.place.folder / kind
        if kind == JOURNAL:
            leaves = write_sealed(
                folder, f"{name}.leaves", f"{unit}.leaves", bytes(32), [leaves_of(self.connection, unit)]
            )
            sealed = write_sealed(folder, name, unit, key, payloads_of(self.connection, unit))
            files = {f"{kind}/{one}": size for one, size in (leaves, sealed)}
        elif kind == PICTURES:
            files = self._pictures(unit, folder / name, key)
        else:
            parts = passages_of(self.connection, unit) if kind == PASSAGES else self._tables()
            written, size = write_sealed(folder, name or TABLES, unit, key, parts)
            files = {f"{kind}/{written}": size}
        return Archive(extent, key_id(key), files)

    def _tables(self) -> Iterator[bytes]:
        files = {"site": self.data_dir / SITE, "cameras": self.data_dir / CAMERAS_FILE}
        yield encode({name: path.read_text("utf-8") if path.exists() else None for name, path in files.items()})
        yield from rows_of(self.connection, other_tables(self.connection))

    def _pictures(self, unit: str, folder: Path, key: bytes) -> dict[str, int]:
        """Each picture in a file of its own, so that a day that grows is not written anew; then their index."""
        make_folders(folder)
        kept = []
        for row in pictures_of(self.connection, unit):
            if self._picture(unit, folder, row[0].hex(), key):
                kept.append(row)
        index, size = write_sealed(folder, "index", unit, key, [encode(kept)])
        return {f"{PICTURES}/{folder.name}/{index}": size}

    def _picture(self, unit: str, folder: Path, digest: str, key: bytes) -> bool:
        """Seals one picture unless that was done; whether it is there: one that is not was erased meanwhile."""
        there = folder / picture_name(digest, key_id(key))
        if there.exists():
            return True
        try:
            data = (self.data_dir / picture_path(digest)).read_bytes()
        except FileNotFoundError:
            return False
        written, _ = write_sealed(folder, digest, f"{unit}/{digest}", key, [data])
        (folder / written).rename(there)
        self.pictures += 1
        return True


def picture_name(digest: str, identity: str) -> str:
    """The file of a sealed picture: named after the picture and the key, so that another key makes another file."""
    return f"{digest}.{identity}.sealed"


def sweep(place: Place, manifest: Manifest) -> None:
    """Removes the files and keys that the manifest does not name; raises OSError."""
    named = {path for archive in manifest.archives.values() for path in archive.files}
    for kind in (PASSAGES, JOURNAL, TABLES):
        folder = place.folder / kind
        for path in folder.iterdir() if folder.is_dir() else ():
            if f"{kind}/{path.name}" not in named:
                path.unlink()
    folder = place.folder / PICTURES
    for day in folder.iterdir() if folder.is_dir() else ():
        archive = manifest.archives.get(f"{PICTURES}-{day.name}")
        if archive is None:
            shutil.rmtree(day)
        else:
            sweep_pictures(day, archive)
    for unit in place.keys.units():
        kept = manifest.archives.get(unit)
        place.keys.destroy(unit, None if kept is None else kept.key)


def sweep_pictures(folder: Path, archive: Archive) -> None:
    """Removes the pictures of a day that are sealed with a destroyed key, and older indexes."""
    indexes = {Path(path).name for path in archive.files}
    for path in folder.iterdir():
        if path.name not in indexes and (
            path.name.startswith("index.") or not path.name.endswith(f".{archive.key}.sealed")
        ):
            path.unlink()
    sync_folder(folder)


def copy_keys(store: Store, place: Place) -> None:
    """Puts the signing key into the keyring and the public keys beside the archives; raises OSError."""
    folder = store.data_dir / KEYS
    make_folders(place.keyring)
    place.keyring.chmod(0o700)
    for name, to in ((SIGNING_KEY, place.keyring), (PUBLIC_KEYS, place.folder)):
        draft = to / f"{name}.draft"
        shutil.copy2(folder / name, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(to / name)
        sync_folder(to)


def bring_in_line(
    writer: Writer, manifest: Manifest, wanted: Extents, said: Progress, stop: Stop
) -> tuple[Manifest, int]:
    """Writes the units that differ from the manifest; the new manifest and how many were written."""
    archives = {unit: archive for unit, archive in manifest.archives.items() if unit in wanted}
    written = 0
    for done, (unit, extent) in enumerate(wanted.items()):
        if stop():
            break
        said(unit, done, len(wanted))
        before = archives.get(unit)
        key = writer.keys.of(unit)
        if unit == TABLES:
            writer.keys.destroy(unit)
            key = writer.keys.make(unit)
        if before is None or before.extent != extent or before.key != key_id(key):
            archives[unit] = writer.write(unit, extent, key)
            written += 1
    return replace(manifest, archives=archives), written


def never() -> bool:
    """Nobody asks for an end."""
    return False


def silent(unit: str, done: int, total: int) -> None:
    """Nobody is told."""


def make_backup(
    store: Store,
    folder: Path,
    *,
    keyring: Path | None = None,
    person: str | None = None,
    progress: Progress = silent,
    stop: Stop = never,
) -> Backup:
    """Makes a backup or brings it up to date, and registers it, so that erasures reach it.

    Raises UsageError for a folder that holds something else, RecordError.
    """  # fmt: skip
    place = place_of(folder, keyring)
    origin = read_key_list(store.data_dir / KEYS / PUBLIC_KEYS).keys[-1].key.name
    try:
        check_folder(place, store.data_dir, origin)
        make_folders(place.folder)
        with locked(place.folder):
            return write_backup(store, place, origin, person, progress, stop)
    except OSError as error:
        raise RecordError(
            f"{place.folder}: cannot be written ({error.strerror}); check its disk and permissions"
        ) from None


def check_folder(place: Place, data_dir: Path, origin: str) -> None:
    """Raises UsageError for a folder that is not empty and no backup of this record, or lies inside the record."""
    inside = data_dir.absolute()
    if place.folder == inside or inside in place.folder.parents:
        raise UsageError(f"{place.folder}: lies inside the record; name a folder elsewhere, best on another disk")
    manifest = read_manifest(place.folder)
    if manifest is not None and manifest.origin != origin:
        raise UsageError(f"{place.folder}: is the backup of another record; name another folder")
    foreign = place.folder.is_dir() and any(
        path.name not in {PASSAGES, PICTURES, JOURNAL, TABLES, KEYRING, LOCK, PUBLIC_KEYS} and path.suffix != ".draft"
        for path in place.folder.iterdir()
    )
    if manifest is None and foreign:
        raise UsageError(f"{place.folder}: holds something else; name an empty folder")


def write_backup(store: Store, place: Place, origin: str, person: str | None, said: Progress, stop: Stop) -> Backup:
    """Writes what has changed since the last time."""
    before = read_manifest(place.folder)
    archives = {} if before is None else before.archives
    register(store, place, archives)
    copy_keys(store, place)
    with snapshot(store) as connection:
        size = connection.execute(select(func.count()).select_from(journal)).scalar_one()
        wanted = {**extents(connection), TABLES: Extent(0, 0)}
        writer = Writer(connection, store.data_dir, place, data_keys(store.data_dir))
        destroy_lost(connection, wanted, writer.keys)
        announced = {unit: Archive(extent, key_id(writer.keys.of(unit))) for unit, extent in wanted.items()}
        register(store, place, {**announced, **archives})
        manifest = Manifest(origin, size, time_text(store.now()), archives)
        manifest, written = bring_in_line(writer, manifest, wanted, said, stop)
    stopped = stop()
    if not stopped:
        write_manifest(place.folder, manifest)
        sweep(place, manifest)
        register(store, place, manifest.archives)
        told = {"at": time_text(store.now()), "person": person, "to": str(place.folder), "size": size}
        store.append("backup", {**told, "units": len(wanted), "written": written})
        tell_witness(store)
    return Backup(place, size, len(wanted), written, writer.pictures, stopped)


def destroy_lost(connection: Connection, now: Extents, keys: DataKeys) -> None:
    """Destroys the record's own keys of the units that lost something since any backup was made of them."""
    for known in registered(connection):
        for unit in known.lost(connection, now, keys):
            if known.units[unit][2] in keys.ids(unit):
                keys.destroy(unit)
    for unit in keys.units() - now.keys():
        keys.destroy(unit)
