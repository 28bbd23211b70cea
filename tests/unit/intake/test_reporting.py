# SPDX-License-Identifier: Apache-2.0
"""Reports are taken once, in the record's own form, and changed by their observer only; what was said first stays."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from sighted import OBSERVER, PHOTO, draft, in_force, sent

from wayside.domain import (
    Brief,
    Certainty,
    Occupants,
    OccupantStatus,
    PlateClass,
    SeenDirection,
    SeenPlace,
    Sighting,
    VehicleKind,
)
from wayside.intake import BriefError, SightingDraft, SightingError, briefs, reporting
from wayside.record import SightingVersion, Store, VersionKind, sighting_versions

FIRST = f"{1:032x}"


def kept(store: Store, sighting_id: str = FIRST) -> list[SightingVersion]:
    """The versions of a report."""
    with store.reading() as connection:
        return sighting_versions(connection, sighting_id)


def changed(store: Store, after: int, reason: str = "", observer: str = OBSERVER, **more: Any) -> reporting.Reported:
    """The first report with something else in it."""
    told = replace(reporting.draft_of(kept(store)[-1].sighting), **more)
    return reporting.change(store, FIRST, told, observer=observer, after=after, reason=reason)


@pytest.mark.parametrize(
    ("written", "plate"),
    [
        (None, None),
        ("", None),
        (" \t", None),
        ("ld23 abc", "LD23ABC"),
        ("LD-23·ABC", "LD23ABC"),
        ("ld?3 ???", "LD?3???"),
        ("??", None),
        ("A" * 12, "A" * 12),
    ],
)
def test_a_plate_is_kept_in_capitals_and_question_marks(written: str | None, plate: str | None) -> None:
    """However it is spaced; one of which nothing was made out is none."""
    assert reporting.plain_plate(written) == plate


@pytest.mark.parametrize("written", ["-", "...", "A" * 13, "?" * 13])
def test_a_plate_of_no_letters_or_too_many_is_sent_back(written: str) -> None:
    """With what to do."""
    with pytest.raises(SightingError, match="mend it, or leave it out"):
        reporting.plain_plate(written)


@given(st.text("ABCXYZ0123456789? -", max_size=16))
def test_the_plain_form_of_a_plate_is_its_own_plain_form(written: str) -> None:
    """So that a report which is opened and sent again unchanged is no change."""
    try:
        plain = reporting.plain_plate(written)
    except SightingError:
        return
    assert reporting.plain_plate(plain) == plain
    assert plain is None or set(plain) - {"?"}


@pytest.mark.parametrize(
    "place",
    [
        SeenPlace("x" * 65),
        SeenPlace("the\ngate"),
        SeenPlace(None, 51.5, None),
        SeenPlace(None, None, -0.1),
        SeenPlace(None, 90.1, 0.0),
        SeenPlace(None, -91.0, 0.0),
        SeenPlace(None, 0.0, 180.1),
        SeenPlace(None, 0.0, 0.0, -1.0),
        SeenPlace(None, math.nan, 0.0),
        SeenPlace(None, 0.0, math.inf),
        SeenPlace(None, 0.0, 0.0, math.nan),
    ],
)
def test_what_is_no_place_on_earth_is_sent_back(place: SeenPlace) -> None:
    """Numbers that are none too: a database would keep them as nothing, or not at all."""
    with pytest.raises(SightingError):
        reporting.checked_place(place)


@pytest.mark.parametrize(
    ("place", "taken"),
    [
        (SeenPlace(" the gate "), SeenPlace("the gate")),
        (SeenPlace("   "), SeenPlace()),
        (SeenPlace(None, 0.0, 0.0), SeenPlace(None, 0.0, 0.0)),
        (SeenPlace(None, -90.0, 180.0, 0.0), SeenPlace(None, -90.0, 180.0, 0.0)),
    ],
)
def test_places_at_the_edge_of_what_can_be_are_taken(place: SeenPlace, taken: SeenPlace) -> None:
    """The equator and the pole are places."""
    assert reporting.checked_place(place) == taken


@given(st.lists(st.none() | st.integers(-2, 202), min_size=3, max_size=3))
def test_people_aboard_are_taken_exactly_where_the_three_numbers_grow(counts: list[int | None]) -> None:
    """At least, best, at most; none of them missing, below nothing or beyond a full coach."""
    least, best, most = counts
    whole = least is not None and best is not None and most is not None and 0 <= least <= best <= most <= 200
    aboard = Occupants(OccupantStatus.COUNTED, least, best, most, 0.9, "windscreen")
    if whole:
        taken = reporting.checked_occupants(aboard)
        assert (taken.at_least, taken.best, taken.at_most) == (least, best, most)
        assert (taken.probability, taken.method) == (None, "observer")
    else:
        with pytest.raises(SightingError, match="growing"):
            reporting.checked_occupants(aboard)


@pytest.mark.parametrize("status", [one for one in OccupantStatus if one is not OccupantStatus.COUNTED])
def test_numbers_that_were_not_counted_are_not_kept(status: OccupantStatus) -> None:
    """A phone may leave them in its form."""
    assert reporting.checked_occupants(Occupants(status, 1, 2, 3)) == Occupants(status)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"direction": SeenDirection(360.0)}, "heading"),
        ({"direction": SeenDirection(-0.1)}, "heading"),
        ({"direction": SeenDirection(math.nan)}, "heading"),
        ({"direction": SeenDirection(None, None, "x" * 65)}, "colour and way"),
        ({"direction": SeenDirection(None, None, "in\tside")}, "colour and way"),
        ({"colour": "x" * 65}, "colour and way"),
        ({"colour": "bl\x00ack"}, "colour and way"),
        ({"certainty": {"plate": Certainty.SURE, "driver": Certainty.SURE}}, "certainty"),
    ],
)
def test_a_field_that_cannot_be_meant_is_named(more: dict[str, Any], word: str) -> None:
    """So that the observer knows which one to mend."""
    with pytest.raises(SightingError, match=word):
        reporting.checked(draft(NOON, **more))


def test_a_report_says_something_of_a_vehicle() -> None:
    """A time and a place alone are no report; each single fact is one."""
    nothing = SightingDraft(NOON, SeenPlace("the gate"), note="  ", colour=" ")
    with pytest.raises(SightingError, match="says something"):
        reporting.checked(nothing)
    facts: list[dict[str, Any]] = [
        {"plate": "LD23"}, {"plate_class": PlateClass.DIPLOMATIC}, {"kind": VehicleKind.BUS}, {"colour": "red"},
        {"note": "a pennant"},
    ]  # fmt: skip
    assert all(reporting.checked(replace(nothing, **one)) for one in facts)


def test_certainties_stand_in_the_order_of_the_record() -> None:
    """However the phone sent them, so that the same report has the same digest."""
    mixed = {"time": Certainty.GUESS, "plate": Certainty.SURE}
    assert list(reporting.checked(draft(NOON, certainty=mixed)).certainty or {}) == ["plate", "time"]


@pytest.mark.parametrize(("seen", "written", "right"), [(10, 10, True), (10.1, 0, False), (0, 10.1, False)])
def test_a_phone_s_clock_may_be_ten_minutes_off(seen: float, written: float, right: bool) -> None:
    """Ahead of the record's; what was seen long ago may be told at any time."""
    written_at = NOON + timedelta(minutes=written)
    told = draft(written_at - timedelta(minutes=written) + timedelta(minutes=seen))
    if right:
        reporting.check_times(told, written_at, NOON)
    else:
        with pytest.raises(SightingError, match="later than"):
            reporting.check_times(told, written_at, NOON)
    reporting.check_times(draft(NOON - timedelta(days=30)), NOON, NOON)


