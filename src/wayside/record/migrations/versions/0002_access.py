# SPDX-License-Identifier: Apache-2.0
"""The tables of access, and an index by which the auditor finds searches among millions of passages.

Revision ID: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "CREATE TABLE person (name {text} NOT NULL PRIMARY KEY, shown_as {text} NOT NULL, home {text} NOT NULL, "
    "kind {text} NOT NULL, made_ms {big} NOT NULL, disabled_ms {big}, trained_until_ms {big}, password {text}, "
    "totp {blob}, totp_step {big}) {keyed}",
    "CREATE TABLE passkey (id {blob} NOT NULL PRIMARY KEY, person {text} NOT NULL, public_key {blob} NOT NULL, "
    "uses {big} NOT NULL, label {text} NOT NULL, made_ms {big} NOT NULL, used_ms {big}) {keyed}",
    "CREATE INDEX passkey_by_person ON passkey (person)",
    "CREATE TABLE role_grant (id {text} NOT NULL PRIMARY KEY, person {text} NOT NULL, site {text} NOT NULL, "
    "role {text} NOT NULL, granted_by {text} NOT NULL, request {text}, granted_ms {big} NOT NULL, ended_ms {big}, "
    "ended_by {text}) {keyed}",
    "CREATE UNIQUE INDEX role_grant_held ON role_grant (person, site, role) WHERE ended_ms IS NULL",
    "CREATE TABLE duty (person {text} NOT NULL, site {text} NOT NULL, weekday {int} NOT NULL, from_min {int} NOT NULL, "
    "to_min {int} NOT NULL, PRIMARY KEY (person, site, weekday, from_min)) {keyed}",
    "CREATE TABLE work (id {text} NOT NULL PRIMARY KEY, person {text} NOT NULL, site {text} NOT NULL, "
    "reason {text} NOT NULL, reference {text} NOT NULL, token {text}, begun_ms {big} NOT NULL, ended_ms {big}) {keyed}",
    "CREATE UNIQUE INDEX work_at_hand ON work (person) WHERE ended_ms IS NULL AND token IS NULL",
    "CREATE UNIQUE INDEX work_of_token ON work (token) WHERE token IS NOT NULL",
    "CREATE TABLE session (key {blob} NOT NULL PRIMARY KEY, person {text} NOT NULL, second_factor {int} NOT NULL, "
    "begun_ms {big} NOT NULL, seen_ms {big} NOT NULL) {keyed}",
    "CREATE INDEX session_by_person ON session (person)",
    "CREATE TABLE token (id {text} NOT NULL PRIMARY KEY, key {blob} NOT NULL UNIQUE, person {text} NOT NULL, "
    "site {text} NOT NULL, label {text} NOT NULL, scopes {text} NOT NULL, made_ms {big} NOT NULL, "
    "expires_ms {big} NOT NULL, revoked_ms {big}) {keyed}",
    "CREATE INDEX token_by_person ON token (person)",
    "CREATE TABLE one_time (key {blob} NOT NULL PRIMARY KEY, kind {text} NOT NULL, person {text}, "
    "expires_ms {big} NOT NULL) {keyed}",
    "CREATE TABLE allowance (key {blob} NOT NULL PRIMARY KEY, free_ms {big} NOT NULL) {keyed}",
    "CREATE TABLE request (id {text} NOT NULL PRIMARY KEY, site {text} NOT NULL, deed {text} NOT NULL, "
    "subject {text} NOT NULL, because {text} NOT NULL, asked_by {text} NOT NULL, asked_ms {big} NOT NULL, "
    "expires_ms {big} NOT NULL, state {text} NOT NULL, decided_by {text}, decided_ms {big}, used_ms {big}, "
    "CHECK (decided_by IS NULL OR decided_by <> asked_by)) {keyed}",
    "CREATE INDEX request_by_state ON request (site, state, asked_ms)",
    "CREATE TABLE review (id {text} NOT NULL PRIMARY KEY, site {text} NOT NULL, seq {big} NOT NULL UNIQUE, "
    "drawn_for {text} NOT NULL, drawn_ms {big} NOT NULL, reviewer {text}, outcome {text}, note {text}, "
    "decided_ms {big}) {keyed}",
    "CREATE TABLE canary (site {text} NOT NULL, plate {text} NOT NULL, placed_by {text} NOT NULL, "
    "placed_ms {big} NOT NULL, PRIMARY KEY (site, plate)) {keyed}",
    "CREATE INDEX journal_by_kind ON journal (kind, seq) WHERE kind <> 'passage'",
)

SQLITE = {"big": "INTEGER", "int": "INTEGER", "blob": "BLOB", "text": "TEXT", "keyed": "STRICT, WITHOUT ROWID"}
POSTGRESQL = {"big": "BIGINT", "int": "INTEGER", "blob": "BYTEA", "text": 'TEXT COLLATE "C"', "keyed": ""}


def upgrade() -> None:
    """Makes every table of access."""
    words = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
