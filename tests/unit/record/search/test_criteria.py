# SPDX-License-Identifier: Apache-2.0
"""What can be searched for, and how the journal keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import PlateClass, UsageError, VehicleKind
from wayside.record.search import Criteria, PlateMatch, PlateQuery, criteria_of

FULL = Criteria(
    plate=PlateQuery("LD??X*", PlateMatch.PATTERN),
    country="GB",
    plate_class=PlateClass.DIPLOMATIC,
    sender_code="101",
    site="campus",
    cameras=("c1", "c2"),
    place="north",
    gate="main",
    way="in",
    since=NOON,
    until=NOON + timedelta(days=1),
    kind=VehicleKind.BUS,
    colour="red",
    occupants_at_least=0,
    occupants_at_most=3,
    confirmed=False,
    read=True,
)


@given(st.sets(st.sampled_from(Criteria.__slots__)))
def test_the_journal_keeps_what_was_asked_and_nothing_else(left_out: set[str]) -> None:
    """As JSON that can be searched again; zero and False were asked."""
    nothing = Criteria()
    asked = replace(FULL, **{name: nothing.value(name) for name in left_out})
    document = msgspec.json.decode(msgspec.json.encode(asked.document()))
    assert document.keys() == set(Criteria.__slots__) - left_out
    assert criteria_of(document) == asked


def test_a_question_after_nothing_is_an_empty_document() -> None:
    """Nothing is invented."""
    assert Criteria().document() == {}


@pytest.mark.parametrize(
    "stated",
    [
        {"since": NOON.replace(tzinfo=None)},
        {"since": NOON, "until": NOON},
        {"since": NOON, "until": NOON - timedelta(days=1)},
        {"cameras": tuple(f"c{number}" for number in range(33))},
        {"cameras": ("",)},
        {"gate": "a\x00b"},
        {"place": "x" * 201},
        {"sender_code": ""},
    ],
)
def test_what_cannot_be_meant_is_refused(stated: dict[str, object]) -> None:
    """Before the journal is told of a search that never was."""
    with pytest.raises(UsageError):
        Criteria(**stated)  # type: ignore[arg-type]


def test_a_class_is_special_unless_nearly_all_plates_have_it() -> None:
    """Special ones have an index of their own."""
    assert Criteria(plate_class=PlateClass.MILITARY).special_class is PlateClass.MILITARY
    assert Criteria(plate_class=PlateClass.CIVIL).special_class is None
    assert Criteria().special_class is None
