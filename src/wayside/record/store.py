# SPDX-License-Identifier: Apache-2.0
"""The passage store: one SQLite file and a tree of pictures, written so that what was acknowledged is never lost."""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from wayside.domain import Evidence, Passage, RecordError
from wayside.record.document import passage_document, read_passage, unpublished_document
from wayside.record.evidence import Pictures, make_folders

DATABASE = "wayside.sqlite3"
LOCK = "writer.lock"
APPLICATION_ID = 0x57617973
"""Marks the file as ours: the letters W, a, y, s."""
SCHEMA_VERSION = 1
BUSY_S = 30.0

SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE passage (
    id TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL CHECK (json_valid(document)),
    unpublished TEXT NOT NULL CHECK (json_valid(unpublished)),
    began_at TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.began_at')) STORED,
    camera TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.camera')) STORED,
    plate_text TEXT GENERATED ALWAYS AS (json_extract(document, '$.plate.text')) STORED
) STRICT;
CREATE INDEX passage_by_time ON passage (began_at, id);
CREATE INDEX passage_by_plate ON passage (plate_text, began_at) WHERE plate_text IS NOT NULL;
PRAGMA application_id = 0x57617973;
PRAGMA user_version = 1;
COMMIT;
"""

INSERT = "INSERT INTO passage (id, document, unpublished) VALUES (?, ?, ?)"
NEWEST = """
SELECT document, unpublished FROM passage WHERE (:camera IS NULL OR camera = :camera)
ORDER BY began_at DESC, id DESC LIMIT :limit
"""


def connect(path: Path, *, writing: bool) -> sqlite3.Connection:
    """Opens the database file; raises sqlite3.Error."""
    mode = "rwc" if writing else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA mmap_size = 0")
    if writing:
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def check_schema(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file, 0 for a new one.

    Raises RecordError for a file of another program or of a newer Wayside.
    """
    application, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
    )
    if tables and application != APPLICATION_ID:
        raise RecordError(f"{path}: is the database of another program; name another data directory")
    if version > SCHEMA_VERSION:
        raise RecordError(
            f"{path}: was written by a newer Wayside (schema {version}, this one knows {SCHEMA_VERSION}); update it"
        )
    return int(version)


def create_schema(connection: sqlite3.Connection) -> None:
    """Makes the tables of a new record, all or none."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(SCHEMA)


def check_pictures(passage: Passage, pictures: Mapping[str, bytes]) -> list[tuple[Evidence, bytes]]:
    """Each piece of evidence with its bytes; raises RecordError where they are not what the passage says."""
    pairs = []
    for evidence in passage.evidence:
        data = pictures.get(evidence.sha256)
        if data is None or hashlib.sha256(data).hexdigest() != evidence.sha256:
            raise RecordError(f"passage {passage.id}: the {evidence.role} picture is not the one that it names")
        pairs.append((evidence, data))
    return pairs


class Store:
    """The record below one data directory; safe to use from several threads and several processes."""

    def __init__(self, data_dir: Path, *, writing: bool = True) -> None:
        """Opens the record; with `writing`, makes it where there is none.

        Raises RecordError with the reason and the mend.
        """
        self._path = data_dir / DATABASE
        self._lock_path = data_dir / LOCK
        self._pictures = Pictures(data_dir)
        self._threads = threading.RLock()
        with self._told():
            if not writing and not self._path.exists():
                raise RecordError(f"{data_dir}: holds no record yet; run `wayside watch` first, or name another --data")
            if writing:
                make_folders(data_dir.absolute())
                with self._alone():
                    self._connection = self._open(writing=True)
                    self._pictures.prepare()
            else:
                self._connection = self._open(writing=False)
        self._writing = writing

    def _open(self, *, writing: bool) -> sqlite3.Connection:
        connection = connect(self._path, writing=writing)
        try:
            version = check_schema(connection, self._path)
            if writing and version == 0:
                create_schema(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; the last writer's close folds the log into the database."""
        with self._told(), self._threads:
            if self._writing:
                with self._alone():
                    self._connection.close()
            else:
                self._connection.close()

    def add(self, passage: Passage, pictures: Mapping[str, bytes]) -> bool:
        """Stores a passage with its pictures (SHA-256 → JPEG bytes) as one unit; False if its id is there already.

        Once this returns, both survive a power cut. Pictures are safe before the row is written, so that no row
        names a picture that is not there. Raises RecordError; then the passage is not in the record.
        """
        pairs = check_pictures(passage, pictures)
        document = json.dumps(passage_document(passage), ensure_ascii=False)
        unpublished = json.dumps(unpublished_document(passage), ensure_ascii=False)
        with self._told(), self._alone():
            if self._connection.execute("SELECT 1 FROM passage WHERE id = ?", (passage.id,)).fetchone():
                return False
            for evidence, data in pairs:
                self._pictures.keep(evidence, data)
            self._connection.execute(INSERT, (passage.id, document, unpublished))
            return True

    def passages(self, limit: int | None = None, camera: str | None = None) -> list[Passage]:
        """The newest passages first, of one camera or of all; raises RecordError."""
        asked = {"camera": camera, "limit": -1 if limit is None else limit}
        with self._told(), self._threads, closing(self._connection.execute(NEWEST, asked)) as rows:
            return [read_passage(json.loads(document), json.loads(more)) for document, more in rows]

    def count(self) -> int:
        """How many passages there are; raises RecordError."""
        with self._told(), self._threads:
            return int(self._connection.execute("SELECT count(*) FROM passage").fetchone()[0])

    def picture_path(self, evidence: Evidence) -> Path:
        """Where the picture of a piece of evidence lies."""
        return self._pictures.path(evidence)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps out every other writer, thread or process.

        SQLite would let writers of several processes in by itself, but before 3.51.3 two that commit and fold the
        log at one moment can damage the file (sqlite.org/wal.html#walresetbug); Debian 12 has 3.40.1.
        """
        with self._threads, self._lock_path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turns what SQLite and the system say into one sentence with a mend."""
        try:
            yield
        except sqlite3.Error as error:
            mend = "free some space" if "full" in str(error) else "check the disk, or name another --data directory"
            raise RecordError(f"{self._path}: cannot be used ({error}); {mend}") from error
        except OSError as error:
            raise RecordError(
                f"{self._path.parent}: cannot be written ({error.strerror}); free some space, check its permissions, "
                "or name another --data directory"
            ) from error
