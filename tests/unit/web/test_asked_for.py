# SPDX-License-Identifier: Apache-2.0
"""Whoever signs reads what is asked for in words, all of it, and longer periods beside those that hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wayside.access import Request, State
from wayside.record import Periods
from wayside.web.asked_for import parts

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def asked(deed: str, subject: dict[str, Any], used_at: datetime | None = None) -> Request:
    """A request of today."""
    return Request("x", "north", deed, subject, "why", "ivy", NOW, NOW, State.OPEN, None, None, used_at)


def test_a_search_is_told_part_by_part() -> None:
    """Without the site, which all share; times are times."""
    criteria = {"plate": {"match": "exact", "text": "LD52XYZ"}, "since": "2026-05-01T00:00:00.000Z", "site": "north"}
    assert parts(asked("search passage", {"criteria": criteria}), Periods()) == [
        ("plate", "LD52XYZ, exact"),
        ("since", datetime(2026, 5, 1, tzinfo=UTC)),
    ]


def test_what_says_nothing_is_left_out_and_lists_are_words() -> None:
    """A day is no time: it has no zone."""
    subject = {"instruction": "", "watched for": ["LD52XYZ", "101D234"], "cameras": [], "label": "2026-05-01"}
    assert parts(asked("add entry", subject), Periods()) == [
        ("watched for", "LD52XYZ, 101D234"),
        ("label", "2026-05-01"),
    ]


def test_longer_periods_stand_beside_those_that_hold_until_they_do() -> None:
    """What stays as it is needs no signature; afterwards all four are told."""
    subject = {"passages_days": 60, "pictures_days": 14, "hits_days": 90, "sightings_days": 30}
    assert parts(asked("extend retention", subject), Periods()) == [("passages_days", "30 → 60")]
    assert len(parts(asked("extend retention", subject, NOW), Periods(passages_days=60))) == 4


VALUES = st.recursive(
    st.text() | st.integers() | st.none(), lambda some: st.lists(some) | st.dictionaries(st.text(), some)
)


@given(st.dictionaries(st.text(), VALUES))
def test_every_subject_can_be_told(subject: dict[str, Any]) -> None:
    """Whatever a later deed puts into one; no value is told as a list or table of the language."""
    for _, value in parts(asked("grant role", subject), Periods()):
        assert isinstance(value, str | datetime)
