# SPDX-License-Identifier: Apache-2.0
"""Reads the database of a record for a check: one state of it, never writing, fast enough for millions of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, Engine, Select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from wayside.domain import RecordError
from wayside.record.engine import DATABASE, newest_revision, open_engine, revision_of
from wayside.record.verify.apart import APART_ERRORS, apart_code, opened_apart

FETCHED = 2000
"""Rows that PostgreSQL sends at a time."""

FULL = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
"""What is wrong where the disk has no room, which SQLite needs even to read."""
UNREACHABLE = FULL | {"SQLITE_NOTADB", "SQLITE_CANTOPEN", "SQLITE_BUSY", "SQLITE_PERM", "unanswered"}
"""What is wrong where nothing at all can be read."""


class DamagedError(RecordError):
    """The database's own file is damaged where something should have been read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record lies; can be handed to another process."""

    data_dir: Path
    database: str | None
    """Address of a PostgreSQL database; None: the SQLite file in the data directory."""
    apart: bool = False
    """Whether SQLite's file is read as only a process may that does nothing else with it and may die (see `apart`)."""

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """One state of the record; raises DamagedError, or RecordError where nothing at all can be read."""
        engine = open_engine(self.data_dir, self.database, writing=False)
        try:
            with _connected(engine) as connection:
                yield Reader(connection)
        finally:
            engine.dispose()

    @contextmanager
    def read(self) -> Iterator[RowReader]:
        """The same where nothing but rows is asked for, and faster where it may be; raises what `open` raises."""
        if not self.apart or self.database is not None:
            with self.open() as reader:
                yield reader
            return
        try:
            with opened_apart(self.data_dir / DATABASE) as ask:
                yield RowReader(sqlite.dialect(), ask)
        except APART_ERRORS as error:
            raise _unread(apart_code(error)) from error


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
        raise _unread(_code(error)) from error


def _unread(code: str) -> RecordError:
    """What is raised where the database says this."""
    kind = RecordError if code in UNREACHABLE else DamagedError
    mend = "free some space, the disk is full" if code in FULL else "bring it back from a backup"
    return kind(f"the database cannot be read ({code}); {mend}")


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


class RowReader:
    """What one state of a record holds, as plain tuples.

    They come past the conversions of SQLAlchemy: half of the time of a check was theirs.
    """

    def __init__(self, dialect: Dialect, ask: Callable[[str], Iterable[tuple[Any, ...]]]) -> None:
        """`ask`: carries a statement out."""
        self._dialect, self._ask = dialect, ask

    def rows(self, statement: ClauseElement) -> Iterator[tuple[Any, ...]]:
        """The rows, as they come."""
        return iter(self._ask(self._spelt(statement)))

    def batches(self, statement: ClauseElement, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, so many at a time."""
        rows = self.rows(statement)
        return iter(lambda: list(islice(rows, size)), [])

    def all(self, statement: ClauseElement) -> list[tuple[Any, ...]]:
        """The rows at once: for no more than fit into memory."""
        return list(self.rows(statement))

    def attempt(self, statement: ClauseElement) -> list[tuple[Any, ...]] | None:
        """The rows; None where they cannot be read but others perhaps can."""
        return self.all(statement)

    def one(self, statement: Select[Any]) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.all(statement.limit(1))
        return found[0][0] if found else None

    def _spelt(self, statement: ClauseElement) -> str:
        """A statement as text."""
        spelt = str(statement.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True}))
        # PostgreSQL's driver has them doubled for parameters, of which there are none.
        return spelt.replace("%%", "%") if self._dialect.name == "postgresql" else spelt


class Reader(RowReader):
    """One state of a record, with a connection of SQLAlchemy's."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._cursors = 0
        super().__init__(connection.dialect, self._raw.execute if self.is_sqlite else self._streamed)

    @property
    def _raw(self) -> Any:
        """The driver's own connection."""
        return self.connection.connection.driver_connection

    def check_form(self, where: str) -> None:
        """Raises RecordError for a database of another program, or of another form than this Wayside's."""
        if revision_of(self.connection, where) != newest_revision():
            raise RecordError(f"{where}: is of an older form; bring it up to date first, then verify it")

    def _streamed(self, spelt: str) -> Iterator[tuple[Any, ...]]:
        """The rows from a cursor of PostgreSQL's, so that not all of them are here at once."""
        self._cursors += 1
        with self._raw.cursor(name=f"verify_{self._cursors}") as cursor:
            cursor.itersize = FETCHED
            cursor.execute(spelt)
            yield from cursor

    def all(self, statement: ClauseElement) -> list[tuple[Any, ...]]:
        """The rows at once: for no more than fit into memory."""
        return list(self._raw.cursor().execute(self._spelt(statement)).fetchall())

    def attempt(self, statement: ClauseElement) -> list[tuple[Any, ...]] | None:
        """The rows, text that is no longer UTF-8 with marks in it; None where they cannot be read."""
        raw = self._raw
        if self.is_sqlite:
            raw.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        try:
            return self.all(statement)
        except errors_of(self.connection.dialect):
            self.connection.rollback()
            return None
        finally:
            if self.is_sqlite:
                raw.text_factory = str
