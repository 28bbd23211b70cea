# SPDX-License-Identifier: Apache-2.0
"""Durable ingest, one by one and grouped, with its journal; beside it a bare INSERT of the same rows, also synced.

`python -m bench.record.ingest` takes half a minute; figures go to `bench/results/record-ingest.json`.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.__main__ import table
from bench.record.common import data_dir, keep, passages
from wayside.domain import Evidence, EvidenceRole, Passage
from wayside.record import Store, evidence_for
from wayside.record.rows import row_of

SINGLE, GROUPED, PICTURED = 1_500, 60_000, 300
GROUP = 1_000
THREADS = 16
PICTURE_BYTES = 50_000
SEED_OF: dict[str, int] = {"one by one": 2, "by 16 threads": 3, "groups of 1,000": 4, "with 3 pictures": 5}


def rate(count: int, work: Callable[[], object]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def one_by_one(store: Store, found: Sequence[Passage]) -> None:
    """Each passage is durable before the next is given."""
    for one in found:
        store.add(one, {})


def by_threads(store: Store, found: Sequence[Passage]) -> None:
    """As many cameras do it: each waits for its own passage only."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda one: store.add(one, {}), found))


def in_groups(store: Store, found: Sequence[Passage]) -> None:
    """As an import does it."""
    for at in range(0, len(found), GROUP):
        store.add_many(found[at : at + GROUP])


def with_pictures(store: Store, found: Sequence[Passage]) -> None:
    """Three new pictures a passage, each synced before the row."""
    for one in found:
        pictures: dict[Evidence, bytes] = {
            evidence_for(role, data): data for role in EvidenceRole for data in [os.urandom(PICTURE_BYTES)]
        }
        store.add(replace(one, evidence=tuple(pictures)), {name.sha256: data for name, data in pictures.items()})


MODES: dict[str, tuple[int, Callable[[Store, Sequence[Passage]], None]]] = {
    "one by one": (SINGLE, one_by_one),
    "by 16 threads": (5 * SINGLE, by_threads),
    "groups of 1,000": (GROUPED, in_groups),
    "with 3 pictures": (PICTURED, with_pictures),
}


def bare(folder: Path, count: int, group: int) -> float:
    """Rows a second of the same columns in one SQLite table, synced alike: no journal, no index, nothing derived."""
    rows = [row_of(one, number, "site", 0, {}) for number, one in enumerate(passages(count))]
    places = ", ".join("?" for _ in rows[0])
    with closing(sqlite3.connect(folder / f"bare-{group}.sqlite3", isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        connection.execute(f"CREATE TABLE passage ({', '.join(f'c{number}' for number in range(len(rows[0])))})")

        def work() -> None:
            for at in range(0, count, group):
                connection.execute("BEGIN")
                connection.executemany(f"INSERT INTO passage VALUES ({places})", rows[at : at + group])
                connection.execute("COMMIT")

        return rate(count, work)


def measure(database: str) -> dict[str, float]:
    """Passages a second in each mode."""
    report = {}
    with tempfile.TemporaryDirectory() as folder, data_dir(Path(folder), database) as data, Store(data) as store:
        in_groups(store, passages(20_000))
        for name, (count, work) in MODES.items():
            found = passages(count, SEED_OF[name])
            report[name] = round(rate(count, lambda work=work, found=found: work(store, found)))  # type: ignore[misc]
    return report


def main() -> None:
    """Both databases and the bare table."""
    report = {database: measure(database) for database in ("sqlite", "postgres")}
    with tempfile.TemporaryDirectory() as folder:
        plain = {"one by one": (SINGLE, 1), "groups of 1,000": (GROUPED, GROUP)}
        report["bare SQLite INSERT"] = {name: round(bare(Path(folder), *how)) for name, how in plain.items()}
    print(table(report))
    keep("record-ingest", report)


if __name__ == "__main__":
    main()
