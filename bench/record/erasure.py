# SPDX-License-Identifier: Apache-2.0
"""How fast the record forgets, scrubs its file, is backed up and comes back.

`python -m bench.record.erasure [--passages N]`; figures go to `bench/results/record-erasure.json`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from bench.__main__ import table
from bench.record.common import START, keep, passages
from wayside.record import Store
from wayside.record.backup import make_backup, reach_backups, restore
from wayside.record.engine import DATABASE
from wayside.record.retention import Ground, scrub
from wayside.record.retention.erase import before
from wayside.record.retention.run import Run
from wayside.record.rows import milliseconds

GROUP, DAYS = 5_000, 10
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and result."""
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


def fill(store: Store, count: int) -> None:
    """Passages evenly over ten days."""
    step = timedelta(days=DAYS) / count
    found = [replace(one, began_at=START + number * step) for number, one in enumerate(passages(count, 5))]
    for at in range(0, count, GROUP):
        store.add_many(found[at : at + GROUP])


def measure(folder: Path, count: int) -> dict[str, float]:
    """Fills a record, backs it up, brings the backup back, and erases half of the record and of the backup."""
    figures: dict[str, float] = {"passages": count}
    with Store(folder / "record") as store:
        fill(store, count)
        figures["database MiB"] = (folder / "record" / DATABASE).stat().st_size / 2**20
        figures["backup s"], _ = timed(lambda: make_backup(store, folder / "backup"))
        figures["backup MiB"] = sum(one.stat().st_size for one in (folder / "backup").rglob("*.sealed")) / 2**20
        figures["backup again s"], _ = timed(lambda: make_backup(store, folder / "backup"))
        figures["restore s"], done = timed(lambda: restore(folder / "backup", folder / "restored"))
        assert done.passages == count
        job = Run(store, Ground("decision", store.site.digest(), "bench"), milliseconds(store.now()))
        seconds, _ = timed(lambda: job.passages(before(START + timedelta(days=DAYS / 2), None)))
        figures["erased a second"] = job.counts.passages / seconds
        figures["scrub s"], _ = timed(lambda: scrub(store))
        figures["backup follows s"], _ = timed(lambda: reach_backups(store))
    return figures


def main() -> None:
    """Measures and keeps the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--passages", type=int, default=200_000)
    count = asked.parse_args().passages
    with tempfile.TemporaryDirectory(prefix="wayside-erasure-") as folder:
        figures = measure(Path(folder), count)
    keep("record-erasure", {"sqlite": figures})
    print(table({"sqlite": figures}))


if __name__ == "__main__":
    main()
