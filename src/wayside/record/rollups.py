# SPDX-License-Identifier: Apache-2.0
"""Counts by the hour, kept beside the passages so that no statistic has to read them, and left when they are erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection

from wayside.record.bulk import add_rows, add_to
from wayside.record.rows import More, Row
from wayside.record.tables import rollup

HOUR_MS = 3_600_000
NOT_COUNTED = -1
"""Stands for the occupants of a passage that has no count of them."""
Key = tuple[int, str, str, str, str, str, str, int]
"""The columns of `rollup` before `count`."""


def keys_of(row: Row, more: More) -> list[Key]:
    """Where a passage counts: once as a passage (no gate), and once for each gate crossed."""
    gates = [(gate, way) for gate, way, _, _ in more.crossings]
    return keys_for(row.began_ms // HOUR_MS, row.site, row.camera, row.class_, row.kind, row.best, gates)


def keys_for(
    hour: int,
    site: str,
    camera: str,
    plate_class: str | None,
    kind: str,
    best: int | None,
    gates: Iterable[tuple[str, str]],
) -> list[Key]:
    """The same from what a passage is counted by; `hour`: whole hours since 1970."""
    counted = (plate_class or "", kind, NOT_COUNTED if best is None else best)
    return [(hour * HOUR_MS, site, camera, gate, way, *counted) for gate, way in (("", ""), *gates)]


def count(connection: Connection, rows: Iterable[tuple[Row, More]]) -> None:
    """Adds passages to the counts of their hours."""
    counts = Counter(key for row, more in rows for key in keys_of(row, more))
    add_rows(connection, rollup, [(*key, times) for key, times in counts.items()], add_to("count"))
