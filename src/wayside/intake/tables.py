# SPDX-License-Identifier: Apache-2.0
"""The tables of briefs as queries see them; the record's migrations make them, beside its own.

Times are milliseconds since 1970 in UTC. Reports stand in the record, whose retention erases them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

metadata = MetaData()

brief = Table(
    "brief",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("replaces", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("begins_ms", BigInteger, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("written_ms", BigInteger, nullable=False),
    Column("published_by", Text),
    Column("published_ms", BigInteger),
    Column("ended_ms", BigInteger),
)
"""Every version of every brief; `places` is a JSON array of names."""

brief_copy = Table(
    "brief_copy",
    metadata,
    Column("brief", Text, primary_key=True),
    Column("observer", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("given_ms", BigInteger, nullable=False),
    Column("first_read_ms", BigInteger),
    Column("last_read_ms", BigInteger),
    Column("acknowledged_ms", BigInteger),
)
"""To whom a brief was given, under which mark, and what they did with it."""
