# SPDX-License-Identifier: Apache-2.0
"""What the passages that were looked up must have besides: one condition for each field of the criteria."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, bindparam, exists, select

from wayside.record.among import among
from wayside.record.search.criteria import Criteria
from wayside.record.search.paths import Columns, Path, is_way
from wayside.record.tables import amendment, crossing


def equals(column: str, name: str) -> Callable[[Columns, str], ColumnElement[bool]]:
    """A column is a field of the criteria."""
    return lambda columns, dialect: columns[column] == bindparam(name, type_=Text())


def crossed(columns: Columns, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the passage went over some gate."""
    same = crossing.c.began_ms == columns["began_ms"], crossing.c.seq == columns["seq"]
    return exists().where(*same, *conditions)


def crossed_gate(columns: Columns, dialect: str) -> ColumnElement[bool]:
    """Over that one."""
    return crossed(columns, crossing.c.gate == bindparam("gate", type_=Text()))


def crossed_way(columns: Columns, dialect: str) -> ColumnElement[bool]:
    """That way."""
    return crossed(columns, is_way(crossing.c))


def crossed_gate_way(columns: Columns, dialect: str) -> ColumnElement[bool]:
    """Over that one, that way."""
    return crossed(columns, crossing.c.gate == bindparam("gate", type_=Text()), is_way(crossing.c))


def confirmed(columns: Columns, dialect: str) -> ColumnElement[bool]:
    """Somebody confirmed it, and nobody rejected it since."""
    said, since = amendment.alias("said"), amendment.alias("since")
    rejected = select(since.c.seq).where(
        since.c.passage_id == said.c.passage_id, since.c.kind == "rejection", since.c.seq > said.c.seq
    )
    return exists().where(said.c.passage_id == columns["id"], said.c.kind == "confirmation", ~rejected.exists())


Filter = Callable[[Columns, str], ColumnElement[bool]]
FILTERS: dict[str, Filter] = {
    "country": equals("country", "country"),
    "plate_class": equals("class", "plate_class"),
    "sender_code": equals("sender_code", "sender_code"),
    "site": equals("site", "site"),
    "kind": equals("kind", "kind"),
    "colour": equals("colour", "colour"),
    "cameras": lambda columns, dialect: among(dialect, columns["camera"], "cameras"),
    "gate": crossed_gate,
    "way": crossed_way,
    "gate and way": crossed_gate_way,
    "at least": lambda columns, dialect: columns["at_most"] >= bindparam("occupants_at_least", type_=Integer()),
    "at most": lambda columns, dialect: columns["at_least"] <= bindparam("occupants_at_most", type_=Integer()),
    "confirmed": confirmed,
    "unconfirmed": lambda columns, dialect: ~confirmed(columns, dialect),
    "read": lambda columns, dialect: columns["plate"].is_not(None),
    "unread": lambda columns, dialect: columns["plate"].is_(None),
}
"""By name; each takes the columns of the passage and the name of the database."""

DONE_BY = {
    Path.SENDER: {"sender_code"},
    Path.GATE: {"gate"},
    Path.GATE_WAY: {"gate and way"},
    Path.WAY: {"way"},
    Path.CAMERA: {"cameras"},
    Path.CLASS: {"plate_class"},
}
"""The filters that looking up along a path has passed already."""


def filters_of(criteria: Criteria, path: Path, *, cameras: bool) -> frozenset[str]:
    """The names of the filters that are left for the passages found along a path.

    `cameras`: whether cameras or their place were named.
    """
    named = {"country", "plate_class", "sender_code", "site", "kind", "colour"}
    found = {name for name in named if criteria.value(name) is not None}
    found |= {"cameras"} if cameras else set()
    crossings = [name for name in ("gate", "way") if criteria.value(name) is not None]
    found |= {" and ".join(crossings)} if crossings else set()
    found |= {"at least"} if criteria.occupants_at_least is not None else set()
    found |= {"at most"} if criteria.occupants_at_most is not None else set()
    found |= {"confirmed" if criteria.confirmed else "unconfirmed"} if criteria.confirmed is not None else set()
    found |= {"read" if criteria.read else "unread"} if criteria.read is not None else set()
    return frozenset(found - DONE_BY.get(path, set()))


def values_of(criteria: Criteria, cameras: Any) -> dict[str, Any]:
    """The parameters of all filters; `cameras`: names in the form that the database takes lists in."""
    names = ("country", "plate_class", "sender_code", "site", "kind", "colour", "gate", "way")
    numbers = ("occupants_at_least", "occupants_at_most")
    return {name: criteria.value(name) for name in (*names, *numbers)} | {"cameras": cameras}
