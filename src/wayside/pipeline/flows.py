# SPDX-License-Identifier: Apache-2.0
"""Proposes gates from traffic: a line across each flow of vehicles, where most of them are counted and well seen.

Every station along every track is a candidate: the line there, across the way of the track, as wide as the traffic
that goes over it side by side. The candidate is counted with the very rule that counts crossings later. The best one
becomes a gate, the vehicles that it counts are taken out, and what is left of the traffic may make another gate, which
those that are out do not cross if it can be helped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import fmean

from wayside.domain import Box, Gate, Point, Track, Travel
from wayside.pipeline.direction import crossings

LEAST_WAY = 1.2
"""Sizes of itself that a vehicle must have come to belong to the traffic: the rest stands or trembles."""
STATIONS = 9
CANDIDATES_FROM = 60
"""Tracks whose stations are tried, those that came furthest: more would take long and say the same."""
ASIDE_AT_MOST = math.cos(math.radians(45))
"""A vehicle that goes over a line more slantingly than this belongs to another flow."""
GAP = 1.6
"""Sizes of a vehicle between two ways side by side that still make one road."""
PAD = 0.7
"""Sizes of a vehicle that the line reaches beyond the outermost way."""
ENOUGH_MARGIN = 1.5
"""Sizes that a track should go on before and behind a line; what it has more adds nothing."""
LARGE = 0.15
"""Of the picture's width: from this size on a vehicle shows its plate as well as this camera ever does."""
LEAST_SHARE = 0.1
"""Of the moving vehicles that a further gate must count, and two at least where there are five or more."""
MOST = 4
EDGE_PX = 3
OPPOSITE = {
    Travel.TOWARD: Travel.AWAY,
    Travel.AWAY: Travel.TOWARD,
    Travel.LEFT: Travel.RIGHT,
    Travel.RIGHT: Travel.LEFT,
}


@dataclass(frozen=True)
class Seen:
    """One vehicle that went through the picture, and where its plate could be read."""

    track: Track
    plates: tuple[Point, ...] = ()

    @cached_property
    def path(self) -> tuple[Point, ...]:
        """The middle of its box over time."""
        return tuple(point.detection.box.centre for point in self.track.points)

    @cached_property
    def sizes(self) -> tuple[float, ...]:
        """Root of the area of its box over time, pixels."""
        return tuple(math.sqrt(max(point.detection.box.area, 1.0)) for point in self.track.points)

    @property
    def came(self) -> float:
        """How far it came from its first sight, in sizes of itself there and then."""
        return max(math.dist(self.path[0], at) / size for at, size in zip(self.path, self.sizes, strict=True))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A gate that the traffic itself suggests; its ways are named after travel in the picture."""

    gate: Gate
    forward: int
    """Vehicles that went over it forward."""
    backward: int
    of: int
    """Vehicles that moved at all."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Where and how one vehicle goes over a line."""

    index: int
    aside: float
    """Pixels from the candidate's station along the line."""
    way: Point
    """The unit vector in which it goes."""
    size: float
    box: Box


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line across the traffic with the vehicles that it counts, and how well they are seen there."""

    gate: Gate
    counted: frozenset[int]
    worth: float
    """Of one counted vehicle, 0 to 1."""


def propose(traffic: Sequence[Seen], frame_size: tuple[int, int], most: int = MOST) -> tuple[Proposal, ...]:
    """The gates that some traffic suggests, the busiest first; frame_size: (width, height) pixels.

    The forward way is the one that more vehicles went.
    """
    moving = [seen for seen in traffic if seen.came >= LEAST_WAY]
    least = max(2 if len(moving) >= 5 else 1, LEAST_SHARE * len(moving))
    chosen: list[Proposal] = []
    left, gone = moving, list[Seen]()
    while left and len(chosen) < most:
        best = _best(left, gone, least, frame_size)
        if best is None:
            break
        chosen.append(_proposal(best.gate, moving, f"gate {len(chosen) + 1}"))
        gone = gone + [seen for index, seen in enumerate(left) if index in best.counted]
        left = [seen for index, seen in enumerate(left) if index not in best.counted]
    return tuple(chosen)


def _best(left: Sequence[Seen], gone: Sequence[Seen], least: float, frame_size: tuple[int, int]) -> Candidate | None:
    """The best line across the traffic that no gate counts yet; None where there is none.

    gone: the vehicles that a gate counts already. Who goes over two gates makes both ambiguous, so that each of them
    takes away what one new vehicle gives.
    """
    tried = sorted(range(len(left)), key=lambda index: -left[index].came)[:CANDIDATES_FROM]
    found = [one for index in tried for one in _candidates(index, left, frame_size) if len(one.counted) >= least]
    worth = [one.worth * (len(one.counted) - _again(one.gate, gone)) for one in found]
    best = max(range(len(found)), key=worth.__getitem__, default=None)
    return None if best is None or worth[best] <= 0 else found[best]


def _again(gate: Gate, gone: Sequence[Seen]) -> int:
    """Vehicles that are counted elsewhere and would be counted here again."""
    return sum(bool(crossings(seen.track, (gate,))) for seen in gone)


def _candidates(index: int, moving: Sequence[Seen], frame_size: tuple[int, int]) -> Iterator[Candidate]:
    """Lines across one track, each with the traffic beside it."""
    for station, own in _stations(moving[index].path):
        alone = _side_by_side(_passings(moving, station, own), index)
        ahead = _common_way(alone, own)
        run = _side_by_side(_passings(moving, station, ahead), index)
        if run:
            gate = _across(station, ahead, run, frame_size)
            counted = frozenset(one.index for one in run if len(crossings(moving[one.index].track, (gate,))) == 1)
            if counted:
                yield Candidate(gate, counted, _worth(run, counted, moving, gate, frame_size))


def _stations(path: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Points spread evenly over a path, each with the unit vector in which it goes on there."""
    way = [0.0]
    for before, after in pairwise(path):
        way.append(way[-1] + math.dist(before, after))
    for number in range(1, STATIONS + 1):
        share = number / (STATIONS + 1)
        station, before, after = (_at(path, way, (share + step) * way[-1]) for step in (0, -0.1, 0.1))
        length = math.dist(before, after)
        if length > 1:
            yield station, Point((after.x - before.x) / length, (after.y - before.y) / length)


