# SPDX-License-Identifier: Apache-2.0
"""Looks passages up along one or several paths at once, and joins what they find in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from wayside.record.among import POSTGRESQL
from wayside.record.partitions import DAY_MS, day_of
from wayside.record.rows import Row
from wayside.record.search.bounds import EXAMINED_MOST
from wayside.record.search.cursor import LATEST, Key
from wayside.record.search.paths import Path
from wayside.record.search.statements import last_examined, rows


class Window(NamedTuple):
    """The time in which passages began, and the one after which the search goes on; see `paths.in_window`."""

    first_ms: int
    last_ms: int
    before_seq: int
    """Of those that began at `last_ms`."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One path with the value that is looked up along it."""

    path: Path
    parameters: dict[str, Any]
    window: Window
    many: bool = False
    """Whether so many texts are looked up that the newest days may fill a page."""


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


def slices(window: Window, latest_ms: int) -> list[Window]:
    """A window in parts that grow towards the past, the newest first.

    Many texts are looked up in each day's partition of PostgreSQL by itself: the more of them, the more passages a day
    has of them, and the fewer days are needed to fill a page.
    """
    begin_ms, days = day_of(min(window.last_ms, latest_ms)), 1
    parts = [window._replace(first_ms=max(begin_ms, window.first_ms))]
    while begin_ms > window.first_ms:
        last_ms, begin_ms, days = begin_ms - 1, begin_ms - days * DAY_MS, 2 * days
        parts.append(Window(max(begin_ms, window.first_ms), last_ms, LATEST))
    return parts


def reach_by_parts(
    connection: Connection, arm: Arm, filters: frozenset[str], limits: dict[str, int], parts: Sequence[Window]
) -> Reach:
    """What one arm finds in the parts of its window, one after the other, until there is enough."""
    found: list[Row] = []
    for part in parts:
        wanted = limits["wanted"] - len(found)
        share = {"wanted": wanted, "examined": max(wanted, limits["examined"] // len(parts))}
        one = reach(connection, arm, part, filters, share)
        found += one.rows
        if one.end is not None:
            return Reach(found, one.end)
    return Reach(found, None)


def reach(connection: Connection, arm: Arm, window: Window, filters: frozenset[str], limits: dict[str, int]) -> Reach:
    """The newest passages along one path, in a window, that pass the filters."""
    dialect = connection.dialect.name
    parameters = arm.parameters | window._asdict() | limits
    found = [Row(*row) for row in connection.execute(rows(arm.path, filters, dialect), parameters).all()]
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


def answer(connection: Connection, arms: Sequence[Arm], filters: frozenset[str], limit: int, latest_ms: int) -> Answer:
    """The newest passages along all paths; each looks at its share of what may be looked at.

    `latest_ms`: about when the newest passages began.
    """
    wanted = limit + 1
    limits = {"wanted": wanted, "examined": EXAMINED_MOST // max(1, len(arms)) if filters else wanted}
    reaches = []
    for arm in arms:
        sliced = arm.many and connection.dialect.name == POSTGRESQL
        parts = slices(arm.window, latest_ms) if sliced else [arm.window]
        reaches.append(reach_by_parts(connection, arm, filters, limits, parts))
    return joined(reaches, limit)
