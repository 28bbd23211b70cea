# SPDX-License-Identifier: Apache-2.0
"""Looks a data directory over and says how it is, and does the mends that can do no harm."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from wayside.domain import RecordError, WaysideError
from wayside.record.backup import RESTORING, behind, reach_backups
from wayside.record.clock import Clock
from wayside.record.disk import MIB, is_full
from wayside.record.engine import DATABASE, newest_revision, open_engine, revision_of
from wayside.record.journal import peek_checkpoint, read_notes
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.retention import check_clock, due_counts, read_failure, read_pending, scrub, sweep
from wayside.record.rows import milliseconds, moment
from wayside.record.site import read_site
from wayside.record.store import Store
from wayside.record.tables import backup, checkpoint, journal
from wayside.record.witnessing import tell_witness

WAL_RESET_FIXED = (3, 51, 3)
"""The first SQLite without the fault of sqlite.org/wal.html#walresetbug."""
LARGEST_LOG = 256 * MIB
BEHIND_MS = 60_000
"""How far the clock may be before the newest checkpoint: another machine's clock may be a little ahead."""


class State(StrEnum):
    """How something is."""

    FINE = "fine"
    CARE = "care"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is, in a sentence."""

    name: str
    state: State
    said: str
    mendable: bool = False
    """Whether `--mend` does something about it."""


def fine(name: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(name, State.FINE, said)


def care(name: str, said: str, *, mendable: bool = False) -> Finding:
    """Somebody should do something."""
    return Finding(name, State.CARE, said, mendable)


def look_at_restore(data_dir: Path) -> Finding:
    """Whether a restore was left unfinished."""
    if (data_dir / RESTORING).exists():
        return care("restore", "a restore was not finished here; run `wayside restore` with this --data again")
    return fine("restore", "no restore is unfinished")


def open_keys(data_dir: Path) -> list[Path]:
    """The secret keys that others than their owner can read."""
    keys = [*(data_dir / KEYS).glob("*.key"), *(data_dir / KEYS).glob("days/*.key")]
    return [path for path in keys if stat.S_IMODE(path.stat().st_mode) & 0o077]


def look_at_keys(data_dir: Path) -> Finding:
    """Whether the keys are there and closed."""
    if not (data_dir / KEYS / "journal.key").exists():
        return care("keys", f"{data_dir / KEYS / 'journal.key'} is missing; bring it back from a copy")
    found = open_keys(data_dir)
    if found:
        said = f"{len(found)} keys can be read by others, as {found[0].name}; who could read them may have copied them"
        return care("keys", said, mendable=True)
    return fine("keys", "the keys can be read by their owner only")


def look_at_form(data_dir: Path) -> Finding:
    """Whether the tables are those of this Wayside."""
    site = read_site(data_dir)
    if site.database is None and not (data_dir / DATABASE).exists():
        return Finding("form", State.UNKNOWN, f"{data_dir} holds no record yet; name another --data")
    engine = open_engine(data_dir, site.database, writing=False)
    try:
        with engine.connect() as connection:
            found = revision_of(connection, str(data_dir))
    except SQLAlchemyError as error:
        if is_full(error):
            return care("form", "the disk is full, so that the database cannot even be opened; free some space")
        return Finding("form", State.UNKNOWN, "the database cannot be read; is it there, and is its server running?")
    finally:
        engine.dispose()
    if found != newest_revision():
        return care(
            "form", f"of an older form ({found or 'the first'}); this Wayside has {newest_revision()}", mendable=True
        )
    return fine("form", f"of the newest form, {found}")


def look_at_database(store: Store) -> Finding:
    """Which database, and whether it has a known fault."""
    if store.site.database is not None:
        with store.reading() as connection:
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        return fine("database", f"PostgreSQL {version}")
    guarded = "" if sqlite3.sqlite_version_info >= WAL_RESET_FIXED else (
        "; it has the WAL-reset fault (fixed in 3.51.3), and the writer lock keeps us from it"
    )  # fmt: skip
    return fine("database", f"SQLite {sqlite3.sqlite_version}{guarded}")


def look_at_room(store: Store) -> Finding:
    """Whether the disk has room."""
    free, bound = store.disk.free, store.disk.keep_free
    said = f"{free // MIB} MiB are free; below {bound // MIB} MiB the oldest pictures go"
    return fine("room", said) if free >= bound else care("room", said + ": free some space")


def look_at_reserve(store: Store) -> Finding:
    """Whether the reserve is there."""
    size = store.disk.reserve_bytes
    if size == 0:
        return fine("reserve", "the site keeps none")
    if store.disk.reserved:
        return fine("reserve", f"{size // MIB} MiB are laid by for journal and erasure")
    return care("reserve", "was let go because the disk was full; free some space", mendable=True)


def look_at_log(store: Store) -> Finding:
    """Whether SQLite's log is folded into the file now and then."""
    log = store.data_dir / f"{DATABASE}-wal"
    size = log.stat().st_size if log.exists() else 0
    if size <= LARGEST_LOG:
        return fine("log", f"the database's own log has {size // MIB} MiB")
    return care("log", f"the database's own log has {size // MIB} MiB; a reader that stays keeps it", mendable=True)


def look_at_orphans(store: Store) -> Finding:
    """Whether files and rows belong together."""
    found = sweep(store, remove=False)
    if found.rows:
        said = f"{len(found.rows)} pictures are missing that nobody erased; `wayside verify` names their passages"
        return care("orphans", said)
    if found.files:
        return care("orphans", f"{len(found.files)} files belong to nothing, as after a kill", mendable=True)
    return fine("orphans", "every picture and kept export has its row, and every row its picture")


