# SPDX-License-Identifier: Apache-2.0
"""Follows the record and makes hits: every passage is compared once, whatever is killed in between.

The number up to which passages were compared is written in the transaction that writes their hits, and a passage that
is compared again after a kill finds its hits there. Where nothing matched, the number is written now and then only.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, func, insert, select, update

from wayside.domain import WaysideError
from wayside.record import (
    Hit,
    Kept,
    Matched,
    Store,
    Transaction,
    add_hits,
    following,
    last_number,
    milliseconds,
    newest_of,
)
from wayside.watch import alerts, entries
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
    """Notes up to which number passages were compared; one that is further already stays."""
    connection = transaction.connection
    written = connection.execute(select(table.c.seq).where(table.c.name == CURSOR)).scalar_one_or_none()
    if written is None:
        connection.execute(insert(table), [{"name": CURSOR, "seq": seq}])
    elif written < seq:
        connection.execute(update(table).where(table.c.name == CURSOR).values(seq=seq))


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
        """Compares the passages that came, a few hundred at most; the new hits, None where none came.

        Raises RecordError; then the same passages are compared again.
        """
        with self._store.reading() as connection:
            some = following(connection, self._seq, AT_ONCE)
            if some:  # first the passages, then the lists: so no entry is missed that one of them was recorded after
                self._refresh(connection, some[0])
        found = [match for one in some for match in matched(self._matcher, one, self._least)]
        seq = some[-1].seq if some else self._seq
        made = self._write(found, seq) if found or self._is_due(seq) else []
        self._seq = seq
        return made if some else None

    def _refresh(self, connection: Connection, first: Kept) -> None:
        revision = newest_of(connection, "list")
        if revision != self._revision:
            now_ms = milliseconds(self._store.now())
            since_ms = min(now_ms, now_ms if first.received_ms is None else first.received_ms)
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
            logger.warning("passages cannot be compared with the watch lists at the moment: %s", error)
            wait(REST_S)
