# SPDX-License-Identifier: Apache-2.0
"""What the measurements of the record share: databases to measure on, passages to write, and where figures are kept."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.__main__ import RESULTS, machine
from wayside.domain import (
    Alternative,
    Crossing,
    Direction,
    Occupants,
    OccupantStatus,
    Passage,
    PlateClass,
    PlateReading,
    Registration,
    Travel,
    Vehicle,
    VehicleKind,
)

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from postgres import SETTINGS, data_directory, new_server, running_server

LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"
START = datetime(2026, 9, 1, tzinfo=UTC)
SERVER = {
    "shared_buffers": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // 2**22}MB",
    "effective_cache_size": "8GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
}
"""Settings of a PostgreSQL server that has a disk without arms and, as its manual advises, a quarter of the memory."""


@contextmanager
def data_dir(folder: Path, database: str) -> Iterator[Path]:
    """An empty data directory on one of the two databases; a PostgreSQL server is started for it and gone after."""
    if database == "sqlite":
        yield data_directory(folder / "record", None)
        return
    SETTINGS.update(SERVER)
    servers = running_server()
    server = next(servers)
    try:
        yield data_directory(folder / "record", server.url())
    finally:
        servers.close()


@contextmanager
def standing_dir(folder: Path, database: str) -> Iterator[Path]:
    """A data directory that stays, and is taken as it is where it is there; a PostgreSQL server runs meanwhile."""
    record = folder / "record"
    if database == "sqlite":
        yield record if record.exists() else data_directory(record, None)
        return
    SETTINGS.update(SERVER)
    (folder / "server").mkdir(parents=True, exist_ok=True)
    server = new_server(folder / "server")
    try:
        if not server.data.exists():
            server.create()
        server.start()
        yield record if record.exists() else data_directory(record, server.url())
    finally:
        server.stop()


def plate(chance: random.Random) -> str:
    """A current British plate."""
    letters = chance.choices(LETTERS, k=5)
    return f"{letters[0]}{letters[1]}{chance.randrange(10)}{chance.randrange(10)}{''.join(letters[2:])}"


def passages(count: int, seed: int = 1) -> list[Passage]:
    """Passages as a busy gate gives them: one in seven with an alternative, all across one gate, one a second."""
    chance = random.Random(seed)
    return [passage(chance, number) for number in range(count)]


def passage(chance: random.Random, number: int) -> Passage:
    """One of them."""
    text = plate(chance)
    began_at = START + timedelta(seconds=number)
    others = (Alternative(text.replace("0", "O", 1), 0.02),) if chance.random() < 0.15 else ()
    return Passage(
        id=f"{chance.getrandbits(128):032x}",
        camera=f"camera-{chance.randrange(20):02}",
        began_at=began_at,
        ended_at=began_at + timedelta(seconds=3),
        vehicle=Vehicle(VehicleKind.CAR, 0.91),
        plate=PlateReading(text, 0.98, others, 5, None),
        registration=Registration("GB", PlateClass.CIVIL, None, None, "gb/current", 0.95),
        direction=Direction((Crossing(f"gate-{number % 4}", "in", 1.2),), Travel.TOWARD, None),
        crossed_at=(began_at + timedelta(seconds=1.2),),
        occupants=Occupants(OccupantStatus.COUNTED, 1, 1, 2, 0.8, "windscreen"),
        evidence=(),
    )


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, p95 and p99."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {"p50_ms": round(cuts[49], 3), "p95_ms": round(cuts[94], 3), "p99_ms": round(cuts[98], 3)}


def keep(name: str, report: Any) -> None:
    """Writes the figures of a run into `bench/results/`, with the machine and the time."""
    kept = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "report": report}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
