# SPDX-License-Identifier: Apache-2.0
"""Which way a track went: gates crossed, travel in the picture, and heading where the bearing is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from wayside.domain import Box, Crossing, Direction, Gate, Track, TrackPoint, Travel
from wayside.domain.geometry import along, side_of

# A vehicle is on a side of a gate only when its centre is this share of its own size away from the line:
# the trembling of a box that stands on the line is smaller.
HYSTERESIS = 0.12
# And it must have come at least this share of its size across, from its furthest on the one side.
LEAST_TRAVEL = 0.3
# A gate drawn across the lanes is meant for a vehicle that passes just beside its end, too.
BEYOND_END = 0.06

# For the way in space: the height of a usual vehicle is a rough yardstick, a camera's picture about as wide as
# 0.9 of its distance (a 48° lens). Only ratios of the two matter, so the quadrant is robust against both.
FOCAL_WIDTHS = 1.1
LEAST_MOVE = 0.6
"""Vehicle heights that a vehicle must have moved before its travel is stated."""


@dataclass(frozen=True, slots=True)
class _Seen:
    time_s: float
    side: float
    """Pixels from the gate's line, positive on the right-hand side."""
    margin: float
    within: bool


def crossings(track: Track, gates: Sequence[Gate]) -> tuple[Crossing, ...]:
    """Every gate crossed, in order of time; the reference point is the centre of the vehicle's box."""
    found = [crossing for gate in gates for crossing in _gate_crossings(track, gate)]
    return tuple(sorted(found, key=lambda c: (c.time_s, c.gate)))


def _gate_crossings(track: Track, gate: Gate) -> list[Crossing]:
    found: list[Crossing] = []
    settled: _Seen | None = None
    before: _Seen | None = None
    at: tuple[float, bool] | None = None
    for seen in (_look(point, gate) for point in track.points):
        if before is not None and before.side * seen.side <= 0 and before.side != seen.side:
            at = _moment(before, seen)
        if abs(seen.side) >= seen.margin:
            if settled is not None and settled.side * seen.side < 0:
                far_enough = abs(seen.side - settled.side) >= seen.margin / HYSTERESIS * LEAST_TRAVEL
                if not far_enough:
                    before = seen
                    continue
                if at is not None and at[1]:
                    found.append(Crossing(gate.name, gate.forward if seen.side > 0 else gate.backward, at[0]))
                settled = seen
            elif settled is None or abs(seen.side) > abs(settled.side):
                settled = seen
        before = seen
    return found


def _look(point: TrackPoint, gate: Gate) -> _Seen:
    box = point.detection.box
    centre = box.centre
    place = along(centre, gate.start, gate.end)
    size = math.sqrt(max(box.area, 1.0))
    return _Seen(
        point.time_s,
        side_of(centre, gate.start, gate.end),
        HYSTERESIS * size,
        -BEYOND_END <= place <= 1 + BEYOND_END,
    )


def _moment(before: _Seen, seen: _Seen) -> tuple[float, bool]:
    """When the line was met, between two frames, and whether within the gate's ends."""
    share = before.side / (before.side - seen.side)
    return before.time_s + share * (seen.time_s - before.time_s), before.within or seen.within


@dataclass(frozen=True, slots=True)
class Course:
    """Movement over the ground as seen from the camera, in vehicle heights."""

    rightward: float
    toward: float

    @property
    def length(self) -> float:
        return math.hypot(self.rightward, self.toward)


def course(track: Track, frame_size: tuple[int, int]) -> Course:
    """How a track moved between its first and its last whole views; frame_size: (width, height) pixels."""
    whole = [p.detection.box for p in track.points if not _cut(p.detection.box, frame_size)]
    boxes = whole if len(whole) >= 3 else [p.detection.box for p in track.points]
    share = max(1, len(boxes) // 6)
    first, last = _middle(boxes[:share]), _middle(boxes[-share:])
    width, height = frame_size
    focal = FOCAL_WIDTHS * width
    rightward = (last.centre.x - width / 2) / last.height - (first.centre.x - width / 2) / first.height
    nearer = focal / first.height - focal / last.height
    down = (last.ground.y - first.ground.y) / ((first.height + last.height) / 2)
    # A steep view changes the size little but the place much; a flat one the other way round.
    toward = nearer if abs(nearer) > abs(down) and nearer * down >= 0 else down
    return Course(rightward, toward)


def _cut(box: Box, frame_size: tuple[int, int]) -> bool:
    return box.left <= 2 or box.top <= 2 or box.right >= frame_size[0] - 2 or box.bottom >= frame_size[1] - 2


def _middle(boxes: Sequence[Box]) -> Box:
    return Box(
        median(b.left for b in boxes),
        median(b.top for b in boxes),
        median(b.right for b in boxes),
        max(median(b.bottom for b in boxes), median(b.top for b in boxes) + 1.0),
    )


def travel(moved: Course) -> Travel | None:
    """The quadrant of a course; None for a vehicle that hardly moved."""
    if moved.length < LEAST_MOVE:
        return None
    if abs(moved.rightward) > abs(moved.toward):
        return Travel.RIGHT if moved.rightward > 0 else Travel.LEFT
    return Travel.TOWARD if moved.toward > 0 else Travel.AWAY


def heading_deg_true(moved: Course, bearing_deg_true: float) -> float | None:
    """True heading of a course, 0–360, from the bearing the camera looks along; None where it hardly moved."""
    if moved.length < LEAST_MOVE:
        return None
    relative = math.degrees(math.atan2(moved.rightward, -moved.toward))
    return (bearing_deg_true + relative) % 360


def direction(
    track: Track, gates: Sequence[Gate], frame_size: tuple[int, int], bearing_deg_true: float | None
) -> Direction:
    """All that a track says of the way it went; a measured heading of the last gate crossed goes first."""
    crossed = crossings(track, gates)
    moved = course(track, frame_size)
    heading = _gate_heading(crossed, gates)
    if heading is None and bearing_deg_true is not None:
        heading = heading_deg_true(moved, bearing_deg_true)
    return Direction(crossed, travel(moved), heading)


def _gate_heading(crossed: Sequence[Crossing], gates: Sequence[Gate]) -> float | None:
    if not crossed:
        return None
    last = crossed[-1]
    gate = next(g for g in gates if g.name == last.gate)
    if gate.heading_deg_true is None:
        return None
    return gate.heading_deg_true if last.way == gate.forward else (gate.heading_deg_true + 180) % 360

