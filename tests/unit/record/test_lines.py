# SPDX-License-Identifier: Apache-2.0
"""The JSONL file: a line is whole and on the disk as soon as its passage is closed."""

from __future__ import annotations

import json
import os
import resource
import threading
from pathlib import Path

import pytest

from wayside.domain import RecordError
from wayside.record import Lines


def test_a_line_can_be_read_as_soon_as_it_is_written(tmp_path: Path) -> None:
    """Scripts follow the file while Wayside runs."""
    path = tmp_path / "out.jsonl"
    with Lines(path) as lines:
        lines.write({"plate": "ÄB 1"})
        assert path.read_text("utf-8") == '{"plate": "ÄB 1"}\n'
        lines.write({"plate": None})
        assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
            {"plate": "ÄB 1"},
            {"plate": None},
        ]


def test_a_name_that_is_no_text_does_not_stop_the_writing(tmp_path: Path) -> None:
    """File names of this system may be any bytes."""
    path = tmp_path / "out.jsonl"
    with Lines(path) as lines:
        lines.write({"file": os.fsdecode(b"bad\xff.jpg")})
    assert json.loads(path.read_text("utf-8")) == {"file": "bad?.jpg"}


def test_the_file_starts_empty(tmp_path: Path) -> None:
    """The same command twice gives the same file."""
    path = tmp_path / "out.jsonl"
    for _ in range(2):
        with Lines(path) as lines:
            lines.write({"n": 1})
    assert path.read_text() == '{"n": 1}\n'


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With what to do about it."""
    with pytest.raises(RecordError, match=r"cannot be written \(Is a directory\); name another --output"):
        Lines(tmp_path)


def test_no_half_line_stays_on_a_full_disk(tmp_path: Path) -> None:
    """What does not fit is taken back, so that every line in the file can be parsed."""
    path = tmp_path / "out.jsonl"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Lines(path) as lines:
        lines.write({"n": 1})
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with pytest.raises(RecordError, match="File too large"):
                lines.write({"long": "x" * 200})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        lines.write({"n": 2})
    assert path.read_text() == '{"n": 1}\n{"n": 2}\n'


def test_lines_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    """Several live cameras share one file."""
    path = tmp_path / "out.jsonl"
    with Lines(path) as lines:
        workers = [threading.Thread(target=write_many, args=(lines, name)) for name in "abc"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    written = [json.loads(line)["text"] for line in path.read_text().splitlines()]
    assert sorted(written) == sorted(name * 3000 for name in "abc" for _ in range(30))


def write_many(lines: Lines, name: str) -> None:
    """Thirty long lines."""
    for _ in range(30):
        lines.write({"text": name * 3000})


def test_standard_output_is_named_by_a_dash(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that lines can go into a pipe."""
    with os.fdopen(os.dup(1), "w") as real, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", real)
        with Lines(Path("-")) as lines:
            lines.write({"n": 1})
    assert capfd.readouterr().out == '{"n": 1}\n'
