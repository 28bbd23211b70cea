# SPDX-License-Identifier: Apache-2.0
"""Gates out of traffic whose every vehicle is known: one for each flow, across it, counting what went over it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.config import check_gates
from wayside.domain import Box, Detection, Point, Track, TrackPoint, Travel, VehicleKind
from wayside.pipeline import Proposal, Seen, propose
from wayside.pipeline.direction import crossings

SIZE = (1280, 720)


def vehicle(
    number: int, begin: tuple[float, float], end: tuple[float, float], sizes: tuple[float, float] = (80, 80)
) -> Seen:
    """A vehicle that goes straight from one place to another, and is so large at the first and at the last."""
    points, steps = [], 30
    for step in range(steps + 1):
        share = step / steps
        x, y = begin[0] + share * (end[0] - begin[0]), begin[1] + share * (end[1] - begin[1])
        half = (sizes[0] + share * (sizes[1] - sizes[0])) / 2
        box = Box(x - half, y - half, x + half, y + half).clipped(*SIZE)
        points.append(TrackPoint(step / 10, Detection(VehicleKind.CAR, 0.9, box)))
    return Seen(Track(number, tuple(points)))


def road(
    count: int, begin: tuple[float, float], end: tuple[float, float], spread: float = 8, seed: int = 1
) -> Iterator[Seen]:
    """Vehicles on one road, not all on the very same line."""
    random = Random(seed)
    for number in range(count):
        aside = random.uniform(-spread, spread)
        length = math.dist(begin, end)
        dx, dy = -(end[1] - begin[1]) / length * aside, (end[0] - begin[0]) / length * aside
        yield vehicle(number, (begin[0] + dx, begin[1] + dy), (end[0] + dx, end[1] + dy))


def counted(traffic: list[Seen], proposal: Proposal) -> int:
    """Vehicles that go over a proposed gate exactly once."""
    return sum(len(crossings(seen.track, (proposal.gate,))) == 1 for seen in traffic)


def angle_between(proposal: Proposal, way: tuple[float, float]) -> float:
    """Degrees between a gate's line and a way, 0 to 90."""
    gate = proposal.gate
    line = (gate.end.x - gate.start.x, gate.end.y - gate.start.y)
    cosine = abs(line[0] * way[0] + line[1] * way[1]) / (math.hypot(*line) * math.hypot(*way))
    return math.degrees(math.acos(min(1.0, cosine)))


def test_one_road_gets_one_gate_across_it() -> None:
    """Near the middle, wide enough for all, forward the way that all went."""
    traffic = list(road(12, (100, 360), (1180, 360)))
    (proposal,) = propose(traffic, SIZE)
    assert (proposal.forward, proposal.backward, proposal.of) == (12, 0, 12)
    assert angle_between(proposal, (1, 0)) > 80
    assert 300 < proposal.gate.start.x < 980
    assert (proposal.gate.forward, proposal.gate.backward) == (Travel.RIGHT, Travel.LEFT)


def test_both_ways_of_a_road_share_a_gate() -> None:
    """Two lanes side by side; forward is the busier way."""
    down, up = road(7, (560, 60), (560, 660)), road(4, (700, 660), (700, 60), seed=2)
    (proposal,) = propose([*down, *up], SIZE)
    assert (proposal.forward, proposal.backward) == (7, 4)
    assert proposal.gate.forward is not None
    assert (proposal.gate.forward, proposal.gate.backward) == (Travel.TOWARD, Travel.AWAY)


def test_roads_that_lie_apart_get_gates_of_their_own() -> None:
    """The busier one first, with names that differ."""
    traffic = [*road(9, (150, 60), (150, 660)), *road(5, (1100, 60), (1100, 660), seed=2)]
    first, second = propose(traffic, SIZE)
    assert [one.forward for one in (first, second)] == [9, 5]
    assert first.gate.start.x < 400
    assert second.gate.start.x > 900
    assert first.gate.name != second.gate.name


def test_lanes_that_spread_toward_the_viewer_get_a_level_gate() -> None:
    """As seen from a bridge: the line lies across the road, not across one lane."""
    left = [vehicle(n, (610 + n, 60), (520 + 4 * n, 660), (40, 160)) for n in range(6)]
    right = [vehicle(n, (670 + n, 60), (760 + 4 * n, 660), (40, 160)) for n in range(6)]
    (proposal,) = propose([*left, *right], SIZE)
    assert proposal.forward == 12
    assert angle_between(proposal, (1, 0)) < 10


