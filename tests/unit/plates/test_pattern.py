# SPDX-License-Identifier: Apache-2.0
"""Patterns with ? and *, and partial plates as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.plates import PatternError, partial, pattern
from wayside.plates.text import ALPHABET


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("LD?2*", "LD12ABC", True),
        ("LD?2*", "LD2ABC", False),
        ("*ABC", "LD12ABC", True),
        ("*ABC", "ABCD", False),
        ("ld 12 ???", "LD12ABC", True),
        ("ld12???", "LD12AB", False),
        ("LD12ABC", "LD12ABC", True),
        ("L**C", "LD12ABC", True),
    ],
)
def test_pattern_matches(written: str, text: str, fits: bool) -> None:
    """`?` is one character, `*` any number, the rest itself."""
    assert pattern(written).matches(text) is fits


def test_folding_finds_confusables() -> None:
    """With `fold`, O counts as 0 and B as 8 on both sides."""
    assert pattern("LO12?8*").matches("L012ABC", fold=True)
    assert not pattern("LO12?8*").matches("L012ABC")


@pytest.mark.parametrize("written", ["*", "?", "???????", "*?*", "A*", "", "   "])
def test_patterns_for_nearly_everything_are_refused(written: str) -> None:
    """Too little fixed would find nearly every plate; the refusal says so."""
    with pytest.raises(PatternError, match="would match nearly every plate"):
        pattern(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("AB%'--", "holds '%'"),
        ("A(B+)+C", "holds '\\('"),
        ("A" * 25, "longer than"),
        ("AB\x00C", "holds"),
        ("ÄB12", "holds 'Ä'"),
    ],
)
def test_strange_patterns_are_refused_with_the_reason(written: str, reason: str) -> None:
    """SQL, regular expressions and control characters are no patterns."""
    with pytest.raises(PatternError, match=reason):
        pattern(written)


@given(st.text(ALPHABET, min_size=2, max_size=9), st.data())
def test_plate_matches_its_own_holes(plate: str, data: st.DataObject) -> None:
    """Any plate matches itself with one character left open and with a star at the end."""
    place = data.draw(st.integers(0, len(plate) - 1))
    holed = plate[:place] + "?" + plate[place + 1 :]
    if len(plate) > 2:
        assert pattern(holed).matches(plate)
    assert pattern(plate + "*").matches(plate + "X")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("starts LD, ends with an X, two unknown", "LD??X"),
        ("Starts with LD and ends with X", "LD*X"),
        ("begins with the letters LD, 7 characters", "LD?????"),
        ("ends in ABC; one unknown", "?ABC"),
        ("starts LD, ends X, seven characters in all", "LD????X"),
        ("contains 12, starts L", "L*&12"),
    ],
)
def test_spoken_partial_becomes_a_pattern(said: str, written: str) -> None:
    """What a witness says is written down as a pattern."""
    assert partial(said).written == written


def test_spoken_parts_anywhere_are_wanted_too() -> None:
    """`contains` binds wherever it stands."""
    wanted = partial("starts LD, contains 12, seven characters")
    assert wanted.matches("LD12ABC")
    assert not wanted.matches("LD34ABC")


def test_unknown_beside_contained_parts_counts_both() -> None:
    """Two unknown characters and a contained pair make four open places."""
    wanted = partial("starts LD, has AB, two unknown")
    assert wanted.matches("LD1AB2") and wanted.matches("LDAB12")
    assert not wanted.matches("LD12AB3")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("it was blue", "is not understood"),
        ("starts L", "would match nearly every plate"),
        ("starts LD12, ends ABC, 5 characters", "do not fit"),
        ("starts LD, 99 unknown", "more than a plate has"),
        ("x" * 201, "at most 200"),
        ("", "would match nearly every plate"),
    ],
)
def test_what_is_not_understood_says_why(said: str, reason: str) -> None:
    """A part that means nothing, or contradicts another, is named."""
    with pytest.raises(PatternError, match=reason):
        partial(said)
