# SPDX-License-Identifier: Apache-2.0
"""Writes many rows into one table in one statement: what ingest spends its time on.

SQLite takes a list of rows at its driver's door. PostgreSQL takes many rows as a COPY, and few, or such as are there
already, as one array a column and one round trip. `bench.record.ingest` and `bench.record.exchange` measure them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
Values = Sequence[tuple[Any, ...]]
"""Rows with one value for each column of the table, in its order."""

COPIED = 50
"""Rows from which on PostgreSQL is given a COPY: it takes a third of the time, but one round trip more."""
FAIL, SKIP = "", "ON CONFLICT DO NOTHING"
"""What is done with a row whose key is there already."""


def add_to(column: str) -> str:
    """On a row whose key is there already: adds the value of `column` to what stands there."""
    return f'ON CONFLICT {{key}} DO UPDATE SET "{column}" = {{table}}."{column}" + excluded."{column}"'


@cache
def statement(table: Table, dialect: str, conflict: str) -> str:
    """The INSERT of a table as a driver takes it."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
    conflict = conflict.format(key=f"({key})", table=table.name)
    if dialect == "sqlite":
        return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' for _ in table.columns)}) {conflict}"
    arrays = ", ".join(f"%s::{column.type.compile(DIALECT)}[]" for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}) {conflict}"


def add_rows(connection: Connection, table: Table, rows: Values, conflict: str = FAIL) -> None:
    """Writes rows within the caller's transaction; `conflict`: FAIL, SKIP or `add_to(column)`."""
    if not rows:
        return
    dialect = connection.dialect.name
    text = statement(table, dialect, conflict)
    if dialect == "sqlite":
        connection.exec_driver_sql(text, list(rows))
    elif conflict == FAIL and len(rows) >= COPIED:
        copy_rows(connection, table, rows)
    elif conflict != SKIP or len(rows) < COPIED or not copied_as_new(connection, table, rows):
        connection.exec_driver_sql(text, tuple(list(column) for column in zip(*rows, strict=True)))


def copied_as_new(connection: Connection, table: Table, rows: Values) -> bool:
    """Whether PostgreSQL took rows as a COPY; not where one is there already: then none of them was written.

    An INSERT that skips takes each row twice, on trial and for good, and more than twice the time.
    """
    try:
        with connection.begin_nested():
            copy_rows(connection, table, rows)
    except IntegrityError:
        return False
    return True


@cache
def copying(table: Table) -> str:
    """The COPY of a table."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"COPY {table.name} ({names}) FROM STDIN"


def copy_rows(connection: Connection, table: Table, rows: Values) -> None:
    """Writes new rows into a table of PostgreSQL; raises DBAPIError as SQLAlchemy would, which knows no COPY."""
    text, dialect, driver = copying(table), connection.dialect, connection.connection.driver_connection
    assert driver is not None
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, driver, None)
        raise DBAPIError.instance(
            text, None, error, dialect.loaded_dbapi.Error, True, connection_invalidated=gone, dialect=dialect
        ) from error
