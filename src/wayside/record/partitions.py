# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL keeps passages in one partition a day, so that a day goes by dropping a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from wayside.record.tables import PARTITIONED

DAY_MS = 86_400_000


def day_of(time_ms: int) -> int:
    """The first millisecond of the day, in UTC."""
    return time_ms - time_ms % DAY_MS


def partition_name(table: str, day_ms: int) -> str:
    """What the partition of a day is called, as `passage_20261122`."""
    return f"{table}_{datetime.fromtimestamp(day_ms / 1000, UTC):%Y%m%d}"


def missing(connection: Connection, days: Sequence[int]) -> list[int]:
    """Those of the days that have no partition yet: asking is much cheaper than making one that is there."""
    names = [partition_name(PARTITIONED[-1].name, day_ms) for day_ms in days]
    query = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL"
    absent = set(connection.exec_driver_sql(query, (names,)).scalars())
    return [day_ms for day_ms, name in zip(days, names, strict=True) if name in absent]


def make_partitions(connection: Connection, days: Sequence[int]) -> None:
    """Makes the partitions of some days where they are missing; SQLite has none."""
    if connection.dialect.name != "postgresql":
        return
    for day_ms in missing(connection, days):
        for table in PARTITIONED:
            name = partition_name(table.name, day_ms)
            connection.exec_driver_sql(
                f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table.name} "
                f"FOR VALUES FROM ({day_ms}) TO ({day_ms + DAY_MS})"
            )
