# SPDX-License-Identifier: Apache-2.0
"""The search box understands what people type; what it does not know is the plate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import PlateClass, UsageError, VehicleKind, WaysideError
from wayside.record.search import PlateMatch, PlateQuery
from wayside.web.asking import ORDINARY_DAYS, Known, understand

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
"""A Wednesday."""
TODAY = datetime(2026, 11, 18, tzinfo=UTC)
KNOWN = Known(cameras=["north gate", "yard"], gates=["main", "main road"], ways=["in", "out"], places=["Dover"])
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("ld23 abc", {"plate": PlateQuery("LD23ABC")}),
        ("LD?? X*", {"plate": PlateQuery("LD??X*", PlateMatch.PATTERN), "since": TODAY - ORDINARY_DAYS * DAY}),
        ("~LD23ABC", {"plate": PlateQuery("LD23ABC", PlateMatch.NEAR), "since": TODAY - ORDINARY_DAYS * DAY}),
        ("code 248 last week in", {"sender_code": "248", "since": NOW - 7 * DAY, "way": "in"}),
        (
            "diplomatic today",
            {"plate_class": PlateClass.DIPLOMATIC, "since": TODAY, "until": NOW + timedelta(minutes=1)},
        ),
        ("red lorry", {"colour": "red", "kind": VehicleKind.TRUCK}),
        ("silver", {"colour": "grey"}),
        ("yesterday lorry", {"since": TODAY - DAY, "until": TODAY, "kind": VehicleKind.TRUCK}),
        ("this week", {"since": TODAY - 2 * DAY}),
        ("last 3 hours", {"since": NOW - timedelta(hours=3)}),
        ("past month out", {"since": NOW - 30 * DAY, "way": "out"}),
        ("2026-11-01 Main Road", {"since": TODAY - 17 * DAY, "until": TODAY - 16 * DAY, "gate": "main road"}),
        ("north gate last day", {"cameras": ("north gate",), "since": NOW - DAY}),
        ("dover from gb", {"place": "Dover", "country": "GB", "since": TODAY - ORDINARY_DAYS * DAY}),
        ("2 aboard today", {"occupants_at_least": 2, "occupants_at_most": 2}),
        ("at least 3 people today", {"occupants_at_least": 3, "occupants_at_most": None}),
        ("at most 1 aboard today", {"occupants_at_least": None, "occupants_at_most": 1}),
        ("not read confirmed today", {"read": False, "confirmed": True}),
        ("", {"since": TODAY - ORDINARY_DAYS * DAY, "plate": None}),
    ],
)
def test_words_become_criteria(text: str, fields: dict[str, Any]) -> None:
    """Each kind of part, in any order, whatever its case."""
    criteria = understand(text, NOW, KNOWN).criteria
    assert {name: getattr(criteria, name) for name in fields} == fields


def test_what_was_understood_is_shown_as_it_was_written() -> None:
    """So that a misunderstanding is seen."""
    asked = understand("Code 248 Last Week LD?? X*", NOW, KNOWN)
    assert asked.understood == (("sender_code", "Code 248"), ("since", "Last Week"), ("plate", "LD?? X*"))
    assert asked.supposed_days is None


def test_only_what_needs_a_time_gets_one() -> None:
    """A whole plate is looked for as far back as one may; a part of one is not."""
    assert understand("LD23ABC", NOW, KNOWN).supposed_days is None
    assert understand("LD23*", NOW, KNOWN).supposed_days == ORDINARY_DAYS
    assert understand("LD23*", NOW, KNOWN, since=NOW - DAY).supposed_days is None


@pytest.mark.parametrize("text", ["today yesterday", "code 1 code 2", "in out", "~AB", "*", "?" * 30])
def test_what_cannot_be_meant_is_told(text: str) -> None:
    """In one sentence, which holds no plate."""
    with pytest.raises(UsageError) as told:
        understand(text, NOW, KNOWN)
    assert str(told.value)


def test_fields_beside_the_box_and_words_must_not_contradict() -> None:
    """The field says one way, the words another: nobody can mean both."""
    with pytest.raises(UsageError, match="states the way twice"):
        understand("in", NOW, KNOWN, way="out")


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    """Never anything else."""
    try:
        assert understand(text, NOW, KNOWN).criteria is not None
    except WaysideError as refused:
        assert str(refused)
