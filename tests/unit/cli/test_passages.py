# SPDX-License-Identifier: Apache-2.0
"""`wayside passages`, and what holds for every command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import bare_passage, full_passage

from wayside.cli import words
from wayside.cli.failures import exit_code, sentence
from wayside.domain import RecordError, SourceError, UsageError
from wayside.record import Store, passage_document

Command = Callable[..., Any]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A record of two cameras."""
    folder = tmp_path / "data"
    with Store(folder) as store:
        store.add(*full_passage(1))
        store.add(replace(bare_passage(2), camera="yard"), {})
    return folder


def test_the_newest_passages_are_listed_first(wayside: Command, data: Path) -> None:
    """One line each, readable without the table that a terminal gets."""
    said = wayside("passages", "--data", data)
    assert said.code == 0
    assert [" ".join(line.split()) for line in said.out.splitlines()] == [
        "2026-11-22 12:00:02 yard (no plate found) – – – car",
        "2026-11-22 12:00:01 gate 101D234 97 % GB diplomatic 101 main in, 92° car",
    ]


def test_the_list_can_be_narrowed(wayside: Command, data: Path) -> None:
    """By number and by camera."""
    assert "yard" in wayside("passages", "--data", data, "--limit", "1").out
    assert "yard" not in wayside("passages", "--data", data, "--camera", "gate").out


def test_the_list_can_be_had_as_json(wayside: Command, data: Path) -> None:
    """The same objects as `watch --output` writes."""
    said = wayside("passages", "--data", data, "--json", "--camera", "gate")
    assert json.loads(said.out) == passage_document(full_passage(1)[0])


def test_the_data_directory_can_come_from_the_environment(
    wayside: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a service."""
    monkeypatch.setenv("WAYSIDE_DATA", str(data))
    assert len(wayside("passages").out.splitlines()) == 2


def test_a_directory_without_a_record_is_told(wayside: Command, tmp_path: Path) -> None:
    """And none is made."""
    said = wayside("passages", "--data", "typo")
    assert said.code == 1
    assert said.complaints == ["wayside: typo: holds no record yet; run `wayside watch` first, or name another --data"]
    assert not (tmp_path / "typo").exists()


def test_without_a_command_the_help_is_shown(wayside: Command) -> None:
    """It names every command."""
    said = wayside()
    assert said.code == 0
    assert all(name in said.out for name in ("watch", "read", "passages", "demo", "plate"))


def test_an_unknown_command_is_refused(wayside: Command) -> None:
    """With a hint where the known ones stand."""
    said = wayside("frobnicate")
    assert said.code == 2
    assert said.complaints == ["wayside: No such command 'frobnicate'; see `wayside --help`"]


def test_the_version_is_told(wayside: Command) -> None:
    """For reports of faults."""
    assert wayside("--version").out.startswith("wayside 0.")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("no"), 2, "no"),
        (SourceError("gone"), 1, "gone"),
        (RecordError("full"), 1, "full"),
        (MemoryError(), 1, "the memory is full"),
        (KeyError("x"), 1, "something went wrong that should not (KeyError: 'x')"),
    ],
)
def test_every_failure_has_a_code_and_a_sentence(error: Exception, code: int, told: str) -> None:
    """2 for what cannot be meant, 1 for work that failed."""
    assert exit_code(error) == code
    assert sentence(error).startswith(told)


def test_nothing_can_play_with_the_terminal() -> None:
    """Control characters in names and texts are shown as what they are."""
    assert words.printable("a\x1b[31mb\r\nc\u202ed") == "a�[31mb��c�d"


def test_a_closed_pipe_is_no_traceback(data: Path) -> None:
    """`wayside passages | head -0` and the like."""
    command = f"{sys.executable} -c 'from wayside.cli import main; main()' passages --data {data} --json | true"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert ended.stderr == ""


def test_a_terminal_of_few_characters_is_no_traceback(data: Path) -> None:
    """What it cannot show becomes a question mark."""
    command = [sys.executable, "-c", "from wayside.cli import main; main()", "passages", "--data", str(data)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "(no plate found)      ?  ?  ?  car" in ended.stdout


def test_what_libraries_print_by_themselves_is_not_shown(tmp_path: Path) -> None:
    """Only our own sentence reaches standard error, whatever FFmpeg has to say."""
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(3000))
    code = "import os; from wayside.cli.screen import silence_native_noise as s; s(); os.write(2, b'noise'); "
    code += "from wayside.cli.app import run; raise SystemExit(run(['watch', 'clip.mp4']))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("wayside: clip.mp4: is cut short")
    assert len(ended.stderr.splitlines()) == 1
