# SPDX-License-Identifier: Apache-2.0
"""P1, P2: a record that somebody else holds makes writers wait; none is refused, none comes twice, readers go on."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from e2e.faults.kills import check
from e2e.faults.made import made
from e2e.faults.programs import Said
from e2e.faults.scale import scaled

from wayside.record import Store
from wayside.record.engine import DATABASE
from wayside.record.lock import LOCK, alone

HELD_S = scaled(2, 60)
WRITERS = 4
READ_S = 1.0
"""A reader that takes longer was held up."""

Hold = Callable[[Path, str | None], AbstractContextManager[object]]


@contextmanager
def by_the_file(data_dir: Path, database: str | None) -> Iterator[None]:
    """Another Wayside holds the writer's lock, as an erasure does while it rewrites the file."""
    with alone(data_dir / LOCK):
        yield


@contextmanager
def by_the_database(data_dir: Path, database: str | None) -> Iterator[None]:
    """Another program holds the database's own lock against writers, as a backup tool may."""
    if database is None:
        with closing(sqlite3.connect(data_dir / DATABASE, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
        return
    with sa.create_engine(database, poolclass=sa.NullPool).begin() as connection:
        connection.exec_driver_sql("LOCK TABLE journal, passage IN EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("hold", [by_the_file, by_the_database])
def test_writers_wait_for_whoever_holds_the_record(record_dir: Path, any_database: str | None, hold: Hold) -> None:
    """P1 (F7): held for a minute, all that waited is taken, once, and readers never notice."""
    said = Said(opened=1)

    def add(number: int) -> float:
        assert store.add(*made(number))
        said.added.add(number)
        return time.monotonic()

    with Store(record_dir) as store, ThreadPoolExecutor(WRITERS) as threads:
        add(0)
        with hold(record_dir, any_database):
            waiting = [threads.submit(add, number) for number in range(1, WRITERS + 1)]
            slowest_s = read_for(store, HELD_S)
            assert not any(one.done() for one in waiting)
            released = time.monotonic()
        assert all(one.result() >= released for one in waiting)
    assert slowest_s < READ_S
    assert check(record_dir, said) == []


def read_for(store: Store, seconds: float) -> float:
    """Reads the record for so long; the longest that it took."""
    slowest_s, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        assert store.count() == len(store.passages(limit=10)) == 1
        slowest_s = max(slowest_s, time.monotonic() - began)
        time.sleep(0.05)
    return slowest_s


def test_a_long_reader_holds_up_no_writer(record_dir: Path) -> None:
    """P7 (F8): it sees one state for as long as it reads, and the log is folded once it has ended."""
    with Store(record_dir) as store:
        store.add(*made(0))
        with store.reading() as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM passage").scalar_one()
            writer = threading.Thread(target=store.add_many, args=([made(number)[0] for number in range(1, 200)],))
            writer.start()
            writer.join(timeout=60)
            assert not writer.is_alive()
            if connection.dialect.name == "sqlite":
                assert connection.exec_driver_sql("SELECT count(*) FROM passage").scalar_one() == before
        assert store.count() == 200
    log = record_dir / f"{DATABASE}-wal"
    assert not log.exists() or log.stat().st_size == 0
