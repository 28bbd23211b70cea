# SPDX-License-Identifier: Apache-2.0
"""The time of a film of journeys: hours in which nothing happens are shortened, so that the film stays short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from wayside.watch.journeys import Journey

LONGEST_WAIT = timedelta(minutes=20)
"""A stretch without a passage is shown as at most this long."""


def moments_of(journeys: Iterable[Journey]) -> list[datetime]:
    """When something happens: a vehicle comes into view or leaves it; in order, each once."""
    stops = [stop for journey in journeys for stop in journey.stops]
    return sorted({time for stop in stops for time in (stop.began_at, max(stop.began_at, stop.ended_at))})


def film_of(moments: Sequence[datetime]) -> dict[datetime, float]:
    """For each of some ordered moments where in the film it comes: from 0 for the first to 1 for the last."""
    shown = [0.0]
    for before, later in pairwise(moments):
        shown.append(shown[-1] + min(later - before, LONGEST_WAIT).total_seconds())
    whole = shown[-1] or 1.0
    return {moment: at / whole for moment, at in zip(moments, shown, strict=False)}
