# SPDX-License-Identifier: Apache-2.0
"""Brings a record back from a backup, and takes nothing into it that the journal does not prove.

What is checked: each row and payload against its commitment, the tree of all commitments against every signed
checkpoint, that nothing is missing and nothing is there twice, and each picture against its digest.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, MetaData, delete, insert, select

from wayside.domain import RecordError, UsageError
from wayside.record import sightings
from wayside.record.backup.make import picture_name
from wayside.record.backup.manifest import Archive, Manifest, read_manifest
from wayside.record.backup.place import Place, place_of
from wayside.record.backup.sealed import read_sealed
from wayside.record.backup.units import JOURNAL, PASSAGES, PICTURES, SEGMENT, TABLES
from wayside.record.bulk import SKIP, add_rows
from wayside.record.cameras import CAMERAS_FILE
from wayside.record.engine import migrate, open_engine, prepare
from wayside.record.evidence import make_folders, picture_path, sync_folder
from wayside.record.journal import (
    PUBLIC_KEYS,
    SALT_BYTES,
    SIGNING_KEY,
    Frontier,
    KeyList,
    Subtree,
    commitment,
    entry_leaf,
    read_key_list,
)
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.partitions import day_of, make_partitions
from wayside.record.passages import derive
from wayside.record.plate_texts import PlateTexts
from wayside.record.rows import MORE, Row, milliseconds, payload
from wayside.record.site import FILE as SITE
from wayside.record.site import read_site
from wayside.record.tables import (
    amendment,
    candidate,
    checkpoint,
    journal,
    journal_node,
    passage,
    passage_key,
    picture,
)

MARK = "restore.unfinished"
SALTS = "restore.salts"
ENTRY_BYTES = 2 * SALT_BYTES
"""Salt and commitment of a passage, kept for the moment when the journal asks for them."""
DATABASE_LINE = re.compile(r"^\s*database\s*=.*\n?", re.MULTILINE)

decode = msgspec.msgpack.decode
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; all of it was checked."""

    size: int
    """Entries of the journal."""
    passages: int
    pictures: int
    checkpoints: int


def damaged(what: str) -> RecordError:
    """What is said of a backup that does not hold together."""
    return RecordError(f"the backup does not hold: {what}; nothing was restored, use another copy of the backup")


class Salts:
    """Salt and commitment of each passage by its number, in a file as large as it must be."""

    def __init__(self, path: Path, size: int) -> None:
        """`size`: entries of the journal."""
        with path.open("w+b") as file:
            file.truncate(max(1, size) * ENTRY_BYTES)
            self._map = mmap.mmap(file.fileno(), 0)
        self._size = size

    def put(self, seq: int, salt: bytes, committed: bytes) -> None:
        """Raises RecordError for a number that is not in the journal, or that came before."""
        if not 0 <= seq < self._size or self.get(seq) is not None:
            raise damaged(f"passage {seq} is there twice, or belongs to no entry")
        self._map[seq * ENTRY_BYTES : (seq + 1) * ENTRY_BYTES] = salt + committed

    def get(self, seq: int) -> tuple[bytes, bytes] | None:
        """Salt and commitment, None where no passage has the number."""
        found = self._map[seq * ENTRY_BYTES : (seq + 1) * ENTRY_BYTES]
        return None if found == bytes(ENTRY_BYTES) else (found[:SALT_BYTES], found[SALT_BYTES:])

    def close(self) -> None:
        """Lets go of the file."""
        self._map.close()


