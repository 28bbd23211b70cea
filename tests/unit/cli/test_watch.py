# SPDX-License-Identifier: Apache-2.0
"""`wayside watch`: what it records, writes and shows, and what bad input gets."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from clips import write_pictures, write_video
from jsonschema import Draft202012Validator
from rtsp_server import RtspCamera

from wayside.domain import Gate, Point
from wayside.pipeline.sources import Frame
from wayside.record import Store, passage_document

Command = Callable[..., Any]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip of 25 frames, so of three passages."""
    return write_video(tmp_path / "clip.avi", 25)


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_passages_are_recorded_written_and_shown(wayside: Command, clip: Path, tmp_path: Path) -> None:
    """One line each on standard output, one object each in the file, one row each in the record."""
    said = wayside("watch", clip, "--data", tmp_path / "data", "--output", "out.jsonl")
    assert said.code == 0
    assert len(said.out.splitlines()) == 3
    assert "101D234" in said.out.splitlines()[0]
    assert said.complaints == []
    assert "clip: 3 passages (3 new) in 25 frames" in said.err
    with Store(tmp_path / "data", writing=False) as store:
        recorded = [passage_document(passage) for passage in reversed(store.passages())]
    assert lines_of(Path("out.jsonl")) == recorded
    assert len(list((tmp_path / "data").rglob("*.jpg"))) == 9


def test_every_line_holds_the_published_schema(wayside: Command, clip: Path) -> None:
    """As a script would check it."""
    schema = json.loads((files("wayside") / "schema" / "passage.schema.json").read_text("utf-8"))
    wayside("watch", clip, "--output", "out.jsonl")
    for line in lines_of(Path("out.jsonl")):
        Draft202012Validator(schema).validate(line)


def test_the_same_file_twice_gives_the_same(wayside: Command, clip: Path, tmp_path: Path) -> None:
    """The same lines, and no passage twice in the record."""
    wayside("watch", clip, "--data", "data", "--output", "first.jsonl")
    said = wayside("watch", clip, "--data", "data", "--output", "second.jsonl")
    assert Path("first.jsonl").read_bytes() == Path("second.jsonl").read_bytes()
    assert "3 passages (0 new)" in said.err
    with Store(tmp_path / "data") as store:
        assert store.count() == 3


def test_lines_can_go_into_a_pipe(wayside: Command, clip: Path) -> None:
    """Then nothing else is on standard output."""
    said = wayside("watch", clip, "--output", "-")
    assert [json.loads(line)["camera"] for line in said.out.splitlines()] == ["clip"] * 3


def test_options_reach_the_camera(wayside: Command, clip: Path, pipeline: Any) -> None:
    """Name, gates, start, bearing and country."""
    wayside(
        "watch", clip, "--camera", "north gate", "--gate", "main:0,10,64,10.5:in:out", "--gate", "yard:5,0,5,48:a:b",
        "--start", "2026-11-22T13:05:00+01:00", "--bearing", "90", "--country", "gb",
    )  # fmt: skip
    (settings,) = pipeline.settings
    assert settings.name == "north gate"
    assert settings.gates == (
        Gate("main", Point(0, 10), Point(64, 10.5), "in", "out"),
        Gate("yard", Point(5, 0), Point(5, 48), "a", "b"),
    )
    assert settings.started_at == datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
    assert (settings.bearing_deg_true, settings.country) == (90, "GB")


def test_without_options_the_source_says_what_it_can(wayside: Command, clip: Path, pipeline: Any) -> None:
    """The name of the file, and when it was last written."""
    os.utime(clip, (1_700_000_000, 1_700_000_000))
    wayside("watch", clip)
    (settings,) = pipeline.settings
    assert (settings.name, settings.gates) == ("clip", ())
    assert settings.started_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_camera_gets_a_name_that_can_be_printed(wayside: Command, clip: Path, pipeline: Any) -> None:
    """Whatever its file is called."""
    odd = clip.rename(clip.with_name("a\x1b\n" + "x" * 100 + ".avi"))
    said = wayside("watch", odd, "--data", "data", "--output", "out.jsonl")
    assert said.code == 0
    (settings,) = pipeline.settings
    assert settings.name == "a__" + "x" * 61


