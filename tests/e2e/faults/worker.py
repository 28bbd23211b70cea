# SPDX-License-Identifier: Apache-2.0
"""A process that works on a record for ever and says what was acknowledged to it; tests kill it.

It says one line for each thing: `added N` once passage N is stored, `erasing N` before all below N are erased and
`erased N` afterwards, `backing` and `backed`, `opened`, `failed REASON`, `unreadable REASON`.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from e2e.faults.made import began_at, made

from wayside.domain import Purpose, RecordError
from wayside.record import Store
from wayside.record.backup import make_backup
from wayside.record.retention import erase_before

Say = Callable[[str], None]
WHY = Purpose("retention", "test/1", "somebody")
THREADS = 4
PAUSE_S = 0.05
NOTHING_S = 60.0
BACKUP = "backup"
"""The folder beside the record that it is backed up to."""


def ingest(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Adds passages one by one, several at once, and by several threads."""

    def add(number: int) -> None:
        store.add(*made(number))
        say(f"added {number}")

    with ThreadPoolExecutor(THREADS) as threads:
        while True:
            add(next(numbers))
            list(threads.map(add, itertools.islice(numbers, 2 * THREADS)))
            several = list(itertools.islice(numbers, 5))
            pictures = {digest: data for number in several for digest, data in made(number)[1].items()}
            store.add_many([made(number)[0] for number in several], pictures)
            for number in several:
                say(f"added {number}")


def patient(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Adds passages one after the other, each until the record takes it; the same store goes on after a failure."""
    for number in numbers:
        while True:
            try:
                store.add(*made(number))
                break
            except RecordError as error:
                say(f"failed {error}")
                look(store, say)
                time.sleep(PAUSE_S)
        say(f"added {number}")


def look(store: Store, say: Say) -> None:
    """Reads, by the store at hand and as another program would; says where that cannot be done."""
    try:
        store.count()
        with Store(store.data_dir, writing=False) as another:
            another.count()
    except RecordError as error:
        say(f"unreadable {error}")


def erase(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Adds passages and erases the older half of them, again and again."""
    while True:
        some = list(itertools.islice(numbers, 12))
        for number in some:
            store.add(*made(number))
            say(f"added {number}")
        say(f"erasing {some[6]}")
        if erase_before(store, began_at(some[6]), WHY).pending is None:
            say(f"erased {some[6]}")


def back_up(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Adds a few passages and brings the backup beside the record up to date, again and again; erases now and then."""
    for turn in itertools.count(1):
        some = list(itertools.islice(numbers, 4))
        for number in some:
            store.add(*made(number))
            say(f"added {number}")
        say("backing")
        make_backup(store, store.data_dir.parent / BACKUP)
        say("backed")
        if turn % 3 == 0:
            say(f"erasing {some[0]}")
            erase_before(store, began_at(some[0]), WHY)


def migrate(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Nothing more: the record was brought to the newest form when it was opened."""
    time.sleep(NOTHING_S)


def opening(store: Store, numbers: Iterator[int], say: Say) -> None:
    """Does nothing but open and close the record, and add one passage each time."""
    while True:
        number = next(numbers)
        with Store(store.data_dir) as another:
            another.add(*made(number))
        say(f"added {number}")


PHASES: dict[str, Callable[[Store, Iterator[int], Say], None]] = {
    "ingest": ingest,
    "patient": patient,
    "erase": erase,
    "backup": back_up,
    "migrate": migrate,
    "opening": opening,
}


def work(data_dir: Path, phase: str, start: int, say: Say) -> None:
    """Opens the record and does the work of a phase until it is killed; goes on after what the record refuses."""
    numbers = itertools.count(start)
    while True:
        try:
            with Store(data_dir) as store:
                say("opened")
                PHASES[phase](store, numbers, say)
        except RecordError as error:
            say(f"failed {error}")
            time.sleep(random.uniform(0, PAUSE_S))
