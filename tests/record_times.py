# SPDX-License-Identifier: Apache-2.0
"""A clock that only a test moves, an empty record under it, and passages at given times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import NOON, full_passage

from wayside.domain import Passage
from wayside.record import Store
from wayside.record.clock import Clock
from wayside.record.partitions import DAY_MS
from wayside.record.retention import erase_due

if TYPE_CHECKING:
    from wayside.record.retention import Report


class Time:
    """Begins an hour after the first passage of the factories."""

    def __init__(self) -> None:
        self.now_s = NOON.timestamp() + 3600.0

    def clock(self) -> Clock:
        """The record's clock."""
        return Clock(lambda: self.now_s, lambda: self.now_s)

    def days(self, days: float) -> None:
        """Goes on, or back, by so many days."""
        self.now_s += days * DAY_MS / 1000

    def set(self, moment: datetime) -> None:
        """Sets the clock."""
        self.now_s = moment.timestamp()

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.fromtimestamp(self.now_s, UTC)


@pytest.fixture
def time() -> Time:
    """A clock that the test moves."""
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Iterator[Store]:
    """An empty record of a site that says nothing."""
    with Store(tmp_path / "record", clock=time.clock()) as opened:
        yield opened


def at(number: int, moment: datetime, camera: str = "gate") -> Passage:
    """A passage without pictures, captured at this time."""
    passage = full_passage(number)[0]
    return replace(
        passage,
        camera=camera,
        began_at=moment,
        ended_at=moment + timedelta(seconds=2),
        crossed_at=(moment,),
        evidence=(),
    )


def left(store: Store) -> set[int]:
    """The numbers of the passages that are there."""
    return {int(one.id, 16) for one in store.passages()}


def live_through(store: Store, time: Time, days: float) -> Report:
    """Lets days go by in which the site erases what is due, as a timer does; the last report."""
    until = time.now + timedelta(days=days)
    report = erase_due(store)
    while time.now < until:
        time.days(min(3.0, (until - time.now) / timedelta(days=1)))
        report = erase_due(store)
    return report
