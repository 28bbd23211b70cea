# SPDX-License-Identifier: Apache-2.0
"""Says in SQL what is due to be erased, so that a clock that was wrong never makes anything go early.

The time of a passage is when it was captured. Where that cannot be (before 2000, or a day or more after it was
received), it is when it was received; where that cannot be either, the passage goes when a later one is due.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Table, and_, case, exists, literal, or_, select

from wayside.record.partitions import DAY_MS
from wayside.record.site import Retention
from wayside.record.tables import checkpoint, hold, passage, picture

Y2000_MS = 946_684_800_000
AHEAD_MS = DAY_MS
"""How far a camera's clock may be ahead of ours: the later of the two then counts, so that nothing goes early."""

Condition = ColumnElement[bool]


def entries_before(connection: Connection, time_ms: int) -> int:
    """How many journal entries were made before a time, at most: a bound for the search only, as clocks may step."""
    query = select(checkpoint.c.size).where(checkpoint.c.made_ms < time_ms, checkpoint.c.made_ms >= Y2000_MS)
    return connection.execute(query.order_by(checkpoint.c.size.desc()).limit(1)).scalar_one_or_none() or 0


def period_ms(
    retention: Retention, what: str, table: Table = passage, at: Callable[[Collection[str]], Condition] | None = None
) -> ColumnElement[int]:
    """How long a passage, or what is kept of it in a table with its camera and class, may be kept.

    `at`: whether something is of one of some cameras, where that is not simply what its column `camera` says.
    """
    held = table.c
    cases = []
    for days, rule in retention.ruled(what):
        conditions = []
        if rule.cameras:
            conditions.append(held.camera.in_(rule.cameras) if at is None else at(rule.cameras))
        if rule.classes:
            conditions.append(held["class"].in_(rule.classes))
        cases.append((and_(*conditions), literal(days * DAY_MS, BigInteger)))
    default = literal(retention.default(what) * DAY_MS, BigInteger)
    return case(*cases, else_=default) if cases else default


def captured_well(table: Table = passage) -> Condition:
    """Whether the time of capture can be."""
    began, received = table.c.began_ms, table.c.received_ms
    return and_(began >= Y2000_MS, or_(began <= received + AHEAD_MS, received < Y2000_MS))


def due(connection: Connection, retention: Retention, what: str, now_ms: int) -> tuple[Condition, ...]:
    """Which passages are due by a period of the site, each condition with its own way through the indexes."""
    cutoff = literal(now_ms, BigInteger) - period_ms(retention, what)
    latest_ms = now_ms - retention.shortest(what) * DAY_MS
    began, received = passage.c.began_ms, passage.c.received_ms
    by_capture = and_(captured_well(), began < latest_ms, began < cutoff)
    by_receipt = and_(
        ~captured_well(),
        received >= Y2000_MS,
        received < cutoff,
        passage.c.seq < entries_before(connection, latest_ms),
    )
    by_what_came_later = and_(began < Y2000_MS, received < Y2000_MS, next_received() < cutoff)
    return by_what_came_later, by_receipt, by_capture  # what came later must be there still


def next_received() -> Any:
    """When the next passage came of which that is known."""
    later = passage.alias("later")
    query = select(later.c.received_ms).where(later.c.seq > passage.c.seq, later.c.received_ms >= Y2000_MS)
    return query.order_by(later.c.seq).limit(1).correlate(passage).scalar_subquery()


def held(now_ms: int) -> Condition:
    """Whether a passage is kept for a case."""
    return exists().where(hold.c.passage_id == passage.c.id, hold.c.released_ms.is_(None), hold.c.expires_ms > now_ms)


def passages_where(condition: Condition) -> Select[Any]:
    """Passages, the oldest first."""
    return select(passage).where(condition).order_by(passage.c.began_ms, passage.c.seq)


def pictures_where(condition: Condition) -> Select[Any]:
    """Pictures (digest, passage, role, time) of such passages, the oldest first."""
    joined = picture.join(passage, and_(passage.c.seq == picture.c.seq, passage.c.began_ms == picture.c.began_ms))
    columns = picture.c.sha256, picture.c.seq, picture.c.role, picture.c.began_ms
    return select(*columns).select_from(joined).where(condition).order_by(picture.c.began_ms, picture.c.seq)
