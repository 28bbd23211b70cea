# SPDX-License-Identifier: Apache-2.0
"""Settings files and gates: what they may say, and how faults are named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.config import CameraPlan, Settings, check_gates, parse_gate, parse_time, read_settings
from wayside.domain import Gate, Point, UsageError

SITE = """\
# The gate at the main road
data = "record"

[[camera]]
name = "north"
source = "rtsp://user:secret@cam.lan/live"
gates = ["main:0,10,64,10:in:out", "yard:5,0,5,48:a:b"]
bearing = 90
country = "gb"
start = 2026-11-22T13:05:00+01:00
privacy_blur = false

[[camera]]
source = "clip.mp4"
place = "main road"
position = [52.5163, 13.3777]
"""


def settings_of(tmp_path: Path, text: str) -> Settings:
    """What a file with this text says."""
    path = tmp_path / "site.toml"
    path.write_text(text)
    return read_settings(path)


def test_a_settings_file_says_everything_of_its_cameras(tmp_path: Path) -> None:
    """What it leaves out stays as it would be without it."""
    settings = settings_of(tmp_path, SITE)
    gates = (
        Gate("main", Point(0, 10), Point(64, 10), "in", "out"),
        Gate("yard", Point(5, 0), Point(5, 48), "a", "b"),
    )
    started_at = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)
    north = CameraPlan("rtsp://user:secret@cam.lan/live", "north", gates, 90, "GB", started_at, False)
    yard = CameraPlan("clip.mp4", place="main road", position=(52.5163, 13.3777))
    assert settings == Settings(tmp_path / "record", (north, yard))


@pytest.mark.parametrize(
    ("line", "spoilt", "fault"),
    [
        (5, 'nmae = "north"', "'nmae' is not known here; use one of name, source, gates"),
        (5, "name = 7", "'name' must be a str, not 7"),
        (7, 'gates = ["main:0,10,64:in:out"]', "'gates' the gate 'main:0,10,64:in:out': '0,10,64' is not four numbers"),
        (7, 'gates = "main"', "'gates' must be a list; write it as gates = ["),
        (8, 'bearing = "east"', "'bearing' must be a number, not 'east'"),
        (8, "bearing = 361", "'bearing' 361 is no bearing"),
        (10, 'start = "noon"', "'start' 'noon' is no time"),
        (11, "privacy_blur = 1", "'privacy_blur' must be a bool, not 1"),
        (16, "position = [91, 0]", "'position' is no position; give degrees of latitude"),
        (16, "position = '52, 13'", "'position' must be latitude and longitude"),
        (14, "start = 2026-11-22", "'source' is missing; name the file or the address"),
        (2, "date = 'x'", "'date' is not known here; use data and [[camera]]"),
        (2, "data = 7", "'data' must be the name of a directory in quotes"),
    ],
)
def test_a_broken_line_is_named_by_file_and_line(tmp_path: Path, line: int, spoilt: str, fault: str) -> None:
    """With what is wrong and the mend."""
    text = SITE.splitlines()
    text[line - 1] = spoilt
    with pytest.raises(UsageError) as told:
        settings_of(tmp_path, "\n".join(text))
    named = 13 if "missing" in fault else line
    assert str(told.value).startswith(f"{tmp_path / 'site.toml'}, line {named}: {fault}")


def test_broken_toml_is_named_by_file_and_line(tmp_path: Path) -> None:
    """As the parser counts."""
    with pytest.raises(UsageError, match=r"site\.toml: is not valid TOML: .*line 2.*mend that line"):
        settings_of(tmp_path, "data = 'x'\nname = \n")


def test_a_camera_must_be_a_table(tmp_path: Path) -> None:
    """[[camera]] with two brackets."""
    with pytest.raises(UsageError, match=r"line 1: 'camera' must be written as \[\[camera\]\]"):
        settings_of(tmp_path, "camera = 'north'")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With what to check."""
    with pytest.raises(UsageError, match=r"no\.toml: the settings cannot be read"):
        read_settings(tmp_path / "no.toml")


@given(st.tuples(*[st.floats(0, 4000).map(lambda value: round(value, 2))] * 4))
def test_a_gate_is_read_as_it_is_written(ends: tuple[float, float, float, float]) -> None:
    """Whole numbers or not."""
    x1, y1, x2, y2 = ends
    if (x1, y1) == (x2, y2):
        return
    assert parse_gate(f"main:{x1},{y1},{x2},{y2}:in:out") == Gate("main", Point(x1, y1), Point(x2, y2), "in", "out")


@given(st.text(max_size=40))
def test_no_text_makes_the_gate_parser_stumble(text: str) -> None:
    """A gate or a sentence, never another error."""
    try:
        assert parse_gate(text).name
    except UsageError as error:
        assert str(error)


def test_gates_on_the_edge_of_the_picture_are_within() -> None:
    """The last row and column are part of it."""
    check_gates([parse_gate("m:0,0,64,48:a:b")], (64, 48), "cam")
    with pytest.raises(UsageError, match=r"cam: the gate 'm' has its end 64\.5,48 outside"):
        check_gates([parse_gate("m:0,0,64.5,48:a:b")], (64, 48), "cam")


def test_times_are_aware() -> None:
    """Without a zone they are local; with one they mean that moment."""
    assert parse_time("2026-11-22T13:05:00").tzinfo is not None
    assert parse_time("2026-11-22T13:05:00Z") == datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
