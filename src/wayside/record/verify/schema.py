# SPDX-License-Identifier: Apache-2.0
"""Compares the tables, indexes and triggers of a record with those that Wayside makes: guards may have been changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, create_engine, text

from wayside.record.engine import migrate
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader

SQLITE = "SELECT name, type || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema"
POSTGRESQL = """
SELECT tgname, pg_get_triggerdef(oid) || ' ' || tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN ('journal'::regclass, 'passage'::regclass, 'checkpoint'::regclass)
"""
GUARDS = {"journal_stands", "journal_stays"}


def check_schema(reader: Reader) -> Iterator[Finding]:
    """SQLite: every object as it is made; PostgreSQL: the triggers that keep the journal from being changed."""
    if reader.is_sqlite:
        due, there = made(), objects(reader.connection, SQLITE)
        for name in sorted(due.keys() | there.keys()):
            if due.get(name) != there.get(name):
                yield Finding("schema-edited", "sqlite_schema", detail=name)
        return
    found = objects(reader.connection, POSTGRESQL)
    for name in sorted(GUARDS ^ found.keys()):
        yield Finding("schema-edited", "pg_trigger", detail=name)
    for name in sorted(name for name in GUARDS & found.keys() if not found[name].endswith((" o", " a"))):
        yield Finding("schema-edited", "pg_trigger", detail=name)


def objects(connection: Connection, query: str) -> dict[str, str]:
    """The objects of a database by name, with their definition in small letters, which databases do not tell apart."""
    return {name: " ".join(str(made).lower().split()) for name, made in connection.execute(text(query))}


@cache
def made() -> dict[str, str]:
    """The objects of a new record, made in memory for the comparison."""
    engine = create_engine("sqlite+pysqlite://")
    try:
        with engine.begin() as connection:
            migrate(connection, "memory")
            return objects(connection, SQLITE)
    finally:
        engine.dispose()
