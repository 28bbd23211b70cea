# SPDX-License-Identifier: Apache-2.0
"""What a vote states is what it is worth: looks that share their faults add up slowly, single reads must back it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.plates.reads import read
from wayside.domain import PlateRead
from wayside.plates import taken_at_its_word, vote
from wayside.plates.align import Row
from wayside.plates.honesty import backing, honest, sureness, worth
from wayside.plates.lattice import spread


def doubtful(text: str) -> PlateRead:
    """A read that holds another character for nearly as likely at each place."""
    return read(text, 0.5, *((place, "X", 0.45) for place in range(len(text))))


def backed(reads: Sequence[PlateRead], text: str) -> float:
    """How far the reads back a text."""
    rows = rows_of(reads)
    return backing(rows, sureness(rows), text)


def rows_of(reads: Sequence[PlateRead]) -> list[Row]:
    """Reads as rows of a vote."""
    return [tuple(spread(position) for position in each.characters) for each in reads]


def test_equal_looks_count_one_by_one() -> None:
    """Three equally sure looks are worth three, and an unsure one hardly more."""
    sure = [read("LD12ABC", 0.95)] * 3
    assert worth(sureness(rows_of(sure))) == pytest.approx(3)
    assert worth(sureness(rows_of([*sure, doubtful("LD12ABC")]))) == pytest.approx(3, abs=0.05)


def test_backing_is_what_single_reads_say() -> None:
    """All reads of the text back it in full measure, a different character or length not at all."""
    reads = [read("LD12ABC", 0.99)] * 2
    assert backed(reads, "LD12ABC") > 0.8
    assert backed(reads, "LD12ABX") < 0.01
    assert backed(reads, "LD12AB") == 0.0


def test_look_alikes_back_each_other() -> None:
    """A read of O and B backs the text with 0 and 8: only syntax tells them apart."""
    assert backed([read("LDI2A8C", 0.99)], "LD12ABC") == pytest.approx(
        backed([read("LD12ABC", 0.99)], "LD12ABC"), rel=0.01
    )


def test_half_the_looks_back_half() -> None:
    """Where every second read says another text, the backing is halved."""
    agreed = backed([read("LD12ABC", 0.95)], "LD12ABC")
    split = [read("LD12ABC", 0.95), read("LD12ARC", 0.95)]
    assert backed(split, "LD12ABC") == pytest.approx(agreed / 2, rel=0.05)


def test_a_read_of_a_part_says_nothing_against_the_whole() -> None:
    """What the picture's edge cut off was there; a single character that is missing may never have been."""
    whole = [read("LD12ABC", 0.95)] * 2
    agreed = backed(whole, "LD12ABC")
    assert backed([*whole, read("LD12"), read("2ABC")], "LD12ABC") == pytest.approx(agreed)
    assert backed([*whole, read("LD12AB")], "LD12ABC") < 0.8 * agreed
    assert backed([*whole, read("LX12")], "LD12ABC") < 0.8 * agreed
    assert backed([read("LD1"), read("ABC")], "LD12ABC") == 0.0


@settings(deadline=None, max_examples=80)
@given(st.lists(st.floats(0.35, 0.99), min_size=1, max_size=6), st.floats(0.35, 0.99))
def test_one_more_agreeing_read_never_lowers_the_backing(sure: list[float], more: float) -> None:
    """However unsure the further read of the same text is."""
    reads = [read("LD12ABC", chance) for chance in sure]
    before = backed(reads, "LD12ABC")
    assert backed([*reads, read("LD12ABC", more)], "LD12ABC") >= before - 1e-12


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_evidence_and_more_backing_mean_more(fused: float, alone: float, more: float) -> None:
    """The stated probability rises with both and stays inside 0-1."""
    assert 0 < honest(fused, alone) < 1
    assert honest(max(fused, more), alone) >= honest(fused, alone)
    assert honest(fused, max(alone, more)) >= honest(fused, alone)


def test_doubtful_looks_repeated_do_not_become_certain() -> None:
    """Eight looks at one picture that a reader is unsure of stay unsure, though they all say the same."""
    reading = vote([doubtful("LD12ABC")] * 8, minimum_probability=0.0)
    assert reading.text == "LD12ABC"
    assert reading.probability is not None and reading.probability < 0.8


def test_alternatives_leave_room_for_what_nobody_thought_of() -> None:
    """The first text stays first, and all texts together are at most certain."""
    reading = vote([read("LD12ABC", 0.5, (3, "7", 0.45))] * 2, minimum_probability=0.0)
    named = [a.probability for a in reading.alternatives]
    assert reading.probability is not None
    assert reading.probability >= max(named)
    assert reading.probability + sum(named) <= 1 + 1e-9


def test_a_single_read_can_be_taken_at_its_word() -> None:
    """What is averaged over cuts of one picture is not made honest before."""
    sure = read("LD12ABC", 0.9)
    word, said = taken_at_its_word([sure]).probability, vote([sure]).probability
    assert word is not None and said is not None
    assert word > said
