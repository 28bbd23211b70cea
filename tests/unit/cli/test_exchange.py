# SPDX-License-Identifier: Apache-2.0
"""`wayside export` and `wayside import` as people and scripts call them."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import full_passage

from tests.unit.cli.conftest import Said
from tests.unit.record.exchange.helpers import fill, told
from wayside.cli import exchange
from wayside.record import Store, passage_document
from wayside.record.exchange import batches
from wayside.record.lines import encoded

Command = Callable[..., Said]
WHY = ("--purpose", "offence", "--reference", "CR-2026/0123")
CANARY = "QX99ZZZ"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record in the default place."""
    with Store(tmp_path / "wayside-data") as store:
        fill(store)
    return tmp_path / "wayside-data"


def schema(name: str) -> Any:
    """A published schema."""
    return json.loads((files("wayside") / "schema" / f"{name}.schema.json").read_text("utf-8"))


def lines(count: int, *, camera: str = "gate") -> str:
    """Lines of passages."""
    documents = ({**passage_document(full_passage(number)[0]), "camera": camera} for number in range(count))
    return b"".join(map(encoded, documents)).decode()


def test_an_export_is_kept_and_its_path_printed(wayside: Command, record: Path, tmp_path: Path) -> None:
    """For scripts one line on standard output, for people the rest on standard error."""
    said = wayside("export", *WHY)
    path = tmp_path / said.out.strip()
    assert (said.code, path.parent) == (0, record / "exports")
    assert len(path.read_text().splitlines()) == 4
    assert "4 passages" in said.err


def test_an_export_to_a_pipe_is_lines_and_nothing_else(wayside: Command, record: Path) -> None:
    """What is said to people goes to standard error."""
    said = wayside("export", *WHY, "--output", "-")
    assert [json.loads(line)["camera"] for line in said.out.splitlines()] == ["gate"] * 4
    assert "export " in said.err


def test_criteria_are_options(wayside: Command, record: Path) -> None:
    """Plates in any spelling, times in any zone."""
    window = ("--from", "2026-11-22T13:00:01+01:00", "--to", "2026-11-22T12:00:02Z")
    others = ("--camera", "gate", "--gate", "main", "--way", "in", "--class", "diplomatic", "--plate", "101 d 234")
    said = wayside("export", *WHY, *window, *others, "--output", "-")
    assert [int(json.loads(line)["id"], 16) for line in said.out.splitlines()] == [1]
    with Store(record) as store:
        criteria = (told(store, "export")[0].payload or {})["criteria"]
    assert set(criteria) == {"since", "until", "camera", "gate", "way", "plate_class", "plate"}


