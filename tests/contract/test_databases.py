# SPDX-License-Identifier: Apache-2.0
"""What the record takes for granted of a database, shown on each kind that the tests start."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import PostgresServer, others_may_enter, programs


def test_a_commit_outlives_the_death_of_the_server(postgres_server: PostgresServer, postgres_url: str) -> None:
    """P1: what was committed is there after the server and its workers are killed and started again."""
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (number INTEGER)")
    for number in range(3):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"INSERT INTO kept VALUES ({number})")
        postgres_server.kill()
        postgres_server.start()
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT number FROM kept ORDER BY number").scalars().all()
    assert rows == [0, 1, 2]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"), ("wal_recycle", "off")],
)
def test_the_server_keeps_its_promises(postgres_url: str, setting: str, value: str) -> None:
    """A commit is on the disk when it is acknowledged, and a log file that was used is removed."""
    with sa.create_engine(postgres_url, poolclass=sa.NullPool).connect() as connection:
        assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value


def test_every_test_has_a_database_of_its_own(any_database: str | None) -> None:
    """An empty one, whatever the test before it has left."""
    engine = sa.create_engine(any_database or "sqlite://")
    assert sa.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE left_behind (number INTEGER)")
    engine.dispose()


def test_there_are_programs_to_start() -> None:
    """The development dependency brings PostgreSQL, so that no one has to install it."""
    folder = programs()
    assert folder is not None
    assert (folder / "postgres").exists()


def test_closed_folders_are_seen(tmp_path: Path) -> None:
    """What lies below a folder that is closed to others cannot be run as another user, however open it is itself."""
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert not others_may_enter(inner)
    assert others_may_enter(Path("/usr"))
