# SPDX-License-Identifier: Apache-2.0
"""A record with something of everything in it, and hands that reach past the store into its files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from factories import NOON, bare_passage, full_passage

from wayside.domain import Purpose
from wayside.record import AmendmentKind, Store, amend
from wayside.record.cameras import CameraPlace, learn_camera
from wayside.record.clock import Clock
from wayside.record.engine import DATABASE
from wayside.record.retention import erase_plate, place_hold

MANY = 600
"""Passages: more than two chunks of the journal's tree."""
GONE = "GONE123"
"""The plate of the passages that were erased."""
PURPOSE = Purpose("offence", "CR-2026/0001", "officer")


class Ticking:
    """A clock that goes on by four seconds each time it is looked at, so that checkpoints are due now and then."""

    def __init__(self) -> None:
        self.now_s = NOON.timestamp() + 3600.0

    def __call__(self) -> float:
        self.now_s += 4.0
        return self.now_s


def opened(data_dir: Path) -> Store:
    """The record under such a clock."""
    wall = Ticking()
    return Store(data_dir, clock=Clock(wall, lambda: wall.now_s))


def some_of_everything(data_dir: Path, many: int = MANY) -> None:
    """Makes a record with passages, pictures, amendments, a hold, a camera, a search and an erasure."""
    with opened(data_dir) as store:
        learn_camera(store, CameraPlace("gate", "north gate", 51.5, -0.1, 90.0))
        for number in range(1, 6):
            store.add(*full_passage(number))
        plate = full_passage()[0].plate
        store.add_many(
            [replace(bare_passage(number), plate=replace(plate, text=f"AB{number:05}")) for number in range(10, many)]
        )
        gone = [
            replace(full_passage(number)[0], plate=replace(plate, text=GONE), evidence=()) for number in range(6, 9)
        ]
        store.add_many(gone)
        store.append("search", {"at": "2026-11-22T12:00:00.000Z", "person": "officer", "plate": "AB00010"})
        amend(
            store, f"{1:032x}", AmendmentKind.CORRECTION, author="clerk", reason="seen", field="plate", value="101D235"
        )
        amend(store, f"{2:032x}", AmendmentKind.CONFIRMATION, author="clerk", reason="seen")
        expires = NOON + timedelta(days=30)
        place_hold(store, [f"{3:032x}"], reference="C-1", person="clerk", approved_by="chief", expires_at=expires)
        erase_plate(store, GONE, PURPOSE)
        store.add_many([replace(bare_passage(number), camera="yard") for number in range(many, many + 20)])
    (data_dir / "reserve").unlink()  # 32 MiB of nothing in each copy


def database(data_dir: Path) -> Path:
    """The file of the rows."""
    return data_dir / DATABASE


def tamper(data_dir: Path, *statements: str, values: tuple[Any, ...] = ()) -> None:
    """Changes rows as somebody would who can write the file: past the triggers, and past all that Wayside does."""
    with closing(sqlite3.connect(database(data_dir), isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement, values)
        for _, made in triggers:
            connection.execute(made)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def ask(data_dir: Path, query: str) -> list[tuple[Any, ...]]:
    """Reads rows."""
    with closing(sqlite3.connect(database(data_dir))) as connection:
        return connection.execute(query).fetchall()


def evidence_files(data_dir: Path) -> Iterator[Path]:
    """The pictures on disk."""
    return iter(sorted((data_dir / "evidence").rglob("*.jpg")))
