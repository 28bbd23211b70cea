# SPDX-License-Identifier: Apache-2.0
"""Voting: agreeing evidence adds up, order does not matter, one loud mistake does not win, gaps align."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.plates.reads import read
from wayside.domain import Box, PlateRead, Unread
from wayside.plates import vote
from wayside.plates.align import columns
from wayside.plates.lattice import spread
from wayside.plates.text import ALPHABET

PLATES = ["LD12ABC", "BMW123", "AB205KD", "1GHJ234", "123D456", "KR12345", "M1234AB", "GK001ZZ"]


def test_single_clean_read_stands() -> None:
    """One look is enough for a still."""
    reading = vote([read("LD12ABC")])
    assert (reading.text, reading.reads, reading.reason_unread) == ("LD12ABC", 1, None)
    assert reading.probability is not None and reading.probability > 0.8


def test_twins_are_decided_by_position() -> None:
    """O and 0, I and 1 are one glyph in Britain; the syntax knows which is meant."""
    assert vote([read("LDI2A8C")], country="GB").text == "LD12A8C" or vote([read("LDI2ABC")]).text == "LD12ABC"
    assert vote([read("YXO5KLM")], country="GB").text == "YX05KLM"


@pytest.mark.parametrize(
    ("seen", "plate"),
    [("DHHXY1234", "HHXY1234"), ("B1GHJ234", "1GHJ234"), ("IRL00KK317", "00KK317"), ("AB205KD59", "AB205KD")],
)
def test_what_is_no_part_of_the_plate_is_left_out(seen: str, plate: str) -> None:
    """The country's sign, its stars and the French department are not the plate's text."""
    assert vote([read(seen)], minimum_probability=0.0).text == plate


def test_nothing_read_is_no_plate_found() -> None:
    """No read at all, and reads without any plate character, say so."""
    assert vote([]).reason_unread is Unread.NO_PLATE_FOUND
    empty = PlateRead(((("", 0.9),),), Box(0, 0, 1, 1), 0.5)
    assert vote([empty]).reason_unread is Unread.NO_PLATE_FOUND


@pytest.mark.parametrize(("lettering", "sure"), [("COODGEDO", 0.4), ("TRANSPORTE", 0.9), ("XX", 0.9)])
def test_lettering_is_not_a_plate(lettering: str, sure: float) -> None:
    """Names on vans and rings on bonnets fit no plate."""
    assert vote([read(lettering, sure)]).reason_unread is Unread.NOT_A_PLATE


def test_reads_of_two_vehicles_disagree() -> None:
    """Two strong reads that have nothing in common give no text."""
    reading = vote([read("AB12CDE"), read("XY99ZZZ")])
    assert reading.reason_unread is Unread.READS_DISAGREE
    assert reading.text is None and reading.reads == 2


def test_minimum_probability_is_settable() -> None:
    """What reaches one minimum may miss another; the text then stands among the alternatives."""
    reads = [read("LD12ABC", 0.6)]
    assert vote(reads, minimum_probability=0.0).text == "LD12ABC"
    strict = vote(reads, minimum_probability=0.9999)
    assert strict.reason_unread is Unread.READS_DISAGREE
    assert strict.alternatives[0].text == "LD12ABC"


def test_one_loud_mistake_does_not_beat_three() -> None:
    """Three moderate reads that agree win over one very sure other one."""
    reads = [read("LD12ABC", 0.6)] * 3 + [read("LD12ABG", 0.99)]
    reading = vote(reads)
    assert (reading.text, reading.reads) == ("LD12ABC", 3)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PLATES), st.integers(0, 6), st.sampled_from(ALPHABET))
def test_no_single_wrong_read_beats_three(plate: str, place: int, wrong: str) -> None:
    """Whichever character the loud read mistakes, three agreeing reads win (folded twins aside)."""
    place %= len(plate)
    other = plate[:place] + wrong + plate[place + 1 :]
    reading = vote([read(plate, 0.7)] * 3 + [read(other, 0.99)])
    twins = str.maketrans("OI", "01")
    assert (reading.text or "").translate(twins) == plate.translate(twins)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_order_of_reads_does_not_matter(data: st.DataObject) -> None:
    """Any shuffling of reads, damaged ones too, gives the same reading."""
    plate = data.draw(st.sampled_from(PLATES))
    damaged = st.integers(0, len(plate) - 1).map(lambda k: plate[:k] + plate[k + 1 :])
    noisy = st.tuples(st.integers(0, len(plate)), st.sampled_from(ALPHABET)).map(
        lambda at: plate[: at[0]] + at[1] + plate[at[0] :]
    )
    texts = data.draw(st.lists(st.one_of(st.just(plate), damaged, noisy), min_size=1, max_size=6))
    sure = data.draw(st.lists(st.floats(0.4, 0.99), min_size=len(texts), max_size=len(texts)))
    reads = [read(text, chance) for text, chance in zip(texts, sure, strict=True)]
    shuffled = data.draw(st.permutations(reads))
    one, other = vote(reads), vote(shuffled)
    assert (one.text, one.reads, one.reason_unread) == (other.text, other.reads, other.reason_unread)
    assert one.probability == pytest.approx(other.probability)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PLATES), st.lists(st.floats(0.35, 0.99), min_size=1, max_size=5), st.floats(0.35, 0.99))
def test_more_agreement_never_lowers_the_answer(plate: str, sure: list[float], more: float) -> None:
    """A further read of the same text, however unsure, does not make that text less probable."""
    reads = [read(plate, chance) for chance in sure]
    before = chance_of(reads, plate)
    after = chance_of([*reads, read(plate, more)], plate)
    assert after >= before - 1e-9


def chance_of(reads: list[PlateRead], plate: str) -> float:
    """The probability that a vote gives to a text, stated or not."""
    reading = vote(reads, minimum_probability=0.0)
    named = {alternative.text: alternative.probability for alternative in reading.alternatives}
    if reading.text is not None and reading.probability is not None:
        named[reading.text] = reading.probability
    return named.get(plate, 0.0)


@pytest.mark.parametrize(
    "texts",
    [
        ["LD12ABC", "D12ABC", "LD12ABC"],
        ["LD12ABC", "LD12AB", "LD12ABC"],
        ["LD12ABC", "LDD12ABC", "LD12ABC"],
        ["LD12AC", "LD12ABC", "L12ABC", "LD12ABC"],
        ["LD12ABC", "XLD12ABC", "LD12ABCT", "LD12ABC"],
    ],
)
def test_inserted_and_lost_characters_align(texts: list[str]) -> None:
    """A read that lost or gained a character still supports all the others."""
    assert vote([read(text) for text in texts]).text == "LD12ABC"


@pytest.mark.parametrize("others", [["LD1"], ["L4"], ["LD1", "2ABC", "ABC"], ["8W7", "86", "7V"], ["LD12ABCLD1"]])
def test_reads_of_a_part_or_of_a_lamp_take_nothing_away(others: list[str]) -> None:
    """As when a vehicle enters at the picture's edge, before its plate is seen whole."""
    reading = vote([*(read(text) for text in others), *[read("LD12ABC")] * 4])
    assert reading.text == "LD12ABC"
    assert (reading.probability or 0.0) > 0.6


