# SPDX-License-Identifier: Apache-2.0
"""Makes the disk forget what was erased: what a DELETE leaves in free pages, in split pages, in logs and statistics.

`secure_delete` writes zeroes over each deleted row of SQLite, but not over the copies that an earlier split or move
of a page left in its unused part: of 10,000 plates one was still readable. Rewriting the file leaves none.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wayside.record.engine import DATABASE
from wayside.record.evidence import sync_folder
from wayside.record.partitions import partition_name
from wayside.record.tables import PARTITIONED

if TYPE_CHECKING:
    from wayside.record.store import Store

MARK = "scrub.pending"
ROOM_TIMES = 2
"""A rewrite needs the size of the file twice: once for the copy, once for the log through which it is put in place."""
PATIENCE_MS = 10_000
"""How long readers are waited for before the log is left as it is for the next time."""
TOUCHED = (
    "passage_key",
    "picture",
    "plate_text",
    "plate_piece",
    "amendment",
    "sighting",
    "sighting_link",
    "brief",
    "hold",
    "hit",
    "verdict",
    "watch_entry",
    "export_file",
    "journal",
)
"""Tables of PostgreSQL that hold what was erased, beside the partitions."""
SAMPLED = (
    ("passage", "plate", 'TEXT COLLATE "C"'),
    ("passage", "more", 'TEXT COLLATE "C"'),
    ("candidate", "text", 'TEXT COLLATE "C"'),
    ("plate_text", "text", 'TEXT COLLATE "C"'),
    ("plate_text", "reversed", 'TEXT COLLATE "C"'),
    ("plate_piece", "piece", 'TEXT COLLATE "C"'),
    ("plate_piece", "text", 'TEXT COLLATE "C"'),
    ("amendment", "value", 'TEXT COLLATE "C"'),
    ("amendment", "reason", 'TEXT COLLATE "C"'),
    ("sighting", "more", 'TEXT COLLATE "C"'),
    ("sighting", "reason", 'TEXT COLLATE "C"'),
    ("sighting_link", "reason", 'TEXT COLLATE "C"'),
    ("brief", "text", 'TEXT COLLATE "C"'),
    ("hit", "text", 'TEXT COLLATE "C"'),
    ("verdict", "reason", 'TEXT COLLATE "C"'),
    ("watch_entry", "terms", 'TEXT COLLATE "C"'),
    ("journal", "payload", "BYTEA"),
)
"""Columns whose values tell of a vehicle, and of which PostgreSQL keeps samples for its planner."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An erasure of which the disk may still hold copies."""

    days: tuple[int, ...] = ()
    """First milliseconds of the days whose partitions were touched."""
    why: str | None = None
    """What kept the last try from being done; None: it was not tried, or was killed."""


def read_pending(data_dir: Path) -> Pending | None:
    """What is still to be scrubbed; None where there is nothing."""
    try:
        stated = json.loads((data_dir / MARK).read_text("utf-8"))
        return Pending(tuple(stated["days"]), stated["why"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return Pending(why="its note was damaged")


def note_pending(data_dir: Path, pending: Pending) -> None:
    """Says on the disk that there is something to scrub. Raises OSError."""
    draft = data_dir / f"{MARK}.draft"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"days": pending.days, "why": pending.why}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(data_dir / MARK)
    sync_folder(data_dir)


def note_days(data_dir: Path, days: Iterable[int]) -> None:
    """Adds days to what is to be scrubbed; the caller holds the record and has not committed yet. Raises OSError."""
    before = read_pending(data_dir)
    known = set(before.days) if before else set()
    if before is None or before.why or not known.issuperset(days):
        note_pending(data_dir, Pending(tuple(sorted(known.union(days)))))


def scrub(store: Store) -> Pending | None:
    """Scrubs what is pending; what is left to do and why, None where all is done. Raises RecordError."""
    pending = read_pending(store.data_dir)
    if pending is None:
        return None
    with store.alone() as driver:
        why = None
        if store.site.database is None:
            why = scrub_sqlite(driver, store.data_dir)
        else:
            scrub_postgresql(driver, pending.days)
        if why is None:
            (store.data_dir / MARK).unlink()
            sync_folder(store.data_dir)
            return None
        note_pending(store.data_dir, Pending(pending.days, why))
    return Pending(pending.days, why)


def room_for_rewrite(data_dir: Path) -> str | None:
    """Why the file cannot be rewritten for want of room; None where it can."""
    needed = ROOM_TIMES * (data_dir / DATABASE).stat().st_size
    free = shutil.disk_usage(data_dir).free
    if free >= needed:
        return None
    return f"the disk has {free >> 20} MiB free, rewriting the database needs {needed >> 20} MiB"


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """SQLite puts its temporary copy beside the record, not into a directory that all programs share."""
    before = os.environ.get("SQLITE_TMPDIR")
    os.environ["SQLITE_TMPDIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SQLITE_TMPDIR"]
        else:
            os.environ["SQLITE_TMPDIR"] = before


def scrub_sqlite(driver: Any, data_dir: Path) -> str | None:
    """Rewrites the file and empties the log; what is in the way, None where nothing is."""
    lacking = room_for_rewrite(data_dir)
    driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    driver.execute("PRAGMA temp_store = FILE")
    if lacking is None:
        with temporary_files_in(data_dir):
            driver.execute("VACUUM")
    busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    driver.execute("PRAGMA temp_store = MEMORY")
    if lacking is None and busy:
        return "somebody is reading, and the log keeps what they read"
    return lacking


def scrub_postgresql(driver: Any, days: Collection[int]) -> None:
    """Drops the partitions of days that are empty, rewrites the others and what lies beside them, and ends the log."""
    import psycopg

    for day_ms in days:
        if not drop_empty(driver, day_ms):
            for table in PARTITIONED:
                driver.execute(f"VACUUM (FULL, ANALYZE) {partition_name(table.name, day_ms)}")
    for name in TOUCHED:
        driver.execute(f"VACUUM (FULL, ANALYZE) {name}")
    drop_samples(driver)
    for statement in ("VACUUM (FULL) pg_catalog.pg_statistic", "SELECT pg_switch_wal()", "CHECKPOINT"):
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            driver.execute(statement)


def drop_samples(driver: Any) -> None:
    """Replaces the samples that ANALYZE took before the erasure: it takes none from an empty table, and keeps the old.

    To give a column the type that it has makes PostgreSQL forget its samples, and costs nothing in an empty table.
    """
    for name, column, type_name in SAMPLED:
        sampled = "SELECT EXISTS (SELECT FROM pg_stats WHERE schemaname = current_schema AND tablename = %s)"
        if not driver.execute(sampled, [name]).fetchone()[0]:
            continue
        if driver.execute(f"SELECT EXISTS (SELECT FROM {name})").fetchone()[0]:
            driver.execute(f"ANALYZE {name} ({column})")
        else:
            driver.execute(f"ALTER TABLE {name} ALTER COLUMN {column} TYPE {type_name}")


def drop_empty(driver: Any, day_ms: int) -> bool:
    """Drops the partitions of a day that has no passage left; whether there is no such day any more."""
    names = [partition_name(table.name, day_ms) for table in PARTITIONED]
    if driver.execute("SELECT to_regclass(%s)", [names[0]]).fetchone()[0] is None:
        return True
    if driver.execute(f"SELECT EXISTS (SELECT FROM {names[0]})").fetchone()[0]:
        return False
    driver.execute(f"DROP TABLE {', '.join(names)}")
    return True
