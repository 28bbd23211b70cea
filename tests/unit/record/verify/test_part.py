# SPDX-License-Identifier: Apache-2.0
"""What the check of a range notes: damage side by side, and blanks in a row, are one thing each."""

from __future__ import annotations

from wayside.record.verify.part import Blank, Part
from wayside.record.verify.report import Finding


def unreadable(*numbers: int) -> list[tuple[int | None, int | None]]:
    """First and last of the findings where these entries could not be read."""
    part = Part()
    for seq in numbers:
        part.find("entry-unreadable", "journal", seq)
    return [(one.seq, one.last) for one in part.findings]


def test_entries_that_cannot_be_read_are_one_finding_while_they_follow_each_other() -> None:
    """A page of a damaged file holds many; also where they begin with entry 0."""
    assert unreadable(5) == [(5, None)]
    assert unreadable(5, 6) == [(5, 6)]
    assert unreadable(0, 1, 2, 3) == [(0, 3)]
    assert unreadable(5, 6, 8, 9, 20) == [(5, 6), (8, 9), (20, None)]


def test_other_damage_stays_apart() -> None:
    """Two edited rows beside each other are two findings, and unreadable ones do not go over what lies between."""
    part = Part()
    for seq, damage in enumerate(["row-edited", "row-edited", "entry-unreadable", "row-edited", "entry-unreadable"]):
        part.find(damage, "passage", seq)
    assert [(one.damage, one.seq, one.last) for one in part.findings] == [
        ("row-edited", 0, None),
        ("row-edited", 1, None),
        ("entry-unreadable", 2, None),
        ("row-edited", 3, None),
        ("entry-unreadable", 4, None),
    ]


def test_an_id_that_is_none_is_left_out() -> None:
    """A damaged row may have anything where the id was; a range of one entry is one entry."""
    part = Part()
    part.find("row-edited", "passage", 4, b"\xff", last=4, detail="plate")
    part.find("row-edited", "passage", 5, "ab", last=6)
    assert part.findings == [
        Finding("row-edited", "passage", 4, detail="plate"),
        Finding("row-edited", "passage", 5, 6, "ab"),
    ]


def test_blanks_are_runs_of_one_kind_by_one_erasure() -> None:
    """A gap, another kind and another erasure each begin a new run."""
    part = Part()
    for seq, kind, erased_by in [
        *((0, "passage", 9), (1, "passage", 9), (2, "search", 9)),
        *((3, "search", 8), (4, "search", 8), (6, "search", 8), (7, "search", None)),
    ]:
        part.blank(seq, kind, erased_by)
    assert part.blanks == [
        *(Blank(0, 1, "passage", 9), Blank(2, 2, "search", 9), Blank(3, 4, "search", 8)),
        *(Blank(6, 6, "search", 8), Blank(7, 7, "search", None)),
    ]
