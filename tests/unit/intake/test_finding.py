# SPDX-License-Identifier: Apache-2.0
"""Reports are found by all that was asked for and nothing else; the journal knows of the search before it is done."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from sighted import in_force, sent

from wayside.domain import PlateClass, Purpose, SeenPlace, UsageError
from wayside.intake import SightingCriteria, SightingError, finding, plate_asked, search_sightings
from wayside.record import JournalEntry, Store, entries

PURPOSE = Purpose("offence", "CR-2026/0123", "ivy")


def criteria(store: Store, **more: Any) -> SightingCriteria:
    """The day around now, at the record's site."""
    now = store.now()
    stated: dict[str, Any] = {
        "site": store.site.name,
        "since": now - timedelta(days=1),
        "until": now + timedelta(hours=1),
    }
    return SightingCriteria(**{**stated, **more})


def found(store: Store, **more: Any) -> list[int]:
    """The numbers of the reports that fit, the newest first."""
    page = search_sightings(store, criteria(store, **more), PURPOSE)
    return [int(one.sighting.id, 16) for one in page.found]


def searches(store: Store) -> list[JournalEntry]:
    """What the journal tells of searches, the newest first."""
    with store.reading() as connection:
        return list(entries(connection, ["search"]))


@pytest.fixture
def three(store: Store) -> Store:
    """A record of three reports by two observers, of which the last has no plate."""
    brief = in_force(store, "otto", "olga")
    sent(store, brief, 1, plate="LD23ABC", plate_class=PlateClass.CIVIL)
    sent(store, brief, 2, plate="101 D2?4", observer="olga")
    sent(store, brief, 3, plate=None, place=SeenPlace("The Bridge"), plate_class=None)
    return store


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, {1, 2, 3}),
        ({"plate": "LD23ABC"}, {1}),
        ({"plate": "LD23ABD"}, {1}),
        ({"plate": "LD99XYZ"}, set()),
        ({"plate": "101D274"}, {2}),
        ({"plate": "LD2?ABC"}, {1}),
        ({"plate_class": PlateClass.DIPLOMATIC}, {2}),
        ({"plate_class": PlateClass.CIVIL}, {1}),
        ({"place": "the bridge"}, {3}),
        ({"place": "bridge"}, set()),
        ({"observer": "olga"}, {2}),
        ({"observer": "OLGA"}, set()),
        ({"observer": "otto", "place": "THE GATE"}, {1}),
        ({"observer": "olga", "plate": "LD23ABC"}, set()),
        ({"site": "elsewhere"}, set()),
    ],
)
def test_every_thing_that_was_asked_for_must_hold(three: Store, asked: dict[str, Any], numbers: set[int]) -> None:
    """One wrong character of a plate is allowed, and what an observer did not make out may be anything."""
    assert set(found(three, **asked)) == numbers


def test_the_span_holds_its_beginning_and_not_its_end(three: Store) -> None:
    """So that two spans that meet find no report twice."""
    seen = three.now() - timedelta(minutes=2)
    assert len(found(three, since=seen)) == 3
    assert found(three, until=seen) == []


def test_a_search_stands_in_the_journal_even_if_it_finds_nothing(three: Store) -> None:
    """With what was asked, under which purpose, in the words by which an approval names it."""
    asked = criteria(three, plate="XX1", plate_class=PlateClass.CIVIL, place="the gate", observer="otto")
    page = search_sightings(three, asked, PURPOSE)
    assert page.found == ()
    (entry,) = searches(three)
    assert entry.seq == page.entry
    payload = entry.payload or {}
    assert {name: payload[name] for name in ("person", "reason", "reference")} == {
        "person": "ivy", "reason": "offence", "reference": "CR-2026/0123",
    }  # fmt: skip
    assert payload["criteria"] == asked.document()
    assert asked.document() == {
        "sightings": True, "site": three.site.name, "plate": {"text": "XX1", "match": "near"}, "plate_class": "civil",
        "place": "the gate", "observer": "otto", "since": asked.since.isoformat(), "until": asked.until.isoformat(),
    }  # fmt: skip


def test_the_journal_is_told_before_anything_is_looked_up(three: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that fails half-way was a look all the same."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(finding, "newest_sightings", broken)
    with pytest.raises(RuntimeError):
        found(three, observer="otto")
    assert [(one.payload or {})["criteria"]["observer"] for one in searches(three)] == ["otto"]


def test_a_search_that_cannot_be_meant_is_not_told(store: Store) -> None:
    """Nothing was looked for."""
    with pytest.raises(UsageError, match="earlier time first"):
        criteria(store, since=store.now(), until=store.now())
    for plate in ("?", "???", ""):
        with pytest.raises(SightingError, match="a letter or a digit"):
            criteria(store, plate=plate)
    assert searches(store) == []


def test_more_than_a_page_is_said(three: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether enough were found, or enough were looked at."""
    whole = criteria(three)
    assert not search_sightings(three, whole, PURPOSE).more
    monkeypatch.setattr(finding, "MOST", 2)
    page = search_sightings(three, whole, PURPOSE)
    assert (len(page.found), page.more) == (2, True)
    monkeypatch.setattr(finding, "MOST", 3)
    assert not search_sightings(three, whole, PURPOSE).more
    monkeypatch.setattr(finding, "LOOKED_AT", 3)
    assert search_sightings(three, whole, PURPOSE).more


def test_the_newest_come_first(store: Store, time: Time) -> None:
    """By when they were seen."""
    brief = in_force(store)
    for number in (1, 2, 3):
        time.days(0.01)
        sent(store, brief, number)
    assert found(store) == [3, 2, 1]


def test_only_so_many_are_drawn_from_what_is_found() -> None:
    """Reading stops there: the database is not asked for the rest."""
    numbers: Any = count()
    assert [int(str(one)) for one in finding.first(3, numbers)] == [0, 1, 2]
    assert list(finding.first(0, iter(()))) == []


@given(st.text(max_size=20))
def test_a_plate_is_asked_for_as_it_is_typed(text: str) -> None:
    """In capitals, digits and question marks; what is left asks for the same again."""
    asked = plate_asked(text)
    assert asked is None or plate_asked(asked) == asked
    assert (asked or "").count("?") == text.count("?")
    assert plate_asked("") is None
    assert plate_asked("ld2? abc") == "LD2?ABC"
