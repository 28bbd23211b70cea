# SPDX-License-Identifier: Apache-2.0
"""How many vehicles went past, from the counts of the hours, which outlive the passages themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from wayside.domain import UsageError
from wayside.record.rows import milliseconds
from wayside.record.tables import rollup

COLUMNS = ("camera", "class", "kind", "occupants")


def passages_by(connection: Connection, what: str, site: str, since: datetime, until: datetime) -> dict[str, int]:
    """Passages of a site by camera, class, kind or occupants, in whole hours from `since` until before `until`.

    The class of a plate that was not read is the empty text; occupants that were not counted are "-1".
    Raises UsageError for anything else to count by.
    """
    if what not in COLUMNS:
        raise UsageError(f"passages are not counted by {what!r}; use {', '.join(COLUMNS)}")
    column = rollup.c[what]
    in_time = (rollup.c.hour_ms >= milliseconds(since), rollup.c.hour_ms < milliseconds(until))
    query = select(column, func.sum(rollup.c.count)).where(rollup.c.site == site, rollup.c.gate == "", *in_time)
    return {str(value): int(count) for value, count in connection.execute(query.group_by(column).order_by(column))}
