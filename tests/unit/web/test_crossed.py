# SPDX-License-Identifier: Apache-2.0
"""The gates over a frame: those that were crossed, with an arrow that points the way the vehicle went."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from factories import full_passage
from unit.web.house import photograph

from wayside.config import CameraPlan, parse_gate
from wayside.domain import Crossing, Direction, Passage
from wayside.web.crossed import overlay_of

PLAN = CameraPlan("a.mp4", "gate", gates=(parse_gate("main:0,24,64,24:in:out"), parse_gate("side:0,0,0,48:up:down")))


def passage(*crossed: tuple[str, str]) -> Passage:
    """A passage that crossed these gates."""
    crossings = tuple(Crossing(gate, way, 1.0) for gate, way in crossed)
    return replace(full_passage(1)[0], direction=Direction(crossings, None, None))


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    """A picture of 64 x 48 pixels."""
    path = tmp_path / "frame.jpg"
    path.write_bytes(photograph(1))
    return path


@pytest.mark.parametrize(("way", "below"), [("in", True), ("out", False)])
def test_the_arrow_points_the_way_the_vehicle_went(frame: Path, way: str, below: bool) -> None:
    """A line from left to right has its forward way downwards."""
    overlay = overlay_of(passage(("main", way)), PLAN, frame)
    assert overlay is not None
    assert (overlay.width, overlay.height) == (64, 48)
    (one,) = overlay.gates
    tip = re.match(r"M\S+ (\S+) ", one.arrow)
    assert tip is not None
    assert (float(tip[1]) > 24) is below
    assert (one.label_y > 24) is below
    assert one.label == f"main {way}"


def test_only_what_is_known_is_drawn(frame: Path, tmp_path: Path) -> None:
    """A gate that was removed or renamed since is not; each way of a gate once."""
    overlay = overlay_of(passage(("main", "in"), ("gone", "in"), ("main", "in"), ("side", "sideways")), PLAN, frame)
    assert overlay is not None
    assert [one.label for one in overlay.gates] == ["main in"]
    assert overlay_of(passage(("gone", "in")), PLAN, frame) is None
    assert overlay_of(passage(("main", "in")), None, frame) is None
    assert overlay_of(passage(("main", "in")), PLAN, tmp_path / "nowhere.jpg") is None
    assert overlay_of(passage(("main", "in")), PLAN, None) is None
