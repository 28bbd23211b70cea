# SPDX-License-Identifier: Apache-2.0
"""A passage as one flat row: the columns that CSV, Parquet and GeoJSON share, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from wayside.domain import Alternative, Crossing, Evidence, Passage, Registration
from wayside.record.document import share, time_text

Value = str | float | int | datetime | None


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    TIME = "time"
    NUMBER = "number"
    COUNT = "count"


class Column(NamedTuple):
    """One column; its meaning stands in the reference."""

    name: str
    kind: Kind
    value: Callable[[Passage], Value]


SEPARATOR = " | "
"""Between several things in one cell."""


def joined(parts: Iterable[str]) -> str | None:
    """Several things in one cell; None where there is none."""
    return SEPARATOR.join(parts) or None


def alternative_text(other: Alternative) -> str:
    """Text and probability: `AB12 CDE 0.02`."""
    return f"{other.text} {share(other.probability)}"


def crossing_text(crossing: Crossing, at: datetime) -> str:
    """Gate, way and time: `main in 2026-11-22T12:00:00.000Z`."""
    return f"{crossing.gate} {crossing.way} {time_text(at)}"


def evidence_text(evidence: Evidence) -> str:
    """Role and digest."""
    return f"{evidence.role.value} {evidence.sha256}"


def crossings_text(passage: Passage) -> str | None:
    """All crossings of a passage in order of time."""
    pairs = zip(passage.direction.crossings, passage.crossed_at, strict=True)
    return joined(crossing_text(one, at) for one, at in pairs)


def heading(passage: Passage) -> float | None:
    """Degrees true, to a tenth."""
    stated = passage.direction.heading_deg_true
    return None if stated is None else round(stated, 1)


def meant(part: Callable[[Registration], str | None]) -> Callable[[Passage], str | None]:
    """A part of what the plate means; None where it means nothing that is known."""
    return lambda passage: None if passage.registration is None else part(passage.registration)


COLUMNS = (
    Column("id", Kind.TEXT, lambda one: one.id),
    Column("camera", Kind.TEXT, lambda one: one.camera),
    Column("began_at", Kind.TIME, lambda one: one.began_at),
    Column("ended_at", Kind.TIME, lambda one: one.ended_at),
    Column("vehicle", Kind.TEXT, lambda one: one.vehicle.kind.value),
    Column("colour", Kind.TEXT, lambda one: one.vehicle.colour and one.vehicle.colour.value),
    Column("vehicle_score", Kind.NUMBER, lambda one: share(one.vehicle.score)),
    Column("plate", Kind.TEXT, lambda one: one.plate.text),
    Column("plate_probability", Kind.NUMBER, lambda one: share(one.plate.probability)),
    Column("plate_alternatives", Kind.TEXT, lambda one: joined(alternative_text(x) for x in one.plate.alternatives)),
    Column("plate_reads", Kind.COUNT, lambda one: one.plate.reads),
    Column("reason_unread", Kind.TEXT, lambda one: one.plate.reason_unread and one.plate.reason_unread.value),
    Column("country", Kind.TEXT, meant(lambda known: known.country)),
    Column("class", Kind.TEXT, meant(lambda known: known.plate_class.value)),
    Column("sender_code", Kind.TEXT, meant(lambda known: known.sender_code)),
    Column("rule", Kind.TEXT, meant(lambda known: known.rule)),
    Column("crossings", Kind.TEXT, crossings_text),
    Column("travel", Kind.TEXT, lambda one: one.direction.travel and one.direction.travel.value),
    Column("heading_deg_true", Kind.NUMBER, heading),
    Column("occupants", Kind.TEXT, lambda one: one.occupants.status.value),
    Column("occupants_at_least", Kind.COUNT, lambda one: one.occupants.at_least),
    Column("occupants_best", Kind.COUNT, lambda one: one.occupants.best),
    Column("occupants_at_most", Kind.COUNT, lambda one: one.occupants.at_most),
    Column("occupants_probability", Kind.NUMBER, lambda one: share(one.occupants.probability)),
    Column("occupants_method", Kind.TEXT, lambda one: one.occupants.method),
    Column("evidence", Kind.TEXT, lambda one: joined(evidence_text(x) for x in one.evidence)),
)
"""In the order in which they stand."""

EXPORT_ID = "export_id"
"""The watermark's column, before the others."""


def cells(passage: Passage) -> dict[str, Value]:
    """A passage as name → value."""
    return {column.name: column.value(passage) for column in COLUMNS}


def plain(value: Value) -> str | float | int | None:
    """A value that JSON can hold: times as text."""
    return time_text(value) if isinstance(value, datetime) else value