@dataclass(slots=True)
class Restorer:
    """Reads one backup into one database, within one transaction."""

    connection: Connection
    place: Place
    manifest: Manifest
    keys: KeyList
    salts: Salts
    data_dir: Path
    passages: int = 0
    pictures: int = 0
    checkpoints: int = 0

    def sealed(self, unit: str, name: str | None = None, path: str | None = None) -> Iterator[Any]:
        """The parts of a unit's archive."""
        archive = self.manifest.archives[unit]
        file = path or self.files(archive)[-1]
        key = self.place.keys.load(unit, archive.key)
        return (decode(part) for part in read_sealed(self.place.folder / file, name or unit, key) if part)

    @staticmethod
    def files(archive: Archive) -> list[str]:
        """The files of an archive; the leaves of a segment of the journal come first."""
        return sorted(archive.files, key=lambda name: ".leaves." not in name)

    def units(self, kind: str) -> list[str]:
        """The units of one kind in order."""
        return sorted(unit for unit in self.manifest.archives if unit.split("-", 1)[0] == kind)

    def read_passages(self, unit: str) -> None:
        """A day of passages, with what search derives from them."""
        texts, count = PlateTexts(), 0
        for part in self.sealed(unit):
            rows = [Row(*row) for _, *row in part]
            for (salt, *_), row in zip(part, rows, strict=True):
                self.salts.put(row.seq, salt, commitment(salt, payload(row)))
            make_partitions(self.connection, sorted({day_of(row.began_ms) for row in rows}))
            add_rows(self.connection, passage, rows)
            add_rows(self.connection, passage_key, [(row.id, row.seq, row.began_ms) for row in rows])
            derive(self.connection, texts, [(row, MORE.decode(row.more)) for row in rows])
            count += len(rows)
        if count != self.manifest.archives[unit].extent.rows:
            raise damaged(f"{unit} has {count} passages and should have {self.manifest.archives[unit].extent.rows}")
        self.passages += count

    def read_tables(self) -> None:
        """The tables that are kept as they are; those that this Wayside does not know are left out."""
        known = MetaData()
        known.reflect(self.connection)
        for part in self.sealed(TABLES):
            table = known.tables.get(part.get("table", ""))
            if table is not None and part["rows"]:
                columns = [name for name in part["columns"] if name in table.columns]
                rows = [dict(zip(part["columns"], row, strict=True)) for row in part["rows"]]
                self.connection.execute(insert(table), [{name: row[name] for name in columns} for row in rows])

    def read_pictures(self, unit: str) -> None:
        """The pictures of a day: files first, then the rows that name them."""
        archive = self.manifest.archives[unit]
        key = self.place.keys.load(unit, archive.key)
        (index,) = list(self.sealed(unit))
        folder = self.place.folder / PICTURES / unit.split("-", 1)[1]
        for digest in sorted({bytes(row[0]) for row in index}):
            target = self.data_dir / picture_path(digest.hex())
            if not whole(target, digest):
                name = f"{unit}/{digest.hex()}"
                data = b"".join(read_sealed(folder / picture_name(digest.hex(), archive.key), name, key))
                if sha256(data).digest() != digest:
                    raise damaged(f"the picture {digest.hex()[:12]}… is another one")
                write_picture(target, data)
            self.pictures += 1
        add_rows(self.connection, picture, [tuple(row) for row in index], SKIP)

    def read_journal(self) -> None:
        """All entries, each checked against what it commits to, and the tree against each checkpoint."""
        tree = Frontier()
        for unit in self.units(JOURNAL):
            first = int(unit.split("-", 1)[1]) * SEGMENT
            if first != tree.size:
                raise damaged(f"the journal has no entry {tree.size}")
            leaves = self.files(self.manifest.archives[unit])[0]
            (stated,) = [
                decode(part) for part in read_sealed(self.place.folder / leaves, f"{unit}.leaves", bytes(SALT_BYTES))
            ]
            spoken = {seq: (salt, said) for part in self.sealed(unit) for seq, salt, said in part}
            rows = [
                self.entry(first + at, kind, committed, erased_by, spoken.pop(first + at, None))
                for at, (kind, committed, erased_by) in enumerate(stated["entries"])
            ]
            if spoken:
                raise damaged(f"the payload of entry {min(spoken)} belongs to no entry")
            add_rows(self.connection, journal, rows)
            self.grow(tree, rows, stated["checkpoints"])
        if tree.size != self.manifest.size:
            raise damaged(f"the journal has {tree.size} entries and should have {self.manifest.size}")

    def entry(
        self, seq: int, kind: str, committed: bytes, erased_by: int | None, said: tuple[bytes, bytes] | None
    ) -> tuple[Any, ...]:
        """The row of an entry; raises RecordError where its content is not what it commits to, or should not be."""
        kept = self.salts.get(seq) if kind == "passage" else None
        salt, text = said or (None, None)
        found = None if salt is None or text is None else commitment(salt, text)
        if kept is not None:
            salt, found = kept
        if (found is None) != (erased_by is not None) or (found is not None and found != committed):
            raise damaged(f"entry {seq} ({kind}) is not what the journal says")
        if kind == "amendment" and text is not None:
            self.amend(seq, msgspec.json.decode(text))
        elif kind == sightings.KIND and text is not None:
            sightings.put(self.connection, seq, msgspec.json.decode(text))
        return seq, kind, committed, salt, text, erased_by

    def amend(self, seq: int, said: dict[str, Any]) -> None:
        """What a person said of a passage, and the plate that search finds it by since."""
        at_ms = milliseconds(datetime.fromisoformat(said["at"]))
        value = json.dumps(said["value"])
        row = (seq, said["passage_id"], said["kind"], said["field"], value, said["person"], said["reason"], at_ms)
        add_rows(self.connection, amendment, [row])
        query = select(passage_key.c.began_ms, passage_key.c.seq).where(passage_key.c.id == said["passage_id"])
        found = self.connection.execute(query).first()
        if said["field"] == "plate" and found is not None:
            add_rows(self.connection, candidate, [(said["value"], found.began_ms, found.seq)], SKIP)
            PlateTexts().add(self.connection, [said["value"]])

    def grow(self, tree: Frontier, rows: Sequence[tuple[Any, ...]], notes: Sequence[Sequence[Any]]) -> None:
        """Adds the entries of a segment to the tree, which must be what was signed at each checkpoint."""
        signed = {size: note for size, note, _ in notes}
        completed: list[Subtree] = []
        for seq, kind, committed, *_ in rows:
            completed += tree.append(entry_leaf(seq, kind, committed))
            if tree.size in signed:
                stated = self.keys.open(signed.pop(tree.size))
                if (stated.size, stated.root) != (tree.size, tree.root()):
                    raise damaged(f"the first {tree.size} entries are not those that were signed")
                self.checkpoints += 1
        if signed:
            raise damaged(f"the checkpoint of {min(signed)} entries is of a longer journal")
        add_rows(self.connection, journal_node, [tuple(one) for one in completed])
        add_rows(self.connection, checkpoint, [tuple(note) for note in notes])

    def run(self, said: Progress) -> None:
        """Everything, in an order in which each part finds what it needs."""
        steps: list[tuple[str, Callable[[], None]]] = [
            *((unit, partial(self.read_passages, unit)) for unit in self.units(PASSAGES)),
            (PICTURES, self.drop_pictures),
            *((unit, partial(self.read_pictures, unit)) for unit in self.units(PICTURES)),
            (TABLES, self.read_tables),
            (JOURNAL, self.read_journal),
        ]
        for done, (unit, step) in enumerate(steps):
            said(unit, done, len(steps))
            step()

    def drop_pictures(self) -> None:
        """The passages name every picture that they ever had; the index of each day names those that are left."""
        self.connection.execute(delete(picture))