def test_a_report_that_is_sent_twice_is_kept_once(store: Store, time: Time) -> None:
    """An hour later too; and the answer has the number of the first entry."""
    brief = in_force(store)
    written, said = store.now(), draft(store.now() - timedelta(minutes=2))
    with_photo: dict[str, Any] = {"observer": OBSERVER, "written_at": written, "photo": PHOTO}
    first = reporting.report(store, FIRST, brief.id, said, **with_photo)
    time.days(1 / 24)
    again = reporting.report(store, FIRST, brief.id, said, **with_photo)
    assert (first.new, again) == (True, reporting.Reported(first.seq, 1, new=False))
    (only,) = kept(store)
    assert only.sighting.photo is not None
    assert (store.data_dir / "evidence").exists() or only.sighting.photo.size == len(PHOTO)


@pytest.mark.parametrize(
    "other",
    [{"plate": "XX1"}, {"note": "else"}, {"certainty": {}}, {"seen_at": NOON}, {"place": SeenPlace("the gate")}],
)
def test_an_id_that_says_something_else_is_no_resending(store: Store, other: dict[str, Any]) -> None:
    """Two phones, or two reports, under one id: the second is refused instead of being lost in silence."""
    brief = in_force(store)
    written = store.now()
    said = draft(written - timedelta(minutes=2))
    reporting.report(store, FIRST, brief.id, said, observer=OBSERVER, written_at=written)
    with pytest.raises(SightingError, match="under a new id"):
        reporting.report(store, FIRST, brief.id, replace(said, **other), observer=OBSERVER, written_at=written)
    assert len(kept(store)) == 1


def test_nobody_learns_by_its_id_what_somebody_else_reported(store: Store) -> None:
    """The same words under the same id from another observer are refused."""
    brief = in_force(store, OBSERVER, "olga")
    written, said = store.now(), draft(store.now())
    reporting.report(store, FIRST, brief.id, said, observer=OBSERVER, written_at=written)
    with pytest.raises(SightingError, match="something else"):
        reporting.report(store, FIRST, brief.id, said, observer="olga", written_at=written)


@pytest.mark.parametrize("wrong", ["", "1", "g" * 32, "A" * 32, "0" * 31, "0" * 33, "0" * 32 + "\n"])
def test_an_id_is_what_a_phone_makes(store: Store, wrong: str) -> None:
    """It becomes part of addresses and of file names."""
    brief = in_force(store)
    with pytest.raises(SightingError, match="hexadecimal"):
        reporting.report(store, wrong, brief.id, draft(store.now()), observer=OBSERVER, written_at=store.now())


