# SPDX-License-Identifier: Apache-2.0
"""A record of the first form is taken over whole, and a reader says what it needs."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from factories import bare_passage, full_passage

from wayside.domain import Passage, RecordError
from wayside.record import Store, passage_document, unpublished_document
from wayside.record.engine import DATABASE

FIRST_FORM = """
CREATE TABLE passage (
    id TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL CHECK (json_valid(document)),
    unpublished TEXT NOT NULL CHECK (json_valid(unpublished)),
    began_at TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.began_at')) STORED,
    camera TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.camera')) STORED,
    plate_text TEXT GENERATED ALWAYS AS (json_extract(document, '$.plate.text')) STORED
) STRICT;
CREATE INDEX passage_by_time ON passage (began_at, id);
CREATE INDEX passage_by_plate ON passage (plate_text, began_at) WHERE plate_text IS NOT NULL;
PRAGMA application_id = 0x57617973;
PRAGMA user_version = 1;
"""


def first_form(folder: Path) -> list[Passage]:
    """Writes a record as Wayside 0.1 did, with its pictures; the newest passage first."""
    passages = [bare_passage(2), full_passage(1)[0]]
    for digest, data in full_passage(1)[1].items():
        path = folder / "evidence" / digest[:2] / digest[2:4] / f"{digest}.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.executescript(FIRST_FORM)
        rows = [(one.id, json.dumps(passage_document(one)), json.dumps(unpublished_document(one))) for one in passages]
        connection.executemany("INSERT INTO passage (id, document, unpublished) VALUES (?, ?, ?)", rows)
    return passages


def test_passages_and_pictures_are_taken_over(tmp_path: Path) -> None:
    """Once; the table that held them is gone."""
    before = first_form(tmp_path)
    for _ in range(2):
        with Store(tmp_path) as store:
            assert store.passages() == before
            with store.reading() as connection:
                names = set(connection.exec_driver_sql("SELECT name FROM sqlite_schema").scalars())
                assert connection.exec_driver_sql("SELECT count(*) FROM picture").scalar_one() == 3
            assert "passage_first_form" not in names


def test_a_reader_does_not_change_it(tmp_path: Path) -> None:
    """It says what brings it up to date."""
    first_form(tmp_path)
    with pytest.raises(RecordError, match="older form"):
        Store(tmp_path, writing=False)