def look_at_erasure(store: Store) -> Finding:
    """Whether what was erased is off the disk, and what is due was erased."""
    pending = read_pending(store.data_dir)
    if pending is not None:
        why = pending.why or "an erasure was ended before that"
        return care("erasure", f"free pages still hold what was erased: {why}", mendable=True)
    failure = read_failure(store.data_dir)
    if failure is not None:
        return care("erasure", f"what was due on {failure.at} could not be erased: {failure.why}")
    counts = due_counts(store)
    if counts.passages or counts.pictures or counts.payloads or counts.exports:
        said = f"{counts.passages} passages and {counts.pictures} pictures are due; run `wayside erase --due` every day"
        return care("erasure", said)
    return fine("erasure", f"nothing is due; {counts.held} passages are held for a case beyond their time")


def look_at_backups(store: Store) -> Finding:
    """Whether backups hold what was erased."""
    late = behind(store)
    if late:
        places = ", ".join(str(known.place.folder) for known, _ in late)
        said = f"hold what was erased since: {places}; `wayside backup --forget DIR` for one that is gone for good"
        return care("backups", said, mendable=True)
    with store.reading() as connection:
        known = connection.execute(select(backup.c.path, backup.c.made_ms).order_by(backup.c.made_ms.desc())).all()
    if not known:
        return fine("backups", "none was made; `wayside backup --to DIR` makes one")
    return fine("backups", ", ".join(f"{row.path} of {moment(row.made_ms):%Y-%m-%d %H:%M} UTC" for row in known))


def look_at_journal(store: Store) -> Finding:
    """How much of the journal is signed, and whether the witness has it."""
    with store.reading() as connection:
        entries = connection.execute(select(func.max(journal.c.seq))).scalar_one_or_none()
        last = connection.execute(select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)).first()
    size = 0 if entries is None else entries + 1
    if last is None:
        return care("journal", "no checkpoint was signed yet; open the record for writing once", mendable=True)
    said = f"{last.size} of {size} entries are signed, the last at {moment(last.made_ms):%Y-%m-%d %H:%M} UTC"
    witness = store.site.journal.witness
    if witness is None:
        return fine("journal", f"{said}; no witness keeps checkpoints ([journal] witness in site.toml)")
    path = store.data_dir / witness
    kept = read_notes(path) if path.exists() or not path.parent.exists() else []
    if not kept:
        return care("journal", f"{said}; the witness has no checkpoint yet", mendable=True)
    seen = peek_checkpoint(kept[-1]).size
    if seen > last.size:
        return care("journal", f"{said}; the witness has seen {seen}: run `wayside verify`")
    return fine("journal", f"{said}; the witness has seen {seen}")


def look_at_clock(store: Store) -> Finding:
    """Whether the clock can be believed."""
    now_ms = milliseconds(store.now())
    with store.reading() as connection:
        newest = connection.execute(select(func.max(checkpoint.c.made_ms))).scalar_one_or_none() or 0
    if now_ms < newest - BEHIND_MS:
        said = f"the clock is before {moment(newest):%Y-%m-%d %H:%M} UTC, when a checkpoint was signed; set it right"
        return care("clock", said)
    try:
        check_clock(store, now_ms)
    except RecordError as error:
        return care("clock", str(error))
    return fine("clock", f"agrees with the record: {store.now():%Y-%m-%d %H:%M} UTC")


def look_at_partitions(store: Store) -> Finding:
    """Which days PostgreSQL keeps."""
    if store.site.database is None:
        return fine("partitions", "SQLite has none")
    with store.reading() as connection:
        names = sorted(name for name in inspect(connection).get_table_names() if name.startswith("passage_2"))
    if not names:
        return fine("partitions", "none yet")
    first, last = names[0].removeprefix("passage_"), names[-1].removeprefix("passage_")
    return fine("partitions", f"{len(names)} days, from {first} to {last}")


DIRECTORY: tuple[Callable[[Path], Finding], ...] = (look_at_restore, look_at_form, look_at_keys)
"""What can be said without opening the record."""
RECORD: tuple[Callable[[Store], Finding], ...] = (
    look_at_database,
    look_at_partitions,
    look_at_room,
    look_at_reserve,
    look_at_log,
    look_at_orphans,
    look_at_erasure,
    look_at_backups,
    look_at_journal,
    look_at_clock,
)


def name_of(look: Callable[..., Finding]) -> str:
    """What a look is about."""
    return look.__name__.removeprefix("look_at_")


def looked(look: Callable[..., Finding], at: Path | Store) -> Finding:
    """What a look finds, or why it could not."""
    try:
        return look(at)
    except (WaysideError, OSError) as error:
        return Finding(name_of(look), State.UNKNOWN, str(error))


def examine(data_dir: Path, clock: Clock | None = None) -> Iterator[Finding]:
    """Looks at everything; changes nothing."""
    early = [looked(look, data_dir) for look in DIRECTORY]
    yield from early
    if any(one.name == "form" and one.state is not State.FINE for one in early):
        return
    try:
        store = Store(data_dir, writing=False, clock=clock)
    except WaysideError as error:
        yield Finding("record", State.UNKNOWN, str(error))
        return
    with store:
        for look in RECORD:
            yield looked(look, store)


def mend(data_dir: Path, clock: Clock | None = None) -> None:
    """Does what can do no harm: closes keys, brings the form up to date, sweeps, scrubs, reaches backups.

    Raises RecordError where the record cannot be opened for writing.
    """
    for path in open_keys(data_dir):
        path.chmod(0o600)
    if (data_dir / RESTORING).exists():
        return
    with Store(data_dir, clock=clock) as store:
        sweep(store, remove=True)
        scrub(store)
        reach_backups(store)
        tell_witness(store)
        if store.site.database is None:
            with store.alone() as driver:
                driver.execute("PRAGMA busy_timeout = 1000")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
