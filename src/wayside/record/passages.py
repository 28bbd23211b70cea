# SPDX-License-Identifier: Apache-2.0
"""Writes passages into their tables, with everything that search derives from them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from wayside.record.among import those_in
from wayside.record.bulk import SKIP, add_rows
from wayside.record.ledger import Entry, Ledger
from wayside.record.partitions import day_of, make_partitions
from wayside.record.plate_texts import PlateTexts
from wayside.record.rollups import count
from wayside.record.rows import MORE, More, Row, payload
from wayside.record.tables import candidate, crossing, passage, passage_key, picture


def known(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are in the record."""
    return those_in(connection, passage_key.c.id, ids)


def candidates_of(row: Row, more: More) -> set[str]:
    """The texts that search finds a passage by, beside its plate."""
    return {text for text, _ in more.alternatives} - {row.plate or ""}


def derive(connection: Connection, texts: PlateTexts, rows: Sequence[tuple[Row, More]]) -> None:
    """Fills the tables that search reads for some passages."""
    others = [(text, row.began_ms, row.seq) for row, more in rows for text in sorted(candidates_of(row, more))]
    crossed = [
        (gate, way, row.began_ms, row.seq)
        for row, more in rows
        for gate, way in sorted({(gate, way) for gate, way, _, _ in more.crossings})
    ]
    shown = [
        (bytes.fromhex(digest), row.seq, role, row.began_ms, size)
        for row, more in rows
        for role, digest, size in more.evidence
        if size is not None
    ]
    add_rows(connection, candidate, others)
    add_rows(connection, crossing, crossed)
    add_rows(connection, picture, shown, SKIP)
    texts.add(connection, {row.plate for row, _ in rows if row.plate} | {text for text, _, _ in others})


def write(connection: Connection, ledger: Ledger, texts: PlateTexts, rows: Sequence[Row], now_ms: int) -> None:
    """Adds new passages: journal, rows, and what is derived from them. Their `seq` must follow the ledger's size."""
    if not rows:
        return
    ledger.append(connection, [Entry("passage", payload(row), kept=False) for row in rows], now_ms)
    make_partitions(connection, sorted({day_of(row.began_ms) for row in rows}))
    add_rows(connection, passage, rows)
    add_rows(connection, passage_key, [(row.id, row.seq, row.began_ms) for row in rows])
    full = [(row, MORE.decode(row.more)) for row in rows]
    derive(connection, texts, full)
    count(connection, full)
