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
"""Of the columns of rows: what passages are counted by, beside hour and gates."""
WIDTH = len(Row._fields)
SEQ, ID, BEGAN_MS = (Row._fields.index(name) for name in ("seq", "id", "began_ms"))
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
Alike = tuple[int, str, str, str | None, str, int | None, tuple[Crossed, ...]]
"""All that a passage is counted by: hours since 1970, the columns of COUNTED_BY, the gates that it went over."""


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


def add_up(
    rows: Sequence[tuple[Any, ...]], mores: Sequence[Searched], sums: Counter[str], alike: Counter[Alike]
) -> None:
    """Adds up what these passages give other tables: their rows to `sums`, what they are counted by to `alike`.

    By table, the sum of `hash` over the rows (see ROWS_OF): so two tables can be compared in any order and without
    keeping their rows. Python's hashes have a seed that nobody knows beforehand: nobody can make up another row with
    the same sum. They agree between processes forked from one. `rows` begin with the columns of `Row`.
    """
    if not rows:
        return
    columns = tuple(zip(*rows, strict=True))
    seqs, begun = columns[SEQ], columns[BEGAN_MS]
    crossed = [more.crossings for more in mores]
    once = [one if len(one) < 2 else set(one) for one in crossed]
    few = [(Row._make(row[:WIDTH]), more) for row, more in zip(rows, mores, strict=True) if more.alternatives]
    sums["passage_key"] += sum(map(hash, zip(columns[ID], seqs, begun, strict=True)))
    sums["candidate"] += sum([hash(one) for row, more in few for one in candidate_rows(row, more)])
    sums["crossing"] += sum(
        [hash((one.gate, one.way, at, seq)) for some, at, seq in zip(once, begun, seqs, strict=True) for one in some]
    )
    alike.update(zip([at // HOUR_MS for at in begun], *COUNTED_BY(columns), crossed, strict=True))


def counts_of(alike: Counter[Alike]) -> Counter[Key]:
    """The counts by the hour that so many passages give."""
    counts: Counter[Key] = Counter()
    for (hour, site, camera, plate_class, kind, best, crossed), times in alike.items():
        gates = [(one.gate, one.way) for one in crossed]
        for key in keys_for(hour, site, camera, plate_class, kind, best, gates):
            counts[key] += times
    return counts
