# SPDX-License-Identifier: Apache-2.0
"""Reads the entries of the journal that people caused: searches, exports, changes; newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select, text

from wayside.domain import UsageError
from wayside.record.tables import journal

BATCH = 500


class JournalEntry(NamedTuple):
    """An entry that keeps its payload; `payload` is None where it was erased."""

    seq: int
    kind: str
    payload: dict[str, Any] | None


def newest_of(connection: Connection, kind: str) -> int:
    """The number of the newest entry of a kind other than passages; -1 where there is none."""
    # Said as text, because SQLite takes the index only where it can see that it covers the query.
    query = select(journal.c.seq).where(journal.c.kind == kind, text("kind <> 'passage'"))
    found = connection.execute(query.order_by(journal.c.seq.desc()).limit(1)).scalar_one_or_none()
    return -1 if found is None else found


def entries(connection: Connection, kinds: Collection[str], before: int | None = None) -> Iterator[JournalEntry]:
    """The entries of these kinds, newest first, from just before a sequence number or from the end.

    Raises UsageError for passages: their payload is their row, which is found by searching.
    """
    if "passage" in kinds:
        raise UsageError("passages are not read from the journal; search for them under a purpose")
    # Said as text, because SQLite takes the index only where it can see that it covers the query.
    query = select(journal.c.seq, journal.c.kind, journal.c.payload).where(
        journal.c.kind.in_(kinds), text("kind <> 'passage'")
    )
    query = query.order_by(journal.c.seq.desc()).limit(BATCH)
    while True:
        page = query if before is None else query.where(journal.c.seq < before)
        rows = connection.execute(page).all()
        for row in rows:
            yield JournalEntry(row.seq, row.kind, None if row.payload is None else msgspec.json.decode(row.payload))
        if len(rows) < BATCH:
            return
        before = rows[-1].seq
