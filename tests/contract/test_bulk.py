# SPDX-License-Identifier: Apache-2.0
"""Rows written in bulk are the rows that were given, in both databases, whatever stands there already."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.bulk import SKIP, add_rows, add_to
from wayside.record.rollups import HOUR_MS
from wayside.record.tables import picture, plate_text, rollup

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