def _at(path: Sequence[Point], way: Sequence[float], wanted: float) -> Point:
    """The point of a path so far along it; `way` holds how far along each of its points lies."""
    for number in range(1, len(path)):
        if way[number] >= wanted:
            step = way[number] - way[number - 1]
            share = 0.0 if step <= 0 else max(0.0, (wanted - way[number - 1]) / step)
            return _between(path[number - 1], path[number], share)
    return path[-1]


def _between(first: Point, second: Point, share: float) -> Point:
    return Point(first.x + share * (second.x - first.x), first.y + share * (second.y - first.y))


def _passings(moving: Sequence[Seen], station: Point, ahead: Point) -> list[Passing]:
    """Where the vehicles go over the line across `ahead` through a station, from one side to the other."""
    found = []
    for index, seen in enumerate(moving):
        depths = [(at.x - station.x) * ahead.x + (at.y - station.y) * ahead.y for at in seen.path]
        for number in range(1, len(depths)):
            if depths[number - 1] * depths[number] <= 0 and depths[number - 1] != depths[number]:
                passing = _passing(index, seen, number, depths, station, ahead)
                if passing is not None:
                    found.append(passing)
                    break
    return sorted(found, key=lambda one: one.aside)


def _passing(
    index: int, seen: Seen, number: int, depths: Sequence[float], station: Point, ahead: Point
) -> Passing | None:
    """How a vehicle passes between two of its sights; None where it goes along the line rather than over it."""
    first, last = max(0, number - 3), min(len(depths) - 1, number + 2)
    length = math.dist(seen.path[first], seen.path[last])
    if length == 0 or abs(depths[last] - depths[first]) / length < ASIDE_AT_MOST:
        return None
    share = depths[number - 1] / (depths[number - 1] - depths[number])
    at = _between(seen.path[number - 1], seen.path[number], share)
    aside = (at.x - station.x) * -ahead.y + (at.y - station.y) * ahead.x
    way = Point((seen.path[last].x - seen.path[first].x) / length, (seen.path[last].y - seen.path[first].y) / length)
    return Passing(index, aside, way, seen.sizes[number], seen.track.points[number].detection.box)


def _side_by_side(passings: Sequence[Passing], index: int) -> list[Passing]:
    """Those that pass beside the track of this index without a gap, which is one road."""
    own = next((place for place, one in enumerate(passings) if one.index == index), None)
    if own is None:
        return []
    first = last = own
    while first > 0 and _near(passings[first - 1], passings[first]):
        first -= 1
    while last + 1 < len(passings) and _near(passings[last], passings[last + 1]):
        last += 1
    return list(passings[first : last + 1])


