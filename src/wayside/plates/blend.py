# SPDX-License-Identifier: Apache-2.0
"""Several readings of one picture made into one: they share every fault of the light, so they only average."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from wayside.domain import Alternative, PlateReading, Unread

MOST_ALTERNATIVES = 5
WORTH_NAMING = 0.005


def blended(readings: Sequence[PlateReading], minimum_probability: float) -> PlateReading:
    """The mean of what readings of the same picture say; where `vote` adds up evidence of different moments.

    Args:
        readings: of one plate in one picture, cut out in different ways.
        minimum_probability: a text less probable than this is not stated.
    """
    chances: dict[str, float] = defaultdict(float)
    for reading in readings:
        for each in _said(reading):
            chances[each.text] += each.probability / len(readings)
    if not chances:
        return PlateReading(None, None, (), 0, _reason(readings))
    ranked = [Alternative(t, p) for t, p in sorted(chances.items(), key=lambda c: (-c[1], c[0])) if p >= WORTH_NAMING]
    if not ranked or ranked[0].probability < minimum_probability:
        return PlateReading(None, None, tuple(ranked[:MOST_ALTERNATIVES]), 0, Unread.READS_DISAGREE)
    best = ranked[0]
    return PlateReading(best.text, best.probability, tuple(ranked[1 : MOST_ALTERNATIVES + 1]), 1, None)


def _said(reading: PlateReading) -> list[Alternative]:
    own = [] if reading.text is None else [Alternative(reading.text, reading.probability or 0.0)]
    return [*own, *reading.alternatives]


def _reason(readings: Sequence[PlateReading]) -> Unread:
    reasons = [r.reason_unread for r in readings if r.reason_unread is not None]
    return max(reasons, key=reasons.count, default=Unread.NO_PLATE_FOUND)
