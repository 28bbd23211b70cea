# SPDX-License-Identifier: Apache-2.0
"""The main job with nothing replaced: the shipped models over the demo clip, through the installed command."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import pytest
from jsonschema import Draft202012Validator

from wayside.cli.demo.clip import CLIP, TRUTH, demo_folder

WAYSIDE = Path(sys.executable).with_name("wayside")
WITHOUT_NETWORK = """
import socket
def refuse(*arguments, **more):
    raise OSError("no network in this test")
socket.socket.connect = socket.getaddrinfo = refuse
"""


@dataclass(frozen=True)
class Ended:
    """A command that has ended, and the directory in which it ran."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The objects of `out.jsonl`."""
        return [json.loads(line) for line in (self.folder / "out.jsonl").read_text("utf-8").splitlines()]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a command that must do without a network."""
    (folder / "sitecustomize.py").write_text(WITHOUT_NETWORK)
    mine = {name: value for name, value in os.environ.items() if not name.startswith("WAYSIDE_")}
    return {**mine, "PYTHONPATH": str(folder)}


def start(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    """Starts the installed command in an empty directory, without a network."""
    command = [str(WAYSIDE), *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=pipe, stderr=pipe, text=True)


def wayside(folder: Path, *arguments: object) -> Ended:
    """Runs the installed command to its end."""
    with start(folder, *arguments) as running:
        out, err = running.communicate(timeout=900)
    return Ended(running.returncode, out, err, folder)


def gates() -> Iterator[str]:
    """The options for the gates of the clip."""
    for gate in json.loads((demo_folder() / TRUTH).read_text("utf-8"))["gates"]:
        ends = ",".join(str(value) for point in (gate["start"], gate["end"]) for value in point)
        yield from ("--gate", f"{gate['name']}:{ends}:{gate['forward']}:{gate['backward']}")


def watch_arguments(clip: Path) -> list[object]:
    """The command that watches a clip as the demo does."""
    options = ["--camera", "gate", "--start", "2026-06-01T07:30:00Z", "--data", "data", "--output", "out.jsonl"]
    return ["watch", clip, *gates(), *options]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """`wayside demo`, once for all tests of this file."""
    return wayside(tmp_path_factory.mktemp("demo"), "demo")


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first ten seconds of the clip as a file of its own, for tests that need no more."""
    path = tmp_path_factory.mktemp("clip") / "beginning.avi"
    source = cv2.VideoCapture(str(demo_folder() / CLIP))
    rate = source.get(cv2.CAP_PROP_FPS)
    size = int(source.get(cv2.CAP_PROP_FRAME_WIDTH)), int(source.get(cv2.CAP_PROP_FRAME_HEIGHT))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, size)
    for _ in range(int(10 * rate)):
        writer.write(source.read()[1])
    writer.release()
    return path


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, beginning: Path) -> Ended:
    """The beginning, watched to its end."""
    return wayside(tmp_path_factory.mktemp("watched"), *watch_arguments(beginning))


@pytest.mark.slow
def test_the_demo_holds_its_bar(demo: Ended) -> None:
    """Every vehicle found and at least 95 % of plates right; none invented, and every crossing right."""
    assert demo.code == 0, demo.out
    assert demo.err.strip() == ""
    found = re.search(r"passages found +(\d+) of (\d+), (\d+) invented", demo.out)
    crossed = re.search(r"crossings right +(\d+) of (\d+)", demo.out)
    assert found is not None
    assert crossed is not None
    assert found[1] == found[2]
    assert int(found[2]) >= 6
    assert int(found[3]) == 0, demo.out
    assert crossed[1] == crossed[2], demo.out


