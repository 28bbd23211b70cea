# SPDX-License-Identifier: Apache-2.0
"""Deletes many rows of one table in one statement, by some of its columns: most of what an erasure does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@cache
def statement(table: Table, columns: tuple[Column[Any], ...], dialect: str) -> str:
    """The DELETE as a driver takes it."""
    if dialect == "sqlite":
        return f"DELETE FROM {table.name} WHERE {' AND '.join(f'{one.name} = ?' for one in columns)}"
    arrays = ", ".join(f"%s::{one.type.compile(DIALECT)}[]" for one in columns)
    names = ", ".join(one.name for one in columns)
    same = " AND ".join(f"{table.name}.{one.name} = gone.{one.name}" for one in columns)
    return f"DELETE FROM {table.name} USING unnest({arrays}) AS gone({names}) WHERE {same}"


def remove(connection: Connection, columns: Sequence[Column[Any]], rows: Collection[tuple[Any, ...]]) -> None:
    """Deletes the rows in whose `columns` these values stand, within the caller's transaction."""
    if not rows:
        return
    text = statement(columns[0].table, tuple(columns), connection.dialect.name)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, tuple(list(column) for column in zip(*rows, strict=True)))
