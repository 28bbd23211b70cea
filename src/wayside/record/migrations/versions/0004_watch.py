# SPDX-License-Identifier: Apache-2.0
"""The tables of watch lists with their entries, of hits with what people said of them, and of alerts to be sent.

Revision ID: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    "CREATE TABLE hit (seq {big} NOT NULL PRIMARY KEY, site {text} NOT NULL, source {text} NOT NULL, "
    "source_id {text} NOT NULL, source_seq {big} NOT NULL, camera {text} NOT NULL, class {text}, "
    "began_ms {big} NOT NULL, received_ms {big} NOT NULL, entry {text} NOT NULL, version {int} NOT NULL, "
    "list {text} NOT NULL, text {text}, probability {real}, state {text} NOT NULL) {keyed}",
    "CREATE UNIQUE INDEX hit_once ON hit (source, source_id, entry)",
    "CREATE INDEX hit_by_time ON hit (site, began_ms, seq)",
    "CREATE INDEX hit_by_state ON hit (site, state, seq)",
    "CREATE INDEX hit_by_entry ON hit (entry, seq)",
    "CREATE TABLE verdict (seq {big} NOT NULL PRIMARY KEY, hit {big} NOT NULL, state {text} NOT NULL, "
    "author {text} NOT NULL, reason {text} NOT NULL, at_ms {big} NOT NULL) {keyed}",
    "CREATE INDEX verdict_by_hit ON verdict (hit, seq)",
    "CREATE TABLE watch_list (id {text} NOT NULL PRIMARY KEY, site {text} NOT NULL, name {text} NOT NULL, "
    "about {text} NOT NULL, owner {text} NOT NULL, made_ms {big} NOT NULL, ended_ms {big}, ended_by {text}) {keyed}",
    "CREATE UNIQUE INDEX watch_list_named ON watch_list (site, name) WHERE ended_ms IS NULL",
    "CREATE TABLE watch_entry (id {text} NOT NULL, version {int} NOT NULL, list {text} NOT NULL, "
    "site {text} NOT NULL, kind {text} NOT NULL, terms {text} NOT NULL, label {text} NOT NULL, "
    "reason {text} NOT NULL, reference {text} NOT NULL, priority {text} NOT NULL, instruction {text} NOT NULL, "
    "owner {text} NOT NULL, asked_ms {big} NOT NULL, request {text}, approved_by {text}, emergency {int} NOT NULL, "
    "from_seq {big}, from_ms {big}, expires_ms {big} NOT NULL, ended_seq {big}, ended_ms {big}, ended_by {text}, "
    "PRIMARY KEY (id, version)) {keyed}",
    "CREATE INDEX watch_entry_by_list ON watch_entry (list, asked_ms, id)",
    "CREATE INDEX watch_entry_by_request ON watch_entry (request) WHERE request IS NOT NULL",
    "CREATE TABLE watch_cursor (name {text} NOT NULL PRIMARY KEY, seq {big} NOT NULL) {keyed}",
    "CREATE TABLE alert (hit {big} NOT NULL PRIMARY KEY, tries {int} NOT NULL, due_ms {big} NOT NULL) {keyed}",
    "CREATE INDEX alert_by_time ON alert (due_ms)",
)

SQLITE = {"big": "INTEGER", "int": "INTEGER", "real": "REAL", "text": "TEXT", "keyed": "STRICT, WITHOUT ROWID"}
POSTGRESQL = {
    "big": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE PRECISION",
    "text": 'TEXT COLLATE "C"',
    "keyed": "",
}


def upgrade() -> None:
    """Makes every table of watching."""
    words = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
