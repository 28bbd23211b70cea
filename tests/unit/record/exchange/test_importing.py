# SPDX-License-Identifier: Apache-2.0
"""Imports: each passage once, each refused line reported, what is in stays in."""

from __future__ import annotations

import errno
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import bare_passage, full_passage

from tests.unit.record.exchange.helpers import exported, fill, journal_size, pictured, told
from wayside.domain import Passage, RecordError
from wayside.record import Store, passage_document
from wayside.record.exchange import Report, is_record, rehearse, take_in
from wayside.record.exchange.incoming import LONGEST_LINE
from wayside.record.lines import encoded

SCHEMA = json.loads((files("wayside") / "schema" / "import-report.schema.json").read_text("utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(tmp_path / "record") as opened:
        yield opened


def lines_of(*passages: Passage) -> bytes:
    """Passages as `watch --output` writes them."""
    return b"".join(encoded(passage_document(one)) for one in passages)


def many(count: int) -> bytes:
    """Lines of different passages."""
    return lines_of(*(full_passage(number)[0] for number in range(count)))


def taken(store: Store, data: bytes, **more: Any) -> Report:
    """Imports some bytes."""
    return take_in(store, io.BytesIO(data), name="a.jsonl", person="ada", **more)


def test_an_export_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    """Into an empty record, with the pictures; exported again, the lines are the same to the byte."""
    with Store(tmp_path / "first") as first:
        fill(first, 5)
        lines = exported(first)
    report = taken(store, lines, pictures=tmp_path / "first")
    assert (report.lines, report.new, report.rejected) == (6, 6, 0)
    assert (report.pictures_taken, report.pictures_missing) == (5, 0)
    assert exported(store) == lines
    for _, passage in store.since(0, 10):
        for evidence in passage.evidence:
            assert hashlib.sha256(store.picture_path(evidence).read_bytes()).hexdigest() == evidence.sha256


def test_without_their_pictures_passages_come_back_too(store: Store, tmp_path: Path) -> None:
    """The lines still name them; the record knows that it does not have them."""
    with Store(tmp_path / "first") as first:
        fill(first, 2)
        lines = exported(first)
    report = taken(store, lines)
    assert (report.new, report.pictures_taken, report.pictures_missing) == (3, 0, 2)
    assert exported(store) == lines
    assert not list((tmp_path / "record").rglob("*.jpg"))


def test_a_second_import_changes_nothing(store: Store) -> None:
    """An id is taken once, in one file or in two."""
    data = many(3)
    assert (taken(store, data + data).new, store.count()) == (3, 3)
    report = taken(store, data)
    assert (report.new, report.known, store.count()) == (0, 3, 3)


def test_bad_lines_are_reported_and_the_others_are_in(store: Store) -> None:
    """By their numbers in the file, empty lines counted."""
    good = many(2).splitlines(keepends=True)
    report = taken(store, b"".join([good[0], b"\n", b"{}\n", b"   \r\n", b"nonsense\n", good[1]]))
    assert (report.lines, report.new, report.rejected) == (4, 2, 2)
    assert [number for number, _ in report.faults] == [3, 5]
    assert store.count() == 2


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_files_of_other_systems_are_read(store: Store, end: bytes) -> None:
    """A byte order mark, CR LF, no break at the end."""
    data = b"\xef\xbb\xbf" + end.join(many(1).splitlines()) + end
    assert taken(store, data).new == 1


def test_a_line_without_end_is_one_fault(store: Store) -> None:
    """It is not held in memory, and the next line is read all the same."""
    report = taken(store, b"x" * (3 * LONGEST_LINE) + b"\n" + many(1))
    assert [(number, fault.what[:14]) for number, fault in report.faults] == [(1, "is longer than")]
    assert report.new == 1


def test_the_journal_tells_of_an_import_before_and_after(store: Store) -> None:
    """Who, from which file, and what became of it."""
    data = many(2) + b"{}\n"
    taken(store, data)
    begun, finished = (entry.payload or {} for entry in told(store, "import"))
    assert (begun["what"], begun["person"], begun["file"]) == ("begun", "ada", "a.jsonl")
    assert finished["import_id"] == begun["import_id"]
    assert (finished["new"], finished["rejected"]) == (2, 1)
    assert finished["sha256"] == hashlib.sha256(data).hexdigest()
    assert [seq for seq, _ in store.since(0, 10)] == [
        told(store, "import")[0].seq + 1,
        told(store, "import")[0].seq + 2,
    ]


def test_a_dry_run_says_the_same_and_changes_nothing(store: Store) -> None:
    """Neither passages nor journal."""
    taken(store, many(1))
    before = journal_size(store)
    data = many(3) + many(1) + b"{}\n"
    report = rehearse(store, io.BytesIO(data))
    assert (report.lines, report.new, report.known, report.rejected) == (5, 2, 2, 1)
    assert (store.count(), journal_size(store)) == (1, before)
    real = taken(store, data).document
    assert {**report.document, "dry_run": False} == real


def test_a_dry_run_needs_no_record(tmp_path: Path) -> None:
    """And makes none."""
    assert rehearse(None, io.BytesIO(many(2))).new == 2
    assert not is_record(tmp_path)


def test_who_stops_keeps_what_is_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read by then is delivered; the journal says that it was stopped."""
    asked = iter([False] * 24 + [True])
    monkeypatch.setattr("wayside.record.exchange.batches.BATCH", 10)
    report = taken(store, many(100), stop=lambda: next(asked))
    assert (report.stopped, report.new, store.count()) == (True, 25, 25)
    assert (told(store, "import")[-1].payload or {})["stopped"] is True
    assert taken(store, many(100)).new == 75


def test_progress_is_told_in_bytes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the size of the file."""
    monkeypatch.setattr("wayside.record.exchange.batches.BATCH", 10)
    data, heard = many(35), list[int]()
    taken(store, data, progress=heard.append)
    assert heard == sorted(heard)
    assert (len(heard), heard[-1]) == (4, len(data))


def test_batches_end_early_where_pictures_are_large(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand passages with their pictures would not fit into memory."""
    monkeypatch.setattr("wayside.record.exchange.batches.BATCH_BYTES", 3000)
    pairs = [pictured(number) for number in range(6)]
    for _, pictures in pairs:
        for digest, data in pictures.items():
            (tmp_path / f"{digest}.jpg").write_bytes(data)
    heard: list[int] = []
    report = taken(store, lines_of(*(one for one, _ in pairs)), pictures=tmp_path, progress=heard.append)
    assert (report.new, report.pictures_taken) == (6, 6)
    assert len(heard) > 2


def test_a_failing_record_keeps_the_batches_before(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so with its own error; the journal has no second entry."""
    monkeypatch.setattr("wayside.record.exchange.batches.BATCH", 10)
    real, calls = store.add_many, list[int]()

    def full_disk(passages: Any, pictures: Any = None) -> list[bool]:
        calls.append(len(passages))
        if len(calls) == 3:
            raise RecordError("the disk is full; free some space")
        return real(passages, pictures)

    monkeypatch.setattr(store, "add_many", full_disk)
    with pytest.raises(RecordError, match="disk is full"):
        taken(store, many(50))
    assert store.count() == 20
    assert len(told(store, "import")) == 1


class BrokenDisk(io.BytesIO):
    """Gives some lines, then none any more."""

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 15_000:
            raise OSError(errno.EIO, "Input/output error")
        return super().readline(size)


def test_a_file_that_breaks_off_keeps_the_batches_before(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says why in one sentence."""
    monkeypatch.setattr("wayside.record.exchange.batches.BATCH", 5)
    with pytest.raises(RecordError, match="cannot be read further"):
        take_in(store, BrokenDisk(many(50)), name="a", person="ada")
    assert store.count() == 10


def test_many_faults_are_counted_and_the_first_are_listed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong file of a million lines must not fill the memory."""
    monkeypatch.setattr("wayside.record.exchange.report.MOST_LISTED", 5)
    report = taken(store, b"{}\n" * 20)
    assert (report.rejected, len(report.faults)) == (20, 5)


def test_the_report_is_of_its_schema(store: Store) -> None:
    """The published one."""
    jsonschema.validate(taken(store, many(2) + b"{}\n[1\n").document, SCHEMA)


def test_passages_of_one_day_in_any_order_are_taken(store: Store) -> None:
    """A line need not be later than the line before."""
    passages = [bare_passage(number) for number in (5, 1, 3)]
    assert taken(store, lines_of(*passages, replace(passages[0], id="f" * 32))).new == 4
