# SPDX-License-Identifier: Apache-2.0
"""The ways to look passages up: which table and index, and what is wanted of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnCollection,
    ColumnElement,
    Integer,
    Table,
    Text,
    and_,
    bindparam,
    or_,
    text,
    true,
)

from wayside.record.tables import candidate, crossing, passage

Columns = ColumnCollection[str, ColumnElement[Any]]
Condition = Callable[[Columns], ColumnElement[bool]]


class Path(StrEnum):
    """A way to look passages up."""

    PLATE = "plate"
    PLATES = "plates"
    CANDIDATES = "candidates"
    SENDER = "sender"
    GATE = "gate"
    GATE_WAY = "gate and way"
    WAY = "way"
    CAMERA = "camera"
    CLASS = "class"
    CONFIRMED = "confirmed"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the keys of passages stand in the order of time."""

    table: Table
    holds: Condition = lambda columns: true()
    """With the parameter `key`, and `way` where it is asked."""
    index: str | None = None
    """None: the table's own order."""
    many: str | None = None
    """The column that is one of the parameter `keys`."""
    repeats: bool = False
    """Whether a passage may stand there more than once."""


def is_key(name: str) -> Condition:
    """A column is what is wanted."""
    return lambda columns: columns[name] == bindparam("key", type_=Text())


def special_class(columns: Columns) -> ColumnElement[bool]:
    """A class other than civil; said as text, because SQLite takes an index of some rows only where it sees it fit."""
    return and_(is_key("class")(columns), text("class <> 'civil'"))


def is_way(columns: Columns) -> ColumnElement[bool]:
    """A way across a gate."""
    return columns["way"] == bindparam("way", type_=Text())


def gate_and_way(columns: Columns) -> ColumnElement[bool]:
    """One gate, one way."""
    return and_(is_key("gate")(columns), is_way(columns))


SOURCES = {
    Path.PLATE: Source(passage, is_key("plate"), "passage_by_plate"),
    Path.PLATES: Source(passage, index="passage_by_plate", many="plate"),
    Path.CANDIDATES: Source(candidate, many="text", repeats=True),
    Path.SENDER: Source(passage, is_key("sender_code"), "passage_by_sender"),
    Path.GATE: Source(crossing, is_key("gate"), repeats=True),
    Path.GATE_WAY: Source(crossing, gate_and_way),
    Path.WAY: Source(crossing, is_key("way"), "crossing_by_time", repeats=True),
    Path.CAMERA: Source(passage, is_key("camera"), "passage_by_camera"),
    Path.CLASS: Source(passage, special_class, "passage_by_class"),
    Path.TIME: Source(passage, index="passage_by_time"),
}
"""By path; confirmations have no order of time, and stand by themselves in `statements`."""


def parameter(name: str) -> ColumnElement[int]:
    """A number that is given with the query."""
    return bindparam(name, type_=BigInteger())


def most(name: str) -> ColumnElement[int]:
    """How many at most."""
    return bindparam(name, type_=Integer())


def in_window(columns: Columns) -> ColumnElement[bool]:
    """From a time on, and before the passage after which the search goes on."""
    began_ms, seq, last_ms = columns["began_ms"], columns["seq"], parameter("last_ms")
    before = or_(began_ms < last_ms, seq < parameter("before_seq"))
    return and_(began_ms >= parameter("first_ms"), began_ms <= last_ms, before)


def newest_first(columns: Columns) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The order of results."""
    return columns["began_ms"].desc(), columns["seq"].desc()
