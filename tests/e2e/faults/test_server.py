# SPDX-License-Identifier: Apache-2.0
"""P1, P2: a database server that ends connections costs time, never passages; two records never share one database."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from e2e.faults.kills import check
from e2e.faults.made import made
from e2e.faults.programs import running
from e2e.faults.scale import scaled
from postgres import data_directory

from wayside.domain import RecordError
from wayside.record import Store, bulk
from wayside.record.verify import Status, verify_record

ENDS = scaled(5, 100)
END = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Path:
    """An empty data directory whose record is kept in PostgreSQL."""
    return data_directory(tmp_path / "record", postgres_url)


def test_connections_that_end_lose_nothing(on_postgres: Path, postgres_url: str, tmp_path: Path) -> None:
    """P1, P2 (F24): every connection is ended again and again; whole transactions are tried anew, and none twice."""
    admin = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with running(on_postgres, "ingest", tmp_path / "said") as program:
        program.wait_for_more(1)
        for _ in range(ENDS):
            while not end_connections(admin):
                time.sleep(0.05)
            said = program.wait_for_more(1)
    assert said.failures == []
    assert check(on_postgres, program.said()) == []


def test_a_connection_that_ends_within_a_copy(
    on_postgres: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P1 (F24): many passages go past SQLAlchemy; their transaction is tried anew all the same."""
    admin, copying, ended = sa.create_engine(postgres_url, poolclass=sa.NullPool), bulk.copying, list[int]()

    def ending(table: sa.Table) -> str:
        if not ended:
            ended.append(end_connections(admin))
        return copying(table)

    with Store(on_postgres) as store:
        monkeypatch.setattr(bulk, "copying", ending)
        assert store.add_many([made(number)[0] for number in range(bulk.COPIED)]) == [True] * bulk.COPIED
    assert ended != [0]
    report = verify_record(on_postgres)
    assert (report.status, report.checked["passages"]) == (Status.SOUND, bulk.COPIED)


def end_connections(admin: sa.Engine) -> int:
    """Ends every connection to a database but its own; how many there were."""
    with admin.connect() as connection:
        return len(connection.execute(END).all())


def test_a_second_record_on_the_same_database_is_refused(on_postgres: Path, postgres_url: str, tmp_path: Path) -> None:
    """P2 (F21): its signing key is not the journal's, and it writes nothing; the first goes on."""
    with Store(on_postgres) as first:
        first.add(*made(1))
        with pytest.raises(RecordError):
            Store(data_directory(tmp_path / "second", postgres_url))
        assert first.add(*made(2))
        assert first.count() == 2


def test_two_instances_of_one_record_take_turns(record_dir: Path) -> None:
    """P2 (F21): both write, through one lock and one journal, and each passage is there once."""
    with Store(record_dir) as first, Store(record_dir) as second:
        answers = [store.add(*made(number)) for number in range(10) for store in (first, second)]
        assert answers == [True, False] * 10
        assert first.count() == second.count() == 10
