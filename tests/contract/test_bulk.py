# SPDX-License-Identifier: Apache-2.0
"""Rows written in bulk are the rows that were given, in both databases, whatever stands there already."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.bulk import COPIED, SKIP, add_rows, add_to
from wayside.record.plate_texts import PlateTexts, pieces
from wayside.record.rollups import HOUR_MS
from wayside.record.tables import amendment, journal_node, picture, plate_piece, plate_text, rollup

KEY = (HOUR_MS, "site", "gate", "", "", "civil", "car", -1)
ODD = [("'; DROP TABLE passage; --", "x"), ("%s ? :a {}", "é漢😀"), ("{1,2}", '"\\'), ("NULL", "")]


def test_texts_and_bytes_come_back_as_they_were(record_dir: Path) -> None:
    """Also those that mean something to a database."""
    rows = [(bytes(range(32)), 1, "plate", 2, 3), (b"\\x00" * 8, 1, "frame", 2, 3)]
    with Store(record_dir) as store, store.writing() as transaction:
        add_rows(transaction.connection, plate_text, ODD)
        add_rows(transaction.connection, picture, rows)
        found = transaction.connection.execute(select(plate_text)).all()
        kept = transaction.connection.execute(select(picture.c.sha256)).scalars()
        assert sorted(map(tuple, found)) == sorted(ODD)
        assert {bytes(one) for one in kept} == {row[0] for row in rows}


@pytest.mark.parametrize("count", [COPIED - 1, COPIED, 3 * COPIED])
def test_few_and_many_come_back_as_they_were(record_dir: Path, count: int) -> None:
    """Letters that separate rows and columns where many go at once, no value at all, and the empty text."""
    texts = [r"\N", "\t", "a\nb", "\r\n", "\\", r"\.", "", *(text for pair in ODD for text in pair)]
    told = [texts[number % len(texts)] for number in range(count)]
    rows = [(at, "id", "config", None if at % 3 else text, text, "", "x", 1) for at, text in enumerate(told)]
    hashed = [(40, number, bytes([number % 256, 92, 10, 9])) for number in range(count)]
    with Store(record_dir) as store, store.writing() as transaction:
        add_rows(transaction.connection, amendment, rows)
        add_rows(transaction.connection, journal_node, hashed)
        written = transaction.connection.execute(select(amendment).order_by(amendment.c.seq))
        assert [tuple(row) for row in written] == rows
        nodes = select(journal_node).where(journal_node.c.level == 40).order_by(journal_node.c.number)
        found = transaction.connection.execute(nodes)
        assert [(level, number, bytes(one)) for level, number, one in found] == hashed


def test_one_of_many_that_is_there_already_fails_all(record_dir: Path) -> None:
    """None of them is kept, nor what the transaction did before; the record goes on."""
    rows = [(str(number), "x") for number in range(2 * COPIED)]
    with Store(record_dir) as store:
        with store.writing() as transaction:
            add_rows(transaction.connection, plate_text, [rows[-1]])
        with pytest.raises(RecordError), store.writing() as transaction:
            add_rows(transaction.connection, plate_text, rows)
        with store.writing() as transaction:
            found = transaction.connection.execute(select(plate_text)).all()
            assert [tuple(row) for row in found] == [rows[-1]]


def test_what_is_there_is_skipped_added_to_or_refused(record_dir: Path) -> None:
    """As the caller says."""
    with Store(record_dir) as store:
        with store.writing() as transaction:
            for _ in range(2):
                add_rows(transaction.connection, plate_text, [("A", "A"), ("AB", "BA")], SKIP)
                add_rows(transaction.connection, rollup, [(*KEY, 3)], add_to("count"))
                add_rows(transaction.connection, rollup, [], add_to("count"))
            assert transaction.connection.execute(select(rollup.c.count)).scalars().all() == [6]
        with pytest.raises(RecordError), store.writing() as transaction:
            add_rows(transaction.connection, plate_text, [("A", "A")])


@pytest.mark.parametrize("there", [0, 1, 2 * COPIED])
def test_of_many_those_that_are_there_are_skipped(record_dir: Path, there: int) -> None:
    """Whether none is there, one or all: afterwards each is there once, and the transaction goes on."""
    rows = [(f"{number:04}", "x") for number in range(2 * COPIED)]
    with Store(record_dir) as store, store.writing() as transaction:
        add_rows(transaction.connection, plate_text, rows[:there])
        add_rows(transaction.connection, plate_text, rows, SKIP)
        add_rows(transaction.connection, plate_text, [("last", "x")])
        found = transaction.connection.execute(select(plate_text).order_by(plate_text.c.text)).all()
        assert [tuple(row) for row in found] == [*rows, ("last", "x")]


@pytest.mark.parametrize("count", [1, COPIED])
def test_texts_that_another_process_added_are_in_the_dictionary_once(record_dir: Path, count: int) -> None:
    """With their pieces, however many come at a time; and what is new comes beside."""
    first, all_of_them = [f"AB{number:02}CD" for number in range(count)], [f"AB{number:02}CD" for number in range(99)]
    with Store(record_dir) as store, store.writing() as transaction:
        PlateTexts().add(transaction.connection, first)
        PlateTexts().add(transaction.connection, all_of_them)
        kept = transaction.connection.execute(select(plate_text.c.text)).scalars().all()
        cut = transaction.connection.execute(select(plate_piece)).all()
    assert sorted(kept) == all_of_them
    assert sorted(map(tuple, cut)) == sorted((piece, text) for text in all_of_them for piece in pieces(text))