def test_json_says_what_was_written(wayside: Command, record: Path) -> None:
    """The manifest, as it lies beside the file."""
    said = wayside("export", *WHY, "--format", "csv", "--output", "out.csv", "--json")
    stated = json.loads(said.out)
    jsonschema.validate(stated, schema("export-manifest"))
    assert stated == json.loads(Path("out.csv.manifest.json").read_text())
    assert stated["form"] == "csv"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--purpose", "curiosity", "--reference", "CR-2026/0123"), "not on this site's list"),
        (("--purpose", "offence", "--reference", "test"), "the reference"),
        ((*WHY, "--format", "xlsx"), "no form of export"),
        ((*WHY, "--output", "-", "--json"), "both want standard output"),
        ((*WHY, "--from", "yesterday"), "is no time"),
        ((*WHY, "--format", "bundle", "--camera", "nowhere"), "no passage is as asked"),
        (("--purpose", "offence"), "--reference"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    wayside: Command, record: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    """With exit code 2, one sentence, and no file."""
    said = wayside("export", *arguments)
    assert (said.code, len(said.complaints)) == (2, 1)
    assert complaint in said.err
    assert not (record / "exports").exists() or not list((record / "exports").iterdir())


def test_an_export_needs_a_record(wayside: Command, tmp_path: Path) -> None:
    """And makes none by mistake."""
    said = wayside("export", *WHY, "--data", "typo")
    assert said.code == 1
    assert "holds no record yet" in said.err
    assert not (tmp_path / "typo").exists()


def test_what_watch_wrote_is_imported(wayside: Command, tmp_path: Path) -> None:
    """Once; a second time changes nothing and is no failure."""
    Path("lines.jsonl").write_text(lines(3))
    first, second = wayside("import", "lines.jsonl"), wayside("import", "lines.jsonl")
    assert (first.code, second.code) == (0, 0)
    assert "3 passages new, 0 there already, 0 rejected" in first.out
    assert "0 passages new, 3 there already, 0 rejected" in second.out
    with Store(tmp_path / "wayside-data") as store:
        assert store.count() == 3
        assert (told(store, "import")[0].payload or {})["file"] == "lines.jsonl"


def test_an_export_is_imported_with_its_pictures(wayside: Command, record: Path) -> None:
    """From one data directory into another."""
    wayside("export", *WHY, "--output", "out.jsonl")
    said = wayside("import", "out.jsonl", "--data", "second", "--pictures", record)
    assert "4 passages new" in said.out
    assert "3 pictures taken in, 0 missing" in said.out


def test_rejected_lines_are_named_and_cost_the_exit_code(wayside: Command) -> None:
    """With their numbers, and without the plate that stood in them."""
    broken = lines(1).replace('"car"', f'"{CANARY}"').replace("101D234", CANARY)
    Path("lines.jsonl").write_text(lines(2) + broken)
    said = wayside("import", "lines.jsonl")
    assert (said.code, len(said.complaints)) == (1, 1)
    assert "line 3: vehicle.kind is none of the words" in said.err
    assert CANARY not in said.out + said.err


def test_many_rejected_lines_are_not_all_shown(wayside: Command) -> None:
    """`--json` has them, up to ten thousand."""
    Path("lines.jsonl").write_text("{}\n" * 50)
    said = wayside("import", "lines.jsonl")
    assert len(said.complaints) == exchange.MOST_SHOWN + 1
    assert "30 more lines were rejected" in said.err
    report = json.loads(wayside("import", "lines.jsonl", "--json").out)
    jsonschema.validate(report, schema("import-report"))
    assert len(report["faults"]) == report["rejected"] == 50


def test_a_dry_run_makes_no_record(wayside: Command, tmp_path: Path) -> None:
    """And says what would happen."""
    Path("lines.jsonl").write_text(lines(2))
    said = wayside("import", "lines.jsonl", "--dry-run")
    assert (said.code, "2 passages would be new" in said.out) == (0, True)
    assert not (tmp_path / "wayside-data").exists()


def test_a_dry_run_knows_what_is_there(wayside: Command, record: Path) -> None:
    """Where there is a record."""
    Path("lines.jsonl").write_text(lines(5))
    report = json.loads(wayside("import", "lines.jsonl", "--dry-run", "--json").out)
    assert (report["dry_run"], report["new"], report["known"]) == (True, 1, 4)


def test_lines_come_through_a_pipe_too(wayside: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `-`."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(2).encode())))
    assert "2 passages new" in wayside("import", "-").out


@pytest.mark.parametrize("arguments", [("nowhere.jsonl",), (".",), ("lines.jsonl", "--pictures", "nowhere")])
def test_files_that_are_not_there_are_refused(wayside: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """With exit code 2, and no record is made."""
    Path("lines.jsonl").write_text(lines(1))
    said = wayside("import", *arguments)
    assert (said.code, len(said.complaints)) == (2, 1)
    assert not (tmp_path / "wayside-data").exists()


def test_what_the_site_only_counts_is_not_called_there(wayside: Command, tmp_path: Path) -> None:
    """In the no-hit mode: most of what comes is never kept."""
    Path("lines.jsonl").write_text(lines(3))
    (tmp_path / "wayside-data").mkdir()
    (tmp_path / "wayside-data" / "site.toml").write_text('[no_hit]\non = true\nplates = "listed.txt"\n')
    (tmp_path / "wayside-data" / "listed.txt").write_text("")
    told = "3 there already or only counted, 0 rejected"
    assert f"0 passages would be new, {told}" in wayside("import", "lines.jsonl", "--dry-run").out
    assert f"0 passages new, {told}" in wayside("import", "lines.jsonl").out
    assert f"0 passages would be new, {told}" in wayside("import", "lines.jsonl", "--dry-run").out


def test_a_dry_run_asks_the_lists_what_would_be_kept(wayside: Command, tmp_path: Path) -> None:
    """In the no-hit mode: as many as the import then keeps; and a list that is not there is missed."""
    documents = [json.loads(one) for one in lines(5).splitlines()]
    listed = "KE26 PT"
    documents[2]["plate"] |= {"text": listed}
    Path("lines.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in documents))
    data = tmp_path / "wayside-data"
    data.mkdir()
    (data / "site.toml").write_text('[no_hit]\non = true\nplates = "listed.txt"\n')
    assert wayside("import", "lines.jsonl", "--dry-run").code == 2
    (data / "listed.txt").write_text(f"{listed}\n")
    dry = json.loads(wayside("import", "lines.jsonl", "--dry-run", "--json").out)
    real = json.loads(wayside("import", "lines.jsonl", "--json").out)
    assert {**dry, "dry_run": False} == real
    assert (real["new"], real["known"]) == (1, 4)


def test_ctrl_c_keeps_what_is_in(wayside: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 130, the report all the same, and the same command goes on."""
    monkeypatch.setattr(batches, "BATCH", 10)
    real, calls = Store.add_many, list[int]()

    def interrupted(self: Store, *rest: Any) -> list[bool]:
        if not calls:
            os.kill(os.getpid(), signal.SIGINT)
        calls.append(1)
        return real(self, *rest)

    monkeypatch.setattr(Store, "add_many", interrupted)
    Path("lines.jsonl").write_text(lines(50))
    said = wayside("import", "lines.jsonl")
    assert said.code == 130
    assert "stopped before the end" in said.err
    with Store(tmp_path / "wayside-data") as store:
        kept = store.count()
    assert 10 <= kept < 50
    assert f"{kept} passages new" in said.out
    monkeypatch.setattr(Store, "add_many", real)
    assert f"{50 - kept} passages new, {kept} there already" in wayside("import", "lines.jsonl").out
