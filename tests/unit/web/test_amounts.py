# SPDX-License-Identifier: Apache-2.0
"""Stretches of time and of road in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from wayside.web.amounts import distance_words, duration_words, size_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "at the same time"), (0, "0 s"), (59.4, "59 s"), (61, "1 min 1 s"), (3599, "59 min 59 s"),
        (3600, "1 h 0 min"), (86_399, "23 h 59 min"), (90_000, "1 d 1 h"),
    ],
)  # fmt: skip
def test_durations_have_two_units(seconds: float, words: str) -> None:
    """The largest that there are."""
    assert duration_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("metres", "words"), [(0, "0 m"), (999, "999 m"), (1250, "1.2 km"), (1_234_567, "1,235 km")])
def test_distances_have_the_figures_that_they_deserve(metres: float, words: str) -> None:
    """No more."""
    assert distance_words(metres) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (12_345, "12.3 kB"), (999_600, "1 MB"), (25 * 10**9, "25 GB")],
)
def test_a_size_has_three_figures(count: int, words: str) -> None:
    """And the unit that fits."""
    assert size_words(count) == words
