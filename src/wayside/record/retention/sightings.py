# SPDX-License-Identifier: Apache-2.0
"""Erases what observers reported: on its period, with the passage that it names, and where its owner asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Connection, Select, and_, case, exists, func, literal, or_, select

from wayside.record.partitions import DAY_MS
from wayside.record.retention.due import Y2000_MS, Condition
from wayside.record.retention.forgetting import Leftovers, forget_links
from wayside.record.retention.ground import Ground, blank, tell
from wayside.record.retention.hits import forget_hits, hits_of
from wayside.record.retention.removing import remove
from wayside.record.retention.subject import about, names, texts_in
from wayside.record.retention.texts import portions
from wayside.record.sightings import KIND
from wayside.record.site import Retention
from wayside.record.tables import camera, hold, passage, picture, sighting, sighting_link

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction

SIGHTINGS_DAYS, PICTURES_DAYS = "sightings_days", "pictures_days"


def period_ms(retention: Retention, what: str) -> Any:
    """How long a sighting, or its picture, is kept; a rule for cameras holds for what was seen at their places."""
    cases = []
    for days, rule in retention.ruled(what):
        conditions: list[Condition] = []
        if rule.cameras:
            there = exists().where(camera.c.name.in_(rule.cameras), camera.c.place == sighting.c.place)
            conditions.append(there)
        if rule.classes:
            conditions.append(sighting.c["class"].in_(rule.classes))
        cases.append((and_(*conditions), literal(days * DAY_MS, BigInteger)))
    default = literal(retention.default(what) * DAY_MS, BigInteger)
    return case(*cases, else_=default) if cases else default


def due(retention: Retention, what: str, now_ms: int) -> Condition:
    """Which sightings are due: by when they were received, for phones have clocks of their own."""
    received: Any = case((sighting.c.received_ms >= Y2000_MS, sighting.c.received_ms), else_=sighting.c.seen_ms)
    due_now: Condition = received < literal(now_ms, BigInteger) - period_ms(retention, what)
    return due_now


def held(now_ms: int) -> Condition:
    """Whether a sighting is kept for a case: itself, or with a passage that it was linked to."""
    linked = select(sighting_link.c.passage).where(sighting_link.c.sighting == sighting.c.id).correlate(sighting)
    kept = or_(hold.c.passage_id == sighting.c.id, hold.c.passage_id.in_(linked))
    return exists().where(kept, hold.c.released_ms.is_(None), hold.c.expires_ms > now_ms)


def sightings_where(condition: Condition) -> Select[Any]:
    """Sightings (id, entry, time of receipt) any version of which meets a condition; the oldest first."""
    some = select(sighting.c.id).where(condition)
    columns = sighting.c.id, sighting.c.seq, sighting.c.received_ms.label("began_ms")
    query = select(*columns).where(sighting.c.version == 1, sighting.c.id.in_(some))
    return query.order_by(sighting.c.received_ms, sighting.c.seq)


def pictures_where(condition: Condition) -> Select[Any]:
    """Pictures (digest, entry, role, time) of sightings that meet a condition."""
    joined = picture.join(sighting, and_(picture.c.seq == sighting.c.seq, picture.c.role == KIND))
    columns = picture.c.sha256, picture.c.seq, picture.c.role, picture.c.began_ms
    return select(*columns).select_from(joined).where(condition).order_by(picture.c.began_ms, picture.c.seq)


def count_sightings(store: Store, condition: Condition, now_ms: int) -> tuple[int, int]:
    """How many sightings meet a condition: those that may go, and those that are held."""
    with store.reading() as connection:
        free, kept = (
            connection.execute(select(func.count()).select_from(sightings_where(one).subquery())).scalar_one()
            for one in (and_(condition, ~held(now_ms)), and_(condition, held(now_ms)))
        )
    return free, kept


def forget_sightings(transaction: Transaction, ids: Sequence[str], ground: Ground) -> Leftovers:
    """Erases sightings with all their versions, links and pictures."""
    if not ids:
        return Leftovers()
    connection = transaction.connection
    seqs: list[int] = []
    shown: list[tuple[bytes, int, str]] = []
    for part in portions(ids):
        seqs += connection.execute(select(sighting.c.seq).where(sighting.c.id.in_(part))).scalars()
    for numbers in portions(seqs):
        query = select(picture.c.sha256, picture.c.seq, picture.c.role).where(picture.c.seq.in_(numbers))
        shown += [(bytes(digest), seq, role) for digest, seq, role in connection.execute(query)]
    blanked = [*seqs, *forget_links(connection, sighting_link.c.sighting, ids)]
    erased_by = tell(transaction, ground, "sightings", len(ids), blanked)
    for numbers in portions(blanked):
        blank(transaction, numbers, erased_by)
    if ground.rule != "retention":  # else hits stay for their own period
        forget_hits(transaction, hits_of(connection, ids), ground)
    remove(connection, list(picture.primary_key), shown)
    remove(connection, [sighting.c.seq], [(seq,) for seq in seqs])
    remove(connection, [hold.c.passage_id], [(one,) for one in ids])
    return Leftovers({digest for digest, _, _ in shown})


def sightings_about(connection: Connection, plate: str) -> list[str]:
    """Sightings that name a plate in any version, or that a person linked to a passage of it."""
    rows = connection.execute(select(sighting.c.id, sighting.c.more, sighting.c.reason))
    found = {
        one.id
        for one in rows
        if names(one.reason or "", plate) or any(names(text, plate) for text in texts_in(msgspec.json.decode(one.more)))
    }
    linked = select(sighting_link.c.sighting).join(passage, passage.c.id == sighting_link.c.passage).where(about(plate))
    found.update(connection.execute(linked).scalars())
    return sorted(found)