def whole(path: Path, digest: bytes) -> bool:
    """Whether a picture is there already, from a restore that was killed."""
    try:
        return sha256(path.read_bytes()).digest() == digest
    except FileNotFoundError:
        return False


def write_picture(path: Path, data: bytes) -> None:
    """Writes a picture so that a file with its name is whole; all are synced together at the end."""
    make_folders(path.parent)
    draft = path.with_suffix(".draft")
    draft.write_bytes(data)
    draft.rename(path)


def check_target(data_dir: Path) -> None:
    """Raises UsageError where the data directory holds anything but a site.toml, or what a killed restore left."""
    names = {path.name for path in data_dir.iterdir()} if data_dir.is_dir() else set()
    if MARK not in names and names - {SITE}:
        raise UsageError(f"{data_dir}: is not empty; name a new directory, in which only site.toml may stand")


def start_clean(data_dir: Path) -> None:
    """Makes the directory, or takes from it what a killed restore has left; pictures stay, as they are checked."""
    make_folders(data_dir)
    (data_dir / MARK).touch()
    for path in data_dir.iterdir():
        if path.name == KEYS:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in {MARK, SITE}:
            path.unlink()
    sync_folder(data_dir)


@contextmanager
def salts_in(data_dir: Path, size: int) -> Iterator[Salts]:
    """Room for the salts, which is gone afterwards."""
    salts = Salts(data_dir / SALTS, size)
    try:
        yield salts
    finally:
        salts.close()
        (data_dir / SALTS).unlink(missing_ok=True)


