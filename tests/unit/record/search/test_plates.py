# SPDX-License-Identifier: Apache-2.0
"""What may be asked of a plate, and by which part of a pattern plates are looked up."""

from __future__ import annotations

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import UsageError
from wayside.record.search import PlateMatch, PlateQuery, UnboundedSearchError
from wayside.record.search.plates import Anchor, anchor_of, glob_of, halves, is_near, like_of

ODD = "AB1?*%_[]\\^-"
"""Letters beside every sign that a database might take for its own."""


@pytest.mark.parametrize(
    ("written", "anchor"),
    [
        ("LD??X*", Anchor(prefix="LD")),
        ("L?*23ABC", Anchor(suffix="23ABC")),
        ("*LD2*", Anchor(piece="LD2")),
        ("*LD23*", Anchor(piece="LD2")),
        ("L*23A*C", Anchor(piece="23A")),
        ("AB*23*", Anchor(prefix="AB")),
        ("LD23", Anchor(prefix="LD23")),
        ("?A*1", Anchor(suffix="1")),
    ],
)
def test_a_pattern_is_looked_up_by_its_longest_part(written: str, anchor: Anchor) -> None:
    """The longer, the fewer plates hold it."""
    assert anchor_of(written) == anchor


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("*", "fix at least 2"),
        ("A?????", "fix at least 2"),
        ("?%*", "fix at least 2"),
        ("*AB*", "3 in a row"),
        ("?A?B?", "3 in a row"),
    ],
)
def test_a_pattern_that_fits_nearly_everything_is_refused(written: str, complaint: str) -> None:
    """With what to fix; the pattern itself is not repeated."""
    with pytest.raises(UnboundedSearchError, match=complaint) as refused:
        PlateQuery(written, PlateMatch.PATTERN)
    assert written not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", PlateMatch.EXACT),
        ("A" * 25, PlateMatch.EXACT),
        ("A\x00B", PlateMatch.EXACT),
        ("A\ud800B", PlateMatch.EXACT),
        ("AB*C*D*E*F", PlateMatch.PATTERN),
        ("ABC", PlateMatch.NEAR),
    ],
)
def test_what_no_plate_can_be_is_refused(text: str, match: PlateMatch) -> None:
    """Empty, too long, unprintable, too involved, too short to be near to."""
    with pytest.raises(UsageError):
        PlateQuery(text, match)


def test_stars_side_by_side_count_once() -> None:
    """They mean the same as one."""
    assert PlateQuery("AB**C****D", PlateMatch.PATTERN).text == "AB**C****D"


def plain_fit(text: str, written: str) -> bool:
    """Whether a text fits a pattern, by a regular expression."""
    return re.fullmatch(re.escape(written).replace(r"\?", ".").replace(r"\*", ".*"), text, re.DOTALL) is not None


@given(st.text(ODD.replace("?", "").replace("*", ""), max_size=6), st.text(ODD, max_size=6))
def test_a_pattern_means_the_same_to_sqlite(text: str, written: str) -> None:
    """Signs that are SQLite's own are characters like any other."""
    with sqlite3.connect(":memory:") as connection:
        (fits,) = connection.execute("SELECT ? GLOB ?", (text, glob_of(written))).fetchone()
    assert bool(fits) == plain_fit(text, written)


@given(st.text(ODD.replace("?", "").replace("*", ""), max_size=6), st.text(ODD, max_size=6))
def test_a_pattern_means_the_same_in_like(text: str, written: str) -> None:
    """Asked of SQLite's LIKE, which differs from PostgreSQL's in capitals only."""
    with sqlite3.connect(":memory:") as connection:
        (fits,) = connection.execute("SELECT ? LIKE ? ESCAPE '\\'", (text, like_of(written))).fetchone()
    assert bool(fits) == plain_fit(text, written)


def within_one(text: str, other: str) -> bool:
    """By trying every error."""
    cut = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    lost = {a + b[1:] for a, b in cut if b}
    added = {a + letter + b for a, b in cut for letter in "AB"}
    exchanged = {a + letter + b[1:] for a, b in cut if b for letter in "AB"}
    return other in {text} | lost | added | exchanged


@given(st.text("AB", max_size=6), st.text("AB", max_size=6))
def test_nearness_is_one_error(text: str, other: str) -> None:
    """One exchanged, added or lost character, or none."""
    assert is_near(text, other) == within_one(text, other)


@given(st.text("AB1", min_size=4, max_size=9), st.text("AB1", max_size=10))
def test_whoever_is_near_keeps_one_half(text: str, other: str) -> None:
    """So looking up both halves finds all that are within one error."""
    first, second = halves(text)
    assert not is_near(text, other) or other.startswith(first) or other.endswith(second)
