# SPDX-License-Identifier: Apache-2.0
"""Readings of one picture averaged."""

from __future__ import annotations

import pytest

from wayside.domain import Alternative, PlateReading, Unread
from wayside.plates import blended


def reading(text: str | None, probability: float | None, *others: tuple[str, float]) -> PlateReading:
    """A reading with alternatives."""
    reason = None if text else Unread.READS_DISAGREE
    return PlateReading(text, probability, tuple(Alternative(t, p) for t, p in others), 1 if text else 0, reason)


def test_agreement_keeps_its_probability() -> None:
    """Three looks at the same pixels are no more certain than one."""
    blend = blended([reading("AB12CDE", 0.9)] * 3, 0.3)
    assert (blend.text, blend.reads) == ("AB12CDE", 1)
    assert blend.probability == pytest.approx(0.9)


def test_the_text_with_the_highest_mean_wins() -> None:
    """A text that all hold for likely beats one that a single look is sure of."""
    blend = blended(
        [
            reading("AB12CDE", 0.5, ("AB12CDF", 0.45)),
            reading("AB12CDF", 0.6),
            reading("XB12CDE", 0.8, ("AB12CDF", 0.1)),
        ],
        0.3,
    )
    assert blend.text == "AB12CDF"
    assert blend.probability == pytest.approx((0.45 + 0.6 + 0.1) / 3)
    assert [a.text for a in blend.alternatives] == ["XB12CDE", "AB12CDE"]


def test_disagreement_is_not_stated() -> None:
    """Below the least probability there is no text, but what it may be is kept."""
    blend = blended([reading("AB12CDE", 0.5), reading("ZZ99ZZZ", 0.5), reading(None, None)], 0.3)
    assert blend.text is None
    assert blend.reason_unread is Unread.READS_DISAGREE
    assert {a.text for a in blend.alternatives} == {"AB12CDE", "ZZ99ZZZ"}


def test_nothing_read_keeps_the_reason() -> None:
    """Without any text the reason that most looks gave stands."""
    none = PlateReading(None, None, (), 0, Unread.NOT_A_PLATE)
    assert blended([none, none], 0.3).reason_unread is Unread.NOT_A_PLATE
    assert blended([], 0.3).reason_unread is Unread.NO_PLATE_FOUND
