# SPDX-License-Identifier: Apache-2.0
"""How long searches take in a large record, alone and beside a writer at full rate.

`python -m bench.record.search --passages 1000000 --database sqlite --dir DIR` makes the record (see `population`; one
that lies in DIR already is taken as it is), reads it once so that it is warm, asks each kind of question some hundreds
of times, and keeps the figures in `bench/results/record-search-*.json`. `--lean` asks for exact plates only, and nobody
writes beside: for a hundred million passages. Figures are of `search()` as a whole: with the journal entry, which
is durable before anything is looked up, and with the results as passages; `looking` leaves the journal entry out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.__main__ import table
from bench.record.common import START, keep, passages, percentiles
from bench.record.population import Population, fast_engine, known, plainly, populated, told
from wayside.domain import PlateClass, Purpose
from wayside.record import Store
from wayside.record.search import Criteria, PlateMatch, PlateQuery, search

PURPOSE = Purpose("incident", "CR-2026/0123", "bench")
MONTH, DAY, HOUR = timedelta(days=31), timedelta(days=1), timedelta(hours=1)
WARM_UP = 20
LIMIT_S = 60.0
"""Of one kind of question; the slow ones are asked less often."""


@dataclass
class Asker:
    """Makes questions whose answers exist."""

    plates: list[str]
    days: int
    chance: random.Random

    def plate(self) -> str:
        """One that passed."""
        return self.chance.choice(self.plates)

    def within(self, length: timedelta) -> dict[str, Any]:
        """A window of some length, in the record's time."""
        latest = timedelta(days=self.days) - length
        since = START + max(timedelta(0), latest) * self.chance.random()
        return {"since": since, "until": since + length}

    def near(self) -> Criteria:
        """A plate with one character wrong."""
        text = self.plate()
        at = self.chance.randrange(len(text))
        wrong = text[:at] + self.chance.choice("ABCDEFGHJKLMNOP0123456789") + text[at + 1 :]
        return Criteria(plate=PlateQuery(wrong, PlateMatch.NEAR), **self.within(MONTH))

    def pattern(self, write: Callable[[str], str]) -> Criteria:
        """A pattern that a plate fits."""
        return Criteria(plate=PlateQuery(write(self.plate()), PlateMatch.PATTERN), **self.within(MONTH))


QUESTIONS: dict[str, Callable[[Asker], Criteria]] = {
    "exact plate": lambda ask: Criteria(plate=PlateQuery(ask.plate())),
    "plate that never came": lambda ask: Criteria(plate=PlateQuery("Q" + ask.plate()[1:])),
    "within one error, month": Asker.near,
    "AB12*, month": lambda ask: ask.pattern(lambda text: text[:4] + "*"),
    "AB??C*, month": lambda ask: ask.pattern(lambda text: text[:2] + "??" + text[4] + "*"),
    "*2ABC, month": lambda ask: ask.pattern(lambda text: "*" + text[-4:]),
    "*12A*, month": lambda ask: ask.pattern(lambda text: "*" + text[2:5] + "*"),
    "camera, hour": lambda ask: Criteria(cameras=(f"camera-{10 + ask.chance.randrange(20)}",), **ask.within(HOUR)),
    "gate and way, day": lambda ask: Criteria(gate=f"gate-{ask.chance.randrange(4)}", way="in", **ask.within(DAY)),
    "sender code, week": lambda ask: Criteria(sender_code=str(100 + ask.chance.randrange(150)), **ask.within(7 * DAY)),
    "diplomatic, month": lambda ask: Criteria(plate_class=PlateClass.DIPLOMATIC, **ask.within(MONTH)),
    "four aboard or more, day": lambda ask: Criteria(occupants_at_least=5, **ask.within(DAY)),
    "found nowhere, month": lambda ask: Criteria(country="XX", **ask.within(MONTH)),
}


LEAN = ("exact plate", "plate that never came")
"""What a lean record can be asked."""


def some_plates(store: Store, made: Population, chance: random.Random, count: int = 2000) -> list[str]:
    """Plates of passages at random: those that pass often are asked for often."""
    found: list[str | None] = []
    with store.reading() as connection:
        for number in chance.choices(range(made.passages), k=count):
            one = known(made, connection.dialect.name, number, number + 1)
            found += plainly(connection, f"SELECT plate FROM {one} AS known").scalars()
    return [text for text in found if text]


WARMING = {
    "sqlite": ("SELECT sum(length(more)) FROM passage", "SELECT count(*) FROM passage WHERE plate >= ''"),
    "postgresql": (
        "SELECT sum(length(more)) FROM passage",
        "SET enable_seqscan = off",
        "SELECT count(*) FROM passage WHERE plate >= ''",
    ),
}
"""Read every row of a passage once, and then the index of plates."""