def test_a_file_whose_name_is_no_text_is_refused(wayside: Command, clip: Path) -> None:
    """File names of this system may be any bytes; OpenCV's decoder takes only some."""
    odd = clip.rename(clip.with_name(os.fsdecode(b"a\xff.avi")))
    said = wayside("watch", odd)
    assert said.code == 1
    assert said.complaints[0].endswith(
        "a\N{REPLACEMENT CHARACTER}.avi: the name is no valid text; rename it or its folder"
    )


def test_several_sources_are_watched_one_after_another(wayside: Command, clip: Path, tmp_path: Path) -> None:
    """One that cannot be opened keeps none of the others from being watched, but is told in the exit code."""
    folder = write_pictures(tmp_path / "frames", [f"{number}.jpg" for number in range(12)])
    said = wayside("watch", clip, "missing.mp4", folder)
    assert said.code == 1
    assert said.complaints == ["wayside: missing.mp4: no such file or folder; check the name"]
    assert "clip: 3 passages" in said.err
    assert "frames: 2 passages" in said.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "there is nothing to watch; name a SOURCE"),
        (["CLIP", "--gate", "main"], "the gate 'main' has not four parts between colons; write NAME:X1,Y1,X2,Y2:"),
        (["CLIP", "--gate", "m:1,2,3:in:out"], "'1,2,3' is not four numbers; write X1,Y1,X2,Y2"),
        (["CLIP", "--gate", "m:1,2,x,4:in:out"], "'1,2,x,4' is not four numbers"),
        (["CLIP", "--gate", "m:1,2,nan,4:in:out"], "is not four finite numbers"),
        (["CLIP", "--gate", "m:1,2,1,2:in:out"], "is a point, not a line; give two different ends"),
        (["CLIP", "--gate", ":1,2,3,4:in:out"], "'' is no name"),
        (["CLIP", "--gate", "m:1,2,3,4:in:in"], "calls both ways 'in'; give them different names"),
        (["CLIP", "--gate", "m:1,2,3,4:a:b", "--gate", "m:5,6,7,8:a:b"], "two gates are called 'm'"),
        (["CLIP", "--gate", "m:0,0,65,48:in:out"], "outside the picture of 64 x 48 pixels; give coordinates within"),
        (["CLIP", "--gate", "m:0,-1,64,48:in:out"], "the gate 'm' has its end 0,-1 outside the picture"),
        (["CLIP", "--start", "yesterday"], "'yesterday' is no time; write it as 2026-"),
        (["CLIP", "--bearing", "400"], "400 is no bearing; give degrees from true north"),
        (["CLIP", "--country", "England"], "'England' is no country code"),
        (["CLIP", "--camera", "\x1b[31m"], "is no name; use 1 to 64 printable characters"),
        (["CLIP", "--fps", "0"], "0.0 pictures per second cannot be"),
        (["CLIP", "--speed", "9"], "No such option: --speed; see `wayside watch --help`"),
        (["CLIP", "--config", "no.toml"], "no.toml: the settings cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(wayside: Command, clip: Path, arguments: list[str], complaint: str) -> None:
    """One sentence on standard error that names the mend, exit code 2, and no passage."""
    said = wayside("watch", *(clip if argument == "CLIP" else argument for argument in arguments))
    assert said.code == 2
    assert len(said.complaints) == 1
    assert said.err.splitlines() == said.complaints
    assert complaint in said.complaints[0]
    assert said.out == ""


def test_a_video_cut_short_keeps_its_passages(wayside: Command, tmp_path: Path) -> None:
    """They are recorded, the sentence says what is missing, and the exit code is 1."""
    path = write_video(tmp_path / "cut.mkv", 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    said = wayside("watch", path, "--data", "data")
    assert said.code == 1
    assert "cut.mkv: ends after" in said.complaints[0]
    with Store(tmp_path / "data", writing=False) as store:
        assert store.count() == len(said.out.splitlines()) >= 2


def test_a_record_that_cannot_be_written_is_told(wayside: Command, clip: Path, tmp_path: Path) -> None:
    """Before anything is watched."""
    (tmp_path / "data").write_text("a file, not a directory")
    said = wayside("watch", clip, "--data", "data")
    assert said.code == 1
    assert "data: cannot be written" in said.complaints[0]


def test_an_output_that_cannot_be_written_is_told(wayside: Command, clip: Path) -> None:
    """With the name of the file."""
    said = wayside("watch", clip, "--output", "nowhere/out.jsonl")
    assert said.code == 1
    assert "nowhere/out.jsonl: cannot be written (No such file or directory); name another" in said.complaints[0]


def test_a_refused_camera_is_told_without_its_password(wayside: Command) -> None:
    """Nor does any other output hold it."""
    with RtspCamera() as camera:
        url = camera.url
    said = wayside("watch", url)
    assert said.code == 1
    assert "the connection was refused" in said.complaints[0]
    assert "secret" not in said.err + said.out


def test_two_cameras_are_watched_side_by_side(wayside: Command, pipeline: Any) -> None:
    """A stop closes what is open, keeps it, and is no failure."""
    with RtspCamera() as first, RtspCamera() as second:
        seen: set[int] = set()

        def interrupt(frame: Frame) -> None:
            seen.add(frame.number)
            if len(pipeline.settings) == 2 and len(seen) > 10:
                os.kill(os.getpid(), signal.SIGINT)
                pipeline.at_frame = lambda frame: None

        pipeline.at_frame = interrupt
        said = wayside("watch", first.url, second.url)
    assert said.code == 0
    assert {settings.name for settings in pipeline.settings} == {f"127.0.0.1:{cam.port}" for cam in (first, second)}
    assert len(said.out.splitlines()) >= 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_closes_open_tracks_and_keeps_them(
    wayside: Command, clip: Path, pipeline: Any, number: signal.Signals
) -> None:
    """The recording is not at its end, which the exit code says; handlers are put back."""
    before = signal.getsignal(number)
    pipeline.at_frame = lambda frame: os.kill(os.getpid(), number) if frame.number == 14 else None
    said = wayside("watch", clip, clip, "--data", "data")
    assert said.code == 130
    assert "clip: 2 passages (2 new) in 15 frames" in said.err
    assert len(pipeline.settings) == 1
    assert signal.getsignal(number) == before


def test_a_fault_of_our_own_is_one_sentence(wayside: Command, clip: Path, pipeline: Any) -> None:
    """No traceback; a hint how to report it."""

    def stumble(frame: Frame) -> None:
        raise ZeroDivisionError("boom")

    pipeline.at_frame = stumble
    said = wayside("watch", clip)
    assert said.code == 1
    assert "something went wrong that should not (ZeroDivisionError: boom); please report it" in said.complaints[0]
    assert "Traceback" not in said.err


def test_cameras_come_from_a_settings_file(wayside: Command, clip: Path, pipeline: Any, tmp_path: Path) -> None:
    """With their gates; the record lies where the file says, beside the file."""
    (tmp_path / "site.toml").write_text(
        f'data = "kept"\n[[camera]]\nname = "north"\nsource = "{clip}"\ngates = ["main:0,10,64,10:in:out"]\n'
    )
    said = wayside("watch", "--config", "site.toml")
    assert said.code == 0
    assert [settings.name for settings in pipeline.settings] == ["north"]
    assert (tmp_path / "kept" / "wayside.sqlite3").is_file()
