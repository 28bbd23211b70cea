# SPDX-License-Identifier: Apache-2.0
"""Single passages by their id, and the newest of a site: what pages show of the record without searching it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, func, or_, select

from wayside.domain import Passage, Unread
from wayside.record.rows import Row, milliseconds, moment, passage_of, unread_of
from wayside.record.tables import passage as table
from wayside.record.tables import passage_key, rollup


class Kept(NamedTuple):
    """A passage with what the record knows of it beside."""

    seq: int
    """Number of its journal entry."""
    site: str
    passage: Passage
    received_ms: int | None = None
    """When it was recorded; None where it does not come from the record."""


def kept_of(row: Row) -> Kept:
    """From a row."""
    return Kept(row.seq, row.site, passage_of(row), row.received_ms)


def find_passage(connection: Connection, passage_id: str) -> Kept | None:
    """The passage of this id; None where there is none, or it was erased."""
    query = select(table).join(
        passage_key, and_(passage_key.c.seq == table.c.seq, passage_key.c.began_ms == table.c.began_ms)
    )
    row = connection.execute(query.where(passage_key.c.id == passage_id)).first()
    return None if row is None else kept_of(Row(*row))


def newest(
    connection: Connection, site: str, since: datetime, limit: int, after: tuple[int, int] | None = None,
    camera: str | None = None,
) -> list[Kept]:  # fmt: skip
    """The passages of a site that began at `since` or later, newest first.

    `after`: milliseconds and number of the passage after which to go on.
    """
    columns = table.c
    query = select(table).where(columns.site == site, columns.began_ms >= milliseconds(since))
    if camera is not None:
        query = query.where(columns.camera == camera)
    if after is not None:
        began_ms, seq = after
        query = query.where(columns.began_ms <= began_ms, or_(columns.began_ms < began_ms, columns.seq < seq))
    query = query.order_by(columns.began_ms.desc(), columns.seq.desc()).limit(limit)
    return [kept_of(Row(*row)) for row in connection.execute(query)]


class Glimpse(NamedTuple):
    """Of a passage only where and when it was, and whether its plate was read."""

    camera: str
    began_at: datetime
    unread: Unread | None


def glimpses(connection: Connection, site: str, since: datetime, limit: int) -> list[Glimpse]:
    """The passages of a site that began at `since` or later, newest first, without what is costly to make of each."""
    columns = table.c
    query = select(columns.camera, columns.began_ms, columns.plate, columns.more).where(
        columns.site == site, columns.began_ms >= milliseconds(since)
    )
    rows = connection.execute(query.order_by(columns.began_ms.desc(), columns.seq.desc()).limit(limit))
    return [
        Glimpse(camera, moment(began_ms), None if plate is not None else unread_of(more))
        for camera, began_ms, plate, more in rows
    ]


def between(connection: Connection, site: str, since: datetime, until: datetime, limit: int) -> list[Kept]:
    """The passages of a site that began from `since` to `until`, the newest first."""
    span = table.c.began_ms.between(milliseconds(since), milliseconds(until))
    query = select(table).where(table.c.site == site, span).order_by(table.c.began_ms.desc(), table.c.seq.desc())
    return [kept_of(Row(*row)) for row in connection.execute(query.limit(limit))]


def last_number(connection: Connection) -> int:
    """The number of the newest passage; -1 where there is none."""
    found = connection.execute(select(func.max(table.c.seq))).scalar_one_or_none()
    return -1 if found is None else found


def earliest_after(connection: Connection, seq: int) -> datetime | None:
    """When the earliest of the passages began that were recorded after a number; None where none was."""
    # For the least of the column itself a database goes through all passages in order of time until it meets one.
    found = connection.execute(select(func.min(table.c.began_ms + 0)).where(table.c.seq > seq)).scalar_one()
    return None if found is None else moment(found)


def following(connection: Connection, seq: int, limit: int) -> list[Kept]:
    """The passages that were recorded after a number, in the order in which they were."""
    query = select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit)
    return [kept_of(Row(*row)) for row in connection.execute(query)]


def neighbours(connection: Connection, kept: Kept, within: timedelta) -> tuple[list[Kept], list[Kept]]:
    """The passages of the same camera just before and just after one, nearest first, one of each at most."""
    columns, began_ms = table.c, milliseconds(kept.passage.began_at)
    reach_ms = int(within.total_seconds() * 1000)
    same = select(table).where(columns.camera == kept.passage.camera, columns.site == kept.site)
    before = same.where(columns.began_ms.between(began_ms - reach_ms, began_ms)).order_by(
        columns.began_ms.desc(), columns.seq.desc()
    )
    later = same.where(columns.began_ms.between(began_ms, began_ms + reach_ms)).order_by(columns.began_ms, columns.seq)
    return tuple(nearest(connection, query, kept) for query in (before, later))  # type: ignore[return-value]


def nearest(connection: Connection, query: Select[Any], kept: Kept) -> list[Kept]:
    """The first row of a query that is not the passage itself; a list of none or one."""
    rows = [kept_of(Row(*row)) for row in connection.execute(query.limit(2))]
    return [one for one in rows if one.seq != kept.seq][:1]


def gates_and_ways(connection: Connection, site: str) -> tuple[list[str], list[str]]:
    """The names of gates, and of ways across them, that passages of a site have."""
    counted = select(rollup.c.gate, rollup.c.way).where(rollup.c.site == site, rollup.c.gate != "")
    found = [(gate, way) for gate, way in connection.execute(counted.distinct())]
    return sorted({gate for gate, _ in found}), sorted({way for _, way in found})
