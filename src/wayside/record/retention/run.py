# SPDX-License-Identifier: Apache-2.0
"""Erases in batches, each of them whole or not at all, until nothing is left that has to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, func, or_, select, tuple_

from wayside.record.retention import sightings
from wayside.record.retention.due import Condition, held, passages_where, pictures_where
from wayside.record.retention.files import remove_files
from wayside.record.retention.forgetting import Leftovers, forget_passages, forget_pictures
from wayside.record.retention.ground import Ground
from wayside.record.retention.scrubbing import note_days
from wayside.record.retention.sightings import forget_sightings
from wayside.record.rows import Row
from wayside.record.tables import passage, picture, sighting

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction

BATCH = 2500
"""Passages of one transaction: a writer beside us waits for no more than that, half a second."""

Progress = Callable[[str, int], None]
"""Told what was erased (`passages`, `pictures`, …) and how many more."""
Stop = Callable[[], bool]
Work = Callable[["Transaction", Sequence[Any]], Leftovers]


@dataclass(slots=True)
class Counts:
    """What an erasure did, or would do."""

    passages: int = 0
    pictures: int = 0
    payloads: int = 0
    exports: int = 0
    held: int = 0
    """Passages that would have gone but are kept for a case."""
    amendments: int = 0
    sightings: int = 0
    sightings_held: int = 0
    """Sightings that would have gone but are kept for a case, or with a passage that is."""
    hits: int = 0
    """Hits whose own period was over, or that name the plate."""
    stopped: bool = False
    """Whether it ended before all was done, because somebody asked for an end."""


def never() -> bool:
    """Nobody asks for an end."""
    return False


def silent(what: str, count: int) -> None:
    """Nobody is told of progress."""


@dataclass(slots=True)
class Run:
    """One erasure over a record, batch by batch."""

    store: Store
    ground: Ground
    now_ms: int
    stop: Stop = never
    progress: Progress = silent
    counts: Counts = field(default_factory=Counts)
    cut_short: bool = False
    """Whether an erasure before this one was not done to its end: its files may still lie about."""

    def passages(self, condition: Condition) -> None:
        """Erases the passages that meet a condition, but for those that are held."""
        wanted = and_(condition, ~held(self.now_ms))

        def work(transaction: Transaction, found: Sequence[Any]) -> Leftovers:
            return forget_passages(transaction, [Row(*row) for row in found], self.ground)

        for count in self._batches(passages_where(wanted), (passage.c.began_ms, passage.c.seq), work):
            self.counts.passages += count
            self.progress("passages", count)

    def pictures(self, condition: Condition) -> None:
        """Erases the pictures of the passages that meet a condition; the passages stay."""
        wanted = and_(condition, ~held(self.now_ms))
        self._pictures(pictures_where(wanted))

    def sightings(self, condition: Condition) -> None:
        """Erases the sightings that meet a condition, with their pictures, but for those that are held."""

        def work(transaction: Transaction, found: Sequence[Any]) -> Leftovers:
            return forget_sightings(transaction, [row.id for row in found], self.ground)

        query = sightings.sightings_where(and_(condition, ~sightings.held(self.now_ms)))
        for count in self._batches(query, (sighting.c.received_ms, sighting.c.seq), work):
            self.counts.sightings += count
            self.progress("sightings", count)

    def pictures_of_sightings(self, condition: Condition) -> None:
        """Erases the pictures of the sightings that meet a condition; the sightings stay."""
        self._pictures(sightings.pictures_where(and_(condition, ~sightings.held(self.now_ms))))

    def _pictures(self, query: Select[Any]) -> None:
        def work(transaction: Transaction, found: Sequence[Any]) -> Leftovers:
            shown = [(bytes(row.sha256), row.seq, row.role) for row in found]
            return forget_pictures(transaction, shown, self.ground)

        for count in self._batches(query, (picture.c.began_ms, picture.c.seq), work):
            self.counts.pictures += count
            self.progress("pictures", count)

    def _batches(self, query: Select[Any], order: tuple[Any, Any], work: Work) -> Iterator[int]:
        """Does the work on what a query finds; how many rows at a time. The last key bounds the next query."""
        last: tuple[int, int] | None = None
        while not self.stopped():
            page = query if last is None else query.where(tuple_(*order) >= last)
            with self.store.writing() as transaction:
                found = transaction.connection.execute(page.limit(BATCH)).all()
                left = work(transaction, found) if found else Leftovers()
                if found:
                    note_days(self.store.data_dir, left.days)
            remove_files(self.store, left)
            self.counts.exports += len(left.exports)
            if not found:
                return
            last = found[-1].began_ms, found[-1].seq
            yield len(found)

    def stopped(self) -> bool:
        """Whether somebody asked for an end."""
        self.counts.stopped = self.counts.stopped or self.stop()
        return self.counts.stopped


def count_passages(store: Store, conditions: Sequence[Condition], now_ms: int) -> tuple[int, int]:
    """How many passages meet one of the conditions: those that may go, and those that are held."""
    query = select(func.count()).select_from(passage).where(or_(*conditions))
    with store.reading() as connection:
        free = connection.execute(query.where(~held(now_ms))).scalar_one()
        kept = connection.execute(query.where(held(now_ms))).scalar_one()
    return free, kept


def count_pictures(store: Store, conditions: Sequence[Condition], now_ms: int) -> int:
    """How many pictures the passages have that meet one of the conditions and are not held."""
    found = pictures_where(and_(or_(*conditions), ~held(now_ms))).order_by(None).subquery()
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(found)).scalar_one()
