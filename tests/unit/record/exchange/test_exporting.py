# SPDX-License-Identifier: Apache-2.0
"""Exports: the journal knows first, a name means a whole file, and erasure reaches what is kept."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import NOON, bare_passage, full_passage

from tests.unit.record.exchange.helpers import (
    NORTH,
    PURPOSE,
    exported,
    fill,
    journal_size,
    names_in,
    order,
    told,
)
from wayside.domain import Passage, PlateClass, Purpose, RecordError, UsageError
from wayside.record import Store, learn_camera
from wayside.record.exchange import (
    FORMATS,
    Done,
    Order,
    Selection,
    altered,
    export_kept,
    export_to_file,
    export_to_stream,
    exporting,
    forget,
    holding,
    remove,
    selection,
    strays,
)
from wayside.record.exchange.draft import Draft
from wayside.record.exchange.kept import FOLDER

SCHEMA = json.loads((files("wayside") / "schema" / "export-manifest.schema.json").read_text("utf-8"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A record with three pictured passages and a bare one."""
    with Store(tmp_path / "record") as opened:
        fill(opened)
        yield opened


@pytest.fixture
def folder(store: Store) -> Path:
    """Where kept exports lie."""
    return store.data_dir / FOLDER


def ids(data: bytes) -> list[int]:
    """The numbers of the passages in an export of lines, oldest first."""
    return [int(json.loads(line)["id"], 16) for line in data.splitlines()]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_its_manifest_beside_it(store: Store, tmp_path: Path, form: str) -> None:
    """With digest, size and watermark; a bundle has its own within."""
    path = tmp_path / f"out{FORMATS[form]}"
    done = export_to_file(store, order(form), path)
    data = path.read_bytes()
    assert (done.passages, done.bytes, done.sha256) == (4, len(data), hashlib.sha256(data).hexdigest())
    jsonschema.validate(done.manifest, SCHEMA)
    beside = tmp_path / f"{path.name}.manifest.json"
    if form == "bundle":
        assert not beside.exists()
    else:
        assert json.loads(beside.read_text()) == done.manifest
        assert PURPOSE.reference in done.manifest["notice"]


