# SPDX-License-Identifier: Apache-2.0
"""The cameras' file: what is written is read again, only its owner reads it, and a bad one is refused with its mend."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.config import CameraPlan, parse_gate, parse_name
from wayside.domain import Gate, Point, RecordError, UsageError
from wayside.setup.file import FILE, plan_text, read_cameras, read_plan, write_cameras

NORTH = CameraPlan(
    source='rtsp://user:pa"ss\\w%20@192.0.2.10/stream1',
    name="north",
    gates=(Gate("main", Point(1, 2), Point(300.25, 4), "in", "out", 92.5), parse_gate("back:0,0,5,5:up:down")),
    bearing_deg_true=12.5,
    country="GB",
    started_at=datetime(2026, 6, 1, 7, 30, tzinfo=UTC),
    privacy_blur=False,
    place="north gate",
    position=(52.5163, -13.3777),
    enabled=False,
)
YARD = CameraPlan(source="yard.mp4", name="yard")
names = some.text(some.characters(codec="utf-8", exclude_characters=":"), min_size=1, max_size=20).filter(
    lambda text: text.isprintable() and text.strip()
)
pixels = some.integers(0, 800_000).map(lambda hundredths: hundredths / 100)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Every field, and in the order given; what nobody stated is not stated either."""
    assert read_cameras(tmp_path) == ()
    write_cameras(tmp_path, [NORTH, YARD])
    assert read_cameras(tmp_path) == (NORTH, YARD)
    assert plan_text(YARD) == '[[camera]]\nname = "yard"\nsource = "yard.mp4"\n'


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    """Also while it is written; and one that others can read is refused rather than used."""
    write_cameras(tmp_path, [NORTH])
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600") as told:
        read_cameras(tmp_path)
    assert "pa" not in str(told.value).replace(str(tmp_path), "").split("holds passwords")[0]


@given(name=names, source=names, ways=some.tuples(names, names), ends=some.tuples(pixels, pixels, pixels, pixels))
def test_a_camera_survives_as_text_whatever_its_names(
    name: str, source: str, ways: tuple[str, str], ends: tuple[float, float, float, float]
) -> None:
    """Quotes, back slashes and other scripts too."""
    forward, backward = parse_name(ways[0]), f"not {parse_name(ways[1])}"[:64]
    x1, y1, x2, y2 = ends
    gate = Gate(parse_name(name), Point(x1, y1), Point(x2, y2 + 0.01), forward, backward)
    if forward == backward:
        return
    plan = CameraPlan(source=source, name=parse_name(name), gates=(gate,))
    again = read_plan(plan_text(plan))
    assert (again.source, again.name) == (plan.source, plan.name)
    assert again.gates[0].start == pytest.approx(gate.start)
    assert (again.gates[0].forward, again.gates[0].backward) == (forward, backward)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[camera]]\nsource = "a.mp4"\n', "name of its own"),
        ('[[camera]]\nname = "a"\nsource = "a.mp4"\n[[camera]]\nname = "a"\nsource = "b.mp4"\n', "name of its own"),
        ('[[camera]]\nname = "a"\nsource = "rtsp://u:secret@h/"\ngates = 3\n', "line 4"),
        ("[[camera", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_without_its_passwords(tmp_path: Path, text: str, told: str) -> None:
    """With the place and the mend."""
    (tmp_path / FILE).write_text(text)
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(UsageError, match=told) as error:
        read_cameras(tmp_path)
    assert "secret" not in str(error.value)


def test_what_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    """A path that is no text, a gate whose name holds the sign that divides gates, a folder that is not there."""
    with pytest.raises(UsageError, match="no valid text"):
        plan_text(CameraPlan(source="clip\udcff.mp4"))
    with pytest.raises(UsageError, match="colon"):
        plan_text(CameraPlan(source="a", gates=(Gate("a:b", Point(0, 0), Point(1, 1), "in", "out"),)))
    with pytest.raises(RecordError, match="cannot be written"):
        write_cameras(tmp_path / "nowhere", [YARD])
