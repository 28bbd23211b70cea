# SPDX-License-Identifier: Apache-2.0
"""Erases hits: when their own period is over, with what somebody had erased, and with a plate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, exists, or_, select

from wayside.record.hits import HitSource
from wayside.record.partitions import DAY_MS
from wayside.record.retention.due import Y2000_MS, Condition, captured_well, entries_before, period_ms
from wayside.record.retention.ground import Ground, blank, tell
from wayside.record.retention.removing import remove
from wayside.record.retention.subject import names
from wayside.record.retention.texts import portions
from wayside.record.site import Retention
from wayside.record.tables import camera, hit, hold, sighting_link, verdict

if TYPE_CHECKING:
    from wayside.record.store import Transaction


def due_hits(connection: Connection, retention: Retention, now_ms: int) -> list[int]:
    """The hits whose period is over and of which nothing is held for a case, oldest first.

    As with passages the time of capture counts; where that cannot be, when it was received; where that cannot be
    either, the place in the journal.
    """
    cutoff = now_ms - period_ms(retention, "hits_days", hit, seen_at)
    latest_ms = now_ms - retention.shortest("hits_days") * DAY_MS
    well, received = captured_well(hit), hit.c.received_ms
    over = or_(
        and_(well, hit.c.began_ms < cutoff),
        and_(~well, received >= Y2000_MS, received < cutoff),
        and_(~well, received < Y2000_MS, hit.c.seq < entries_before(connection, latest_ms)),
    )
    return list(connection.execute(select(hit.c.seq).where(over, ~held(now_ms)).order_by(hit.c.seq)).scalars())


def seen_at(cameras: Collection[str]) -> Condition:
    """Whether a hit is of one of some cameras; a sighting is of those at whose place it was made."""
    there = exists().where(camera.c.name.in_(cameras), camera.c.place == hit.c.camera)
    of_sighting = hit.c.source == HitSource.SIGHTING.value
    return or_(and_(~of_sighting, hit.c.camera.in_(cameras)), and_(of_sighting, there))


def held(now_ms: int) -> Condition:
    """Whether what matched is kept for a case: itself, or as a sighting with a passage that it was linked to."""
    linked = select(sighting_link.c.passage).where(sighting_link.c.sighting == hit.c.source_id).correlate(hit)
    kept = or_(hold.c.passage_id == hit.c.source_id, hold.c.passage_id.in_(linked))
    return exists().where(kept, hold.c.released_ms.is_(None), hold.c.expires_ms > now_ms)


def hits_of(connection: Connection, source_ids: Collection[str]) -> list[int]:
    """The hits of some passages or sightings."""
    found: list[int] = []
    for part in portions(source_ids):
        found += connection.execute(select(hit.c.seq).where(hit.c.source_id.in_(part))).scalars()
    return sorted(found)


def hits_about(connection: Connection, plate: str) -> list[int]:
    """The hits that name a plate, or of which somebody said something that does."""
    said = [row.hit for row in connection.execute(select(verdict.c.hit, verdict.c.reason)) if names(row.reason, plate)]
    return sorted({*connection.execute(select(hit.c.seq).where(hit.c.text == plate)).scalars(), *said})


def forget_hits(transaction: Transaction, seqs: Sequence[int], ground: Ground) -> None:
    """Erases hits with what people said of them."""
    if not seqs:
        return
    connection = transaction.connection
    said: list[int] = []
    for part in portions(seqs):
        said += connection.execute(select(verdict.c.seq).where(verdict.c.hit.in_(part))).scalars()
    erased_by = tell(transaction, ground, "hits", len(seqs), [*seqs, *said])
    for part in portions([*seqs, *said]):
        blank(transaction, part, erased_by)
    remove(connection, [verdict.c.seq], [(seq,) for seq in said])
    remove(connection, [hit.c.seq], [(seq,) for seq in seqs])