def test_lost_characters_of_different_reads_complete_each_other() -> None:
    """Three reads that each lost another character make the whole plate."""
    reading = vote([read("LD12ABC", 0.5), read("D12ABC"), read("LD1ABC"), read("LD12AB")])
    assert reading.text == "LD12ABC"


def test_columns_hold_one_entry_for_each_read() -> None:
    """Aligned columns are as long as there are reads, with None where a read has nothing."""
    rows = [tuple(spread(((c, 0.9),)) for c in text) for text in ("AB12", "A12", "AB12")]
    table = columns(rows)
    assert [len(column) for column in table] == [3, 3, 3, 3]
    assert [column[1] is None for column in table] == [False, True, False, False]


def test_country_helps_where_reads_are_unsure() -> None:
    """The same weak read is the plate of the country where the camera stands."""
    unsure = read("Z234BCD", 0.5, (0, "7", 0.1), (0, "2", 0.3))
    assert vote([unsure], country="ES", minimum_probability=0.0).text == "2234BCD"


def test_many_reads_are_no_burden() -> None:
    """Hundreds of reads of a parked car neither overflow nor change the answer."""
    chance = random.Random(7)
    reads = [read("LD12ABC", chance.uniform(0.4, 0.95)) for _ in range(300)]
    reading = vote(reads)
    assert (reading.text, reading.reads) == ("LD12ABC", 300)
    assert reading.probability == pytest.approx(1.0, abs=0.02)


def test_reads_agree_up_to_confusables_and_strays() -> None:
    """A read counts as agreeing when it is the text after folding, edge characters aside."""
    reading = vote([read("LD12ABC"), read("LDI2ABC"), read("GBLD12ABC"), read("LD12XYZ")])
    assert (reading.text, reading.reads) == ("LD12ABC", 3)
