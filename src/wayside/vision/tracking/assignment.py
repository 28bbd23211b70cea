# SPDX-License-Identifier: Apache-2.0
"""Which detection belongs to which track: best pairs first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from wayside.domain import Box

Likeness = Callable[[Box, Box], float]


def overlap(expected: Box, found: Box) -> float:
    """Intersection over union, 0–1."""
    return expected.iou(found)


def nearness(expected: Box, found: Box) -> float:
    """1 for the same centre and size, 0 from one box size away or twice the size on."""
    size = math.sqrt(math.sqrt(expected.area * found.area))
    if size <= 0:
        return 0.0
    (ax, ay), (bx, by) = expected.centre, found.centre
    away = math.hypot(ax - bx, ay - by) / size
    ratio = min(expected.area, found.area) / max(expected.area, found.area)
    return max(0.0, 1.0 - away) * max(0.0, (ratio - 0.25) / 0.75)


def pairs(expected: Sequence[Box], found: Sequence[Box], likeness: Likeness, least: float) -> list[tuple[int, int]]:
    """Index pairs (expected, found), each index once, by falling likeness down to `least`.

    Greedy: with boxes of solid objects the optimum differs only where two vehicles overlap almost wholly, where
    no rule knows which is which.
    """
    scored = [
        (value, i, j) for i, a in enumerate(expected) for j, b in enumerate(found) if (value := likeness(a, b)) >= least
    ]
    taken_i: set[int] = set()
    taken_j: set[int] = set()
    chosen = []
    for _, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if i not in taken_i and j not in taken_j:
            taken_i.add(i)
            taken_j.add(j)
            chosen.append((i, j))
    return chosen
