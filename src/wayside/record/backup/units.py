# SPDX-License-Identifier: Apache-2.0
"""What a backup is made of: passages by day, pictures by day, the journal by segments, the other tables together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, MetaData, Table, and_, func, inspect, select

from wayside.record.partitions import DAY_MS
from wayside.record.tables import checkpoint, journal, passage, picture

PASSAGES, PICTURES, JOURNAL, TABLES = "passages", "pictures", "journal", "tables"
SEGMENT = 1 << 16
"""Journal entries of one unit."""
PART = 2000
"""Rows of one frame."""
PARTITION = re.compile(r"_\d{8}$")
DERIVED = frozenset(
    {
        *("passage", "passage_key", "candidate", "crossing", "plate_text", "plate_piece", "picture", "amendment"),
        *("sighting", "sighting_link"),
        *("journal", "journal_node", "checkpoint", "export_file", "backup", "alembic_version", "passage_first_form"),
    }
)
"""Tables that are in other units, that are made from them, or that say something of this machine only."""

encode = msgspec.msgpack.encode


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of a unit; it shrinks when something is erased, and grows otherwise."""

    rows: int
    """Rows, or journal entries that keep their payload."""
    last: int
    """Largest number of a row."""
    marks: int = 0
    """Journal: entries, blanks and checkpoints, which change a segment and make nothing in it smaller."""


Extents = dict[str, Extent]
"""By name of the unit."""


def day_name(kind: str, day_ms: int) -> str:
    """What a unit of a day is called."""
    return f"{kind}-{datetime.fromtimestamp(day_ms / 1000, UTC):%Y-%m-%d}"


def day_of_name(unit: str) -> int:
    """First millisecond of the day of a unit."""
    return int(datetime.fromisoformat(f"{unit.split('-', 1)[1]}T00:00:00+00:00").timestamp()) * 1000


def segment_name(number: int) -> str:
    """What a segment of the journal is called."""
    return f"{JOURNAL}-{number:08d}"


