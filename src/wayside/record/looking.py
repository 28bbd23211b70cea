# SPDX-License-Identifier: Apache-2.0
"""Single passages by their id, and the newest of a site: what pages show of the record without searching it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, or_, select

from wayside.domain import Passage
from wayside.record.rows import Row, milliseconds, passage_of
from wayside.record.tables import passage as table
from wayside.record.tables import passage_key


class Kept(NamedTuple):
    """A passage with what the record knows of it beside."""

    seq: int
    """Number of its journal entry."""
    site: str
    passage: Passage


def kept_of(row: Row) -> Kept:
    """From a row."""
    return Kept(row.seq, row.site, passage_of(row))


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