def silent(unit: str, done: int, total: int) -> None:
    """Nobody is told."""


def restore(
    folder: Path, data_dir: Path, *, keyring: Path | None = None, person: str | None = None, progress: Progress = silent
) -> Restored:
    """Restores a backup into a new data directory, in whichever database its site.toml names.

    Raises UsageError for a directory that is not empty; RecordError where the backup does not hold, and then nothing
    is restored. After a kill, run it again.
    """
    place = place_of(folder, keyring)
    manifest = read_manifest(place.folder)
    if manifest is None:
        raise UsageError(f"{folder}: holds no whole backup; name the folder that `wayside backup --to` was given")
    check_target(data_dir)
    try:
        start_clean(data_dir.absolute())
        place_site(place, manifest, data_dir)
        with salts_in(data_dir, manifest.size) as salts:
            done = restore_database(place, manifest, data_dir, salts, progress)
        place_keys(place, data_dir)
        os.sync()
        (data_dir / MARK).unlink()
        sync_folder(data_dir)
    except OSError as error:
        raise RecordError(f"{data_dir}: cannot be written ({error.strerror}); check its disk and permissions") from None
    note_restored(data_dir, manifest, person)
    return done


def place_site(place: Place, manifest: Manifest, data_dir: Path) -> None:
    """Gives the new directory the site's policy, but for where the old one had its database, unless it has its own,
    and the cameras that were set up, with their passwords."""
    key = place.keys.load(TABLES, manifest.archives[TABLES].key)
    (path,) = manifest.archives[TABLES].files
    stated = decode(next(iter(read_sealed(place.folder / path, TABLES, key))))
    if stated["site"] is not None and not (data_dir / SITE).exists():
        (data_dir / SITE).write_text(DATABASE_LINE.sub("", stated["site"]), "utf-8")
    if stated.get("cameras") is not None:
        cameras = data_dir / CAMERAS_FILE
        cameras.touch(0o600)
        cameras.write_text(stated["cameras"], "utf-8")


def restore_database(place: Place, manifest: Manifest, data_dir: Path, salts: Salts, progress: Progress) -> Restored:
    """Everything within one transaction: a kill leaves an empty database."""
    site = read_site(data_dir)
    engine = open_engine(data_dir, site.database, writing=True)
    try:
        prepare(engine, str(data_dir))
        with engine.begin() as connection:
            migrate(connection, str(data_dir))
            if connection.execute(select(journal.c.seq).limit(1)).first() is not None:
                raise UsageError("the database that site.toml names holds a record already; name an empty one")
            keys = read_key_list(place.folder / PUBLIC_KEYS)
            restorer = Restorer(connection, place, manifest, keys, salts, data_dir)
            restorer.run(progress)
    finally:
        engine.dispose()
    return Restored(manifest.size, restorer.passages, restorer.pictures, restorer.checkpoints)


def place_keys(place: Place, data_dir: Path) -> None:
    """Puts the keys in place, last: without them nobody takes the directory for a whole record."""
    folder = data_dir / KEYS
    make_folders(folder.absolute())
    folder.chmod(0o700)
    for path in (place.keyring / SIGNING_KEY, place.folder / PUBLIC_KEYS):
        shutil.copy2(path, folder / path.name)
    sync_folder(folder)


def note_restored(data_dir: Path, manifest: Manifest, person: str | None) -> None:
    """Says in the journal of the restored record that it was restored, and from which state."""
    from wayside.record.store import Store

    with Store(data_dir) as store, store.writing() as transaction:
        told = {"at": transaction.at, "person": person, "made_at": manifest.made_at, "size": manifest.size}
        transaction.append("restore", told)
