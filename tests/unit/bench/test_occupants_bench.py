# SPDX-License-Identifier: Apache-2.0
"""The sums of the people counter's measurement."""

from __future__ import annotations

import numpy as np
import pytest

from bench.occupants import Cabin, _row, cost, left_out
from wayside.domain import Box, Occupants, OccupantStatus
from wayside.vision import Belief, CabinLook, Seats

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


ALONE = [CabinLook(GLASS, 1.0, Seats(-5.0, 5.0, 1.0))]
UNCLEAR = [CabinLook(GLASS, 1.0, Seats(-0.5, 5.0, 1.0))]


def test_trust_in_what_is_wrong_costs_most() -> None:
    """The surer a wrong count, the dearer; the surer a right one, the cheaper; silence costs nothing."""
    sure, unsure = Belief(temperature=0.5), Belief(temperature=4.0)
    assert cost(cabin(2), ALONE, sure) > cost(cabin(2), ALONE, unsure) > 0.5
    assert cost(cabin(1), ALONE, sure) < cost(cabin(1), ALONE, unsure) < 0.5
    assert cost(cabin(None, "none"), ALONE, sure) == cost(cabin(1), [], sure) == 0.0


def test_a_picture_does_not_choose_its_own_belief() -> None:
    """One with a passenger among others that look the same and have none is counted as these are, and the other way."""
    for one, others in ((2, 1), (1, 2)):
        said = left_out([cabin(one)] + [cabin(others)] * 5, [UNCLEAR] * 6)
        assert said[0].best == others
