# SPDX-License-Identifier: Apache-2.0
"""Legal hold: selected passages stay, everything else goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, full_passage
from record_times import Time, at, left, live_through

from wayside.domain import Purpose, UsageError
from wayside.record import Store, entries
from wayside.record.retention import erase_before, erase_plate, holds, place_hold, plate_counts, release_hold

DAY = timedelta(days=1)
PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")


def hold(store: Store, time: Time, number: int, days: int = 300, approved_by: str | None = "chief") -> str:
    """Holds one passage."""
    ids = [full_passage(number)[0].id]
    until = time.now + days * DAY
    return place_hold(store, ids, reference="C-2026/7", person="officer", approved_by=approved_by, expires_at=until)


def test_what_is_held_stays_with_its_pictures(store: Store, time: Time) -> None:
    """Skipped and counted by every kind of erasure."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    store.add_many([at(2, NOON)])
    hold(store, time, 1)
    report = live_through(store, time, 40)
    assert left(store) == {1}
    assert (report.counts.held, report.counts.passages) == (1, 0)
    assert all(store.picture_path(one).exists() for one in passage.evidence)
    assert plate_counts(store, "101D234", PURPOSE).held == 1
    assert erase_plate(store, "101D234", PURPOSE).counts.held == 1
    assert erase_before(store, time.now, PURPOSE).counts.held == 1
    assert left(store) == {1}


def test_what_is_released_goes_at_the_next_run(store: Store, time: Time) -> None:
    """And so does the hold itself."""
    store.add_many([at(1, NOON)])
    hold_id = hold(store, time, 1)
    live_through(store, time, 40)
    (before,) = holds(store)
    assert (before.id, before.passages, before.active(time.now)) == (hold_id, 1, True)
    assert release_hold(store, hold_id, person="officer") == 1
    assert not holds(store)[0].active(time.now)
    assert live_through(store, time, 0).counts.passages == 1
    assert holds(store) == []


def test_a_hold_ends_by_itself(store: Store, time: Time) -> None:
    """When its time is over."""
    store.add_many([at(1, NOON)])
    hold(store, time, 1, days=35)
    live_through(store, time, 34)
    assert left(store) == {1}
    live_through(store, time, 2)
    assert left(store) == set()


def test_a_hold_is_placed_with_care(store: Store, time: Time) -> None:
    """On what is there, by two people, within a year."""
    store.add_many([at(1, NOON)])
    for number, days, approved_by, complaint in (
        (2, 10, "chief", "no passage"),
        (1, 400, "chief", "366 days"),
        (1, -1, "chief", "366 days"),
        (1, 10, "officer", "somebody else"),
    ):
        with pytest.raises(UsageError, match=complaint):
            hold(store, time, number, days, approved_by)
    assert holds(store) == []
    with pytest.raises(UsageError, match="no passage"):
        place_hold(store, [], reference="C-1", person="officer", expires_at=time.now + DAY)
    with pytest.raises(UsageError, match="no hold"):
        release_hold(store, "0000", person="officer")


def test_the_journal_tells_of_each_hold(store: Store, time: Time) -> None:
    """Who placed it, for which case, and who let it go."""
    store.add_many([at(1, NOON)])
    release_hold(store, hold(store, time, 1), person="chief")
    with store.reading() as connection:
        told = [one.payload for one in entries(connection, ["hold"]) if one.payload]
    assert [(one["placed"], one["person"]) for one in told] == [(False, "chief"), (True, "officer")]
    assert (told[1]["reference"], told[1]["approved_by"]) == ("C-2026/7", "chief")
