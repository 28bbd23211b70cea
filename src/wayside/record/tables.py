# SPDX-License-Identifier: Apache-2.0
"""The tables of the record as queries see them; `migrations/` makes them, for SQLite and PostgreSQL each in its way.

Times are milliseconds since 1970 in UTC, so that both databases compare them alike. `seq` is the number of the
journal entry that tells of the row.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, Table, Text

NODE_LEVELS = (8, 16, 24)
"""Levels of the journal's tree whose complete subtrees are kept, so that proofs need not read every leaf."""

metadata = MetaData()

passage = Table(
    "passage",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("colour", Text),
    Column("plate", Text),
    Column("country", Text),
    Column("class", Text),
    Column("sender_code", Text),
    Column("status", Text, nullable=False),
    Column("at_least", Integer),
    Column("best", Integer),
    Column("at_most", Integer),
    Column("more", Text, nullable=False),
)

passage_key = Table(
    "passage_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("began_ms", BigInteger, nullable=False),
)

candidate = Table(
    "candidate",
    metadata,
    Column("text", Text, primary_key=True),
    Column("began_ms", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)

crossing = Table(
    "crossing",
    metadata,
    Column("gate", Text, primary_key=True),
    Column("way", Text, primary_key=True),
    Column("began_ms", BigInteger, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
)

plate_text = Table(
    "plate_text",
    metadata,
    Column("text", Text, primary_key=True),
    Column("reversed", Text, nullable=False),
)

plate_piece = Table(
    "plate_piece",
    metadata,
    Column("piece", Text, primary_key=True),
    Column("text", Text, primary_key=True),
)

picture = Table(
    "picture",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("began_ms", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
)

amendment = Table(
    "amendment",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("passage_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("field", Text),
    Column("value", Text),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Text, primary_key=True),
    Column("passage_id", Text, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("approved_by", Text),
    Column("placed_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("released_ms", BigInteger),
)

hit = Table(
    "hit",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("site", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("source_seq", BigInteger, nullable=False),
    Column("camera", Text, nullable=False),
    Column("class", Text),
    Column("began_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("entry", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("list", Text, nullable=False),
    Column("text", Text),
    Column("probability", Float),
    Column("state", Text, nullable=False),
)
"""`source` says what matched: a passage or a sighting. `text` is the candidate that did, None where none had to."""

verdict = Table(
    "verdict",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("hit", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

rollup = Table(
    "rollup",
    metadata,
    Column("hour_ms", BigInteger, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("camera", Text, primary_key=True),
    Column("gate", Text, primary_key=True),
    Column("way", Text, primary_key=True),
    Column("class", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("occupants", Integer, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

camera = Table(
    "camera",
    metadata,
    Column("name", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("place", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("bearing_deg_true", Float),
)

export_file = Table(
    "export_file",
    metadata,
    Column("name", Text, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("ranges", Text, nullable=False),
)

backup = Table(
    "backup",
    metadata,
    Column("path", Text, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("days", Text, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("what", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("observer", Text, nullable=False),
    Column("brief", Text, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("class", Text),
    Column("place", Text),
    Column("reason", Text),
    Column("more", Text, nullable=False),
)
"""Every version of what observers reported; `received_ms` is when the first one came, `more` the sighting as JSON."""

sighting_link = Table(
    "sighting_link",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("sighting", Text, nullable=False),
    Column("passage", Text, nullable=False),
    Column("stands", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""What people said of a sighting and a passage being of one vehicle; the last word on a pair holds."""

journal = Table(
    "journal",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("payload", LargeBinary),
    Column("erased_by", BigInteger),
)

journal_node = Table(
    "journal_node",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True),
    Column("note", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)

PARTITIONED = (passage, candidate, crossing)
"""Tables that PostgreSQL keeps in one partition a day, by `began_ms`."""
