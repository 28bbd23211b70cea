# SPDX-License-Identifier: Apache-2.0
"""Reads the database of a record for a check: one state of it, never writing, fast enough for millions of rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, text
from sqlalchemy.exc import SQLAlchemyError

from wayside.domain import RecordError
from wayside.record.engine import DATABASE, newest_revision, open_engine, revision_of

FETCHED = 2000
"""Rows that PostgreSQL sends at a time."""


class DamagedError(RecordError):
    """The database's own file is damaged where something should have been read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record lies; can be handed to another process."""

    data_dir: Path
    database: str | None
    """Address of a PostgreSQL database; None: the SQLite file in the data directory."""

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """One state of the record; raises RecordError where there is none, or of another form."""
        if self.database is None and not (self.data_dir / DATABASE).is_file():
            raise RecordError(f"{self.data_dir}: holds no record; name another --data")
        engine = open_engine(self.data_dir, self.database, writing=False)
        try:
            with _connected(engine) as connection:
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
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        raise DamagedError(f"the database cannot be read ({_code(error)})") from error


def _code(error: BaseException) -> str:
    """The database's own name for what is wrong; never its message, which may quote a row."""
    cause = getattr(error, "orig", None) or error
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
        options = {"literal_binds": True}
        spelt = str(statement.compile(dialect=self.connection.dialect, compile_kwargs=options))
        raw = self.connection.connection.driver_connection
        assert raw is not None
        if self.is_sqlite:
            yield from raw.execute(spelt)
            return
        self._cursors += 1
        with raw.cursor(name=f"verify_{self._cursors}") as cursor:
            cursor.itersize = FETCHED
            cursor.execute(spelt)
            yield from cursor

    def one(self, statement: Select[Any]) -> Any:
        """The first column of the first row; None where there is none."""
        return next((row[0] for row in self.rows(statement)), None)

    @contextmanager
    def leniently(self) -> Iterator[None]:
        """Lets text that is no longer UTF-8 be read, with marks in the place of what cannot be."""
        raw = self.connection.connection.driver_connection
        if not self.is_sqlite or raw is None:
            yield
            return
        raw.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        try:
            yield
        finally:
            raw.text_factory = str
