# SPDX-License-Identifier: Apache-2.0
"""What other tables must hold because of the passages: their rows, sums over them, and counts by the hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from wayside.record.rollups import HOUR_MS, Key, keys_for
from wayside.record.rows import Row

COUNTED_BY = itemgetter(*(Row._fields.index(name) for name in ("site", "camera", "class_", "kind", "best")))
"""Of a row: what it is counted by, beside hour and gates."""
WIDTH = len(Row._fields)
BEGAN_MS = Row._fields.index("began_ms")
KEY = itemgetter(Row._fields.index("id"), 0, BEGAN_MS)
"""Of a row: that of `passage_key`."""
Gates = tuple[tuple[str, str], ...]
"""Gate and way of each crossing of one passage."""
Alike = tuple[int, tuple[str, str, str | None, str, int | None], Gates]
"""All that a passage is counted by."""
Derived = tuple[Any, ...]
"""A row of a derived table, in the order of its columns."""


class Skipped(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A JSON array of which nothing is wanted."""


class Other(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of an alternative: its text."""

    text: str


class Crossed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of a crossing: which gate, and which way."""

    gate: str
    way: str


class Searched(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of `rows.More`, what other tables are derived from: reading no more takes half of the time."""

    score: float
    plate: Skipped
    alternatives: tuple[Other, ...] = ()
    registration: Skipped | None = None
    crossings: tuple[Crossed, ...] = ()
    travel: str | None = None
    heading: float | None = None
    occupants: Skipped = Skipped()
    evidence: tuple[tuple[str, str, int | None], ...] = ()


SEARCHED = msgspec.json.Decoder(Searched)


def key_rows(row: Row, more: Searched) -> Collection[Derived]:
    """id, seq, began_ms"""
    return ((row.id, row.seq, row.began_ms),)


def candidate_rows(row: Row, more: Searched) -> Collection[Derived]:
    """text, began_ms, seq"""
    return {(one.text, row.began_ms, row.seq) for one in more.alternatives if one.text != (row.plate or "")}


def crossing_rows(row: Row, more: Searched) -> Collection[Derived]:
    """gate, way, began_ms, seq"""
    return {(one.gate, one.way, row.began_ms, row.seq) for one in more.crossings}


ROWS_OF: dict[str, Callable[[Row, Searched], Collection[Derived]]] = {
    "passage_key": key_rows,
    "candidate": candidate_rows,
    "crossing": crossing_rows,
}
"""By table: the rows that a passage gives it."""


def gates_of(crossings: tuple[Crossed, ...]) -> Gates:
    """The gates that a passage went over, in order; nearly always it is one."""
    if len(crossings) == 1:
        return ((crossings[0].gate, crossings[0].way),)
    return tuple([(one.gate, one.way) for one in crossings])


def add_up(rows: Sequence[tuple[Any, ...]], mores: Sequence[Searched], sums: Counter[str]) -> list[Gates]:
    """Adds, by table, the sum of `hash` over the rows that these passages give it (see ROWS_OF); the gates crossed.

    So two tables can be compared in any order and without keeping their rows. Python's hashes have a seed that nobody
    knows beforehand: nobody can make up another row with the same sum. They agree between processes forked from one.
    `rows` begin with the columns of `Row`.
    """
    gates = [gates_of(more.crossings) for more in mores]
    once = [one if len(one) < 2 else set(one) for one in gates]
    few = [(Row._make(row[:WIDTH]), more) for row, more in zip(rows, mores, strict=True) if more.alternatives]
    sums["passage_key"] += sum(map(hash, map(KEY, rows)))
    sums["candidate"] += sum([hash(one) for row, more in few for one in candidate_rows(row, more)])
    sums["crossing"] += sum(
        [hash((gate, way, row[BEGAN_MS], row[0])) for row, some in zip(rows, once, strict=True) for gate, way in some]
    )
    return gates


def count_up(rows: Sequence[tuple[Any, ...]], gates: Sequence[Gates], alike: Counter[Alike]) -> None:
    """Counts what passages are counted by in the counts by the hour: hour, columns, gates crossed."""
    alike.update(zip([row[BEGAN_MS] // HOUR_MS for row in rows], map(COUNTED_BY, rows), gates, strict=True))


def counts_of(alike: Counter[Alike]) -> Counter[Key]:
    """The counts by the hour that so many passages give."""
    counts: Counter[Key] = Counter()
    for (hour, columns, gates), times in alike.items():
        for key in keys_for(hour, *columns, gates):
            counts[key] += times
    return counts
