# SPDX-License-Identifier: Apache-2.0
"""Many rows go in one statement, on both databases, and no other row with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOON
from record_times import at

from wayside.record import Store
from wayside.record.plate_texts import pieces
from wayside.record.retention.removing import remove
from wayside.record.retention.texts import AT_ONCE, forget_texts, portions
from wayside.record.tables import crossing, passage_key, plate_piece, plate_text


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """Three passages at three gates, so to say: one gate at three times."""
    with Store(record_dir) as opened:
        opened.add_many([at(number, NOON) for number in (1, 2, 3)])
        yield opened


def keys(store: Store) -> set[int]:
    """The numbers of the passages whose keys are there."""
    with store.reading() as connection:
        return {int(one, 16) for one in connection.execute(sa.select(passage_key.c.id)).scalars()}


def test_rows_go_by_one_column(store: Store) -> None:
    """Those that are named; one that is not there is no fault, and none at all is nothing to do."""
    with store.writing() as transaction:
        remove(transaction.connection, [passage_key.c.id], [(f"{1:032x}",), (f"{3:032x}",), ("never",)])
        remove(transaction.connection, [passage_key.c.id], [])
    assert keys(store) == {2}


def test_rows_go_by_several_columns(store: Store) -> None:
    """All of them must agree."""
    with store.reading() as connection:
        (first, *_) = connection.execute(sa.select(crossing).order_by(crossing.c.seq)).all()
    other = (first.gate, first.way, first.began_ms, first.seq + 1000)
    with store.writing() as transaction:
        remove(transaction.connection, list(crossing.primary_key), [tuple(first), other])
    with store.reading() as connection:
        there = set(connection.execute(sa.select(crossing.c.seq)).scalars())
    assert there == {2, 3}


def test_what_was_removed_comes_back_with_the_transaction(store: Store) -> None:
    """A batch is whole or did not happen."""
    with pytest.raises(ZeroDivisionError), store.writing() as transaction:
        remove(transaction.connection, [passage_key.c.id], [(f"{1:032x}",)])
        raise ZeroDivisionError
    assert keys(store) == {1, 2, 3}


def test_a_text_that_somebody_names_stays(store: Store) -> None:
    """With its pieces; one that nobody names goes with the pieces that are its own."""
    with store.writing() as transaction:
        transaction.texts.add(transaction.connection, ["LONELY9", "101D999"])
        forget_texts(transaction.connection, {"LONELY9", "101D999", "101D234", "NEVER"})
    with store.reading() as connection:
        texts = set(connection.execute(sa.select(plate_text.c.text)).scalars())
        cut = {tuple(row) for row in connection.execute(sa.select(plate_piece))}
    assert texts == {"101D234", "1O1D234"}
    assert cut == {(piece, text) for text in texts for piece in pieces(text)}


def test_portions_are_what_one_query_can_name() -> None:
    """None is larger, none is empty, and together they are everything in order."""
    for size in (0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE):
        found = list(portions(range(size)))
        assert [one for part in found for one in part] == list(range(size))
        assert all(0 < len(part) <= AT_ONCE for part in found)
