# SPDX-License-Identifier: Apache-2.0
"""The notation of the syntax tables spreads into forms, and its mistakes are named."""

from __future__ import annotations

import pytest

from wayside.plates.errors import PatternError
from wayside.plates.notation import LETTERS, CodeList, Form, character_set, forms


def spread(notation: str, **lists: CodeList) -> tuple[Form, ...]:
    """The forms of a notation with all letters."""
    return forms(notation, LETTERS, lists)


def test_symbols_are_classes() -> None:
    """`@` is a letter, `#` a digit, brackets a choice, anything else itself."""
    (form,) = spread("@#[A-CX]7")
    assert [len(place) for place in form.places] == [26, 10, 4, 1]
    assert form.size == 26 * 10 * 4


@pytest.mark.parametrize(
    ("notation", "lengths"),
    [("@{3}", [3]), ("@{1,3}", [1, 2, 3]), ("#[HE]?", [1, 2]), ("@{1,2}#{1,2}", [2, 3, 3, 4]), ("AB?", [1, 2])],
)
def test_repetition_spreads_into_fixed_lengths(notation: str, lengths: list[int]) -> None:
    """Each number of repetitions is a form of its own."""
    assert sorted(len(form.places) for form in spread(notation)) == lengths


def test_list_splits_by_length_and_binds_its_codes() -> None:
    """A list gives one form for each length of code; only listed codes fit."""
    short, long = spread("<city> #", city=CodeList(("B", "HH", "KS")))
    assert (len(short.places), len(long.places)) == (2, 3)
    assert long.fits("HH1") and long.fits("KS1")
    assert not long.fits("HS1")
    assert long.size == 20


def test_open_list_lets_other_codes_in() -> None:
    """A list with a share of others is no wall, only a preference."""
    (form,) = spread("<city>#", city=CodeList(("HH", "KS"), others=0.1))
    assert form.fits("XY1")


def test_named_parts_and_separators() -> None:
    """Parts are found by name, separators printed where they stand."""
    (form,) = spread("(sender:###) D (serial:###)")
    assert form.part("248D107", "sender") == "248"
    assert form.part("248D107", "serial") == "107"
    assert form.part("248D107", "age") is None
    assert form.printed("248D107") == "248 D 107"


def test_form_refuses_other_lengths() -> None:
    """A text of another length does not fit."""
    (form,) = spread("@@#")
    assert not form.fits("AB12")


@pytest.mark.parametrize("notation", ["AB%", "<nowhere>#", "[ab]", "é", "(Sender:#)"])
def test_mistakes_are_named(notation: str) -> None:
    """A notation that is not understood says which part."""
    with pytest.raises(PatternError, match=r"not understood|no list|holds no capital"):
        spread(notation)


def test_character_set_takes_ranges_and_single_ones() -> None:
    """Ranges include both ends."""
    assert character_set("A-CX1-3") == frozenset("ABCX123")
