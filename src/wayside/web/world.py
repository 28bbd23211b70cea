# SPDX-License-Identifier: Apache-2.0
"""The land of the world as a drawing shows it: the outline that is shipped, cut to the view.

`static/world.json` is made from Natural Earth by `scripts/make_world.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from wayside.domain import Position
from wayside.web.assets import assets
from wayside.web.mercator import HEIGHT, WIDTH, View

COARSE_M = 300_000.0
"""A narrower view shows no coast: the outline may be off by kilometres, and would put a quay into the sea."""
SEEN = 2.0
"""Units of the drawing that two spots of a coast are apart at least, across and down together."""
Spot = tuple[float, float]
Ring = Sequence[Spot]


@cache
def rings() -> tuple[tuple[Position, ...], ...]:
    """The rings of the land; lakes within it are rings of their own."""
    features = json.loads(assets()["world.json"].body)["features"]
    (land,) = (one["geometry"]["coordinates"] for one in features if one["properties"]["kind"] == "land")
    return tuple(tuple(Position(y, x) for x, y in ring) for polygon in land for ring in polygon)


def cut(ring: Ring, inside: Callable[[Spot], bool], crossing: Callable[[Spot, Spot], Spot]) -> list[Spot]:
    """The part of a ring on one side of a line (I. E. Sutherland and G. W. Hodgman, CACM 17, 1974)."""
    kept: list[Spot] = []
    for before, spot in pairwise([ring[-1], *ring] if ring else []):
        if inside(before) != inside(spot):
            kept.append(crossing(before, spot))
        if inside(spot):
            kept.append(spot)
    return kept


def meets(axis: int, edge: float) -> Callable[[Spot, Spot], Spot]:
    """Where the stretch between two spots meets a line along the other axis."""

    def spot(one: Spot, other: Spot) -> Spot:
        share = (edge - one[axis]) / (other[axis] - one[axis])
        along = one[1 - axis] + share * (other[1 - axis] - one[1 - axis])
        return (edge, along) if axis == 0 else (along, edge)

    return spot


def within(ring: Ring) -> Ring:
    """The part of a ring that lies in the drawing."""
    for axis, size in ((0, WIDTH), (1, HEIGHT)):
        ring = cut(ring, lambda spot, axis=axis: spot[axis] >= 0, meets(axis, 0.0))  # type: ignore[misc]
        ring = cut(ring, lambda spot, axis=axis, size=size: spot[axis] <= size, meets(axis, size))  # type: ignore[misc]
    return ring


def touches(ring: Sequence[Position], view: View) -> bool:
    """Whether a ring may have a part in the view; cheaper than to look closely."""
    (south, west), (north, east) = view.corners
    return (
        min(one.longitude for one in ring) <= east
        and max(one.longitude for one in ring) >= west
        and min(one.latitude for one in ring) <= north
        and max(one.latitude for one in ring) >= south
    )


def thinned(ring: Ring) -> Ring:
    """A ring without the spots that nobody could tell from the one before; the drawing of the world is a fifth then."""
    kept: list[Spot] = []
    for spot in ring:
        if not kept or abs(spot[0] - kept[-1][0]) + abs(spot[1] - kept[-1][1]) >= SEEN:
            kept.append(spot)
    return kept


def outlines(view: View) -> Iterator[str]:
    """The land in the view, each ring as the data of a path."""
    for ring in rings():
        if touches(ring, view):
            spots = within(thinned([view.at(one) for one in ring]))
            if len(spots) > 2:
                yield "M" + "L".join(f"{x:g} {y:g}" for x, y in spots) + "Z"


@lru_cache(32)
def land_of(view: View) -> str | None:
    """The data of a path over all land in the view; None where the view is too narrow for the outline to be true."""
    return None if view.metres < COARSE_M else "".join(outlines(view))
