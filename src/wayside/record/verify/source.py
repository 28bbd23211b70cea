# SPDX-License-Identifier: Apache-2.0
"""Reads the database of a record for a check: one state of it, never writing, fast enough for millions of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select, text
from sqlalchemy.exc import SQLAlchemyError

from wayside.domain import RecordError
from wayside.record.engine import newest_revision, open_engine, revision_of

FETCHED = 2000
"""Rows that PostgreSQL sends at a time."""
MAPPED = 1 << 40
"""Bytes of SQLite's file that are mapped at most; SQLite itself stops at 2 GB."""

UNREACHABLE = {"SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_PERM", "unanswered"}
"""What is wrong where nothing at all can be read."""


class DamagedError(RecordError):
    """The database's own file is damaged where something should have been read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record lies; can be handed to another process."""

    data_dir: Path
    database: str | None
    """Address of a PostgreSQL database; None: the SQLite file in the data directory."""
    mapped: bool = False
    """Whether SQLite's file is read through a map, which takes a quarter off its own check: only in a process that may
    die, as it does where the disk cannot read a page (SIGBUS) or the file becomes shorter."""

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """One state of the record; raises DamagedError, or RecordError where nothing at all can be read."""
        engine = open_engine(self.data_dir, self.database, writing=False)
        try:
            with _connected(engine) as connection:
                if self.mapped and self.database is None:
                    connection.exec_driver_sql(f"PRAGMA mmap_size = {MAPPED}")
                yield Reader(connection)
        finally:
            engine.dispose()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction that only reads, of any length."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        with engine.connect().execution_options(**options) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET statement_timeout = 0"))
            yield connection
    except errors_of(engine.dialect) as error:
        code = _code(error)
        kind = RecordError if code in UNREACHABLE else DamagedError
        raise kind(f"the database cannot be read ({code}); bring it back from a backup") from error


def errors_of(dialect: Dialect) -> tuple[type[Exception], ...]:
    """What goes wrong in a database, as SQLAlchemy and as the driver says it.

    A UnicodeDecodeError is what a driver makes of text that is damaged, be it in a row or in its own complaint of one.
    """
    return SQLAlchemyError, dialect.loaded_dbapi.Error, UnicodeDecodeError


def _code(error: BaseException) -> str:
    """The database's own name for what is wrong; never its message, which may quote a row."""
    cause = getattr(error, "orig", None) or error
    if getattr(cause, "sqlstate", "") is None:
        return "unanswered"  # no PostgreSQL server had anything to say
    return str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(cause).__name__)


class Reader:
    """One state of a record."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._cursors = 0

    def check_form(self, where: str) -> None:
        """Raises RecordError for a database of another program, or of another form than this Wayside's."""
        if revision_of(self.connection, where) != newest_revision():
            raise RecordError(f"{where}: is of an older form; bring it up to date first, then verify it")

    def rows(self, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows as plain tuples, past the conversions of SQLAlchemy: half of the time of a check was theirs."""
        spelt, raw = self._spelt(statement)
        return iter(raw.execute(spelt)) if self.is_sqlite else self._streamed(spelt, raw)

    def _streamed(self, spelt: str, raw: Any) -> Iterator[tuple[Any, ...]]:
        """The rows from a cursor of the server's, so that not all of them are here at once."""
        self._cursors += 1
        with raw.cursor(name=f"verify_{self._cursors}") as cursor:
            cursor.itersize = FETCHED
            cursor.execute(spelt)
            yield from cursor

    def batches(self, statement: Select[Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, so many at a time."""
        spelt, raw = self._spelt(statement)
        if not self.is_sqlite:
            rows = self._streamed(spelt, raw)
            yield from iter(lambda: list(islice(rows, size)), [])
            return
        cursor = raw.execute(spelt)
        while batch := cursor.fetchmany(size):
            yield batch

    def _spelt(self, statement: Select[Any]) -> tuple[str, Any]:
        """A statement as text, and the driver's own connection."""
        options = {"literal_binds": True}
        spelt = str(statement.compile(dialect=self.connection.dialect, compile_kwargs=options))
        if not self.is_sqlite:
            spelt = spelt.replace("%%", "%")  # doubled for parameters, of which there are none
        return spelt, self.connection.connection.driver_connection

    def all(self, statement: Select[Any]) -> list[tuple[Any, ...]]:
        """The rows at once: for no more than fit into memory."""
        spelt, raw = self._spelt(statement)
        return list(raw.cursor().execute(spelt).fetchall())

    def attempt(self, statement: Select[Any]) -> list[tuple[Any, ...]] | None:
        """The rows, text that is no longer UTF-8 with marks in it; None where they cannot be read."""
        raw = self.connection.connection.driver_connection
        if self.is_sqlite and raw is not None:
            raw.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        try:
            return self.all(statement)
        except errors_of(self.connection.dialect):
            self.connection.rollback()
            return None
        finally:
            if self.is_sqlite and raw is not None:
                raw.text_factory = str

    def one(self, statement: Select[Any]) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.all(statement.limit(1))
        return found[0][0] if found else None
