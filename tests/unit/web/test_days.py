# SPDX-License-Identifier: Apache-2.0
"""The counts of days that lie back are remembered, until a passage of theirs is recorded or a minute has gone by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.record import Store
from wayside.record.clock import Clock
from wayside.web import days
from wayside.web.pages.spans import Span, days_of

DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)
THEN = (MIDNIGHT, MIDNIGHT + DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A record with two passages that were read and one that was not, of three days ago."""
    now_s = (NOON + 3 * DAY).timestamp()
    with Store(tmp_path, clock=Clock(lambda: now_s, lambda: now_s)) as made:
        made.add_many([full_passage(1)[0], full_passage(2)[0], bare_passage(3)])
        yield made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[days.Day]:
    """The days that were counted in the record."""
    found: list[days.Day] = []
    counts_of = days.counts_of
    monkeypatch.setattr(days, "counts_of", lambda of, site, day: found.append(day) or counts_of(of, site, day))
    return found


def counted(store: Store, *some: days.Day) -> days.Counts:
    """What went past on some days."""
    with store.reading() as connection:
        return days.counts_on(store, connection, some)


def test_everything_of_a_day_is_counted(store: Store) -> None:
    """By each thing once, whatever gates were crossed."""
    found = counted(store, THEN)
    assert found.hours.total() == found.cameras.total() == found.classes.total() == found.kinds.total() == 3
    assert found.occupants.total() == 3
    assert (found.cameras["gate"], found.read["gate"], found.ways) == (3, 2, {("main", "in"): 2})


def test_days_are_added_up(store: Store) -> None:
    """Those without a passage add nothing, and what is remembered is not changed by it."""
    before = (MIDNIGHT - DAY, MIDNIGHT)
    assert counted(store, before, THEN) == counted(store, THEN) == counted(store, THEN, before)
    assert counted(store, before).cameras.total() == 0


def test_a_day_that_lies_back_is_counted_once(store: Store, asked: list[days.Day]) -> None:
    """Until a minute has gone by."""
    assert counted(store, THEN) == counted(store, THEN)
    assert asked == [THEN]


def test_after_a_minute_it_is_counted_anew(
    store: Store, asked: list[days.Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For who keeps no passages, or erases them at once, leaves no other trace of a late one."""
    monkeypatch.setattr(days, "FRESH_S", 0.0)
    counted(store, THEN)
    counted(store, THEN)
    assert asked == [THEN, THEN]


def test_passages_are_looked_at_only_for_what_is_remembered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a night without a reader, nobody goes through all that was recorded in it."""
    looked: list[int] = []
    earliest = days.earliest_after
    monkeypatch.setattr(days, "earliest_after", lambda of, seq: looked.append(seq) or earliest(of, seq))
    counted(store, THEN)
    counted(store, THEN)
    assert len(looked) == 1
    monkeypatch.setattr(days, "FRESH_S", 0.0)
    counted(store, THEN)
    assert len(looked) == 1


def test_a_late_passage_is_counted_at_once(store: Store, asked: list[days.Day]) -> None:
    """Days before it stay remembered."""
    before = (MIDNIGHT - DAY, MIDNIGHT)
    counted(store, before, THEN)
    store.add(*full_passage(4))
    assert counted(store, before, THEN).cameras["gate"] == 4
    assert asked == [before, THEN, THEN]


def test_a_day_on_which_vehicles_still_go_past_is_never_remembered(store: Store, asked: list[days.Day]) -> None:
    """Nor is the one before, whose passages may still be on their way."""
    now = store.now().replace(minute=0, second=0, microsecond=0)
    today = (now - timedelta(hours=2), now + timedelta(hours=2))
    yesterday = (today[0] - DAY, today[0])
    for day in (today, yesterday):
        assert counted(store, day) == counted(store, day)
    assert asked == [today, today, yesterday, yesterday]


def test_only_so_many_days_are_remembered(store: Store, asked: list[days.Day], monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of them."""
    monkeypatch.setattr(days, "MOST", 0)
    counted(store, THEN)
    counted(store, THEN)
    assert asked == [THEN, THEN]


def test_a_day_begins_and_ends_by_the_clock_of_the_site() -> None:
    """On the day on which that goes back it has an hour more; none is left out between two days."""
    zone = ZoneInfo("Europe/London")
    span = Span(date(2026, 10, 24), date(2026, 10, 26), datetime(2026, 10, 24, tzinfo=zone), datetime(2026, 10, 27))
    found = [(first.astimezone(UTC), last.astimezone(UTC)) for first, last in days_of(span, zone)]
    assert [last - first for first, last in found] == [DAY, DAY + timedelta(hours=1), DAY]
    assert all(one[1] == other[0] for one, other in pairwise(found))
