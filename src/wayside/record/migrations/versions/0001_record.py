# SPDX-License-Identifier: Apache-2.0
"""The record with its journal; a record of the first form is set aside, to be taken over by `legacy.adopt`.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect

revision = "0001"
down_revision = None

COMMON = (
    "CREATE TABLE passage_key (id {text} NOT NULL PRIMARY KEY, seq {big} NOT NULL, began_ms {big} NOT NULL) {keyed}",
    "CREATE TABLE plate_text (text {text} NOT NULL PRIMARY KEY, reversed {text} NOT NULL) {keyed}",
    "CREATE INDEX plate_text_by_reversed ON plate_text (reversed)",
    "CREATE TABLE plate_piece (piece {text} NOT NULL, text {text} NOT NULL, PRIMARY KEY (piece, text)) {keyed}",
    "CREATE TABLE picture (sha256 {blob} NOT NULL, seq {big} NOT NULL, role {text} NOT NULL, began_ms {big} NOT NULL, "
    "size {big} NOT NULL, PRIMARY KEY (sha256, seq, role)) {keyed}",
    "CREATE INDEX picture_by_time ON picture (began_ms, seq)",
    "CREATE INDEX picture_by_seq ON picture (seq)",
    "CREATE TABLE amendment (seq {big} NOT NULL PRIMARY KEY, passage_id {text} NOT NULL, kind {text} NOT NULL, "
    "field {text}, value {text}, author {text} NOT NULL, reason {text} NOT NULL, at_ms {big} NOT NULL) {keyed}",
    "CREATE INDEX amendment_by_passage ON amendment (passage_id, seq)",
    "CREATE TABLE hold (id {text} NOT NULL, passage_id {text} NOT NULL, reference {text} NOT NULL, "
    "placed_by {text} NOT NULL, approved_by {text}, placed_ms {big} NOT NULL, expires_ms {big} NOT NULL, "
    "released_ms {big}, PRIMARY KEY (id, passage_id)) {keyed}",
    "CREATE INDEX hold_by_passage ON hold (passage_id)",
    "CREATE TABLE rollup (hour_ms {big} NOT NULL, site {text} NOT NULL, camera {text} NOT NULL, gate {text} NOT NULL, "
    "way {text} NOT NULL, class {text} NOT NULL, kind {text} NOT NULL, occupants {int} NOT NULL, count {big} NOT NULL, "
    "PRIMARY KEY (hour_ms, site, camera, gate, way, class, kind, occupants)) {keyed}",
    "CREATE TABLE camera (name {text} NOT NULL PRIMARY KEY, site {text} NOT NULL, place {text}, latitude {real}, "
    "longitude {real}, bearing_deg_true {real}) {keyed}",
    "CREATE TABLE export_file (name {text} NOT NULL PRIMARY KEY, made_ms {big} NOT NULL, person {text} NOT NULL, "
    "ranges {text} NOT NULL) {keyed}",
    "CREATE TABLE backup (path {text} NOT NULL PRIMARY KEY, made_ms {big} NOT NULL, days {text} NOT NULL) {keyed}",
    "CREATE TABLE journal (seq {serial} NOT NULL PRIMARY KEY, kind {text} NOT NULL, commitment {blob} NOT NULL, "
    "salt {blob}, payload {blob}, erased_by {big}) {strict}",
    "CREATE TABLE journal_node (level {int} NOT NULL, number {big} NOT NULL, hash {blob} NOT NULL, "
    "PRIMARY KEY (level, number)) {keyed}",
    "CREATE TABLE checkpoint (size {serial} NOT NULL PRIMARY KEY, note {text} NOT NULL, "
    "made_ms {big} NOT NULL) {strict}",
)

PASSAGE = (
    "id {text} NOT NULL, site {text} NOT NULL, camera {text} NOT NULL, began_ms {big} NOT NULL, "
    "ended_ms {big} NOT NULL, received_ms {big} NOT NULL, kind {text} NOT NULL, colour {text}, plate {text}, "
    "country {text}, class {text}, sender_code {text}, status {text} NOT NULL, at_least {int}, best {int}, "
    "at_most {int}, more {text} NOT NULL"
)
CANDIDATE = "text {text} NOT NULL, began_ms {big} NOT NULL, seq {big} NOT NULL, PRIMARY KEY (text, began_ms, seq)"
CROSSING = (
    "gate {text} NOT NULL, way {text} NOT NULL, began_ms {big} NOT NULL, seq {big} NOT NULL, "
    "PRIMARY KEY (gate, began_ms, seq, way)"
)
INDEXES = (
    "CREATE INDEX passage_by_time ON passage (began_ms, seq)",
    "CREATE INDEX passage_by_camera ON passage (camera, began_ms, seq)",
    "CREATE INDEX passage_by_plate ON passage (plate, began_ms, seq) WHERE plate IS NOT NULL",
    "CREATE INDEX passage_by_sender ON passage (sender_code, began_ms, seq) WHERE sender_code IS NOT NULL",
    "CREATE INDEX passage_by_class ON passage (class, began_ms, seq) WHERE class <> 'civil'",
    "CREATE INDEX crossing_by_time ON crossing (began_ms, seq, way)",
    "CREATE INDEX amendment_by_kind ON amendment (kind, seq, passage_id)",
)

SQLITE = {
    "big": "INTEGER",
    "int": "INTEGER",
    "real": "REAL",
    "blob": "BLOB",
    "serial": "INTEGER",
    "text": "TEXT",
    "strict": "STRICT",
    "keyed": "STRICT, WITHOUT ROWID",
}
SQLITE_ONLY = (
    f"CREATE TABLE passage (seq INTEGER NOT NULL PRIMARY KEY, {PASSAGE}) STRICT",
    f"CREATE TABLE candidate ({CANDIDATE}) STRICT, WITHOUT ROWID",
    f"CREATE TABLE crossing ({CROSSING}) STRICT, WITHOUT ROWID",
    """CREATE TRIGGER journal_stays BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is only ever appended to'); END""",
    """CREATE TRIGGER journal_stands BEFORE UPDATE ON journal WHEN NOT (
        new.seq IS old.seq AND new.kind IS old.kind AND new.commitment IS old.commitment
        AND new.salt IS NULL AND new.payload IS NULL AND old.erased_by IS NULL AND new.erased_by IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'an entry of the journal can only be blanked, once'); END""",
    "PRAGMA application_id = 0x57617973",
)

