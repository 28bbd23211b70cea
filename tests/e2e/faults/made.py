# SPDX-License-Identifier: Apache-2.0
"""Passages by number, for the processes that are killed: the same number always makes the same passage."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wayside.domain import (
    Alternative,
    Crossing,
    Direction,
    EvidenceRole,
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
from wayside.record import evidence_for, passage_document, unpublished_document
from wayside.record.engine import DATABASE

FIRST = datetime(2026, 9, 1, tzinfo=UTC)
APART = timedelta(minutes=7)
"""About two hundred passages a day, so that a few hundred lie on several days."""
SHARED_EVERY = 5
"""Every so many passages have a picture that others have as well."""


def identity(number: int) -> str:
    """The id of a passage."""
    return f"{number:032x}"


def began_at(number: int) -> datetime:
    """When a passage began."""
    return FIRST + number * APART


def plate(number: int) -> str:
    """A plate that no other passage has, long enough not to turn up by chance."""
    return f"KQ{number:07d}ZX"


def picture(number: int) -> bytes:
    """Three to six kilobytes that no other number has."""
    block = hashlib.sha256(f"picture {number}".encode()).digest()
    return block * (96 + number % 96)


def made(number: int) -> tuple[Passage, Mapping[str, bytes]]:
    """A passage and its pictures by SHA-256."""
    shown = {EvidenceRole.VEHICLE: picture(number), EvidenceRole.PLATE: picture(-1 - number % 40)}
    if number % SHARED_EVERY:
        del shown[EvidenceRole.PLATE]
    evidence = {evidence_for(role, data): data for role, data in shown.items()}
    began = began_at(number)
    passage = Passage(
        id=identity(number),
        camera=f"gate-{number % 3}",
        began_at=began,
        ended_at=began + timedelta(seconds=2),
        vehicle=Vehicle(VehicleKind.CAR, 0.9),
        plate=PlateReading(plate(number), 0.9, (Alternative(plate(number)[:-1], 0.05),), 5, None),
        registration=Registration("GB", PlateClass.CIVIL, None, None, "gb/current", 0.9),
        direction=Direction((Crossing("main", "in", 1.0),), Travel.TOWARD, 90.0),
        crossed_at=(began + timedelta(seconds=1),),
        occupants=Occupants(OccupantStatus.COUNTED, 1, 2, 3, 0.8, "windscreen"),
        evidence=tuple(evidence),
    )
    return passage, {one.sha256: data for one, data in evidence.items()}


FIRST_FORM = """
CREATE TABLE passage (
    id TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL CHECK (json_valid(document)),
    unpublished TEXT NOT NULL CHECK (json_valid(unpublished)),
    began_at TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.began_at')) STORED,
    camera TEXT NOT NULL GENERATED ALWAYS AS (json_extract(document, '$.camera')) STORED,
    plate_text TEXT GENERATED ALWAYS AS (json_extract(document, '$.plate.text')) STORED
) STRICT;
CREATE INDEX passage_by_time ON passage (began_at, id);
CREATE INDEX passage_by_plate ON passage (plate_text, began_at) WHERE plate_text IS NOT NULL;
PRAGMA application_id = 0x57617973;
PRAGMA user_version = 1;
"""


def write_first_form(folder: Path, numbers: Iterable[int]) -> None:
    """A record as Wayside 0.1 wrote it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        passage, pictures = made(number)
        rows.append((passage.id, json.dumps(passage_document(passage)), json.dumps(unpublished_document(passage))))
        for evidence in passage.evidence:
            path = folder / evidence.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pictures[evidence.sha256])
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.executescript(FIRST_FORM)
        connection.execute("PRAGMA journal_mode = WAL")
        with connection:
            connection.executemany("INSERT INTO passage (id, document, unpublished) VALUES (?, ?, ?)", rows)
