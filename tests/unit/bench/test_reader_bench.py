# SPDX-License-Identifier: Apache-2.0
"""What the reader's bench counts."""

from __future__ import annotations

import numpy as np
import pytest

from bench.honesty import fit
from bench.looks import look
from bench.peers import plain
from bench.reader import aligned, mistakes
from bench.stages import Clock, Timed


def test_lost_and_added_characters_stand_against_nothing() -> None:
    """The alignment is the cheapest one, whatever was swapped, lost or added."""
    assert aligned("AB12", "AB12") == [("A", "A"), ("B", "B"), ("1", "1"), ("2", "2")]
    assert ("1", "I") in aligned("AB12", "ABI2")
    assert ("1", "-") in aligned("AB12", "AB2")
    assert ("-", "X") in aligned("AB12", "AB12X")
    assert aligned("A", "") == [("A", "-")]


def test_only_mistakes_are_shown() -> None:
    """What was read rightly is counted and not listed."""
    shown = mistakes({"british: O": {"O": 3, "0": 2}, "british: 1": {"1": 5, "-": 1}})
    assert "| british | 11 | 3 | O→0 2, 1→- 1 |" in shown


def test_confidence_is_learned_from_what_was_right() -> None:
    """Where being right goes with one of the quantities, only that one gets a weight."""
    rng = np.random.default_rng(5)
    tells, noise = rng.normal(0, 2, 4000), rng.normal(0, 2, 4000)
    right = (rng.random(4000) < 1 / (1 + np.exp(-tells))).astype(float)
    weights = fit(np.stack([np.ones(4000), tells, noise], axis=1), right)
    assert weights == pytest.approx([0, 1, 0], abs=0.15)


def test_looks_differ_and_keep_about_their_shape() -> None:
    """Two looks at one plate are never the same picture."""
    rng = np.random.default_rng(1)
    plate = rng.integers(0, 255, (40, 160, 3), np.uint8)
    one, other = look(plate, rng), look(plate, rng)
    assert one.shape[2] == 3 and one.dtype == np.uint8
    assert one.shape != other.shape or (one != other).any()
    assert 2.5 < one.shape[1] / one.shape[0] < 6


def test_a_clock_notes_each_call_and_passes_on_the_rest() -> None:
    """The timed method answers as before, and what is not timed is the inner object's own."""

    class Inner:
        name = "inner"

        def work(self, value: int) -> int:
            return value + 1

    clock = Clock()
    timed = Timed(Inner(), "work", "stage", clock)
    assert [timed.work(1), timed.work(2), timed.name] == [2, 3, "inner"]
    assert clock.report("here")["here: stage"]["calls"] == 2


def test_peers_texts_are_brought_to_plates() -> None:
    """Small letters, accents and marks go."""
    assert plain("ÄB-12 é") == "AB12E"
