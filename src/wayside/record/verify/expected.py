# SPDX-License-Identifier: Apache-2.0
"""What other tables must hold because of the passages: their rows, sums over them, and counts by the hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from operator import itemgetter
from typing import Any

from wayside.record.passages import candidates_of
from wayside.record.rollups import HOUR_MS, Key, keys_for
from wayside.record.rows import More, Row

COUNTED_BY = itemgetter(*(Row._fields.index(name) for name in ("site", "camera", "class_", "kind", "best")))
"""Of a row: what it is counted by, beside hour and gates."""
Alike = tuple[int, tuple[str, str, str | None, str, int | None], tuple[Any, ...]]
"""All that a passage is counted by."""
Derived = tuple[Any, ...]
"""A row of a derived table, in the order of its columns."""


def key_rows(row: Row, more: More) -> Collection[Derived]:
    """id, seq, began_ms"""
    return ((row.id, row.seq, row.began_ms),)


def candidate_rows(row: Row, more: More) -> Collection[Derived]:
    """text, began_ms, seq"""
    return [(text, row.began_ms, row.seq) for text in candidates_of(row, more)] if more.alternatives else ()


def crossing_rows(row: Row, more: More) -> Collection[Derived]:
    """gate, way, began_ms, seq"""
    rows = [(gate, way, row.began_ms, row.seq) for gate, way, _, _ in more.crossings]
    return rows if len(rows) < 2 else set(rows)


ROWS_OF: dict[str, Callable[[Row, More], Collection[Derived]]] = {
    "passage_key": key_rows,
    "candidate": candidate_rows,
    "crossing": crossing_rows,
}
"""By table: the rows that a passage gives it."""


def add_up(passages: Sequence[tuple[Row, More]]) -> Counter[str]:
    """By table: the sum of `hash` over the rows that these passages give it.

    So two tables can be compared in any order and without keeping their rows. Python's hashes have a seed that nobody
    knows beforehand: nobody can make up another row with the same sum. They agree between processes forked from one.
    """
    return Counter(
        {
            table: sum([hash(one) for row, more in passages for one in rows_of(row, more)])
            for table, rows_of in ROWS_OF.items()
        }
    )


def count_up(passages: Sequence[tuple[Row, More]]) -> list[Alike]:
    """What each passage is counted by in the counts by the hour: hour, columns, gates crossed."""
    hours = [row.began_ms // HOUR_MS for row, _ in passages]
    gates = [tuple([one[:2] for one in more.crossings]) for _, more in passages]
    return list(zip(hours, map(COUNTED_BY, [row for row, _ in passages]), gates, strict=True))


def counts_of(alike: Counter[Alike]) -> Counter[Key]:
    """The counts by the hour that so many passages give."""
    counts: Counter[Key] = Counter()
    for (hour, columns, gates), times in alike.items():
        for key in keys_for(hour, *columns, gates):
            counts[key] += times
    return counts
