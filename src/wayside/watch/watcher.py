# SPDX-License-Identifier: Apache-2.0
"""Follows the record and makes hits: every passage and every report is compared once, whatever is killed in between.

The number up to which they were compared is written in the transaction that writes their hits, and what is compared
again after a kill finds its hits there. Where nothing matched, the number is written now and then only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from wayside.domain import WaysideError
from wayside.record import (
    Hit,
    Kept,
    Matched,
    SightingVersion,
    Store,
    Transaction,
    add_hits,
    following,
    last_number,
    milliseconds,
    newest_of,
    versions_after,
)
from wayside.watch import alerts, entries, sighted
from wayside.watch.matching import Matcher, matched
from wayside.watch.tables import watch_cursor as table
from wayside.watch.tables import watch_entry

CURSOR = "matcher"
AT_ONCE = 500
POLL_S = 0.25
IDLE_WRITE_S = 10.0
"""How often the number is written while nothing matches: what is compared again after a kill costs little."""
REST_S = 5.0
"""How long a record that cannot be read or written is left alone."""

logger = logging.getLogger(__name__)


def began_with(connection: Connection) -> int:
    """The number to go on from: the one that was written, else that before the first entry that came into force."""
    written = connection.execute(select(table.c.seq).where(table.c.name == CURSOR)).scalar_one_or_none()
    if written is not None:
        return int(written)
    first = connection.execute(select(func.min(watch_entry.c.from_seq))).scalar_one_or_none()
    return last_number(connection) if first is None else int(first)


def write_cursor(transaction: Transaction, seq: int) -> None:
    """Notes up to which number the record was compared; one that is further already stays."""
    connection = transaction.connection
    written = connection.execute(select(table.c.seq).where(table.c.name == CURSOR)).scalar_one_or_none()
    if written is None:
        connection.execute(insert(table), [{"name": CURSOR, "seq": seq}])
    elif written < seq:
        connection.execute(update(table).where(table.c.name == CURSOR).values(seq=seq))


@dataclass(frozen=True, slots=True)
class Batch:
    """What came after a number, up to another one."""

    passages: tuple[Kept, ...]
    sightings: tuple[SightingVersion, ...]
    seq: int
    """Everything up to here is in it."""

    @property
    def earliest_ms(self) -> int | None:
        """When the first of it was recorded; None where there is nothing, or nobody noted it."""
        first = [one.received_ms for one in self.passages[:1]] + [milliseconds(one.at) for one in self.sightings[:1]]
        return min((one for one in first if one is not None), default=None)

    def __bool__(self) -> bool:
        return bool(self.passages or self.sightings)


def came_after(connection: Connection, seq: int) -> Batch:
    """What came after a number, a few hundred of either at most, and nothing that came later than what was left."""
    passages, sightings = following(connection, seq, AT_ONCE), versions_after(connection, seq, AT_ONCE)
    full = [some[-1].seq for some in (passages, sightings) if len(some) == AT_ONCE]
    last = [one.seq for one in passages[-1:]] + [one.seq for one in sightings[-1:]]
    end = min(full) if full else max(last, default=seq)
    return Batch(
        tuple(one for one in passages if one.seq <= end), tuple(one for one in sightings if one.seq <= end), end
    )


class Watcher:
    """Compares what the record takes in with the lists; to be used from one thread."""

    def __init__(self, store: Store, *, idle_write_s: float = IDLE_WRITE_S) -> None:
        """The record must be open for writing; raises RecordError."""
        self._store, self._idle_write_s = store, idle_write_s
        self._least = store.site.watch.least_percent / 100
        self._matcher = Matcher(())
        self._revision: int | None = None
        with store.reading() as connection:
            self._seq = began_with(connection)
        self._written, self._written_s = -1, 0.0

    def step(self) -> list[Hit] | None:
        """Compares the passages and reports that came, a few hundred at most; the new hits, None where none came.

        Raises RecordError; then the same are compared again.
        """
        with self._store.reading() as connection:
            some = came_after(connection, self._seq)
            if some:  # first what came, then the lists: so no entry is missed that one of them was recorded after
                self._refresh(connection, some)
        found = [match for one in some.passages for match in matched(self._matcher, one, self._least)]
        found += [match for version in some.sightings for match in sighted.matched(self._matcher, version)]
        made = self._write(found, some.seq) if found or self._is_due(some.seq) else []
        self._seq = some.seq
        return made if some else None

    def _refresh(self, connection: Connection, some: Batch) -> None:
        revision = newest_of(connection, "list")
        if revision != self._revision:
            now_ms, earliest_ms = milliseconds(self._store.now()), some.earliest_ms
            since_ms = now_ms if earliest_ms is None else min(now_ms, earliest_ms)
            self._matcher = Matcher(entries.watched(connection, self._seq, since_ms))
            self._revision = revision

    def _is_due(self, seq: int) -> bool:
        return seq > self._written and time.monotonic() - self._written_s >= self._idle_write_s

    def _write(self, found: Sequence[Matched], seq: int) -> list[Hit]:
        tells = self._store.site.watch.webhook is not None

        def deed(transaction: Transaction) -> list[Hit]:
            made = add_hits(transaction, found)
            if tells:
                alerts.queue(transaction, made)
            write_cursor(transaction, seq)
            return made

        made = self._store.together(deed)
        self._written, self._written_s = seq, time.monotonic()
        return made


def watch(watcher: Watcher, stop: threading.Event, pause: Callable[[float], object] | None = None) -> None:
    """Goes on until it is stopped; what goes wrong is said in the log, and tried again."""
    wait = pause or stop.wait
    while not stop.is_set():
        try:
            if watcher.step() is None:
                wait(POLL_S)
        except WaysideError as error:
            logger.warning("nothing can be compared with the watch lists at the moment: %s", error)
            wait(REST_S)
