# SPDX-License-Identifier: Apache-2.0
"""Reads what can still be read of a damaged database: halves a range until only what is damaged is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, select

from wayside.record.tables import journal
from wayside.record.verify.source import DamagedError, Source

UNREADABLE = object()
"""Stands in a row for what could not be read."""
Query = Callable[[int, int], Select[Any]]
"""Makes the query for the entries of a range."""


def salvaged(source: Source, query: Query, first: int, end: int, entry: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a range, in order, with UNREADABLE for the columns that are lost.

    `entry`: how many columns come from the journal itself, the rest from the passage.
    """
    try:
        with source.open() as reader, reader.leniently():
            rows = list(reader.rows(query(first, end)))
    except DamagedError:
        rows = []
        if end - first > 1:
            middle = (first + end) // 2
            yield from salvaged(source, query, first, middle, entry)
            yield from salvaged(source, query, middle, end, entry)
        else:
            yield _journal_alone(source, first, entry, len(query(first, end).selected_columns))
    yield from rows


def _journal_alone(source: Source, seq: int, entry: int, columns: int) -> tuple[Any, ...]:
    """One entry whose passage cannot be read, or nothing but its number."""
    column = journal.c
    own = select(column.seq, column.kind, column.commitment, column.salt, column.payload, column.erased_by)
    try:
        with source.open() as reader, reader.leniently():
            found = next(iter(reader.rows(own.where(column.seq == seq))), None)
    except DamagedError:
        found = None
    read = (seq, *[UNREADABLE] * (entry - 1)) if found is None else found
    return (*read, *[UNREADABLE] * (columns - entry))
