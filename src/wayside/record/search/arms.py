# SPDX-License-Identifier: Apache-2.0
"""Looks passages up along one or several paths at once, and joins what they find in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wayside.record.rows import Row
from wayside.record.search.bounds import EXAMINED_MOST
from wayside.record.search.cursor import Key
from wayside.record.search.paths import Path
from wayside.record.search.statements import last_examined, rows


@dataclass(frozen=True, slots=True)
class Arm:
    """One path with the value that is looked up along it."""

    path: Path
    parameters: dict[str, Any]


class Reach(NamedTuple):
    """What one arm found, and down to where it looked; None: to the end."""

    rows: list[Row]
    end: Key | None


class Answer(NamedTuple):
    """The rows of a page, and the key after which to go on."""

    rows: list[Row]
    next: Key | None
    stopped_early: bool


def key(row: Row) -> Key:
    """The place of a row in the order of results."""
    return Key(row.began_ms, row.seq)


def reach(connection: Connection, arm: Arm, filters: frozenset[str], limits: dict[str, int]) -> Reach:
    """The newest passages along one path that pass the filters."""
    dialect = connection.dialect.name
    parameters = arm.parameters | limits
    found = [Row(*row) for row in connection.execute(rows(arm.path, filters, dialect), parameters)]
    if len(found) == limits["wanted"]:
        return Reach(found, key(found[-1]))
    if not filters:
        return Reach(found, None)
    last = connection.execute(last_examined(arm.path, dialect), parameters).first()
    return Reach(found, None if last is None else Key(*last))


def joined(reaches: Iterable[Reach], limit: int) -> Answer:
    """The newest `limit` rows of several arms, down to where all of them have looked."""
    reaches = list(reaches)
    end = max((one.end for one in reaches if one.end is not None), default=None)
    unique = {row.seq: row for one in reaches for row in one.rows if end is None or key(row) >= end}
    found = sorted(unique.values(), key=key, reverse=True)
    if len(found) > limit:
        return Answer(found[:limit], key(found[limit - 1]), stopped_early=False)
    return Answer(found, end, stopped_early=end is not None)


def answer(connection: Connection, arms: Sequence[Arm], filters: frozenset[str], limit: int) -> Answer:
    """The newest passages along all paths; each looks at its share of what may be looked at."""
    wanted = limit + 1
    examined = max(wanted, EXAMINED_MOST // max(1, len(arms))) if filters else wanted
    limits = {"wanted": wanted, "examined": examined}
    return joined((reach(connection, arm, filters, limits) for arm in arms), limit)
