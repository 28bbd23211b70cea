# SPDX-License-Identifier: Apache-2.0
"""Finds the journal entries of searches, exports and the like whose payload has been kept long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text

from wayside.record.journal import KINDS
from wayside.record.partitions import DAY_MS
from wayside.record.retention.due import Y2000_MS
from wayside.record.rows import milliseconds
from wayside.record.tables import journal

OF_SOMETHING = frozenset({"passage", "amendment", "sighting", "hit"})
"""Kinds whose payload goes with what it is of: a passage, a sighting or a hit."""
SPOKEN = sorted(kind.name for kind in KINDS.values() if kind.erasable and kind.name not in OF_SOMETHING)
"""Kinds whose payload tells what somebody did."""
BATCH = 1000


def said(connection: Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of these kinds that keep their payload, the oldest first."""
    # Said as text, because SQLite takes the index only where it can see that it covers the query.
    query = select(journal.c.seq, journal.c.payload).where(
        journal.c.kind.in_(SPOKEN), text("kind <> 'passage'"), journal.c.payload.is_not(None)
    )
    last = -1
    while True:
        page = connection.execute(query.where(journal.c.seq > last).order_by(journal.c.seq).limit(BATCH)).all()
        for seq, payload in page:
            yield seq, msgspec.json.decode(payload)
        if len(page) < BATCH:
            return
        last = page[-1].seq


def time_of(payload: dict[str, Any], now_ms: int) -> int | None:
    """When an entry was made; None where a wrong clock, or nobody, tells."""
    try:
        time_ms = milliseconds(datetime.fromisoformat(payload["at"]))
    except (KeyError, TypeError, ValueError):
        return None
    return time_ms if Y2000_MS <= time_ms <= now_ms + DAY_MS else None


def due_payloads(connection: Connection, days: int, now_ms: int) -> list[int]:
    """Entries older than so many days: up to the first one that is not, so that a clock set back makes none go early.

    One whose time is not known goes with the next one whose time is.
    """
    found: list[int] = []
    unsure: list[int] = []
    for seq, payload in said(connection):
        time_ms = time_of(payload, now_ms)
        if time_ms is None:
            unsure.append(seq)
        elif time_ms < now_ms - days * DAY_MS:
            found += [*unsure, seq]
            unsure = []
        else:
            return found
    return found
