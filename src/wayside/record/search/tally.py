# SPDX-License-Identifier: Apache-2.0
"""Counts of passages and crossings, from the counts of the hours: no passage is read, and erased ones still count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, cast, func, literal_column, select
from sqlalchemy.types import BigInteger

from wayside.domain import PlateClass, Purpose, UsageError, VehicleKind
from wayside.record.document import time_text
from wayside.record.partitions import DAY_MS
from wayside.record.rollups import NOT_COUNTED
from wayside.record.rows import milliseconds, moment
from wayside.record.search.criteria import told
from wayside.record.search.errors import UnboundedSearchError
from wayside.record.search.limits import searching
from wayside.record.store import Store
from wayside.record.tables import rollup

LONGEST_DAYS = 366
MOST_COUNTS = 10_000
"""Different counts in one answer."""


def as_time(value: int) -> str:
    """Milliseconds as documents write times."""
    return time_text(moment(value))


class Dimension(NamedTuple):
    """Something to count by."""

    column: ColumnElement[Any]
    shown: Callable[[Any], Any] = lambda value: value
    """The value as it is answered: None for what is not known."""


DAY = cast(rollup.c.hour_ms - rollup.c.hour_ms % literal_column(str(DAY_MS)), BigInteger)
DIMENSIONS = {
    "hour": Dimension(rollup.c.hour_ms, as_time),
    "day": Dimension(DAY, as_time),
    "site": Dimension(rollup.c.site),
    "camera": Dimension(rollup.c.camera),
    "gate": Dimension(rollup.c.gate),
    "way": Dimension(rollup.c.way),
    "class": Dimension(rollup.c["class"], lambda value: value or None),
    "kind": Dimension(rollup.c.kind),
    "occupants": Dimension(rollup.c.occupants, lambda value: None if value == NOT_COUNTED else value),
}
"""By name; days are those of UTC."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted, in the whole hours that begin from `since` until before `until`; aware times."""

    since: datetime
    until: datetime
    by: tuple[str, ...] = ()
    """Names of DIMENSIONS; empty: one count in all."""
    site: str | None = None
    camera: str | None = None
    gate: str | None = None
    way: str | None = None
    plate_class: PlateClass | None = None
    kind: VehicleKind | None = None

    def __post_init__(self) -> None:
        """Raises UsageError, UnboundedSearchError."""
        for name in self.by:
            if name not in DIMENSIONS:
                raise UsageError(f"nothing is counted by {name!r}; use {', '.join(DIMENSIONS)}")
        if self.until - self.since > timedelta(days=LONGEST_DAYS):
            raise UnboundedSearchError(f"counts reach over {LONGEST_DAYS} days at most; state a shorter window")

    @property
    def crossings(self) -> bool:
        """Whether crossings of gates are counted, rather than passages: one passage may cross several."""
        return self.gate is not None or self.way is not None or "gate" in self.by or "way" in self.by

    def document(self) -> dict[str, Any]:
        """What was asked for, as the journal keeps it."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: told(value) for name, value in given.items() if value is not None and value != ()}

    def query(self) -> Select[Any]:
        """The counts, in the order of what they are by."""
        columns = rollup.c
        wanted = {"site": self.site, "camera": self.camera, "gate": self.gate, "way": self.way, "kind": self.kind}
        conditions = [columns[name] == value for name, value in (wanted | {"class": self.plate_class}).items() if value]
        conditions += [columns.hour_ms >= milliseconds(self.since), columns.hour_ms < milliseconds(self.until)]
        conditions.append(columns.gate != "" if self.crossings else columns.gate == "")
        by = [DIMENSIONS[name].column.label(f"by_{name}") for name in self.by]
        query = select(*by, func.coalesce(func.sum(columns.count), 0)).where(*conditions)
        return query.group_by(*by).order_by(*by).limit(MOST_COUNTS + 1)


@dataclass(frozen=True, slots=True)
class Count:
    """How many there were of something."""

    of: dict[str, Any]
    """By the names of what is counted by; None for what is not known."""
    count: int


def counts(store: Store, tally: Tally, purpose: Purpose) -> list[Count]:
    """Counts passages, or crossings of gates; told to the journal before.

    Raises UnboundedSearchError where there would be more than MOST_COUNTS counts, RecordError.
    """
    stated = {"person": purpose.person, "reason": purpose.reason, "reference": purpose.reference}
    store.append("search", {"at": time_text(store.now()), **stated, "counts": tally.document()})
    with searching(store) as connection:
        rows = connection.execute(tally.query()).all()
    if len(rows) > MOST_COUNTS:
        raise UnboundedSearchError(f"more than {MOST_COUNTS:,} different counts; count by less, or a shorter window")
    return [Count(named(tally.by, row[:-1]), int(row[-1])) for row in rows]


def named(by: tuple[str, ...], values: Any) -> dict[str, Any]:
    """The values of one count by their names."""
    return {name: DIMENSIONS[name].shown(value) for name, value in zip(by, values, strict=True)}
