# SPDX-License-Identifier: Apache-2.0
"""What exports and imports promise, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.unit.record.exchange.helpers import PURPOSE, exported, fill, names_in, order, told
from tests.unit.record.exchange.test_bundle import Bundle
from tests.unit.record.exchange.test_exporting import SELECTIONS, another, erase, ids
from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.exchange import FORMATS, Selection, export_kept, exporting, rehearse, take_in
from wayside.record.retention import erase_plate

PLATE = "101D234"
"""Of all but one of the passages that the helpers make."""


def test_an_export_comes_back_as_it_was(record_dir: Path, tmp_path: Path) -> None:
    """From a record on SQLite into either database, and out again."""
    with Store(tmp_path / "first") as first:
        fill(first, 4)
        lines = exported(first)
    with Store(record_dir) as store:
        assert rehearse(store, io.BytesIO(lines)).new == 5
        report = take_in(store, io.BytesIO(lines), name="a", person="ada", pictures=tmp_path / "first")
        assert (report.new, report.pictures_taken) == (5, 4)
        assert exported(store) == lines
        assert rehearse(store, io.BytesIO(lines)).known == 5


def test_criteria_choose_the_same_passages(record_dir: Path) -> None:
    """Whatever the planner of the database makes of them."""
    with Store(record_dir) as store:
        fill(store)
        store.add(another(), {})
        found = {name: ids(exported(store, selection=asked)) for name, (asked, _) in SELECTIONS.items()}
    assert found == {name: expected for name, (_, expected) in SELECTIONS.items()}


def test_bundles_prove_their_entries(record_dir: Path) -> None:
    """Against the checkpoint that was signed with the export's own entry."""
    with Store(record_dir) as store:
        fill(store, 300)
        bundle = Bundle(exported(store, "bundle"))
    seqs = [one["seq"] for one in bundle.manifest["passages"]]
    assert len({bundle.proven(seq) for seq in (*seqs[::50], bundle.manifest["entry"])}) == 1


def test_an_erasure_during_a_kept_export_wins(record_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, and no row stays."""
    real = exporting.write_manifest

    def erasing(*rest: object) -> None:
        real(*rest)  # type: ignore[arg-type]
        erase(store, [[0, 0]])

    monkeypatch.setattr(exporting, "write_manifest", erasing)
    with Store(record_dir) as store:
        fill(store)
        with pytest.raises(RecordError, match="erased while"):
            export_kept(store, order())
        assert not list((record_dir / "exports").iterdir())
        assert len(told(store, "export")) == 1
        assert json.loads(exported(store).splitlines()[0])["camera"] == "gate"


def test_an_erased_plate_is_in_no_export_that_the_system_keeps(record_dir: Path) -> None:
    """In whatever form, nor in what a killed export left; exports without it stay."""
    with Store(record_dir) as store:
        fill(store)
        store.add(another(), {})
        for form in FORMATS:
            export_kept(store, order(form))
        spared = export_kept(store, order("csv", Selection(camera="yard"))).path
        (record_dir / "exports" / ".left.csv.dead.draft").write_text(PLATE)
        assert erase_plate(store, PLATE, PURPOSE).counts.passages == 3
        assert spared is not None
        assert names_in(record_dir / "exports") == {spared.name, f"{spared.name}.manifest.json"}
        assert PLATE.encode() not in b"".join(path.read_bytes() for path in record_dir.rglob("*") if path.is_file())
