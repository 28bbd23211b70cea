# SPDX-License-Identifier: Apache-2.0
"""The rules of briefs and reports: what is refused, with what to do, and which passages are proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import full_passage
from record_times import Time
from sighted import OBSERVER, draft, in_force, sent

from wayside.domain import BriefState, Occupants, OccupantStatus, SeenPlace
from wayside.intake import BriefError, SightingError, briefs, proposals, reporting
from wayside.intake.matching import unlike
from wayside.record import CameraPlace, Store, learn_camera, sighting_versions


@pytest.mark.parametrize(
    ("partial", "plate", "least", "most"),
    [("LD23ABC", "LD23ABC", 0, 0), ("LD2?ABC", "LD23ABC", 0, 0), ("LD23ABD", "LD23ABC", 0.1, 1), ("", "AB", 2, 2)],
)
def test_a_partial_plate_differs_by_what_was_made_out(partial: str, plate: str, least: float, most: float) -> None:
    """An unknown character costs nothing, a missing one a whole."""
    assert least <= unlike(partial, plate) <= most


def test_a_brief_that_was_not_acknowledged_carries_no_report(store: Store) -> None:
    """Nor one that was given to somebody else."""
    brief = in_force(store, acknowledged=False)
    with pytest.raises(BriefError, match="acknowledge it first"):
        sent(store, brief)
    with pytest.raises(BriefError, match="not given"):
        sent(store, brief, observer="mary")


def test_a_report_written_in_time_is_taken_for_seven_days_after_the_end(store: Store, time: Time) -> None:
    """One written afterwards is not, nor one that comes later still."""
    brief = in_force(store)
    written, said = store.now(), draft(store.now())
    with store.writing() as transaction:
        briefs.end(transaction, brief.id, by="lisa")
    time.days(6)
    given = {"observer": OBSERVER, "written_at": written}
    assert reporting.report(store, f"{1:032x}", brief.id, said, **given).new  # type: ignore[arg-type]
    with pytest.raises(BriefError, match="next version"):
        sent(store, brief, 2)
    time.days(2)
    with pytest.raises(BriefError, match="by word"):
        reporting.report(store, f"{3:032x}", brief.id, said, **given)  # type: ignore[arg-type]


def test_a_next_version_ends_the_one_before(store: Store) -> None:
    """Once it is published; what was published is never changed."""
    first = in_force(store)
    second = in_force(store, title="Second")
    with store.writing() as transaction:
        with pytest.raises(BriefError, match="new version"):
            briefs.rewrite(transaction, second.id, briefs.checked(briefs_draft(store), store.now()), by="lisa")
        made = briefs.write(transaction, store.site.name, briefs_draft(store), by="lisa", replaces=first.id)
        briefs.publish(transaction, made.id, [OBSERVER], by="lisa")
        assert briefs.known(transaction.connection, first.id).state(store.now()) is BriefState.OVER
        assert made.version == 2


def briefs_draft(store: Store) -> briefs.BriefDraft:
    """Another instruction."""
    now = store.now()
    return briefs.BriefDraft("Evenings", "Record lorries.", (), now - timedelta(hours=1), now + timedelta(days=9))


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"plate": "A" * 13}, "1 to 12"),
        ({"place": SeenPlace(None, 51.0)}, "both or neither"),
        ({"occupants": Occupants(OccupantStatus.COUNTED, 3, 2, 4)}, "growing"),
        ({"note": "x" * 2001}, "2000"),
        ({"certainty": {"mood": "sure"}}, "certainty"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_mend(store: Store, more: dict[str, object], word: str) -> None:
    """Before anything is kept."""
    brief = in_force(store)
    with pytest.raises(SightingError, match=word):
        sent(store, brief, **more)
    with store.reading() as connection:
        assert sighting_versions(connection, f"{1:032x}") == []


def test_the_passage_of_the_same_vehicle_is_proposed_first(store: Store, time: Time) -> None:
    """By a plate with an unknown character, near in time, at the same place; others far off are not."""
    learn_camera(store, CameraPlace("gate", "the gate", 51.5, -0.12))
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    time.set(passage.began_at + timedelta(minutes=5))
    sent(store, in_force(store), plate="101D2?4")
    sent(store, in_force(store), 2, plate="XX99XXX")
    with store.reading() as connection:
        near, other = (sighting_versions(connection, f"{number:032x}")[0].sighting for number in (1, 2))
        (found,) = proposals(connection, near)
        assert proposals(connection, other) == []
    assert (found.kept.passage.id, found.unlike, found.same_place) == (passage.id, 0.0, True)
