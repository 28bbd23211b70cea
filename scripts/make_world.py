# SPDX-License-Identifier: Apache-2.0
"""Makes the outline of the world that the map ships: land and borders of Natural Earth, simplified.

Natural Earth is in the public domain. The input is `countries-50m.json` of the npm package `world-atlas` 2.0.2 (ISC),
which redistributes Natural Earth 4.1.0 as TopoJSON:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/make_world.py package/countries-50m.json src/wayside/web/static/world.json

Every arc is simplified once (Douglas and Peucker 1973), so that neighbours keep fitting each other.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

COARSENESS_DEG = 0.05
"""An arc may be off by this: some 5 km."""
DECIMALS = 2
SMALLEST_DEG2 = 0.01
"""Islands of less area, in square degrees, are left out."""

Point = tuple[float, float]
Arc = list[Point]


def decoded(topology: dict[str, Any]) -> list[Arc]:
    """The arcs in degrees: they are stored as steps of whole numbers."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        columns = (list(accumulate(step[axis] for step in steps)) for axis in (0, 1))
        arcs.append([(x * scale_x + left, y * scale_y + bottom) for x, y in zip(*columns, strict=True)])
    return arcs


def off_line(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the stretch between two others."""
    (x, y), (along_x, along_y) = (point[0] - start[0], point[1] - start[1]), (end[0] - start[0], end[1] - start[1])
    length = along_x**2 + along_y**2
    share = min(1.0, max(0.0, (x * along_x + y * along_y) / length)) if length else 0.0
    return float(((x - share * along_x) ** 2 + (y - share * along_y) ** 2) ** 0.5)


def simplified(arc: Arc) -> Arc:
    """The arc with fewer points, nowhere farther off than COARSENESS_DEG; its ends stay."""
    if len(arc) < 3:
        return arc
    far, at = max((off_line(arc[at], arc[0], arc[-1]), at) for at in range(1, len(arc) - 1))
    if far <= COARSENESS_DEG:
        return [arc[0], arc[-1]]
    return simplified(arc[: at + 1])[:-1] + simplified(arc[at:])


def ring_of(arcs: Sequence[Arc], numbers: Sequence[int]) -> Arc:
    """A ring from its arcs; the complement of a number means that the arc runs backwards."""
    points: Arc = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    rounded = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in points]
    return [one for at, one in enumerate(rounded) if at == 0 or one != rounded[at - 1]]


def unwrapped(ring: Arc) -> Arc:
    """A ring that goes on beyond 180 degrees where it crosses the antimeridian, instead of leaping round the world.

    One that goes round a pole leaps in any case and stays as it was.
    """
    turns = [0]
    for (x, _), (next_x, _) in pairwise(ring):
        turns.append(turns[-1] + (next_x < x - 180) - (next_x > x + 180))
    if turns[-1]:
        return ring
    return [(round(x + 360 * turn, DECIMALS), y) for (x, y), turn in zip(ring, turns, strict=True)]


def area(ring: Arc) -> float:
    """Square degrees within a closed ring."""
    pairs = pairwise(ring)
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs)) / 2


def polygons_of(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """The polygons of a geometry or a collection, each as rings of numbers of arcs."""
    if geometry["type"] == "GeometryCollection":
        return [one for inner in geometry["geometries"] for one in polygons_of(inner)]
    return list(geometry["arcs"]) if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def land(topology: dict[str, Any], arcs: Sequence[Arc]) -> Iterator[list[Arc]]:
    """The polygons of the land that are large enough to be seen."""
    for polygon in polygons_of(topology["objects"]["land"]):
        rings = [unwrapped(ring_of(arcs, numbers)) for numbers in polygon]
        if len(rings[0]) > 3 and area(rings[0]) >= SMALLEST_DEG2:
            yield [ring for ring in rings if len(ring) > 3]


def borders(topology: dict[str, Any], arcs: Sequence[Arc]) -> Iterator[Arc]:
    """The arcs that two countries share."""
    uses: Counter[int] = Counter()
    for polygon in polygons_of(topology["objects"]["countries"]):
        uses.update({number if number >= 0 else ~number for ring in polygon for number in ring})
    return (ring_of(arcs, [number]) for number in sorted(uses) if uses[number] > 1)


def feature(kind: str, shape: str, coordinates: list[Any]) -> dict[str, Any]:
    """A feature of GeoJSON (RFC 7946)."""
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"kind": kind}, "geometry": geometry}


def main() -> None:
    """Reads the one and writes the other."""
    source, target = map(Path, sys.argv[1:3])
    topology = json.loads(source.read_text("utf-8"))
    arcs = [simplified(arc) for arc in decoded(topology)]
    world = {
        "type": "FeatureCollection",
        "features": [
            feature("land", "MultiPolygon", list(land(topology, arcs))),
            feature("border", "MultiLineString", list(borders(topology, arcs))),
        ],
    }
    target.write_text(json.dumps(world, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
