# SPDX-License-Identifier: Apache-2.0
"""How many vehicles went past, from the counts of the hours, which outlive the passages themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from wayside.domain import UsageError
from wayside.record.rows import milliseconds, moment
from wayside.record.tables import rollup

COLUMNS = ("camera", "class", "kind", "occupants")


def span(site: str, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The counts of a site in the hours that begin from `since` until before `until`."""
    return rollup.c.site == site, rollup.c.hour_ms >= milliseconds(since), rollup.c.hour_ms < milliseconds(until)


def passages_by(connection: Connection, what: str, site: str, since: datetime, until: datetime) -> dict[str, int]:
    """Passages of a site by camera, class, kind or occupants, in whole hours from `since` until before `until`.

    The class of a plate that was not read is the empty text; occupants that were not counted are "-1".
    Raises UsageError for anything else to count by.
    """
    if what not in COLUMNS:
        raise UsageError(f"passages are not counted by {what!r}; use {', '.join(COLUMNS)}")
    column = rollup.c[what]
    query = select(column, func.sum(rollup.c.count)).where(rollup.c.gate == "", *span(site, since, until))
    return {str(value): int(count) for value, count in connection.execute(query.group_by(column).order_by(column))}


def passages_by_hour(connection: Connection, site: str, since: datetime, until: datetime) -> dict[datetime, int]:
    """Passages of a site in each hour (UTC) that had any, from `since` until before `until`."""
    query = select(rollup.c.hour_ms, func.sum(rollup.c.count)).where(rollup.c.gate == "", *span(site, since, until))
    rows = connection.execute(query.group_by(rollup.c.hour_ms).order_by(rollup.c.hour_ms))
    return {moment(hour_ms): int(count) for hour_ms, count in rows}


def crossings_by_way(
    connection: Connection, site: str, since: datetime, until: datetime, of: Collection[str] | None = None
) -> dict[tuple[str, str], int]:
    """How often each gate of a site was crossed each way; a passage may cross several.

    `of`: names of the cameras whose passages count; None: of all.
    """
    query = select(rollup.c.gate, rollup.c.way, func.sum(rollup.c.count)).where(
        rollup.c.gate != "", *span(site, since, until)
    )
    if of is not None:
        query = query.where(rollup.c.camera.in_(of))
    rows = connection.execute(query.group_by(rollup.c.gate, rollup.c.way).order_by(rollup.c.gate, rollup.c.way))
    return {(gate, way): int(count) for gate, way, count in rows}


class Sort(NamedTuple):
    """What a passage is counted by, as `passages_by` writes each."""

    camera: str
    plate_class: str
    kind: str
    occupants: str


def passages_by_sort(connection: Connection, site: str, since: datetime, until: datetime) -> dict[Sort, int]:
    """Passages of a site by camera, class, kind and occupants together: one look where `passages_by` takes four."""
    by = [rollup.c[name] for name in COLUMNS]
    query = select(*by, func.sum(rollup.c.count)).where(rollup.c.gate == "", *span(site, since, until))
    rows = connection.execute(query.group_by(*by).order_by(*by))
    return {Sort(*map(str, row[:-1])): int(row[-1]) for row in rows}
