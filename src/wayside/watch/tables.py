# SPDX-License-Identifier: Apache-2.0
"""The tables of watching as queries see them; the record's migrations make them, beside its own.

Times are milliseconds since 1970 in UTC; numbers named `seq` are those of journal entries. Hits stand in the record's
own tables, because they are kept and erased as passages are.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

watch_list = Table(
    "watch_list",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("ended_by", Text),
)

watch_entry = Table(
    "watch_entry",
    metadata,
    Column("id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("list", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("terms", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("instruction", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("request", Text),
    Column("approved_by", Text),
    Column("emergency", Integer, nullable=False),
    Column("from_seq", BigInteger),
    Column("from_ms", BigInteger),
    Column("expires_ms", BigInteger, nullable=False),
    Column("ended_seq", BigInteger),
    Column("ended_ms", BigInteger),
    Column("ended_by", Text),
)
"""One row for each version of an entry. `terms` is a JSON array. `from_ms` is set once it was approved: before that
nothing is looked out for. `ended_ms` is set where it was ended before its time or a newer version took its place."""

watch_cursor = Table(
    "watch_cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""Up to which number passages were compared with the lists."""

alert = Table(
    "alert",
    metadata,
    Column("hit", BigInteger, primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
)
"""Hits of which the site's webhook has not heard yet."""
