# SPDX-License-Identifier: Apache-2.0
"""What people write into an entry becomes what is compared, or is refused with the mend."""

from __future__ import annotations

import pytest

from wayside.domain import UsageError
from wayside.watch.terms import EntryKind, Term, TermKind, terms_of


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (EntryKind.PLATE, " ld23-abc ", Term(TermKind.PLATE, "LD23ABC")),
        (EntryKind.NEAR, "~LD23 ABC", Term(TermKind.NEAR, "LD23ABC")),
        (EntryKind.WILDCARD, "ld?? a**", Term(TermKind.WILDCARD, "LD??A*")),
        (EntryKind.CLASS, "consular", Term(TermKind.CLASS, "consular")),
    ],
)
def test_each_kind_is_read_as_people_write_it(kind: EntryKind, written: str, expected: Term) -> None:
    """Spaces, dashes and small letters do not matter."""
    assert terms_of(kind, written) == (expected,)


def test_a_fleet_groups_vehicles_with_and_without_diplomatic_plates() -> None:
    """Its code, with the country where that is known, and the civil plates that are known; each once."""
    found = terms_of(EntryKind.FLEET, "248", "gb", ["LD23 ABC", "", "ld23abc", "LD23ABD"])
    assert found == (
        Term(TermKind.CODE, "248", "GB"),
        Term(TermKind.PLATE, "LD23ABC"),
        Term(TermKind.PLATE, "LD23ABD"),
    )


@pytest.mark.parametrize(
    ("kind", "written", "mend"),
    [
        (EntryKind.PLATE, "-", "write it as"),
        (EntryKind.PLATE, "ABCDEFGHIJKLM", "2 to 12"),
        (EntryKind.NEAR, "A12", "4 characters at least"),
        (EntryKind.WILDCARD, "*", "at least 2"),
        (EntryKind.WILDCARD, "LD23ABC", "as a plate"),
        (EntryKind.WILDCARD, "A*B*C*D*E", "leave some"),
        (EntryKind.CLASS, "civil", "use one of"),
        (EntryKind.FLEET, "", "code of its sender"),
        (EntryKind.FLEET, "12345", "1 to 4"),
    ],
)
def test_what_would_match_nothing_or_nearly_everything_is_refused(kind: EntryKind, written: str, mend: str) -> None:
    """With a sentence that says what to write instead."""
    with pytest.raises(UsageError, match=mend):
        terms_of(kind, written)


def test_a_country_has_two_letters() -> None:
    """None stands for any."""
    with pytest.raises(UsageError, match="two letters"):
        terms_of(EntryKind.FLEET, "248", "GBR")


def test_texts_that_a_reader_takes_for_each_other_are_compared_as_the_same() -> None:
    """But for the signs of a pattern, and for codes, which are not read alone."""
    assert Term(TermKind.PLATE, "LD5OXB").key == Term(TermKind.PLATE, "L0SOX8").key
    assert Term(TermKind.WILDCARD, "LO?*").key == "L0?*"
    assert Term(TermKind.CODE, "B12").key == "B12"
