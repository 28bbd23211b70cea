# SPDX-License-Identifier: Apache-2.0
"""Reads what can still be read of a damaged database: halves a range until only what is damaged is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select

from wayside.record.verify.source import Reader

UNREADABLE = object()
"""Stands in a row for what could not be read."""
Query = Callable[[int, int], Select[Any]]
"""Makes the query for the entries of a range."""


def salvaged(reader: Reader, whole: Query, alone: Query, first: int, end: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a range, in order, with UNREADABLE for the columns that are lost.

    `whole`: entries with their passages; `alone`: the same without the passages, for entries whose passage is lost.
    """
    rows = reader.attempt(whole(first, end))
    if rows is not None:
        yield from rows
    elif end - first > 1:
        middle = (first + end) // 2
        yield from salvaged(reader, whole, alone, first, middle)
        yield from salvaged(reader, whole, alone, middle, end)
    else:
        width, entry = (len(query(first, end).selected_columns) for query in (whole, alone))
        found = reader.attempt(alone(first, end))
        lost = [(first, *[UNREADABLE] * (entry - 1))] if found is None else found
        yield from ((*row, *[UNREADABLE] * (width - entry)) for row in lost)
