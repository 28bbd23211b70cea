# SPDX-License-Identifier: Apache-2.0
"""What observers report, the passages it was linked to, and the briefs that they report under.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "CREATE TABLE sighting (seq {big} NOT NULL PRIMARY KEY, id {text} NOT NULL, version {int} NOT NULL, "
    "what {text} NOT NULL, site {text} NOT NULL, observer {text} NOT NULL, brief {text} NOT NULL, "
    "seen_ms {big} NOT NULL, received_ms {big} NOT NULL, at_ms {big} NOT NULL, class {text}, place {text}, "
    "reason {text}, more {text} NOT NULL, UNIQUE (id, version)) {keyed}",
    "CREATE INDEX sighting_by_time ON sighting (site, seen_ms, seq)",
    "CREATE INDEX sighting_by_receipt ON sighting (received_ms, seq)",
    "CREATE INDEX sighting_by_observer ON sighting (observer, seen_ms, seq)",
    "CREATE TABLE sighting_link (seq {big} NOT NULL PRIMARY KEY, sighting {text} NOT NULL, passage {text} NOT NULL, "
    "stands {int} NOT NULL, author {text} NOT NULL, reason {text} NOT NULL, at_ms {big} NOT NULL) {keyed}",
    "CREATE INDEX sighting_link_by_sighting ON sighting_link (sighting, seq)",
    "CREATE INDEX sighting_link_by_passage ON sighting_link (passage, seq)",
    "CREATE TABLE brief (id {text} NOT NULL PRIMARY KEY, site {text} NOT NULL, version {int} NOT NULL, "
    "replaces {text}, title {text} NOT NULL, text {text} NOT NULL, places {text} NOT NULL, begins_ms {big} NOT NULL, "
    "ends_ms {big} NOT NULL, written_by {text} NOT NULL, written_ms {big} NOT NULL, published_by {text}, "
    "published_ms {big}, ended_ms {big}) {keyed}",
    "CREATE INDEX brief_by_site ON brief (site, ends_ms)",
    "CREATE TABLE brief_copy (brief {text} NOT NULL, observer {text} NOT NULL, mark {text} NOT NULL, "
    "given_ms {big} NOT NULL, first_read_ms {big}, last_read_ms {big}, acknowledged_ms {big}, "
    "PRIMARY KEY (brief, observer)) {keyed}",
    "CREATE INDEX brief_copy_by_observer ON brief_copy (observer)",
)

SQLITE = {"big": "INTEGER", "int": "INTEGER", "text": "TEXT", "keyed": "STRICT, WITHOUT ROWID"}
POSTGRESQL = {"big": "BIGINT", "int": "INTEGER", "text": 'TEXT COLLATE "C"', "keyed": ""}


def upgrade() -> None:
    """Makes every table of intake."""
    words = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