POSTGRESQL = {
    "big": "BIGINT",
    "int": "INTEGER",
    "real": "DOUBLE PRECISION",
    "blob": "BYTEA",
    "serial": "BIGINT",
    "text": 'TEXT COLLATE "C"',
    "strict": "",
    "keyed": "",
}
POSTGRESQL_ONLY = (
    f"CREATE TABLE passage (seq BIGINT NOT NULL, {PASSAGE}, PRIMARY KEY (seq, began_ms)) PARTITION BY RANGE (began_ms)",
    f"CREATE TABLE candidate ({CANDIDATE}) PARTITION BY RANGE (began_ms)",
    f"CREATE TABLE crossing ({CROSSING}) PARTITION BY RANGE (began_ms)",
    """CREATE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' THEN
            RAISE EXCEPTION 'the journal is only ever appended to';
        ELSIF NEW.seq IS DISTINCT FROM OLD.seq OR NEW.kind IS DISTINCT FROM OLD.kind
            OR NEW.commitment IS DISTINCT FROM OLD.commitment OR NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL
            OR OLD.erased_by IS NOT NULL OR NEW.erased_by IS NULL THEN
            RAISE EXCEPTION 'an entry of the journal can only be blanked, once';
        END IF;
        RETURN NEW;
    END $$""",
    "CREATE TRIGGER journal_stands BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION journal_guard()",
    "CREATE TRIGGER journal_stays BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION journal_guard()",
)


def set_aside() -> None:
    """Renames the passages of a record of the first form; its indexes make room."""
    columns = inspect(op.get_bind()).get_columns("passage")
    if any(column["name"] == "document" for column in columns):
        op.execute("DROP INDEX passage_by_time")
        op.execute("DROP INDEX passage_by_plate")
        op.execute("ALTER TABLE passage RENAME TO passage_first_form")


def upgrade() -> None:
    """Makes every table."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite and inspect(op.get_bind()).has_table("passage"):
        set_aside()
    words, own = (SQLITE, SQLITE_ONLY) if sqlite else (POSTGRESQL, POSTGRESQL_ONLY)
    for statement in (*COMMON, *own, *INDEXES):
        op.execute(statement.format(**words) if "{" in statement else statement)