def warm(data: Path) -> None:
    """Brings what is asked for into memory as far as there is room, as a record in use has it there."""
    engine = fast_engine(data)
    with told("warmed"), engine.connect() as connection:
        for statement in WARMING[engine.dialect.name]:
            plainly(connection, statement)
    engine.dispose()


class Telling:
    """Times how long the journal entries take, which are a part of every search."""

    def __init__(self, store: Store) -> None:
        self._append = store.append
        self.seconds = 0.0
        store.append = self.append  # type: ignore[method-assign]

    def append(self, kind: str, payload: Any) -> int:
        """As the store does it."""
        began = time.perf_counter()
        try:
            return self._append(kind, payload)
        finally:
            self.seconds += time.perf_counter() - began


def timed(ask: Callable[[], object], count: int, telling: Telling) -> dict[str, float]:
    """Milliseconds of many calls: as a whole, and without what the journal took of each."""
    whole, looking, until = [], [], time.perf_counter() + LIMIT_S
    for number in range(count + WARM_UP):
        telling.seconds = 0.0
        began = time.perf_counter()
        ask()
        taken = time.perf_counter() - began
        if number >= WARM_UP:
            whole.append(1000 * taken)
            looking.append(1000 * (taken - telling.seconds))
        if time.perf_counter() > until and len(whole) >= WARM_UP:
            break
    named = {f"looking_{name}": value for name, value in percentiles(looking).items()}
    return {**percentiles(whole), **named, "asked": len(whole)}


def load() -> float:
    """How many processes wanted the machine in the last minute: figures of a busy one are worth less."""
    return round(os.getloadavg()[0], 1)


def questions(store: Store, ask: Asker, count: int, names: Iterable[str]) -> dict[str, dict[str, float]]:
    """Some kinds of questions."""
    telling = Telling(store)
    report = {"journal entry": timed(lambda: store.append("search", {"at": "", "person": "bench"}), count, telling)}
    for name in names:
        results: list[int] = []

        def asked(make: Callable[[Asker], Criteria] = QUESTIONS[name], results: list[int] = results) -> None:
            results.append(len(search(store, make(ask), PURPOSE).results))

        report[name] = timed(asked, count, telling) | {"mean_results": round(sum(results) / len(results), 1)}
        print(name, report[name], flush=True)
    return report


def write_for_ever(data: Path, group: int) -> None:
    """Adds passages as fast as they become durable, until it is ended."""
    with Store(data) as store:
        number = 0
        while True:
            found = passages(10_000, seed=time.time_ns())
            for at in range(0, len(found), group):
                store.add_many(found[at : at + group])
                number += group


@contextmanager
def writer(data: Path, group: int) -> Iterator[None]:
    """Another process that writes at full rate, `group` passages at a time."""
    process = multiprocessing.get_context("spawn").Process(target=write_for_ever, args=(data, group), daemon=True)
    process.start()
    time.sleep(5)
    try:
        yield
    finally:
        process.kill()
        process.join()


BESIDE: dict[str, int | None] = {"alone": None, "beside a writer, one by one": 1, "beside groups of 100": 100}
"""Who writes meanwhile, and how many passages at a time."""


def measure(data: Path, made: Population, count: int) -> dict[str, Any]:
    """Alone, and beside two kinds of writers."""
    report: dict[str, Any] = {}
    loads = {}
    warm(data)
    with Store(data) as store:
        plates = some_plates(store, made, random.Random(1))
        for name, group in BESIDE.items():
            if made.lean and group is not None:
                continue
            loads[name] = {"load": load()}
            ask = Asker(plates, made.days, random.Random(2))
            print(f"\n## {name}; load of the machine: {load()}", flush=True)
            with nullcontext() if group is None else writer(data, group):
                report[name] = questions(store, ask, count, LEAN if made.lean else QUESTIONS)
    return report | {"load of the machine": loads}


def main() -> None:
    """Makes the record where there is none, and measures."""
    parser = argparse.ArgumentParser(prog="python -m bench.record.search", description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--bare", action="store_true", help="without keys and names of pictures")
    parser.add_argument("--lean", action="store_true", help="only what a search for an exact plate reads")
    parser.add_argument("--count", type=int, default=300, help="questions of each kind")
    options = parser.parse_args()
    made = Population(options.passages, options.days, options.bare, options.lean)
    with populated(options.dir, options.database, made) as data:
        report = measure(data, made, options.count)
    for name, part in report.items():
        print(f"\n### {name}\n{table(part)}")
    keep(f"record-search-{options.database}-{options.passages}{'-lean' if made.lean else ''}", report)


if __name__ == "__main__":
    main()