def test_a_gate_lies_where_vehicles_are_large_and_whole() -> None:
    """Of a road that comes nearer, the near part."""
    traffic = [vehicle(number, (640, 80), (640, 630), (20, 180)) for number in range(8)]
    (proposal,) = propose(traffic, SIZE)
    assert proposal.gate.start.y > 300


def test_where_plates_were_read_goes_before_where_they_were_not() -> None:
    """On a road on which all places are alike otherwise."""
    plain = list(road(6, (100, 360), (1180, 360)))
    for wanted in (350.0, 850.0):
        read = [Seen(one.track, (Point(wanted, one.path[0].y + 20),)) for one in plain]
        (proposal,) = propose(read, SIZE)
        assert abs(proposal.gate.start.x - wanted) < 110


def test_what_stands_or_trembles_is_no_traffic() -> None:
    """However long it stands there, and however many there are."""
    random = Random(3)
    parked = []
    for number in range(20):
        spots = ((400 + random.uniform(-9, 9), 300 + random.uniform(-9, 9)) for _ in range(50))
        boxes = (Box(x - 50, y - 40, x + 50, y + 40) for x, y in spots)
        points = (TrackPoint(at / 10, Detection(VehicleKind.CAR, 0.9, box)) for at, box in enumerate(boxes))
        parked.append(Seen(Track(number, tuple(points))))
    assert propose(parked, SIZE) == ()
    assert propose([], SIZE) == ()
    (proposal,) = propose([*parked, *road(3, (200, 100), (200, 600))], SIZE)
    assert (proposal.forward, proposal.of) == (3, 3)


def test_one_stray_vehicle_among_many_gets_no_gate() -> None:
    """But a single vehicle is better than nothing where there is no more."""
    traffic = [*road(12, (100, 360), (1180, 360)), vehicle(99, (300, 40), (300, 120), (30, 30))]
    assert len(propose(traffic, SIZE)) == 1
    assert [one.of for one in propose([vehicle(1, (100, 100), (900, 500))], SIZE)] == [1]


def test_the_same_traffic_gives_the_same_gates() -> None:
    """And no more of them than were asked for."""
    traffic = [*road(6, (150, 60), (150, 660)), *road(5, (1100, 60), (1100, 660)), *road(4, (640, 60), (640, 660))]
    assert propose(traffic, SIZE) == propose(traffic, SIZE)
    assert len(propose(traffic, SIZE, most=1)) == 1


@given(
    begin=some.tuples(some.integers(60, 1220), some.integers(60, 660)),
    end=some.tuples(some.integers(60, 1220), some.integers(60, 660)),
    count=some.integers(1, 8),
)
def test_proposed_gates_lie_in_the_picture_and_count_what_they_say(
    begin: tuple[int, int], end: tuple[int, int], count: int
) -> None:
    """Whichever way the road goes, and however near the edge."""
    if math.dist(begin, end) < 200:
        return
    traffic = list(road(count, begin, end))
    (proposal, *_) = propose(traffic, SIZE)
    check_gates([proposal.gate], SIZE, "the road")
    assert proposal.forward + proposal.backward == counted(traffic, proposal) == count
    assert angle_between(proposal, (end[0] - begin[0], end[1] - begin[1])) > 60


@pytest.mark.parametrize("sign", [1, -1])
def test_two_roads_that_cross_are_not_taken_for_one(sign: int) -> None:
    """Each gate counts its own road only: the other goes along it, not over it."""
    level = list(road(8, (80, 360), (1200, 360)))
    upright = list(road(6, (640, 360 - 300 * sign), (640, 360 + 300 * sign), seed=2))
    proposals = propose([*level, *upright], SIZE)
    assert len(proposals) == 2
    assert sorted(one.forward + one.backward for one in proposals) == [6, 8]


def test_a_further_gate_keeps_clear_of_the_traffic_that_is_counted_already() -> None:
    """Far away, where it is small, the near traffic comes close to a cross street: the second gate is for that."""
    near = [vehicle(n, (420 + 8 * n, 216), (1110 + 6 * n, 580), (45, 260)) for n in range(6)]
    far = [vehicle(10 + n, (390, 200 + n), (540, 202 + n), (30, 30)) for n in range(3)]
    side = [vehicle(20 + n, (650, 262 + 4 * n), (392, 200 + n), (56, 32)) for n in range(3)]
    first, second = propose([*near, *far, *side], SIZE)
    assert (counted(near, first), counted(far, first), counted(side, first)) == (6, 0, 0)
    assert (counted(far, second), counted(side, second)) == (3, 3)
    assert counted(near, second) <= 1
