# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random instants during ingest, pictures, erasure, backup and migration: what was lost, and what it took.

`python -m bench.record.kills --cycles 1000` does five hundred cycles on each database, a fifth of them with erasures,
backups, and so on as `SHARES` says, checks the whole record after each, and keeps the counts in `bench/results/`.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bench.record.common import keep

from e2e.faults.kills import APART, backup_faults, check, cycle  # isort: skip
from e2e.faults.programs import Said  # isort: skip
from e2e.faults.made import write_first_form  # isort: skip
from postgres import PostgresServer, data_directory, running_server  # isort: skip

SHARES = {"ingest": 8, "server": 2, "erase": 4, "backup": 4, "migrate": 1, "opening": 1}
"""Of twenty cycles. `server`: the database server dies under the client; SQLite has none and ingests instead."""
CYCLES_OF_A_RECORD = 20
FIRST_FORM = 150
"""Passages of a record that is migrated."""


@dataclass
class Tally:
    """What the cycles on one database came to."""

    cycles: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)

    def report(self, seconds: float) -> dict[str, float]:
        """The counts as they are kept."""
        kinds = Counter(fault.split(":")[0] for fault in self.faults)
        return {
            "cycles": self.cycles.total(),
            **{f"cycles of {phase}": count for phase, count in sorted(self.cycles.items())},
            "acknowledged": self.acknowledged,
            "lost": kinds.pop("lost", 0),
            "twice": kinds.pop("twice", 0),
            "integrity": kinds.pop("integrity_check", 0),
            "other": kinds.total(),
            "seconds": round(seconds),
        }


@contextmanager
def server_of(database: str) -> Iterator[PostgresServer | None]:
    """The server of PostgreSQL; None for SQLite."""
    if database == "sqlite":
        yield None
        return
    servers = running_server()
    try:
        yield next(servers)
    finally:
        servers.close()


def fresh(folder: Path, server: PostgresServer | None, number: int) -> Path:
    """An empty data directory with an empty database."""
    url = None
    if server is not None:
        with sa.create_engine(server.url(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as admin:
            admin.exec_driver_sql(f"CREATE DATABASE record_{number}")
        url = server.url(f"record_{number}")
    return data_directory(folder / str(number) / "record", url)


def strike(server: PostgresServer) -> Callable[[], None]:
    """Kills the server and all that work for it, and starts it again."""

    def strike_now() -> None:
        server.kill()
        server.start()

    return strike_now


def live_through(
    phases: list[str], folder: Path, server: PostgresServer | None, number: int, chance: random.Random, tally: Tally
) -> None:
    """The life of one record: killed and checked once for each phase; ends early where a fault was found."""
    data_dir, said = fresh(folder, server, number), Said()
    if server is None and "migrate" in phases:
        said.added = set(range(FIRST_FORM))
        write_first_form(data_dir, said.added)
        phases = ["migrate", *phases]  # what was killed before is finished by the second
    for start, phase in enumerate(phases, 1):
        deadly = strike(server) if server is not None and phase == "server" else None
        work = "ingest" if phase == "server" else phase
        share = 1.0 if phase == "migrate" else 0.25
        cycle(data_dir, work, start * APART, said, chance, deadly, share)
        tally.cycles[phase if server is not None or phase != "server" else "ingest"] += 1
        faults = check(data_dir, said) + backup_faults(data_dir, said, data_dir.parent / "restored")
        if deadly is None:
            faults += [f"refused: {one}" for one in said.failures]
        said.failures.clear()
        if faults:
            tally.faults += faults
            print(f"{data_dir}: {phase}, cycle {start}: {faults}", file=sys.stderr, flush=True)
            return
    tally.acknowledged += len(said.added)
    shutil.rmtree(data_dir.parent)


def measure(database: str, cycles: int, seed: int, folder: Path) -> dict[str, float]:
    """So many kills on one database."""
    chance, tally, began = random.Random(seed), Tally(), time.monotonic()
    with server_of(database) as server:
        number = 0
        while tally.cycles.total() < cycles:
            phases = [phase for phase, share in SHARES.items() for _ in range(share)]
            chance.shuffle(phases)
            phases.sort(key=lambda phase: phase != "migrate")
            live_through(phases[: cycles - tally.cycles.total()], folder, server, number, chance, tally)
            number += 1
            print(f"{database}: {tally.report(time.monotonic() - began)}", flush=True)
    return tally.report(time.monotonic() - began)


def main() -> None:
    """Measures and keeps; the status is 1 where anything was lost, twice there or unsound."""
    parser = argparse.ArgumentParser(prog="python -m bench.record.kills", description=__doc__)
    parser.add_argument("--cycles", type=int, default=1000, help="on both databases together")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="wayside-kills-"))
    report = {
        database: measure(database, options.cycles // 2, options.seed, folder / database)
        for database in ("sqlite", "postgresql")
    }
    keep("record-kills", report)
    faults = sum(row[name] for row in report.values() for name in ("lost", "twice", "integrity", "other"))
    if not faults:
        shutil.rmtree(folder)
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
