# SPDX-License-Identifier: Apache-2.0
"""Erasing what is due once a day, by a process that runs for long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON
from record_times import Time, at, left

from wayside.domain import RecordError
from wayside.record import Store, entries
from wayside.record.doctor import examine
from wayside.record.retention import Manner, Report, erase_due, erasing_daily, place_hold, read_failure
from wayside.record.retention.daily import is_time, try_once

PERIOD = "[retention]\npassages_days = 1\npictures_days = 1\nhits_days = 1\nsightings_days = 1\n"
SOON_S = 0.01


def work(store: Store, manner: Manner) -> Report:
    """What bootstrap does, but for access."""
    return erase_due(store, manner=manner)


def erasures(store: Store) -> int:
    """How many erasures the journal tells of."""
    with store.reading() as connection:
        return sum(1 for _ in entries(connection, ("erasure",)))


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another thread does."""
    for _ in range(2000):
        if holds():
            return
        threading.Event().wait(SOON_S)
    raise AssertionError("it did not happen within 20 s")


@pytest.fixture
def time() -> Time:
    """A clock that stands still."""
    return Time()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory of a site that keeps passages for a day."""
    (tmp_path / "site.toml").write_text(PERIOD)
    return tmp_path


def test_what_is_due_goes_at_the_start_and_a_day_later(data: Path, time: Time) -> None:
    """Once when the process starts, and again when a day has gone by; what is not due stays."""
    with Store(data, clock=time.clock()) as store:
        store.add_many([at(1, NOON - timedelta(days=2)), at(2, NOON)])
        with erasing_daily(store, work, SOON_S):
            until(lambda: left(store) == {2})
            time.days(1.5)
            until(lambda: left(store) == set())


def test_a_hold_keeps_what_is_due(data: Path, time: Time) -> None:
    """The daily erasure leaves what is kept for a case."""
    with Store(data, clock=time.clock()) as store:
        store.add_many([at(1, NOON - timedelta(days=2)), at(2, NOON - timedelta(days=2))])
        held = next(one.id for one in store.passages() if int(one.id, 16) == 1)
        expires = NOON + timedelta(days=9)
        place_hold(store, [held], reference="CR-2026/0001", person="officer", expires_at=expires)
        assert try_once(store, work, Manner()) is not None
        assert left(store) == {1}


def test_processes_share_the_day(data: Path, time: Time) -> None:
    """What one process erased today is not looked for again by another, until tomorrow."""
    with Store(data, clock=time.clock()) as first, Store(data, clock=time.clock()) as second:
        assert try_once(first, work, Manner()) is not None
        assert try_once(second, work, Manner()) is None
        assert erasures(second) == 1
        time.days(1.0)
        assert try_once(second, work, Manner()) is not None


def test_a_clock_set_back_does_not_keep_it_from_erasing(data: Path, time: Time) -> None:
    """An erasure of tomorrow says nothing of today."""
    with Store(data, clock=time.clock()) as store:
        try_once(store, work, Manner())
        assert not is_time(store)
        time.days(-1.0)
        assert is_time(store)


def test_the_policy_may_say_otherwise(data: Path, time: Time) -> None:
    """With `daily = false` nothing is erased by itself."""
    (data / "site.toml").write_text(PERIOD + "daily = false\n")
    with Store(data, clock=time.clock()) as store:
        store.add_many([at(1, NOON - timedelta(days=2))])
        with erasing_daily(store, work, SOON_S):
            threading.Event().wait(10 * SOON_S)
        assert left(store) == {1}


def test_a_failure_is_told_by_doctor_until_it_is_done(data: Path, time: Time, caplog: pytest.LogCaptureFixture) -> None:
    """What kept it from erasing is warned of, noted and shown, and forgotten once it was done."""

    def fails(store: Store, manner: Manner) -> Report:
        raise RecordError("the disk is full; free some space")

    def said() -> str:
        return next(one.said for one in examine(data, time.clock()) if one.name == "erasure")

    with Store(data, clock=time.clock()) as store:
        assert try_once(store, fails, Manner()) is None
        assert "could not be erased: the disk is full; free some space" in caplog.text
        assert "could not be erased: the disk is full; free some space" in said()
        assert try_once(store, work, Manner()) is not None
        assert "nothing is due" in said()
        assert read_failure(data) is None


def test_a_damaged_note_is_a_failure_too(tmp_path: Path) -> None:
    """A note that cannot be read still tells that something was wrong."""
    (tmp_path / "erasure.failed").write_text("[")
    failure = read_failure(tmp_path)
    assert failure is not None
    assert "damaged" in failure.why


def test_the_end_stops_a_run_between_its_batches(data: Path, time: Time) -> None:
    """Whoever ends the process waits for no more than the batch at hand."""
    begun, stopped = threading.Event(), threading.Event()

    def long(store: Store, manner: Manner) -> Report:
        begun.set()
        until(manner.stop)
        stopped.set()
        return work(store, manner)

    with Store(data, clock=time.clock()) as store:
        store.add_many([at(1, NOON - timedelta(days=2))])
        with erasing_daily(store, long, SOON_S):
            assert begun.wait(20)
        assert stopped.is_set()
        assert left(store) == {1}
