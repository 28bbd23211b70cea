# SPDX-License-Identifier: Apache-2.0
"""The tables that the migrations make are those that the code asks for, and keep their promises, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage
from sqlalchemy import inspect

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.partitions import day_of, partition_name
from wayside.record.rows import milliseconds
from wayside.record.tables import PARTITIONED


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """An open record with two passages."""
    with Store(record_dir) as opened:
        opened.add(*full_passage())
        opened.add(bare_passage(2), {})
        yield opened


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM journal WHERE seq = 1",
        "UPDATE journal SET kind = 'gap' WHERE seq = 1",
        "UPDATE journal SET payload = NULL, salt = NULL WHERE seq = 0",
        "UPDATE journal SET salt = commitment, erased_by = 2 WHERE seq = 1",
    ],
)
def test_the_journal_can_only_grow(store: Store, statement: str) -> None:
    """Whoever writes to the database by hand is refused by it."""
    with pytest.raises(RecordError, match="journal"), store.writing() as transaction:
        transaction.connection.exec_driver_sql(statement)


def test_an_entry_can_be_blanked_once(store: Store) -> None:
    """With the number of the entry that permits it."""
    blank = "UPDATE journal SET payload = NULL, salt = NULL, erased_by = 2 WHERE seq = 1"
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql(blank)
    with pytest.raises(RecordError, match="blanked, once"), store.writing() as transaction:
        transaction.connection.exec_driver_sql(blank)


def test_a_day_is_a_partition_in_postgresql(store: Store) -> None:
    """So that it goes by dropping it."""
    with store.reading() as connection:
        if connection.dialect.name == "sqlite":
            pytest.skip("SQLite has no partitions")
        names = {partition_name(table.name, day_of(milliseconds(NOON))) for table in PARTITIONED}
        assert names == {"passage_20261122", "candidate_20261122", "crossing_20261122"}
        for name in names:
            assert inspect(connection).has_table(name)
