# SPDX-License-Identifier: Apache-2.0
"""The sums of the people counter's measurement."""

from __future__ import annotations

import numpy as np
import pytest

from bench.occupants import Cabin, _row, cost, left_out
from wayside.domain import Box, Occupants, OccupantStatus
from wayside.vision import Belief, CabinLook

GLASS = Box(0, 0, 100, 50)


def cabin(people: int | None, sight: str = "clear") -> Cabin:
    """A picture with this truth."""
    return Cabin(np.zeros((50, 100, 3), np.uint8), people, sight, GLASS)


def counted(best: int, probability: float) -> Occupants:
    """A stated count."""
    return Occupants(OccupantStatus.COUNTED, best, best, best, probability)


def test_not_visible_is_not_exact() -> None:
    """Silence lowers the share of exact counts, not the error of those that were stated."""
    row = _row(
        [cabin(1), cabin(2), cabin(1)],
        [counted(1, 0.9), counted(1, 0.7), Occupants(OccupantStatus.NOT_VISIBLE)],
    )
    assert row["exact"] == pytest.approx(1 / 3)
    assert row["exact_of_counted"] == row["mean_error"] == 0.5
    assert row["not_visible"] == pytest.approx(1 / 3)
    assert row["stated"] == pytest.approx(0.8)


def test_blind_glass_that_is_counted_costs_most() -> None:
    """A number where nothing shows is worse than silence where something does."""
    seen = [CabinLook(-5.0, 5.0, 1.0, 1.0, GLASS, 90.0)]
    blind, clear = cost(cabin(None, "none"), seen, Belief(0.0)), cost(cabin(1), seen, Belief(2.0))
    assert blind > clear > cost(cabin(1), seen, Belief(0.0))


def test_a_picture_does_not_choose_its_own_belief() -> None:
    """One clear picture among blind ones with the same sight is left uncounted: the others decide."""
    looks = [[CabinLook(-5.0, 5.0, 0.2, 1.0, GLASS, 90.0)]] * 6
    said = left_out([cabin(1)] + [cabin(None, "none")] * 5, looks)
    assert said[0].status is OccupantStatus.NOT_VISIBLE