@pytest.mark.slow
def test_the_demo_leaves_a_page_with_pictures(demo: Ended) -> None:
    """One article for each vehicle, and nothing that needs a network."""
    page = (demo.folder / "demo-out" / "index.html").read_text("utf-8")
    vehicles = len(json.loads((demo_folder() / TRUTH).read_text("utf-8"))["vehicles"])
    assert page.count("<article") >= vehicles
    assert page.count("data:image/jpeg;base64,") >= 2 * vehicles
    assert "://" not in page


@pytest.mark.slow
def test_watching_gives_valid_lines_and_whole_evidence(watched: Ended) -> None:
    """Every line holds the schema; every picture is there, under its digest, and can be opened."""
    assert watched.code == 0, watched.err
    assert watched.lines
    schema = json.loads((files("wayside") / "schema" / "passage.schema.json").read_text("utf-8"))
    for line in watched.lines:
        Draft202012Validator(schema).validate(line)
        assert {one["role"] for one in line["evidence"]} >= {"frame", "vehicle"}
        for one in line["evidence"]:
            assert cv2.imread(str(watched.folder / "data" / one["path"])) is not None


@pytest.mark.slow
def test_the_same_file_twice_gives_the_same_passages(watched: Ended, beginning: Path, tmp_path: Path) -> None:
    """Byte for byte, and no duplicate where the record has them already."""
    again = wayside(tmp_path, *watch_arguments(beginning))
    assert (tmp_path / "out.jsonl").read_bytes() == (watched.folder / "out.jsonl").read_bytes()
    assert "(0 new)" not in again.err
    twice = wayside(watched.folder, *watch_arguments(beginning))
    assert "(0 new)" in twice.err


@pytest.mark.slow
def test_kill_9_loses_no_passage_that_was_told(beginning: Path, tmp_path: Path) -> None:
    """Each line that came out is in the record, whole, after the process was killed without warning."""
    with start(tmp_path, *watch_arguments(demo_folder() / CLIP)) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGKILL)
        running.communicate()
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert lines
    with closing(sqlite3.connect(tmp_path / "data" / "wayside.sqlite3")) as record:
        assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {row[0] for row in record.execute("SELECT id FROM passage")}
    assert {line["id"] for line in lines} <= kept
    assert all((tmp_path / "data" / one["path"]).is_file() for line in lines for one in line["evidence"])


@pytest.mark.slow
def test_ctrl_c_closes_open_tracks_and_keeps_them(tmp_path: Path) -> None:
    """The exit code says that the clip was not at its end; every line is in the record."""
    with start(tmp_path, *watch_arguments(demo_folder() / CLIP)) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.send_signal(signal.SIGINT)
        rest, err = running.communicate(timeout=300)
    ended = Ended(running.returncode, first + rest, err, tmp_path)
    assert ended.code == 130
    assert "Traceback" not in err
    assert len(ended.lines) == len(ended.out.splitlines()) >= 1
    listed = wayside(tmp_path, "passages", "--data", "data", "--json")
    assert sorted(json.loads(line)["id"] for line in listed.out.splitlines()) == sorted(
        line["id"] for line in ended.lines
    )


@pytest.mark.slow
def test_the_frames_of_passages_are_read_as_stills_too(demo: Ended) -> None:
    """The frame from which a plate was read shows a vehicle, and mostly the same plate again."""
    record = demo.folder / "demo-out" / "record"
    listed = wayside(demo.folder, "passages", "--data", record, "--json")
    passages = [json.loads(line) for line in listed.out.splitlines()]
    frames = {
        str(record / one["path"]): passage["plate"]["text"]
        for passage in passages
        for one in passage["evidence"]
        if one["role"] == "frame" and passage["plate"]["text"]
    }
    read = wayside(demo.folder, "read", *frames, "--output", "out.jsonl")
    assert read.code == 0, read.err
    assert [line["file"] for line in read.lines] == list(frames)
    assert all(line["vehicles"] for line in read.lines)
    same = [line for line in read.lines if frames[line["file"]] in {plate["text"] for plate in line["plates"]}]
    assert len(same) > len(frames) / 2
