# SPDX-License-Identifier: Apache-2.0
"""Which way a track went: gates crossed, travel in the picture, and heading where the bearing is known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from wayside.domain import Box, Crossing, Direction, Gate, Track, TrackPoint, Travel, along, side_of

# A vehicle is on a side of a gate only when its centre is this share of its own size away from the line:
# the trembling of a box that stands on the line is smaller.
HYSTERESIS = 0.12
# And it must have come at least this share of its size across, from its furthest on the one side.
LEAST_TRAVEL = 0.4
# A vehicle that leaves at the picture's edge is cut there and its centre hardly moves on: at the end of a track so
# many last sights beyond the line are enough, if it came from far enough on the other side.
LAST_SIGHTS = 3
# A gate drawn across the lanes is meant for a vehicle that passes just beside its end, too.
BEYOND_END = 0.06

# For the way in space: the height of a usual vehicle is a rough yardstick, a camera's picture about as wide as
# 0.9 of its distance (a 48° lens). Only ratios of the two matter, so the quadrant is robust against both.
FOCAL_WIDTHS = 1.1
LEAST_MOVE = 0.6
"""Vehicle heights that a vehicle must have moved before its travel is stated."""
STANDS_SHIFT = 0.35
"""Box sizes that the centre, and"""
STANDS_GROWTH = 0.25
"""the logarithm by which the height of a vehicle that stands may seem to change."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One sight of a vehicle beside a gate."""

    time_s: float
    depth: float
    """Distance of its centre from the gate's line in sizes of the vehicle, positive on the right-hand side."""
    within: bool
    """Whether it lies between the gate's ends."""


def crossings(track: Track, gates: Sequence[Gate]) -> tuple[Crossing, ...]:
    """Every gate crossed, in order of time; the reference point is the centre of the vehicle's box."""
    found = [crossing for gate in gates for crossing in _gate_crossings(track, gate)]
    return tuple(sorted(found, key=lambda c: (c.time_s, c.gate)))


def _gate_crossings(track: Track, gate: Gate) -> Iterator[Crossing]:
    sights = [_look(point, gate) for point in track.points]
    leaving = _leaving(sights)
    settled = 0.0
    """The greatest depth on the side where the vehicle surely was last; 0 before it was surely anywhere."""
    met: tuple[float, bool] | None = None
    for index, seen in enumerate(sights):
        before = sights[max(0, index - 1)]
        if before.depth * seen.depth <= 0 and before.depth != seen.depth:
            met = _moment(before, seen)
        if abs(seen.depth) < HYSTERESIS and index < leaving:
            continue
        if settled * seen.depth >= 0:
            settled = max(settled, seen.depth, key=abs)
        elif abs(settled - seen.depth) >= LEAST_TRAVEL:
            if met is not None and met[1]:
                yield Crossing(gate.name, gate.forward if seen.depth > 0 else gate.backward, met[0])
            settled = seen.depth


def _leaving(sights: Sequence[_Seen]) -> int:
    """Index of the sight from which the last ones, near the line but all on one side, are believed."""
    last = [seen.depth for seen in sights[-LAST_SIGHTS:]]
    together = all(d > 0 for d in last) or all(d < 0 for d in last)
    return len(sights) - 1 if together else len(sights)


def _look(point: TrackPoint, gate: Gate) -> _Seen:
    box = point.detection.box
    size = math.sqrt(max(box.area, 1.0))
    place = along(box.centre, gate.start, gate.end)
    depth = side_of(box.centre, gate.start, gate.end) / size
    return _Seen(point.time_s, depth, -BEYOND_END <= place <= 1 + BEYOND_END)


def _moment(before: _Seen, seen: _Seen) -> tuple[float, bool]:
    """When the line was met, between two frames, and whether between the gate's ends."""
    share = before.depth / (before.depth - seen.depth)
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
    if _stands(first, last):
        return Course(0.0, 0.0)
    width = frame_size[0]
    focal = FOCAL_WIDTHS * width
    rightward = (last.centre.x - width / 2) / last.height - (first.centre.x - width / 2) / first.height
    nearer = focal / first.height - focal / last.height
    down = (last.ground.y - first.ground.y) / ((first.height + last.height) / 2)
    # A steep view changes the size little but the place much; a flat one the other way round.
    toward = nearer if abs(nearer) > abs(down) and nearer * down >= 0 else down
    return Course(rightward, toward)


def _stands(first: Box, last: Box) -> bool:
    """Neither place nor size changed by more than a box trembles; small boxes tremble most, seen in heights."""
    shift = math.dist(first.centre, last.centre) / math.sqrt(max(first.area, 1.0))
    return shift < STANDS_SHIFT and abs(math.log(last.height / first.height)) < STANDS_GROWTH


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
