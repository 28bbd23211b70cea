# SPDX-License-Identifier: Apache-2.0
"""Gates and travel on made-up tracks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import Box, Detection, Gate, Point, Track, TrackPoint, Travel, VehicleKind
from wayside.pipeline.direction import course, crossings, direction, heading_deg_true, travel

SIZE = (1280, 720)
GATE = Gate("main", Point(200, 300), Point(1000, 300), "in", "out")
"""Looking from left to right along it, the right-hand side is below: downward is forward."""


def track_of(*boxes: Box, step_s: float = 0.1) -> Track:
    """A car seen at these boxes at a steady rate."""
    points = (TrackPoint(i * step_s, Detection(VehicleKind.CAR, 0.8, box)) for i, box in enumerate(boxes))
    return Track(1, tuple(points))


def at(x: float, y: float, width: float = 100, height: float = 80) -> Box:
    """A box centred at (x, y)."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def test_forward_is_from_left_to_right_hand_side() -> None:
    """Downward over a line drawn from left to right is forward, upward backward."""
    down = track_of(*(at(600, y) for y in range(200, 401, 10)))
    up = track_of(*(at(600, y) for y in range(400, 199, -10)))
    assert [(c.gate, c.way) for c in crossings(down, [GATE])] == [("main", "in")]
    assert [(c.gate, c.way) for c in crossings(up, [GATE])] == [("main", "out")]


def test_a_gate_drawn_the_other_way_swaps_the_names() -> None:
    """Only the order of the two points says which way is forward."""
    turned = Gate("main", GATE.end, GATE.start, "in", "out")
    down = track_of(*(at(600, y) for y in range(200, 401, 10)))
    assert [c.way for c in crossings(down, [turned])] == ["out"]


def test_the_moment_is_interpolated() -> None:
    """The centre meets y = 300 a third of the way between two frames."""
    (crossing,) = crossings(track_of(at(600, 150), at(600, 200), at(600, 290), at(600, 320), at(600, 400)), [GATE])
    assert crossing.time_s == pytest.approx(0.2 + 0.1 / 3)


def test_trembling_on_the_line_is_no_crossing() -> None:
    """A vehicle that stands on the gate is not counted whatever its box does."""
    assert crossings(track_of(*(at(600, 300 + (-1) ** i * 9) for i in range(50))), [GATE]) == ()


def test_stop_on_the_line_and_go_on_counts_once() -> None:
    """Waiting on the gate adds nothing to the one crossing."""
    ys = [*range(200, 300, 10), *(300 + (-1) ** i * 9 for i in range(30)), *range(310, 400, 10)]
    assert len(crossings(track_of(*(at(600, y) for y in ys)), [GATE])) == 1


def test_turning_back_counts_both_ways() -> None:
    """In and out again are two crossings in order."""
    ys = [*range(200, 400, 10), *range(400, 200, -10)]
    assert [c.way for c in crossings(track_of(*(at(600, y) for y in ys)), [GATE])] == ["in", "out"]


def test_passing_beside_the_gate_is_no_crossing() -> None:
    """Only between its ends does a gate count."""
    assert crossings(track_of(*(at(1200, y) for y in range(200, 401, 10))), [GATE]) == ()


def test_two_gates_come_in_order_of_time() -> None:
    """Crossings of several gates are sorted by when they happened."""
    second = Gate("inner", Point(200, 360), Point(1000, 360), "in", "out")
    found = crossings(track_of(*(at(600, y) for y in range(200, 500, 10))), [second, GATE])
    assert [c.gate for c in found] == ["main", "inner"]


@given(st.floats(100, 1100), st.floats(50, 250), st.floats(350, 650), st.integers(4, 60), st.floats(0, 2 * math.pi))
def test_a_straight_drive_over_a_long_gate_counts_once(x: float, y0: float, y1: float, n: int, turn: float) -> None:
    """However the scene is turned and however many frames there are, across is across once and forward."""

    def turned(px: float, py: float) -> Point:
        c, s = math.cos(turn), math.sin(turn)
        return Point(600 + c * (px - 600) - s * (py - 300), 300 + s * (px - 600) + c * (py - 300))

    gate = Gate("g", turned(-2000, 300), turned(3000, 300), "in", "out")
    boxes = [at(*turned(x, y0 + (y1 - y0) * i / (n - 1)), 60, 60) for i in range(n)]
    assert [c.way for c in crossings(track_of(*boxes), [gate])] == ["in"]


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([at(600 + 10 * i, 300) for i in range(30)], Travel.RIGHT),
        ([at(900 - 10 * i, 300) for i in range(30)], Travel.LEFT),
        ([at(600, 200 + 8 * i, 40 + 8 * i, 30 + 6 * i) for i in range(30)], Travel.TOWARD),
        ([at(600, 440 - 8 * i, 280 - 8 * i, 210 - 6 * i) for i in range(30)], Travel.AWAY),
        ([at(600, 100 + 15 * i) for i in range(30)], Travel.TOWARD),
        ([at(600 + (-1) ** i, 300) for i in range(30)], None),
        ([at(600, 300 + i // 8, 24 - i // 8, 18 + i // 8) for i in range(30)], None),
    ],
)
def test_travel_in_the_picture(boxes: list[Box], expected: Travel | None) -> None:
    """Each way of the picture has its name, also from steeply above where the size does not change."""
    assert travel(course(track_of(*boxes), SIZE)) is expected


def test_heading_follows_the_bearing() -> None:
    """A camera that looks north sees what drives away go north, what goes right go east."""
    away = course(track_of(*(at(640, 440 - 8 * i, 280 - 8 * i, 210 - 6 * i) for i in range(30))), SIZE)
    right = course(track_of(*(at(400 + 16 * i, 300) for i in range(30))), SIZE)
    assert heading_deg_true(away, 0.0) == pytest.approx(0, abs=5) or heading_deg_true(away, 0.0) > 355  # type: ignore[operator]
    assert heading_deg_true(right, 0.0) == pytest.approx(90, abs=5)
    assert heading_deg_true(right, 300.0) == pytest.approx(30, abs=5)


def test_heading_of_a_measured_gate_goes_first() -> None:
    """A gate whose true heading somebody measured is believed before the bearing."""
    gate = Gate("main", GATE.start, GATE.end, "in", "out", heading_deg_true=200.0)
    down = [at(600, y) for y in range(200, 401, 10)]
    assert direction(track_of(*down), [gate], SIZE, 0.0).heading_deg_true == 200
    assert direction(track_of(*reversed(down)), [gate], SIZE, 0.0).heading_deg_true == 20


def test_no_bearing_no_heading() -> None:
    """Without a bearing and a measured gate the heading is unknown, not made up."""
    assert direction(track_of(*(at(600, y) for y in range(200, 401, 10))), [GATE], SIZE, None).heading_deg_true is None
