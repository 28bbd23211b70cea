# SPDX-License-Identifier: Apache-2.0
"""Verification finds the same on SQLite and on PostgreSQL, whatever was done to the rows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from tampering import opened, some_of_everything

from wayside.record.engine import open_engine
from wayside.record.site import read_site
from wayside.record.verify import Asked, Report, Status, verify_record, verify_since
from wayside.record.verify import record as module

PLAIN = Asked(jobs=1)
MIDDLE = 300


@pytest.fixture
def record(record_dir: Path) -> Path:
    """A sound record with something of everything, on each database."""
    some_of_everything(record_dir)
    return record_dir


def disarmed(connection: sa.Connection) -> list[str]:
    """Takes the guards of the journal away; the statements that put them back."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER USER")
        return ["ALTER TABLE journal ENABLE TRIGGER USER"]
    made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
    for name, _ in made:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [sql for _, sql in made]


def tamper(data_dir: Path, *statements: str) -> None:
    """Changes rows past all guards, as the database's administrator can."""
    engine = open_engine(data_dir, read_site(data_dir).database, writing=True)
    with engine.begin() as connection:
        guards = disarmed(connection)
        for statement in (*statements, *guards):
            connection.exec_driver_sql(statement)
    engine.dispose()


def damages(report: Report) -> set[tuple[str, int | None]]:
    """What was found, and where."""
    return {(one.damage, one.seq) for one in report.findings}


def test_an_honest_record_is_sound(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one process and with two, whole and since the last check."""
    assert verify_record(record, PLAIN).status is Status.SOUND
    monkeypatch.setattr(module, "RANGE", 256)
    monkeypatch.setattr(module, "FEW", 0)
    report = verify_record(record, Asked(jobs=2))
    assert (report.status, report.findings) == (Status.SOUND, [])
    assert verify_since(record, record.parent / "last", PLAIN).status is Status.SOUND
    assert verify_since(record, record.parent / "last", PLAIN).first == 512


def test_what_is_done_is_named(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edited, removed, inserted, blanked: several at once, each with its place; alike by one process and by two."""
    tamper(
        record,
        f"UPDATE passage SET plate = 'XX99XXX' WHERE seq = {MIDDLE}",
        "DELETE FROM passage WHERE seq = 301",
        "UPDATE passage SET seq = 9999 WHERE seq = 302",
        "UPDATE journal SET salt = NULL, payload = NULL WHERE seq = 600",
        "DELETE FROM journal WHERE seq = 303",
        "UPDATE amendment SET reason = 'made up' WHERE seq = 601",
        "DELETE FROM crossing WHERE seq = 3",
        "UPDATE rollup SET count = count - 1 WHERE gate = ''",
    )
    found = damages(verify_record(record, PLAIN))
    assert {
        ("row-edited", MIDDLE),
        ("row-removed", 301),
        ("row-removed", 302),
        ("row-inserted", 9999),
        ("blank-unpermitted", 600),
        ("entry-removed", 303),
        ("amendment-edited", 601),
        ("derived-missing", 3),
        ("counts-wrong", None),
    } <= found
    monkeypatch.setattr(module, "FEW", 0)
    assert damages(verify_record(record, Asked(jobs=2))) == found


def test_a_guard_that_was_taken_away_is_missed(record: Path) -> None:
    """Also where nothing was done behind its back yet."""
    engine = open_engine(record, read_site(record).database, writing=True)
    with engine.begin() as connection:
        on = " ON journal" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER journal_stands{on}")
    engine.dispose()
    (finding,) = verify_record(record, PLAIN).findings
    assert (finding.damage, finding.detail) == ("schema-edited", "journal_stands")


def test_a_writer_is_not_in_the_way(record: Path) -> None:
    """Passages that come while the record is checked are left for the next check."""
    with opened(record) as store:

        def add(done: int, total: int) -> None:
            store.append("gap", {"at": "2026-11-22T12:00:00.000Z", "person": None})

        report = verify_record(record, PLAIN, add)
    assert report.status is Status.SOUND
