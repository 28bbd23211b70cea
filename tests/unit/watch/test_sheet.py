# SPDX-License-Identifier: Apache-2.0
"""Sheets of plates: what is taken, what is refused by its line, and what comes out goes in again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import NOON
from watching import entry_with

from wayside.domain import UsageError
from wayside.watch import sheet
from wayside.watch.entries import Draft, Priority
from wayside.watch.sheet import Looked, read_sheet, write_sheet
from wayside.watch.terms import EntryKind, near_term, plate_term, wildcard_term

UNTIL = NOON + timedelta(days=30)


def looked(text: str) -> Looked:
    """What a sheet holds at a site where entries live 90 days."""
    return read_sheet(text, NOON, UNTIL, 90)


def test_columns_come_in_any_order_and_only_the_plate_is_needed() -> None:
    """What a spreadsheet puts before the first line does no harm."""
    found = looked("\ufeffPriority,PLATE\nhigh,ab12 cde\n,XY99ZZZ\n")
    assert found.drafts == (
        Draft(EntryKind.PLATE, (plate_term("AB12CDE"),), UNTIL, priority=Priority.HIGH),
        Draft(EntryKind.PLATE, (plate_term("XY99ZZZ"),), UNTIL),
    )
    assert (found.rejected, found.repeated) == ((), 0)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("-,,", "letters and digits"),
        ("AB12CDE,urgent,", "priority is none of"),
        ("AB12CDE,,tomorrow", "until is no day"),
        ("AB12CDE,,2026-11-01", "over already"),
        ("AB12CDE,,2029-01-01", "90 days at most"),
    ],
)
def test_a_line_that_is_no_entry_is_named_by_its_number(line: str, why: str) -> None:
    """With the mend, and never with what stands in it."""
    (one,) = looked(f"plate,priority,until\nXY99ZZZ,,\n{line}\n").rejected
    assert one.line == 3
    assert why in one.why
    assert "AB12CDE" not in one.why


def test_a_day_is_meant_to_its_end() -> None:
    """In UTC."""
    (draft,) = looked("plate,until\nAB12CDE,2026-12-24\n").drafts
    assert draft.expires_at.isoformat() == "2026-12-25T00:00:00+00:00"


def test_what_stands_twice_is_one_entry() -> None:
    """However it is spaced."""
    found = looked("plate\nAB12CDE\nab12-cde\n")
    assert (len(found.drafts), found.repeated) == (1, 1)


def test_a_sheet_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site is told to take it in parts."""
    monkeypatch.setattr(sheet, "MOST", 2)
    with pytest.raises(UsageError, match="in parts"):
        looked("plate\nAB12CDE\nAB12CDF\nAB12CDG\n")
    with pytest.raises(UsageError, match="no column"):
        looked("")


def test_what_was_taken_out_is_taken_in_again() -> None:
    """Plates, patterns and plates within one error."""
    terms = (plate_term("AB12CDE"), near_term("AB12CDF"), wildcard_term("AB?2*"))
    kinds = (EntryKind.PLATE, EntryKind.NEAR, EntryKind.WILDCARD)
    drafts = [Draft(kind, (term,), UNTIL, "the van") for kind, term in zip(kinds, terms, strict=True)]
    entries = [replace(entry_with(plate_term("XX")), draft=draft) for draft in drafts]
    text = write_sheet(entries, NOON)
    again = looked(text)
    assert [one.terms for one in again.drafts] == [one.terms for one in drafts]
    assert again.rejected == ()
