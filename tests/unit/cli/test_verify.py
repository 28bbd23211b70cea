# SPDX-License-Identifier: Apache-2.0
"""`wayside verify` and `wayside checkpoint`: what they say, and with which exit code."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from factories import full_passage
from tampering import some_of_everything, tamper

from wayside.cli.app import run
from wayside.domain import Purpose
from wayside.record import Store
from wayside.record.exchange import Order, Selection, export_to_file
from wayside.record.journal import peek_checkpoint, read_notes

SCHEMA = json.loads((files("wayside") / "schema" / "verify.schema.json").read_text("utf-8"))


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A small record with something of everything."""
    some_of_everything(tmp_path / "record", many=20)
    return tmp_path / "record"


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    """The exit code, and the report that `--json` prints, held to its schema."""
    capsys.readouterr()
    code = run(["verify", "--json", *arguments])
    stated = json.loads(capsys.readouterr().out)
    jsonschema.validate(stated, SCHEMA)
    return code, stated


def test_a_sound_record(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0, what was looked at, and that nothing kept elsewhere was compared."""
    assert run(["verify", "--data", str(record)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("sound: 45 entries, 35 passages, 15 pictures")
    assert "no checkpoint kept elsewhere" in said
    assert "key " in said
    code, stated = report(capsys, "--data", str(record))
    assert (code, stated["status"], stated["findings"]) == (0, "sound", [])


def test_a_record_that_was_tampered_with(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1, and one line for each finding."""
    tamper(record, "UPDATE passage SET plate = 'XX99XXX' WHERE seq = 3", "DELETE FROM passage WHERE seq = 4")
    assert run(["verify", "--data", str(record)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("entry 3, passage 0000") and "not the one that was recorded" in line for line in lines)
    assert any(line.startswith("entry 4") and "removed" in line for line in lines)
    assert any(line.startswith("tampered: ") and line.endswith("findings") for line in lines)
    code, stated = report(capsys, "--data", str(record))
    assert (code, stated["status"]) == (1, "tampered")
    assert "XX99XXX" not in json.dumps(stated)


def test_what_cannot_be_checked(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2, with the reason and the mend; never a traceback."""
    assert run(["verify", "--data", str(tmp_path / "nothing")]) == 2
    said = capsys.readouterr()
    assert "holds no record; name another --data" in said.err
    assert said.out == "could not be checked\n"
    for arguments in (["--bundle", "nothing.zip"], ["--checkpoints", "nothing"], ["--keys", "nothing"]):
        code, stated = report(capsys, *arguments, *([] if "--bundle" in arguments else ["--data", str(record)]))
        assert (code, stated["status"]) == (2, "unchecked")
        assert stated["unchecked"]
    (record / "wayside.sqlite3").write_bytes(b"something else" * 1000)
    assert report(capsys, "--data", str(record))[0] == 2


def test_a_bundle_stands_alone(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options that are about a record are refused with it."""
    for option in ("--checkpoints", "--since-last", "--timestamp-roots"):
        assert run(["verify", "--bundle", "x.zip", option, "y"]) == 2
        assert "by itself" in capsys.readouterr().err


def test_a_bundle(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sound if the keys are the site's, sound under the site's keys, and damaged with a byte changed."""
    bundle = tmp_path / "case.zip"
    with Store(record) as store:
        export_to_file(store, Order(Selection(), Purpose("offence", "CR-2026/0123", "ada"), "bundle"), bundle)
    assert run(["verify", "--bundle", str(bundle)]) == 0
    assert "only if the keys in keys.txt are the site's" in capsys.readouterr().out
    assert run(["verify", "--bundle", str(bundle), "--keys", str(record / "keys" / "journal.vkeys")]) == 0
    assert "only if" not in capsys.readouterr().out
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(bytes(data))
    assert run(["verify", "--bundle", str(bundle)]) == 1
    assert "the bundle is not the one that was signed" in capsys.readouterr().out


def test_checkpoints_are_printed_kept_and_compared(
    record: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is printed is a signed note; the file takes the same one once."""
    file = tmp_path / "kept"
    for _ in range(2):
        assert run(["checkpoint", "--data", str(record), "--to", str(file)]) == 0
    printed = capfd.readouterr().out
    assert peek_checkpoint(read_notes(file)[-1]).size >= 45
    assert printed.endswith(read_notes(file)[-1])
    with Store(record) as store:
        store.add(*full_passage(500))
    assert run(["verify", "--data", str(record), "--checkpoints", str(file)]) == 0
    assert "checkpoints kept elsewhere" in capfd.readouterr().out


def test_only_what_is_new(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first time everything, then what came since; the file is a witness's."""
    for _ in range(2):
        assert run(["verify", "--data", str(record), "--since-last", str(tmp_path / "last")]) == 0
    assert len(read_notes(tmp_path / "last")) == 1


def test_time_stamps_need_an_authority(record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That the site names, and certificates that can be read."""
    (tmp_path / "roots.pem").write_text("none")
    assert run(["checkpoint", "--data", str(record), "--timestamp", str(tmp_path / "roots.pem")]) == 2
    assert "no certificates in PEM form" in capsys.readouterr().err
    assert run(["verify", "--data", str(record), "--timestamp-roots", str(tmp_path / "roots.pem")]) == 2
