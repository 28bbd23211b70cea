# SPDX-License-Identifier: Apache-2.0
"""Reads under each other: nothing of a read is lost, moved past its neighbour or made up, whatever came in between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.plates.align import AKIN, GAP_COST, Column, Row, akin, columns, tops
from wayside.plates.confusion import confusion_cost

TEXTS = st.text("AB0O1I8", max_size=7)
SETS = st.lists(TEXTS, min_size=1, max_size=6)


def row(text: str) -> Row:
    """A read that is sure of itself."""
    return tuple({character: 1.0} for character in text)


def laid(*texts: str) -> list[str]:
    """The columns of some reads as texts; a full stop where a read has nothing."""
    return [
        "".join("." if one is None else next(iter(one)) for one in column) for column in columns(tuple(map(row, texts)))
    ]


def read_back(found: list[Column], at: int) -> str:
    """What the columns keep of one read."""
    return "".join(next(iter(spread)) for column in found if (spread := column[at]) is not None)


def test_the_first_choice_of_each_place_is_the_text() -> None:
    """Whatever else the reader holds for possible there."""
    assert tops(({"8": 0.6, "B": 0.4}, {"O": 0.5, "0": 0.5})) == "8O"
    assert tops(()) == ""


def test_reads_of_one_length_stand_place_by_place() -> None:
    """A misread character stands under the one that it is a reading of."""
    assert laid("LD52XYZ", "LD52XYZ", "LD5ZXYZ") == ["LLL", "DDD", "555", "22Z", "XXX", "YYY", "ZZZ"]


@pytest.mark.parametrize("lost", range(7))
def test_a_lost_character_leaves_its_place_empty(lost: int) -> None:
    """And moves none of the others."""
    whole = "LD52XYZ"
    found = laid(whole, whole, whole[:lost] + whole[lost + 1 :])
    assert found == [c * 2 + ("." if at == lost else c) for at, c in enumerate(whole)]


@pytest.mark.parametrize("before", range(8))
def test_an_inserted_character_gets_a_column_of_its_own(before: int) -> None:
    """In which the other reads have nothing, at the place where it was inserted."""
    whole = "LD52XYZ"
    found = laid(whole, whole, whole[:before] + "W" + whole[before:])
    assert found[before] == "..W"
    assert found[:before] + found[before + 1 :] == [c * 3 for c in whole]


def test_two_reads_that_insert_at_one_place_share_the_column() -> None:
    """As both saw the same screw."""
    assert laid("LD52XYZ", "LD52XYZ", "LD52XYZ", "LD152XYZ", "LD152XYZ")[2] == "...11"


def test_the_one_that_inserts_more_widens_the_place() -> None:
    """Whoever inserted less has nothing in the further column."""
    found = laid("AB12", "AB12", "AB12", "WAB12", "WWAB12")
    assert found[:2] == ["...WW", "....W"]


def test_equally_common_lengths_keep_the_longer() -> None:
    """A character that was lost is commoner than one that was made up."""
    found = laid("AB12", "AB12", "AB123", "AB123")
    assert found[-1] == "..33"
    assert len(found) == 5


def test_a_read_of_nothing_has_nothing_anywhere() -> None:
    """And among nothing else there is no column."""
    assert laid("AB1", "", "AB1") == ["A.A", "B.B", "1.1"]
    assert laid("", "") == []


def test_what_is_wholly_other_is_dearer_than_what_is_confused_but_cheaper_than_two_gaps() -> None:
    """Else one misread character would be laid as one lost and one inserted."""
    assert 0 < confusion_cost("0", "O") < confusion_cost("A", "7") <= 1 < 2 * GAP_COST


@pytest.mark.parametrize(
    ("texts", "same"),
    [
        (("LD52XYZ", "LD52XYZ", "LD5"), (True, True, False)),
        (("L4", "LD52XYZ", "LD52XY2"), (False, True, True)),
        (("LD52XYZ", "D52XYZ", "LLD52XYZ"), (True, True, True)),
        (("LD52XYZ", "LD52XYZ", "KR12345"), (True, True, False)),
        (("LD52XYZ", "LD52XYZLD52XYZ"), (False, True)),
        (("A1", "A1"), (True, True)),
        (("", ""), (True, True)),
    ],
    ids=["cut by the edge", "a lamp", "one lost or inserted", "another vehicle", "none commoner", "short", "nothing"],
)
def test_reads_of_a_part_or_of_something_else_are_told(texts: tuple[str, ...], same: tuple[bool, ...]) -> None:
    """From those that are the same plate, a character more or less aside."""
    assert tuple(akin([row(text) for text in texts], [1.0] * len(texts))) == same


def test_the_surer_reads_say_what_the_plate_is() -> None:
    """Far away there are more looks, but nothing can be read yet."""
    texts = ("5A9Y", "5AV1", "5AVY", "TX05AVV", "TX05AVV")
    assert akin([row(text) for text in texts], [0.1, 0.1, 0.1, 0.6, 0.6]) == [False, False, False, True, True]


@given(SETS, st.randoms(use_true_random=False))
def test_whether_a_read_is_akin_does_not_depend_on_the_order(texts: list[str], random: object) -> None:
    """And some read always is."""
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = akin([row(text) for text in texts], [1.0] * len(texts))
    mixed = akin([row(texts[at]) for at in order], [1.0] * len(texts))
    assert [straight[at] for at in order] == mixed
    assert any(straight)


@given(SETS)
def test_every_read_is_kept_whole_and_in_order(texts: list[str]) -> None:
    """Nothing is lost and nothing is made up."""
    found = columns([row(text) for text in texts])
    assert [read_back(found, at) for at in range(len(texts))] == texts


@given(SETS)
def test_a_column_has_one_entry_of_each_read_and_is_never_empty(texts: list[str]) -> None:
    """A column that no read fills would be a character that nobody read."""
    for column in columns([row(text) for text in texts]):
        assert len(column) == len(texts)
        assert any(spread is not None for spread in column)


@given(SETS, st.randoms(use_true_random=False))
def test_the_order_of_the_reads_does_not_matter(texts: list[str], random: object) -> None:
    """A plate is the same whichever frame comes first."""
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight = columns([row(text) for text in texts])
    mixed = columns([row(texts[at]) for at in order])
    assert [[column[at] for at in order] for column in straight] == mixed


@given(TEXTS, st.integers(1, 9))
def test_a_read_that_is_repeated_stands_under_itself(text: str, times: int) -> None:
    """Column by column."""
    assert laid(*[text] * times) == [character * times for character in text]


@given(SETS)
def test_there_are_as_many_columns_at_least_as_the_longest_read_has_characters(texts: list[str]) -> None:
    """And not more than all reads together have."""
    found = columns([row(text) for text in texts])
    assert max(map(len, texts)) <= len(found) <= sum(map(len, texts))


def cheapest(text: str, plate: str) -> float:
    """The cheapest way from one text to the other, written down as what it is."""
    if not text or not plate:
        return GAP_COST * max(len(text), len(plate))
    both = cheapest(text[1:], plate[1:]) + confusion_cost(text[0], plate[0])
    return min(both, cheapest(text[1:], plate) + GAP_COST, cheapest(text, plate[1:]) + GAP_COST)


@given(st.text("AB8X", min_size=1, max_size=6), st.text("AB8X", min_size=1, max_size=6))
def test_two_reads_are_akin_as_far_as_the_cheapest_way_between_them_tells(text: str, plate: str) -> None:
    """However much of the way there is looked at: the surer read is the plate, and the other is near it or not."""
    near = cheapest(text, plate) <= max(1.0, AKIN * max(len(text), len(plate)))
    assert akin([row(plate), row(text)], [2.0, 1.0]) == [True, near]
