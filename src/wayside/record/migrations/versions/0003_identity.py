# SPDX-License-Identifier: Apache-2.0
"""The table of who a person is at the issuer at which they sign in.

Revision ID: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "CREATE TABLE identity (issuer {text} NOT NULL, subject {text} NOT NULL, person {text} NOT NULL, "
    "made_ms {big} NOT NULL, PRIMARY KEY (issuer, subject), UNIQUE (issuer, person)) {keyed}",
)

SQLITE = {"big": "INTEGER", "text": "TEXT", "keyed": "STRICT, WITHOUT ROWID"}
POSTGRESQL = {"big": "BIGINT", "text": 'TEXT COLLATE "C"', "keyed": ""}


def upgrade() -> None:
    """Makes the table."""
    words = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for statement in STATEMENTS:
        op.execute(statement.format(**words))
