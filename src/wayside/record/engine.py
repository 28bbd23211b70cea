# SPDX-License-Identifier: Apache-2.0
"""Opens the database of a record, SQLite or PostgreSQL, with the settings on which its promises rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, FromClause, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import NullPool, QueuePool

from wayside.domain import RecordError

DATABASE = "wayside.sqlite3"
APPLICATION_ID = 0x57617973
"""Marks an SQLite file as ours: the letters W, a, y, s."""
FIRST_FORM = 1
"""`user_version` of the records written before there were migrations."""
BUSY_S = 120.0
"""How long another program may hold the database before we give up."""
READERS = 16
"""Connections that may read at once."""
STATEMENT_LIMIT_MS = 30_000
"""After which PostgreSQL ends a query of a reader."""
SEARCH_LIMIT_S = 10.0
"""After which a query of a search is stopped."""
SEARCHING = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Keep PostgreSQL to the indexes that a search is meant to use. Planning for a partition of each day takes far longer
than looking, so a plan is made once for each connection, and the days that it needs are chosen when that is used."""

FOLDED_PAGES = 4000
"""Pages of SQLite's log before it is folded into the file, 16 MiB: with its own 1,000 each group of 100 had to."""
WRITING = (
    "synchronous = FULL",
    f"wal_autocheckpoint = {FOLDED_PAGES}",
    "secure_delete = ON",
    "temp_store = MEMORY",
    "cache_size = -65536",
)
READING = ("query_only = ON", "temp_store = MEMORY", "cache_size = -65536")


def connect(path: Path, *, writing: bool) -> sqlite3.Connection:
    """Opens an SQLite file; raises sqlite3.Error."""
    mode = "rwc" if writing else "ro"
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    for setting in ("mmap_size = 0", *(WRITING if writing else READING)):
        connection.execute(f"PRAGMA {setting}")
    return connection


class HintingCompiler(SQLiteCompiler):
    """Writes `with_hint(table, "INDEXED BY …", "sqlite")` behind the table, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """The hint as it was given."""
        return text


def sqlite_engine(path: Path, *, writing: bool) -> Engine:
    """The engine over one file; transactions begin by taking the write lock where they may write."""
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    pool: dict[str, Any] = {"poolclass": NullPool}
    if not writing:
        pool = {"poolclass": QueuePool, "pool_size": READERS, "max_overflow": 0}
    engine = sqlalchemy.create_engine(
        "sqlite+pysqlite://", creator=lambda: connect(path, writing=writing), hide_parameters=True, **pool
    )
    engine.dialect.statement_compiler = HintingCompiler
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def postgresql_engine(url: str, settings: Mapping[str, str], **pool: Any) -> Engine:
    """The engine over a PostgreSQL database, with settings of its sessions and arguments of SQLAlchemy's.

    Raises RecordError where the address or the driver is no good.
    """
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments = {"options": options, **pool.pop("connect_args", {})}
    try:
        return sqlalchemy.create_engine(url, max_overflow=0, hide_parameters=True, connect_args=arguments, **pool)
    except ModuleNotFoundError:
        raise RecordError("PostgreSQL needs its driver; install Wayside with the `postgres` extra") from None
    except (sqlalchemy.exc.ArgumentError, sqlalchemy.exc.NoSuchModuleError):
        raise RecordError(
            "the address of the database cannot be read; write it as postgresql+psycopg://USER@HOST/DATABASE"
        ) from None


def open_engine(data_dir: Path, url: str | None, *, writing: bool) -> Engine:
    """The engine of a record: PostgreSQL where `url` names one, else the file in its data directory."""
    if url is None:
        return sqlite_engine(data_dir / DATABASE, writing=writing)
    if writing:
        return postgresql_engine(url, {"synchronous_commit": "on", "statement_timeout": "0"}, pool_size=1)
    return postgresql_engine(url, reader(STATEMENT_LIMIT_MS), pool_size=READERS)


def reader(limit_ms: int) -> dict[str, str]:
    """Settings of a session of PostgreSQL that only reads, and for how long at most."""
    return {"default_transaction_read_only": "on", "statement_timeout": str(limit_ms)}


def search_engine(url: str) -> Engine:
    """The engine of PostgreSQL for searches: each statement is carried out by itself, as it was planned once.

    There is no transaction round them, which would take as many round trips as their statements do. Raises RecordError.
    """
    settings = reader(int(SEARCH_LIMIT_S * 1000)) | SEARCHING
    planned_at_once = {"prepare_threshold": 0}
    return postgresql_engine(
        url, settings, pool_size=READERS, isolation_level="AUTOCOMMIT", connect_args=planned_at_once
    )


def insert(connection: Connection, table: Table) -> Any:
    """An INSERT of this database's own kind, for what each says differently on a conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def migrations() -> Config:
    """Alembic's configuration: where the steps are."""
    config = Config()
    config.set_main_option("script_location", "wayside.record:migrations")
    return config


def newest_revision() -> str:
    """The revision that this Wayside works with."""
    return str(ScriptDirectory.from_config(migrations()).get_current_head())


def known_revisions() -> set[str]:
    """All revisions that this Wayside can come from."""
    return {step.revision for step in ScriptDirectory.from_config(migrations()).walk_revisions()}


def revision_of(connection: Connection, where: str) -> str | None:
    """The revision of a database, None for an empty one or one of the first form.

    Raises RecordError for a database of another program or of a newer Wayside.
    """
    if connection.dialect.name == "sqlite":
        check_owner(connection, where)
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in known_revisions():
        raise RecordError(
            f"{where}: was written by a newer Wayside (schema {revision}, this one knows {newest_revision()}); "
            "update this one"
        )
    return revision


def check_owner(connection: Connection, where: str) -> None:
    """Raises RecordError for an SQLite file of another program, or of a newer Wayside from before the migrations."""
    application, version, tables = (
        connection.exec_driver_sql(query).scalar_one()
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
    )
    if tables and application != APPLICATION_ID:
        raise RecordError(f"{where}: is the database of another program; name another data directory")
    if version > FIRST_FORM:
        raise RecordError(f"{where}: was written by a newer Wayside (schema {version}); update this one")


def prepare(engine: Engine, where: str) -> None:
    """Puts an SQLite file of ours, or an empty one, into the mode that lets readers in beside the writer.

    Raises RecordError for a database of another program.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            check_owner(connection, where)
            connection.rollback()
            connection.connection.execute("PRAGMA journal_mode = WAL")


def migrate(connection: Connection, where: str) -> None:
    """Brings the tables to the newest form within the caller's transaction; raises RecordError."""
    if revision_of(connection, where) == newest_revision():
        return
    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def lock_database(connection: Connection) -> None:
    """Keeps out the writers of other machines until the transaction ends; SQLite's own BEGIN did that."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})")