def by_day(connection: Connection, kind: str, table: Table) -> Extents:
    """Extents of a table with `seq` and `began_ms`."""
    day = (table.c.began_ms // DAY_MS).label("day")
    query = select(day, func.count(), func.max(table.c.seq)).group_by(day)
    found = connection.execute(query)
    return {day_name(kind, int(number) * DAY_MS): Extent(rows, last) for number, rows, last in found}


def of_journal(connection: Connection) -> Extents:
    """Extents of the segments of the journal."""
    number, at = (journal.c.seq // SEGMENT).label("number"), ((checkpoint.c.size - 1) // SEGMENT).label("at")
    columns = number, func.count(), func.count(journal.c.payload), func.count(journal.c.erased_by)
    query = select(*columns, func.max(journal.c.seq)).group_by(number)
    notes = select(at, func.count()).group_by(at)
    signed = {int(found): count for found, count in connection.execute(notes)}
    return {
        segment_name(int(found)): Extent(kept, last, whole + blank + signed.get(int(found), 0))
        for found, whole, kept, blank, last in connection.execute(query)
    }


def extents(connection: Connection) -> Extents:
    """Every unit that can be erased from, as it is now."""
    return {
        **by_day(connection, PASSAGES, passage),
        **by_day(connection, PICTURES, picture),
        **of_journal(connection),
    }


def rows_now(connection: Connection, unit: str, upto: int) -> int:
    """How many rows, up to this number, a unit still has."""
    kind = unit.split("-", 1)[0]
    if kind == JOURNAL:
        first = int(unit.split("-", 1)[1]) * SEGMENT
        query = select(func.count(journal.c.payload)).where(
            journal.c.seq >= first, journal.c.seq < first + SEGMENT, journal.c.seq <= upto
        )
        return connection.execute(query).scalar_one()
    table, day_ms = (passage if kind == PASSAGES else picture), day_of_name(unit)
    within = and_(table.c.began_ms >= day_ms, table.c.began_ms < day_ms + DAY_MS, table.c.seq <= upto)
    return connection.execute(select(func.count()).select_from(table).where(within)).scalar_one()


def in_parts(connection: Connection, page: Callable[[int], Any], of: Callable[[Any], Any]) -> Iterator[bytes]:
    """Rows in parts: `page` gives the query of those after a number, `of` makes of each what is kept."""
    last = -1
    while True:
        rows = connection.execute(page(last).limit(PART)).all()
        if rows:
            yield encode([of(row) for row in rows])
        if len(rows) < PART:
            return
        last = rows[-1].seq


def passages_of(connection: Connection, unit: str) -> Iterator[bytes]:
    """The passages of a day, each with the salt of its journal entry before it."""
    day_ms = day_of_name(unit)
    joined = passage.join(journal, journal.c.seq == passage.c.seq)

    def page(last: int) -> Any:
        query = select(journal.c.salt, passage).select_from(joined).order_by(passage.c.seq)
        day = and_(passage.c.began_ms >= day_ms, passage.c.began_ms < day_ms + DAY_MS)
        return query.where(day, passage.c.seq > last)

    return in_parts(connection, page, lambda row: [bytes(row[0]), *row[1:]])


def pictures_of(connection: Connection, unit: str) -> list[list[Any]]:
    """The rows of the pictures of a day."""
    day_ms = day_of_name(unit)
    query = select(picture).where(picture.c.began_ms >= day_ms, picture.c.began_ms < day_ms + DAY_MS)
    rows = connection.execute(query.order_by(picture.c.seq, picture.c.role))
    return [[bytes(row[0]), *row[1:]] for row in rows]


def payloads_of(connection: Connection, unit: str) -> Iterator[bytes]:
    """Number, salt and payload of the entries of a segment that keep their payload."""
    first = int(unit.split("-", 1)[1]) * SEGMENT

    def page(last: int) -> Any:
        query = select(journal.c.seq, journal.c.salt, journal.c.payload).order_by(journal.c.seq)
        return query.where(
            journal.c.seq >= max(first, last + 1), journal.c.seq < first + SEGMENT, journal.c.payload.is_not(None)
        )

    return in_parts(connection, page, lambda row: [row.seq, bytes(row.salt), bytes(row.payload)])


def leaves_of(connection: Connection, unit: str) -> bytes:
    """What of a segment says nothing of anybody: kinds, commitments, what was erased by what, and the checkpoints."""
    first = int(unit.split("-", 1)[1]) * SEGMENT
    query = select(journal.c.kind, journal.c.commitment, journal.c.erased_by).order_by(journal.c.seq)
    rows = connection.execute(query.where(journal.c.seq >= first, journal.c.seq < first + SEGMENT))
    entries = [[row.kind, bytes(row.commitment), row.erased_by] for row in rows]
    signed = select(checkpoint).where(checkpoint.c.size > first, checkpoint.c.size <= first + SEGMENT)
    notes = [list(row) for row in connection.execute(signed.order_by(checkpoint.c.size))]
    return encode({"entries": entries, "checkpoints": notes})


def plain(value: Any) -> Any:
    """A value as both databases have it."""
    return bytes(value) if isinstance(value, memoryview) else value


def other_tables(connection: Connection) -> list[Table]:
    """The tables that are kept as they are, whichever rooms they belong to."""
    found = MetaData()
    names = [name for name in inspect(connection).get_table_names() if PARTITION.sub("", name) not in DERIVED]
    found.reflect(connection, only=names)
    return sorted(found.tables.values(), key=lambda table: table.name)


def rows_of(connection: Connection, tables: Sequence[Table]) -> Iterator[bytes]:
    """The rows of some tables, with their names and columns."""
    for table in tables:
        stated = {"table": str(table.name), "columns": [str(column.name) for column in table.columns]}
        for rows in connection.execute(select(table)).partitions(PART):
            yield encode({**stated, "rows": [[plain(one) for one in row] for row in rows]})
