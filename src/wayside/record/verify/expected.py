# SPDX-License-Identifier: Apache-2.0
"""What other tables must hold because of the passages: sums over their rows, and counts by the hour."""

from __future__ import annotations

from collections import Counter
from typing import Any

from wayside.record.passages import candidates_of
from wayside.record.rollups import HOUR_MS, Key, keys_of
from wayside.record.rows import More, Row


class Expected:
    """Adds up, passage by passage, what the derived tables must hold.

    A sum is over `hash` of each row as a tuple, so that two tables can be compared whatever their order, without
    keeping their rows. Python's hashes have a seed that nobody knows beforehand, so that no two rows can be made up to
    have one sum; they agree between processes that were forked from one.
    """

    def __init__(self) -> None:
        self._keys = self._candidates = self._crossings = 0
        self._tally: dict[tuple[Any, ...], tuple[int, Row, More]] = {}

    def add(self, row: Row, more: More) -> None:
        """Takes in a passage."""
        seq, began_ms = row.seq, row.began_ms
        self._keys += hash((row.id, seq, began_ms))
        if more.alternatives:
            for text in candidates_of(row, more):
                self._candidates += hash((text, began_ms, seq))
        gates = tuple([one[:2] for one in more.crossings])
        for gate, way in set(gates) if len(gates) > 1 else gates:
            self._crossings += hash((gate, way, began_ms, seq))
        counted = (began_ms // HOUR_MS, row.camera, row.class_, row.kind, row.best, gates, row.site)
        before = self._tally.get(counted)
        self._tally[counted] = (1, row, more) if before is None else (before[0] + 1, row, more)

    def sums(self) -> Counter[str]:
        """By table."""
        return Counter(passage_key=self._keys, candidate=self._candidates, crossing=self._crossings)

    def counts(self) -> Counter[Key]:
        """By the key of `rollup`."""
        counts: Counter[Key] = Counter()
        for times, row, more in self._tally.values():
            for key in keys_of(row, more):
                counts[key] += times
        return counts
