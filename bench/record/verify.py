# SPDX-License-Identifier: Apache-2.0
"""Verification: entries a second of a whole check and of one since the last, and what bits turned at random come to.

`python -m bench.record.verify` fills a record of a million passages (some minutes) and checks it; `--passages` and
`--database` choose otherwise; `--flips 1000` runs tests/e2e/test_byte_flips.py in so many places. Figures go to
`bench/results/record-verify.json`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bench.__main__ import table
from bench.record.common import data_dir, keep, passage, plate
from wayside.domain import Passage
from wayside.record import Store
from wayside.record.verify import Asked, Report, Status, verify_record, verify_since

DISTINCT = 0.12
"""Plates, of passages: those of a campus that many come to every day."""
GROUP = 5_000
LATE = 1_000
"""Passages that come between two checks."""
Figures = dict[str, float]


def found(count: int) -> Iterator[Passage]:
    """Passages as a busy gate gives them, of vehicles that come again."""
    chance = random.Random(1)
    plates = [plate(chance) for _ in range(max(1, int(count * DISTINCT)))]
    for number in range(count):
        one = passage(chance, number)
        yield replace(one, plate=replace(one.plate, text=chance.choice(plates)))


def fill(store: Store, some: Iterator[Passage], count: int) -> None:
    """Adds passages in groups."""
    while group := list(islice(some, min(GROUP, count))):
        store.add_many(group)
        count -= len(group)


def measured(check: Callable[[], Report]) -> Figures:
    """One check, with its time and what this process computed; fails where the record is not found sound."""
    began, computed = time.perf_counter(), time.process_time()
    report = check()
    took_s, computed_s = time.perf_counter() - began, time.process_time() - computed
    assert report.status is Status.SOUND, report.findings
    entries = report.checked["entries"]
    return {"entries": entries, "s": took_s, "CPU s": computed_s, "entries/s": entries / took_s}


def run(database: str, count: int) -> dict[str, Figures]:
    """Fills a record, checks it whole with one process and with all, then what came since."""
    with tempfile.TemporaryDirectory() as folder, data_dir(Path(folder), database) as record:
        some, last = found(count + LATE), Path(folder) / "last"
        with Store(record) as store:
            fill(store, some, count)
        figures = {
            f"{database}, all processes": measured(lambda: verify_record(record)),
            f"{database}, one process": measured(lambda: verify_record(record, Asked(jobs=1))),
            f"{database}, first with --since-last": measured(lambda: verify_since(record, last)),
        }
        with Store(record) as store:
            fill(store, some, LATE)
        figures[f"{database}, since the last"] = measured(lambda: verify_since(record, last))
        return figures


def flips(count: int) -> str:
    """Runs the test in so many places; its last line."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/e2e/test_byte_flips.py", "--timeout", "7200"]
    surroundings = {**os.environ, "WAYSIDE_BYTE_FLIPS": str(count)}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


def main() -> None:
    """Measures, shows and keeps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--flips", type=int, default=0)
    asked = parser.parse_args()
    figures: dict[str, Figures] = {}
    for database in asked.database or ["sqlite"]:
        figures |= run(database, asked.passages)
    print(table(figures))
    keep("record-verify", {"passages": asked.passages, "checks": figures, "flips": asked.flips and flips(asked.flips)})


if __name__ == "__main__":
    main()