def test_times_are_kept_to_the_millisecond(store: Store) -> None:
    """In UTC, so that what was sent with microseconds is the same when it is sent again."""
    brief = in_force(store)
    exact = store.now() - timedelta(minutes=1) + timedelta(microseconds=123_456)
    stated: dict[str, Any] = {"observer": OBSERVER, "written_at": exact}
    reporting.report(store, FIRST, brief.id, draft(exact), **stated)
    assert kept(store)[0].sighting.seen_at.microsecond == 123_000
    assert not reporting.report(store, FIRST, brief.id, draft(exact), **stated).new


def test_an_edit_needs_no_reason_and_a_correction_does(store: Store, time: Time) -> None:
    """Ten minutes after the report came it is a correction; a change does not begin the ten minutes anew."""
    sent(store, in_force(store))
    time.days(9 / 24 / 60)
    assert changed(store, 1, colour="blue") == (kept(store)[1].seq, 2, True)
    time.days(2 / 24 / 60)
    with pytest.raises(SightingError, match="needs its reason"):
        changed(store, 2, colour="green")
    with pytest.raises(SightingError, match="needs its reason"):
        changed(store, 2, reason="x" * 1001, colour="green")
    changed(store, 2, reason=" the photo shows it ", colour="green")
    assert [one.what for one in kept(store)] == [VersionKind.REPORT, VersionKind.EDIT, VersionKind.CORRECTION]
    assert [one.sighting.colour for one in kept(store)] == ["black", "blue", "green"]
    assert kept(store)[-1].reason == "the photo shows it"


def test_of_two_changes_at_once_one_is_refused(store: Store) -> None:
    """The second was made without sight of the first."""
    sent(store, in_force(store))
    changed(store, 1, colour="blue")
    with pytest.raises(SightingError, match="changed meanwhile"):
        changed(store, 1, colour="green")
    assert kept(store)[-1].sighting.colour == "blue"


def test_a_change_that_changes_nothing_is_none(store: Store) -> None:
    """No version, no entry of the journal."""
    sent(store, in_force(store))
    assert changed(store, 1) == (kept(store)[0].seq, 1, False)
    assert len(kept(store)) == 1


def test_only_its_observer_changes_a_report(store: Store) -> None:
    """And to others it is as if there were none."""
    sent(store, in_force(store))
    with pytest.raises(SightingError, match="no such report of yours") as foreign:
        changed(store, 1, observer="mary", colour="blue")
    with pytest.raises(SightingError) as none:
        reporting.change(store, "0" * 32, draft(store.now()), observer=OBSERVER, after=1)
    assert str(foreign.value) == str(none.value)


def test_a_change_keeps_whose_where_and_when(store: Store) -> None:
    """What the observer does not state anew cannot be moved to another brief, person or day of writing."""
    sent(store, in_force(store), photo=PHOTO)
    changed(store, 1, plate="AB1", note="two pennants")
    before, after = (one.sighting for one in kept(store))
    same = ("id", "site", "observer", "brief_id", "written_at", "photo", "place", "seen_at")
    assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]
    assert (after.plate, after.note) == ("AB1", "two pennants")


def test_a_draft_is_what_its_sighting_says(store: Store) -> None:
    """There and back without loss, for the page on which it is changed."""
    sent(store, in_force(store))
    one: Sighting = kept(store)[0].sighting
    told = reporting.draft_of(one)
    brief = brief_of(store, one)
    assert replace(reporting.as_sighting(told, one.id, brief, OBSERVER, one.written_at), photo=one.photo) == one


def brief_of(store: Store, one: Sighting) -> Brief:
    """The brief of a report."""
    with store.reading() as connection:
        return briefs.known(connection, one.brief_id)


def test_nothing_is_reported_under_a_draft(store: Store) -> None:
    """Even by somebody whose name stands in it, nor under a brief that there is not."""
    with store.writing() as transaction:
        now = store.now()
        made = briefs.write(transaction, store.site.name, briefs_draft(now), by="lisa")
    for brief_id in (made.id, "0" * 32):
        with pytest.raises(BriefError, match="not given"):
            reporting.report(store, FIRST, brief_id, draft(now), observer=OBSERVER, written_at=now)


def briefs_draft(now: datetime) -> briefs.BriefDraft:
    """A brief of a week."""
    return briefs.BriefDraft("Evenings", "Record lorries.", (), now.astimezone(UTC), now + timedelta(days=7))


def test_a_report_from_before_the_brief_is_refused(store: Store, time: Time) -> None:
    """One of a few minutes before is taken, for clocks differ."""
    begins = store.now() + timedelta(hours=2)
    brief = in_force(store, begins_at=begins)
    time.set(begins - timedelta(minutes=11))
    with pytest.raises(BriefError, match="came into force"):
        sent(store, brief)
    time.set(begins - timedelta(minutes=9))
    assert sent(store, brief).new
