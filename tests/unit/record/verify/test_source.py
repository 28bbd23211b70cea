# SPDX-License-Identifier: Apache-2.0
"""A record is read alike by both drivers, never by both at once, and what cannot be read is said without quoting it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from tampering import tamper

from wayside.domain import RecordError
from wayside.record.engine import DATABASE
from wayside.record.tables import metadata, passage, plate_text
from wayside.record.verify import source as sources
from wayside.record.verify.entries import check_range
from wayside.record.verify.file import check_database_file
from wayside.record.verify.part import Task
from wayside.record.verify.record import record_keys
from wayside.record.verify.source import DamagedError, Source

ENTRIES = 625
PLATE = "XX99XXX"


def both(record: Path) -> tuple[Source, Source]:
    """By Python's driver, and by the other one."""
    plain = Source(record, None)
    return plain, replace(plain, apart=True)


def test_both_drivers_give_the_same_rows(original: Path) -> None:
    """Of every table, value and type; one by one, in batches and all at once."""
    for table in metadata.sorted_tables:
        query = select(*table.c).order_by(*table.primary_key.columns)
        found = []
        for source in both(original):
            with source.read() as reader:
                rows = list(reader.rows(query))
                assert [row for some in reader.batches(query, 7) for row in some] == rows == reader.all(query)
                assert reader.attempt(query) == rows
                found.append([[(type(value), value) for value in row] for row in rows])
        assert found[0] == found[1], table.name


def test_a_file_is_mapped_only_by_the_other_driver(original: Path) -> None:
    """A process that does other things must live when the disk cannot read a page."""
    sizes = []
    for source in both(original):
        with source.read() as reader:
            sizes += reader.all(text("PRAGMA mmap_size"))
    assert sizes[0] == (0,)
    assert sizes[1][0] > 0


def test_nothing_is_written_by_the_other_driver(original: Path) -> None:
    """As by Python's."""
    with pytest.raises(DamagedError, match="SQLITE_READONLY"), both(original)[1].read() as reader:
        reader.all(text("DELETE FROM passage RETURNING seq"))


def test_one_moment_is_read(record: Path) -> None:
    """What others write meanwhile is not seen, as in the rest of a check."""
    query = select(passage.c.plate).where(passage.c.plate == PLATE)
    tampering = f"UPDATE passage SET plate = '{PLATE}' WHERE seq = 300"
    with both(record)[1].read() as reader, ProcessPoolExecutor(1, get_context("spawn")) as other:
        assert reader.all(query) == []
        other.submit(tamper, record, tampering).result()  # here it would take the reader's lock away
        assert reader.all(query) == []
    with both(record)[1].read() as reader:
        assert reader.one(query) == PLATE


def test_rows_may_be_left_unread(original: Path) -> None:
    """The file is closed all the same."""
    with both(original)[1].read() as reader:
        first = next(reader.rows(select(passage.c.seq).order_by(passage.c.seq)))
    with both(original)[0].read() as reader:
        assert reader.one(select(passage.c.seq).order_by(passage.c.seq)) == first[0]


@pytest.mark.parametrize("apart", [False, True])
def test_what_is_no_database_cannot_be_read(tmp_path: Path, apart: bool) -> None:
    """Nor is a record that is not there; neither is called damaged."""
    for content, code in ((b"x" * 4096, "SQLITE_NOTADB"), (None, "SQLITE_CANTOPEN")):
        folder = tmp_path / code
        folder.mkdir()
        if content is not None:
            (folder / DATABASE).write_bytes(content)
        with pytest.raises(RecordError, match=code) as caught, Source(folder, None, apart=apart).read() as reader:
            reader.all(select(passage.c.seq))
        assert not isinstance(caught.value, DamagedError)


@pytest.mark.parametrize("apart", [False, True])
def test_damaged_text_is_damage_and_not_quoted(record: Path, apart: bool) -> None:
    """Text that is no longer UTF-8."""
    damaged = f"CAST(x'{PLATE.encode().hex()}ff' AS TEXT)"
    tamper(record, f"UPDATE plate_text SET text = {damaged} WHERE text = (SELECT min(text) FROM plate_text)")
    with pytest.raises(DamagedError) as caught, Source(record, None, apart=apart).read() as reader:
        reader.all(select(plate_text.c.text))
    assert PLATE not in str(caught.value)


@pytest.mark.parametrize("apart", [False, True])
def test_a_damaged_page_is_damage(record: Path, apart: bool) -> None:
    """Where rows are read, and where SQLite is asked for its own opinion."""
    path = record / DATABASE
    damaged = bytearray(path.read_bytes())
    page = 4096
    damaged[5 * page :] = b"\xa5" * (len(damaged) - 5 * page)
    path.write_bytes(damaged)
    source = Source(record, None, apart=apart)
    with pytest.raises(DamagedError, match="SQLITE_"), source.read() as reader:
        reader.all(select(*passage.c))
    assert {one.damage for one in check_database_file(source)} == {"file-damaged"}


def test_two_copies_of_sqlite_never_have_the_file_at_once(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would take the other's locks away; also where a range has to be looked at again, entry by entry."""
    open_now: list[str] = []
    met: list[str] = []

    def watched(name: str) -> None:
        opened = getattr(sources, name)

        @contextmanager
        def noted(*arguments: Any) -> Iterator[Any]:
            assert open_now in ([], [name])
            open_now.append(name)
            met.append(name)
            with opened(*arguments) as found:
                yield found
            open_now.remove(name)

        monkeypatch.setattr(sources, name, noted)

    watched("opened_apart")
    watched("_connected")
    tamper(record, f"UPDATE passage SET plate = '{PLATE}' WHERE seq = 300")
    task = Task(both(record)[1], 0, ENTRIES, (ENTRIES,), record_keys(record), pictures=True)
    assert [(one.damage, one.seq) for one in check_range(task).findings] == [("row-edited", 300)]
    assert met[0] == "opened_apart"
    assert "_connected" in met