def _common_way(run: Sequence[Passing], own: Point) -> Point:
    """The way of a run on the whole, those who come the other way turned round: lanes spread toward the viewer."""
    signs = [math.copysign(1.0, one.way.x * own.x + one.way.y * own.y) for one in run]
    x = sum(sign * one.way.x for sign, one in zip(signs, run, strict=True))
    y = sum(sign * one.way.y for sign, one in zip(signs, run, strict=True))
    length = math.hypot(x, y)
    return own if length == 0 else Point(x / length, y / length)


def _near(first: Passing, second: Passing) -> bool:
    return second.aside - first.aside <= GAP * max(first.size, second.size)


def _across(station: Point, ahead: Point, run: Sequence[Passing], frame_size: tuple[int, int]) -> Gate:
    """The line over all of a run, within the picture; forward is `ahead`."""
    low = min(one.aside - PAD * one.size for one in run)
    high = max(one.aside + PAD * one.size for one in run)
    ends = (Point(station.x - ahead.y * aside, station.y + ahead.x * aside) for aside in (high, low))
    start, end = (_within(station, wanted, frame_size) for wanted in ends)
    return Gate("", start, end, "forward", "backward")


def _within(station: Point, wanted: Point, frame_size: tuple[int, int]) -> Point:
    """As far from the station toward the wanted point as the picture reaches."""
    share = 1.0
    for begin, end, limit in zip(station, wanted, frame_size, strict=True):
        if end < 0:
            share = min(share, begin / (begin - end))
        elif end > limit:
            share = min(share, (limit - begin) / (end - begin))
    at = _between(station, wanted, max(0.0, share))
    return Point(min(max(round(at.x, 1), 0.0), frame_size[0]), min(max(round(at.y, 1), 0.0), frame_size[1]))


def _worth(
    run: Sequence[Passing], counted: frozenset[int], moving: Sequence[Seen], gate: Gate, frame_size: tuple[int, int]
) -> float:
    """How well the counted vehicles are seen at a line: whole, large, long before and behind it, plates read."""
    passed = [one for one in run if one.index in counted]
    whole = fmean(_is_whole(one.box, frame_size) for one in passed)
    margin = fmean(_margin(moving[one.index], gate) for one in passed)
    large = fmean(min(1.0, one.size / (LARGE * frame_size[0])) for one in passed)
    read = fmean(_is_read_near(moving[one.index], one) for one in passed)
    return (0.3 + 0.7 * margin) * (0.4 + 0.6 * whole) * (0.2 + 0.8 * large) * (0.8 + 0.2 * read)


def _is_whole(box: Box, frame_size: tuple[int, int]) -> bool:
    width, height = frame_size
    return box.left > EDGE_PX and box.top > EDGE_PX and box.right < width - EDGE_PX and box.bottom < height - EDGE_PX


def _margin(seen: Seen, gate: Gate) -> float:
    """How far a track reaches on the lesser side of a line, 0 to 1 for enough."""
    middle = _between(gate.start, gate.end, 0.5)
    ahead = Point(gate.start.y - gate.end.y, gate.end.x - gate.start.x)
    length = math.hypot(*ahead) or 1.0
    depths = [
        ((at.x - middle.x) * ahead.x + (at.y - middle.y) * ahead.y) / length / size
        for at, size in zip(seen.path, seen.sizes, strict=True)
    ]
    return max(0.0, min(-min(depths), max(depths), ENOUGH_MARGIN) / ENOUGH_MARGIN)


def _is_read_near(seen: Seen, passing: Passing) -> bool:
    """Whether the plate was read where the vehicle is about as large as at the line."""
    reach = passing.box.grown(0.5)
    return any(reach.holds(at) for at in seen.plates)


def _proposal(gate: Gate, moving: Sequence[Seen], name: str) -> Proposal:
    """A gate with the counts of all the traffic, turned so that most go forward."""
    ways = [one.way for seen in moving for one in crossings(seen.track, (gate,))]
    forward, backward = ways.count("forward"), ways.count("backward")
    start, end = gate.start, gate.end
    if backward > forward:
        start, end, forward, backward = end, start, backward, forward
    way = _travel(start, end)
    return Proposal(Gate(name, start, end, way.value, OPPOSITE[way].value), forward, backward, len(moving))


def _travel(start: Point, end: Point) -> Travel:
    """What going over a line from its left-hand to its right-hand side is in the picture."""
    right, down = start.y - end.y, end.x - start.x
    if abs(down) >= abs(right):
        return Travel.TOWARD if down > 0 else Travel.AWAY
    return Travel.RIGHT if right > 0 else Travel.LEFT
