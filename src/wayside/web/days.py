# SPDX-License-Identifier: Apache-2.0
"""What went past on each of some days, by everything that Numbers counts by; days that lie back are remembered.

To count a week of a busy site takes a twentieth of a second, a year some seconds, and what lies back hardly changes. A
day is counted anew once a passage of it is recorded, and in any case once a minute: where no passages are kept, or they
are erased at once, only the counts of the hours tell of them.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from wayside.record import (
    Store,
    crossings_by_way,
    earliest_after,
    last_number,
    passages_by_hour,
    passages_by_sort,
)

LIES_BACK = timedelta(days=1)
"""How long ago a day has ended that is remembered; vehicles still go past on the others."""
FRESH_S = 60.0
MOST = 400
"""Days that are remembered; a year is the longest span that is shown."""
Day = tuple[datetime, datetime]
"""The first moment of a day and the first that is out; aware."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What went past, by one thing at a time; names are as the record has them."""

    hours: Counter[datetime] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Crossings by gate and way."""
    cameras: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    """Passages by camera, of those whose plate was read."""
    classes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    occupants: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Adds what went past at another time."""
        for one in fields(self):
            mine: Counter[Any] = getattr(self, one.name)
            mine.update(getattr(other, one.name))


def counts_of(connection: Connection, site: str, day: Day) -> Counts:
    """What went past a site on a day, or in any other span."""
    found = Counts(Counter(passages_by_hour(connection, site, *day)), Counter(crossings_by_way(connection, site, *day)))
    for sort, count in passages_by_sort(connection, site, *day).items():
        found.cameras[sort.camera] += count
        found.read[sort.camera] += count if sort.plate_class else 0
        found.classes[sort.plate_class] += count
        found.kinds[sort.kind] += count
        found.occupants[sort.occupants] += count
    return found


@dataclass(slots=True)
class Memory:
    """The days of one record that are remembered."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    upto: int = -1
    """Number of the last passage that they were seen to be without."""
    days: dict[tuple[str, Day], tuple[float, Counts]] = field(default_factory=dict)

    def forget(self, connection: Connection) -> None:
        """Forgets what is old, and the days on which passages began that were recorded since."""
        old_s = time.monotonic() - FRESH_S
        fresh = {key: kept for key, kept in self.days.items() if kept[0] > old_s}
        earliest = earliest_after(connection, self.upto) if fresh else None
        self.upto = max(self.upto, last_number(connection))
        self.days = {key: kept for key, kept in fresh.items() if earliest is None or key[1][1] <= earliest}

    def counts(self, connection: Connection, site: str, day: Day, now: datetime) -> Counts:
        """What went past on a day."""
        known = self.days.get((site, day))
        if known is not None:
            return known[1]
        found = counts_of(connection, site, day)
        if day[1] <= now - LIES_BACK and len(self.days) < MOST:
            self.days[site, day] = time.monotonic(), found
        return found


_memories: WeakKeyDictionary[Store, Memory] = WeakKeyDictionary()


def counts_on(store: Store, connection: Connection, days: Iterable[Day]) -> Counts:
    """What went past the site of a record on some days that do not overlap; raises RecordError."""
    memory, total = _memories.setdefault(store, Memory()), Counts()
    with memory.turn:
        memory.forget(connection)
        for day in days:
            total.add(memory.counts(connection, store.site.name, day, store.now()))
    return total
