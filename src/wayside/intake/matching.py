# SPDX-License-Identifier: Apache-2.0
"""Proposes passages that may be of the vehicle that was reported: the same or a near plate, near in time and place.

Nothing is linked by itself: a person looks, and accepts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import Connection

from wayside.domain import UNKNOWN_CHARACTER, Certainty, SeenPlace, Sighting
from wayside.plates import distance
from wayside.record import CameraPlace, Kept, between, cameras

AROUND = timedelta(minutes=15)
"""How far before and after the sighting passages are looked at."""
AROUND_GUESSED = timedelta(hours=1)
"""The same, where the observer only guesses the time."""
LOOKED_AT = 3000
MOST = 8
FARTHEST_UNLIKE = 2.0
"""Whole characters by which a plate may differ."""
UNREAD_WITHIN = timedelta(minutes=3)
"""A passage without a plate, or a sighting without one, is proposed so near in time only."""
NEAR_M = 300.0
GAP_COST = 1.0
EARTH_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage, and what speaks for it."""

    kept: Kept
    unlike: float | None
    """By how many whole characters the plates differ, 0 for the same; None where one of them is not known."""
    apart: timedelta
    """How much later than the sighting the passage began; negative: before."""
    same_place: bool | None
    """None where it is not known where one of them was."""


@cache
def exchange_cost(one: str, other: str) -> float:
    """Cost of one character for another; nothing for one that was not made out."""
    if UNKNOWN_CHARACTER in (one, other) or one == other:
        return 0.0
    return distance(one, other)


def unlike(partial: str, plate: str) -> float:
    """By how many whole characters a partial plate (with `?`) and a plate differ; confusable ones count less."""
    above = [at * GAP_COST for at in range(len(plate) + 1)]
    for at, left in enumerate(partial, 1):
        row = [at * GAP_COST]
        for number, right in enumerate(plate, 1):
            exchanged = above[number - 1] + exchange_cost(left, right)
            row.append(min(exchanged, above[number] + GAP_COST, row[number - 1] + GAP_COST))
        above = row
    return above[-1]


def metres(place: SeenPlace, camera: CameraPlace) -> float | None:
    """How far the two are apart, on a sphere; None where one is not known."""
    known = (place.latitude, place.longitude, camera.latitude, camera.longitude)
    if None in known:
        return None
    here, there = math.radians(known[0] or 0), math.radians(known[2] or 0)
    east = math.radians((known[3] or 0) - (known[1] or 0)) * math.cos((here + there) / 2)
    return EARTH_M * math.hypot(there - here, east)


def same_place(place: SeenPlace, camera: CameraPlace | None) -> bool | None:
    """Whether a camera stands where it was seen; None where nobody can tell."""
    if camera is None:
        return None
    if place.name is not None and camera.place is not None:
        return place.name.casefold() == camera.place.casefold()
    apart = metres(place, camera)
    return None if apart is None else apart <= NEAR_M + (place.accuracy_m or 0.0)


def proposal(sighting: Sighting, kept: Kept, known: Mapping[str, CameraPlace]) -> Proposal | None:
    """The passage as a proposal; None where it is not worth a look."""
    passage = kept.passage
    texts = [passage.plate.text, *(other.text for other in passage.plate.alternatives)]
    costs = [unlike(sighting.plate, text) for text in texts if text and sighting.plate]
    found = Proposal(
        kept,
        min(costs, default=None),
        passage.began_at - sighting.seen_at,
        same_place(sighting.place, known.get(passage.camera)),
    )
    if found.unlike is not None:
        return found if found.unlike <= FARTHEST_UNLIKE else None
    return found if abs(found.apart) <= UNREAD_WITHIN and found.same_place is not False else None


def rank(found: Proposal) -> tuple[float, int, timedelta]:
    """Sorts: the more alike plate first, then the same place, then the nearer in time."""
    cost = FARTHEST_UNLIKE if found.unlike is None else found.unlike
    return cost, {True: 0, None: 1, False: 2}[found.same_place], abs(found.apart)


def proposals(connection: Connection, sighting: Sighting) -> list[Proposal]:
    """The passages that may be of the vehicle, the likeliest first, eight at most."""
    guessed = sighting.certainty.get("time") is Certainty.GUESS
    reach = AROUND_GUESSED if guessed else AROUND
    seen = sighting.seen_at
    near = between(connection, sighting.site, seen - reach, seen + reach, LOOKED_AT)
    known = cameras(connection, sighting.site)
    found = (proposal(sighting, one, known) for one in near)
    return sorted((one for one in found if one is not None), key=rank)[:MOST]
