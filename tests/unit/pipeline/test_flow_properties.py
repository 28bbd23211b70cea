# SPDX-License-Identifier: Apache-2.0
"""What must hold of proposed gates whatever the traffic: mirrors, turned ways, scale, order, and the picture's edge."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.domain import Box, Detection, Point, Track, TrackPoint, Travel, VehicleKind
from wayside.pipeline import Seen, propose
from wayside.pipeline.flows import LEAST_WAY, MOST, _at, _stations, _travel, _within

SIZE = (1280, 720)


def vehicle(number: int, path: list[tuple[float, float]], size: float = 80.0) -> Seen:
    """A vehicle that goes along a path."""
    boxes = (Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2) for x, y in path)
    points = (TrackPoint(at / 10, Detection(VehicleKind.CAR, 0.9, box)) for at, box in enumerate(boxes))
    return Seen(Track(number, tuple(points)))


def straight(begin: tuple[float, float], end: tuple[float, float], steps: int = 30) -> list[tuple[float, float]]:
    """A path without a bend."""
    shares = (step / steps for step in range(steps + 1))
    return [(begin[0] + at * (end[0] - begin[0]), begin[1] + at * (end[1] - begin[1])) for at in shares]


def traffic(count: int, seed: int) -> list[list[tuple[float, float]]]:
    """Paths on one level road, side by side."""
    random = Random(seed)
    aside = [360 + random.uniform(-60, 60) for _ in range(count)]
    return [straight((80 + random.uniform(0, 40), y), (1200, y)) for y in aside]


@pytest.mark.parametrize("seed", range(4))
def test_turned_ways_give_the_same_gate_with_the_other_name(seed: int) -> None:
    """Forward is where they go, not how the line happened to be drawn."""
    paths = traffic(7, seed)
    (there,) = propose([vehicle(at, path) for at, path in enumerate(paths)], SIZE)
    (back,) = propose([vehicle(at, path[::-1]) for at, path in enumerate(paths)], SIZE)
    assert (there.gate.forward, there.gate.backward) == (Travel.RIGHT, Travel.LEFT)
    assert (back.gate.forward, back.gate.backward) == (Travel.LEFT, Travel.RIGHT)
    assert (there.forward, there.backward) == (back.forward, back.backward) == (7, 0)


@pytest.mark.parametrize("seed", range(4))
def test_in_a_mirror_left_is_right(seed: int) -> None:
    """And all else as it was."""
    paths = traffic(6, seed)
    mirrored = [[(SIZE[0] - x, y) for x, y in path] for path in paths]
    (one,) = propose([vehicle(at, path) for at, path in enumerate(paths)], SIZE)
    (other,) = propose([vehicle(at, path) for at, path in enumerate(mirrored)], SIZE)
    assert (one.gate.forward, other.gate.forward) == (Travel.RIGHT, Travel.LEFT)
    assert one.forward == other.forward == 6
    assert SIZE[0] - other.gate.start.x == pytest.approx(one.gate.end.x, abs=1)


@pytest.mark.parametrize("scale", [0.5, 2.0, 3.0])
def test_a_finer_camera_gets_the_same_gate(scale: float) -> None:
    """Everything is judged in sizes of vehicles and of the picture."""
    paths = traffic(6, 1)
    scaled = [[(x * scale, y * scale) for x, y in path] for path in paths]
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    (one,) = propose([vehicle(at, path) for at, path in enumerate(paths)], SIZE)
    (other,) = propose([vehicle(at, path, 80 * scale) for at, path in enumerate(scaled)], size)
    assert other.gate.start.x == pytest.approx(one.gate.start.x * scale, abs=2 * scale)
    assert other.gate.end.y == pytest.approx(one.gate.end.y * scale, abs=2 * scale)


@given(some.permutations(range(8)))
def test_the_order_in_which_vehicles_came_does_not_matter(order: list[int]) -> None:
    """Two roads, two gates, the busier first."""
    level = [straight((80, 160 + 4 * at), (1200, 160 + 4 * at)) for at in range(5)]
    paths = level + [straight((80, 600 + 4 * at), (1200, 600 + 4 * at)) for at in range(3)]
    proposals = propose([vehicle(at, paths[at]) for at in order], SIZE)
    assert [(one.forward, one.backward, one.of) for one in proposals] == [(5, 0, 8), (3, 0, 8)]
    assert [one.gate.name for one in proposals] == ["gate 1", "gate 2"]


@pytest.mark.parametrize(("way", "counted"), [(LEAST_WAY - 0.1, 0), (LEAST_WAY + 0.3, 1)])
def test_traffic_is_what_came_further_than_it_is_large(way: float, counted: int) -> None:
    """A vehicle that edges forward in a queue is none yet."""
    proposals = propose([vehicle(1, straight((600, 360), (600 + 80 * way, 360)))], SIZE)
    assert sum(one.of for one in proposals) == counted


def test_a_vehicle_that_turns_back_is_no_reason_for_a_gate_of_its_own() -> None:
    """It goes over every line twice, and a gate would count it in and out."""
    there = straight((80, 360), (1200, 360))
    crowd = [vehicle(at, straight((80, 350 + 3 * at), (1200, 350 + 3 * at))) for at in range(6)]
    (proposal,) = propose([*crowd, vehicle(9, there + there[::-1])], SIZE)
    assert proposal.of == 7
    assert proposal.forward >= 6


def test_never_more_gates_than_are_asked_for() -> None:
    """Nor than four, which anybody can keep in mind."""
    roads = [
        vehicle(10 * road + at, straight((60, 60 + 130 * road + 3 * at), (1220, 60 + 130 * road + 3 * at)), 30)
        for road in range(6)
        for at in range(3)
    ]
    assert len(propose(roads, SIZE)) == MOST
    for most in range(3):
        assert len(propose(roads, SIZE, most)) == most


inside = some.tuples(some.floats(0, 1280), some.floats(0, 720)).map(lambda at: Point(*at))
anywhere = some.tuples(some.floats(-3000, 4000), some.floats(-3000, 4000)).map(lambda at: Point(*at))


@given(station=inside, wanted=anywhere)
def test_the_end_of_a_line_lies_in_the_picture_and_on_its_way(station: Point, wanted: Point) -> None:
    """Shortened, not bent, where the picture ends; untouched where it does not."""
    at = _within(station, wanted, SIZE)
    assert 0 <= at.x <= SIZE[0] and 0 <= at.y <= SIZE[1]
    if 0 <= wanted.x <= SIZE[0] and 0 <= wanted.y <= SIZE[1]:
        assert at == pytest.approx(wanted, abs=0.06)
    across = (wanted.x - station.x) * (at.y - station.y) - (wanted.y - station.y) * (at.x - station.x)
    assert abs(across) <= 0.1 * max(1.0, math.dist(station, wanted))


@given(some.lists(inside, min_size=2, max_size=20))
def test_stations_lie_on_the_path_in_order(path: list[Point]) -> None:
    """Each with a way of length one, also where a vehicle stood for a while."""
    path = [path[0], *path]
    for station, ahead in _stations(path):
        assert 0 <= station.x <= SIZE[0] and 0 <= station.y <= SIZE[1]
        assert math.hypot(*ahead) == pytest.approx(1.0)


@given(share=some.floats(0, 1.5))
def test_a_place_along_a_path_is_where_it_was_asked_for(share: float) -> None:
    """Beyond the end is the end; a stop on the way adds nothing."""
    path = [Point(0, 0), Point(100, 0), Point(100, 0), Point(100, 50)]
    at = _at(path, [0.0, 100.0, 100.0, 150.0], share * 150)
    assert at.x + at.y == pytest.approx(min(share, 1.0) * 150)


@pytest.mark.parametrize(
    ("start", "end", "travel"),
    [
        ((0, 5), (10, 5), Travel.TOWARD),
        ((10, 5), (0, 5), Travel.AWAY),
        ((5, 10), (5, 0), Travel.RIGHT),
        ((5, 0), (5, 10), Travel.LEFT),
        ((0, 0), (10, 3), Travel.TOWARD),
        ((0, 0), (3, 10), Travel.LEFT),
    ],
)
def test_travel_over_a_line_is_told_as_seen_in_the_picture(
    start: tuple[int, int], end: tuple[int, int], travel: Travel
) -> None:
    """From its left-hand to its right-hand side."""
    assert _travel(Point(*start), Point(*end)) is travel