def test_the_journal_knows_before_the_first_byte(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is written where it cannot be told."""
    seen: list[Any] = []

    class Watched(io.BytesIO):
        def write(self, data: Any) -> int:
            seen.append(told(store, "export")[-1].payload)
            return super().write(data)

    export_to_stream(store, order(), Watched())
    first = seen[0]
    assert (first["what"], first["person"], first["reason"]) == ("begun", "ada", "offence")
    assert (first["reference"], first["format"], first["criteria"]) == ("CR-2026/0123", "jsonl", {})
    seen.clear()
    monkeypatch.setattr(exporting, "begin", lambda *rest: (_ for _ in ()).throw(RecordError("the disk is full")))
    with pytest.raises(RecordError, match="disk is full"):
        export_to_stream(store, order(), Watched())
    assert not seen


def test_the_journal_gets_the_digest_when_the_file_is_whole(store: Store, tmp_path: Path) -> None:
    """So that a file can be known again as the one that left."""
    done = export_to_file(store, order("csv"), tmp_path / "out.csv")
    begun, finished = (entry.payload or {} for entry in told(store, "export"))
    assert begun["target"] == str(tmp_path / "out.csv")
    assert finished["export_id"] == begun["export_id"] == done.mark.export_id
    assert (finished["what"], finished["sha256"], finished["passages"]) == ("finished", done.sha256, 4)


def test_csv_carries_the_export_id_of_the_journal(store: Store) -> None:
    """On every line."""
    rows = list(csv.DictReader(io.StringIO(exported(store, "csv").decode(), newline="")))
    assert {row["export_id"] for row in rows} == {(told(store, "export")[0].payload or {})["export_id"]}


def test_places_come_from_the_record(store: Store) -> None:
    """Where somebody said where a camera stands."""
    learn_camera(store, NORTH)
    feature = json.loads(exported(store, "geojson"))["features"][0]
    assert feature["geometry"]["coordinates"] == [NORTH.longitude, NORTH.latitude]


def test_passages_recorded_meanwhile_are_not_exported(store: Store) -> None:
    """An export is of what the journal held when it began."""

    class Busy(io.BytesIO):
        def write(self, data: Any) -> int:
            store.add(*full_passage(store.count() + 50))
            return super().write(data)

    out = Busy()
    assert export_to_stream(store, order(), out).passages == 4
    assert ids(out.getvalue()) == [0, 1, 2, 3]


def test_pages_follow_each_other_without_gap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where several passages began in one millisecond."""
    same = [replace(bare_passage(number), began_at=NOON, ended_at=NOON) for number in range(100, 108)]
    store.add_many(same)
    monkeypatch.setattr(selection, "PAGE", 3)
    assert sorted(ids(exported(store))) == [0, 1, 2, 3, *range(100, 108)]


def at(seconds: float) -> Any:
    """So many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


SELECTIONS = {
    "since": (Selection(since=at(1)), [1, 2, 3, 10]),
    "until": (Selection(until=at(2)), [0, 1]),
    "window": (Selection(since=at(1), until=at(3)), [1, 2]),
    "camera": (Selection(camera="yard"), [10]),
    "gate": (Selection(gate="main"), [0, 1, 2, 10]),
    "way": (Selection(way="out"), []),
    "gate and way": (Selection(gate="main", way="in"), [0, 1, 2, 10]),
    "class": (Selection(plate_class=PlateClass.CIVIL), [10]),
    "plate": (Selection(plate="101D234"), [0, 1, 2]),
    "alternative": (Selection(plate="1O1D234"), [0, 1, 2, 10]),
    "plate and camera": (Selection(plate="1O1D234", camera="gate"), [0, 1, 2]),
    "nothing": (Selection(plate="NONE"), []),
}


def another() -> Passage:
    """A passage of another camera, class and plate."""
    passage = full_passage(10)[0]
    assert passage.registration is not None
    return replace(
        passage,
        camera="yard",
        plate=replace(passage.plate, text="AB12CDE"),
        registration=replace(passage.registration, plate_class=PlateClass.CIVIL),
        evidence=(),
    )


@pytest.mark.parametrize("name", SELECTIONS)
def test_criteria_choose_passages(store: Store, name: str) -> None:
    """Each by itself and together; the journal keeps what was asked."""
    store.add(another(), {})
    asked, expected = SELECTIONS[name]
    assert ids(exported(store, selection=asked)) == expected
    criteria = (told(store, "export")[0].payload or {})["criteria"]
    assert set(criteria) == {key for key, value in vars_of(asked).items() if value is not None}


def vars_of(asked: Selection) -> dict[str, Any]:
    """The fields of a selection."""
    return {name: getattr(asked, name) for name in Selection.__dataclass_fields__}


def test_progress_is_told_in_passages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the way and at the end."""
    monkeypatch.setattr(exporting, "STEP", 2)
    heard: list[int] = []
    export_to_stream(store, order(), io.BytesIO(), heard.append)
    assert heard == [2, 4, 4]


def test_an_unknown_form_is_refused(store: Store) -> None:
    """Before the journal is told of it."""
    before = journal_size(store)
    with pytest.raises(UsageError, match="choose one of jsonl, csv"):
        exported(store, "xlsx")
    assert journal_size(store) == before


def test_a_file_within_the_record_is_refused(store: Store, tmp_path: Path) -> None:
    """Erasure could not know of it; and a directory is no file."""
    for path in (store.data_dir / "out.csv", store.data_dir / FOLDER / ".." / "x", tmp_path):
        with pytest.raises(UsageError, match=r"lies within the record|is a directory"):
            export_to_file(store, order(), path)


class BrokenDiskError(OSError):
    """The disk, in the midst of a file."""


def fail_midway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the third passage break the disk."""
    real = exporting.passage_of

    def broken(row: Any) -> Passage:
        if row.id.endswith("2"):
            raise BrokenDiskError(28, "No space left on device")
        return real(row)

    monkeypatch.setattr(exporting, "passage_of", broken)


def test_a_full_disk_leaves_nothing_under_the_name(
    store: Store, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither file nor manifest nor draft nor row; the journal keeps that it was tried."""
    fail_midway(monkeypatch)
    with pytest.raises(RecordError, match="No space left"):
        export_to_file(store, order(), tmp_path / "out.jsonl")
    with pytest.raises(RecordError, match="No space left"):
        export_kept(store, order())
    assert names_in(tmp_path) == {"record"}
    assert names_in(folder) == set()
    assert kept_names(store, [[0, 10**9]]) == []
    assert [(entry.payload or {})["what"] for entry in told(store, "export")] == ["begun", "begun"]


def kept_names(store: Store, ranges: list[list[int]]) -> list[str]:
    """The kept exports that may hold passages of these numbers."""
    with store.reading() as connection:
        return holding(connection, ranges)


def test_a_kept_export_is_found_by_the_passages_in_it(store: Store, folder: Path) -> None:
    """By their numbers in the journal; its file is named after time and id, never after a plate."""
    done = export_kept(store, order("csv", Selection(plate="101D234", until=at(2))))
    assert done.path is not None
    assert names_in(folder) == {done.path.name, f"{done.path.name}.manifest.json"}
    seqs = {passage.id: seq for seq, passage in store.since(0, 10)}
    inside = [seqs[f"{number:032x}"] for number in (0, 1)]
    assert kept_names(store, [[inside[0], inside[0]]]) == [done.path.name]
    assert kept_names(store, [[inside[1] + 1, 10**9]]) == []
    assert "101D234" not in done.path.name


def erase(store: Store, ranges: list[list[int]]) -> None:
    """What erasure does to kept exports."""
    with store.writing() as transaction:
        names = holding(transaction.connection, ranges)
        forget(transaction.connection, names)
    remove(store.data_dir, names)


def test_erasure_takes_the_file_its_manifest_and_its_row(store: Store, folder: Path) -> None:
    """And drafts that killed processes left."""
    export_kept(store, order())
    (folder / ".left.dead.draft").write_bytes(b"101D234")
    erase(store, [[2, 2]])
    assert names_in(folder) == set()
    assert kept_names(store, [[0, 10**9]]) == []


def test_an_erasure_during_an_export_leaves_nothing_of_it(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The export may already have read what is being erased."""
    real = exporting.passage_of

    def erasing(row: Any) -> Passage:
        if row.id.endswith("3"):
            erase(store, [[1, 1]])
        return real(row)

    monkeypatch.setattr(exporting, "passage_of", erasing)
    with pytest.raises(RecordError, match="erased while they were exported"):
        export_kept(store, order())
    assert names_in(folder) == set()
    assert len(told(store, "export")) == 1


def test_while_it_is_written_a_kept_export_claims_everything(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that an erasure after a kill finds what was left."""
    claimed: list[list[str]] = []
    real = exporting.passage_of

    def looking(row: Any) -> Passage:
        claimed.append(kept_names(store, [[0, 0]]))
        return real(row)

    monkeypatch.setattr(exporting, "passage_of", looking)
    done = export_kept(store, order())
    assert done.path is not None
    assert claimed[0] == [done.path.name]
    assert kept_names(store, [[0, 0]]) == []


def test_files_that_nobody_noted_are_strays(store: Store, folder: Path) -> None:
    """With the drafts of killed processes; what the system keeps and what is being written is none."""
    export_kept(store, order())
    (folder / "copied-by-hand.csv").write_text("x")
    (folder / ".left.dead.draft").write_text("x")
    with Draft(folder / "busy.csv", "1"), store.reading() as connection:
        found = strays(connection, store.data_dir)
    assert [path.name for path in found] == [".left.dead.draft", "copied-by-hand.csv"]


def flip(path: Path, place: int) -> None:
    """Changes one bit of a byte."""
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)


def altered_names(store: Store) -> list[str]:
    """The files of kept exports that are not those of the journal."""
    with store.reading() as connection:
        return [path.name for path in altered(connection, store.data_dir)]


@pytest.mark.parametrize("form", ["jsonl", "csv", "bundle"])
def test_a_changed_byte_in_a_kept_export_is_named(store: Store, form: str) -> None:
    """Wherever it is, in the file or in its manifest."""
    done = export_kept(store, order(form))
    assert done.path is not None
    assert altered_names(store) == []
    for path in sorted(done.path.parent.glob(f"{done.path.name}*")):
        for place in (0, path.stat().st_size // 2, path.stat().st_size - 1):
            flip(path, place)
            assert altered_names(store) == [path.name]
            flip(path, place)
    done.path.unlink()
    assert altered_names(store) == [done.path.name]


def test_exports_that_were_erased_are_not_missed(store: Store) -> None:
    """Their rows are gone, and with them the promise."""
    export_kept(store, order())
    erase(store, [[2, 2]])
    assert altered_names(store) == []


def test_a_record_that_never_exported_has_no_strays(store: Store) -> None:
    """There is no folder to look into."""
    with store.reading() as connection:
        assert strays(connection, store.data_dir) == []


@pytest.mark.parametrize("export", [lambda store: export_kept(store, order()), exported])
def test_exports_of_an_empty_record_are_empty(tmp_path: Path, export: Callable[[Store], Done | bytes]) -> None:
    """And told all the same."""
    with Store(tmp_path / "empty") as store:
        done = export(store)
        assert (done if isinstance(done, bytes) else (done.path or tmp_path).read_bytes()) == b""
        assert len(told(store, "export")) == 2


def test_each_export_has_its_own_id(store: Store) -> None:
    """Also two of one second by one person."""
    one, other = (export_kept(store, Order(Selection(), Purpose("offence", "CR-1", "bob"), "jsonl")) for _ in "ab")
    assert one.mark.export_id != other.mark.export_id
    assert one.path != other.path
