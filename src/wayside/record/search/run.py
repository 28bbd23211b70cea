# SPDX-License-Identifier: Apache-2.0
"""Searches the record: says so in the journal, then looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from wayside.domain import Purpose, UsageError
from wayside.record.amendments import amendments_of
from wayside.record.among import listed
from wayside.record.document import time_text
from wayside.record.rows import EPOCH, MILLISECOND, Row, milliseconds, moment, passage_of
from wayside.record.search.arms import Answer, Arm, Window, answer
from wayside.record.search.bounds import PAGE_MOST, Rule, bound_of
from wayside.record.search.criteria import Criteria
from wayside.record.search.cursor import LATEST, Key, cursor_of, key_of
from wayside.record.search.filters import filters_of, values_of
from wayside.record.search.limits import searching
from wayside.record.search.page import Found, Page, matched
from wayside.record.search.paths import Path
from wayside.record.search.texts import texts_of
from wayside.record.store import Store
from wayside.record.tables import camera

SLICED_FROM = 100
"""More texts than these are looked up in one part of the window after the other, where that saves time."""


class Wanted(NamedTuple):
    """Which page of the results."""

    limit: int
    after: Key
    now_ms: int


Keys = Callable[[Criteria], tuple[Path, Sequence[Any] | None]]
PATHS: dict[str, Keys] = {
    "plate": lambda asked: (Path.PLATE, [asked.plate and asked.plate.text]),
    "near plates": lambda asked: (Path.PLATES, ()),
    "pattern": lambda asked: (Path.PLATES, ()),
    "sender code": lambda asked: (Path.SENDER, [asked.sender_code]),
    "gate": lambda asked: (Path.GATE if asked.way is None else Path.GATE_WAY, [asked.gate]),
    "cameras": lambda asked: (Path.CAMERA, None),
    "way": lambda asked: (Path.WAY, [asked.way]),
    "class": lambda asked: (Path.CLASS, [asked.special_class]),
    "confirmation": lambda asked: (Path.CONFIRMED, [None]),
    "time": lambda asked: (Path.TIME, [None]),
}
"""The path of each rule, and what is looked up along it; None: each of the cameras."""


def search(store: Store, criteria: Criteria, purpose: Purpose, limit: int = 50, cursor: str | None = None) -> Page:
    """The newest passages that meet the criteria, or those after a cursor.

    The journal tells of the search before anything is looked up: without that there is no answer.
    Raises UnboundedSearchError where nothing limits the search, UsageError for a cursor of another search or a limit
    beyond PAGE_MOST, RecordError where the journal cannot be written, or the search takes too long.
    """
    if not 0 < limit <= PAGE_MOST:
        raise UsageError(f"a page of {limit} results cannot be had; ask for 1 to {PAGE_MOST}, and go on from its end")
    now = store.now()
    bound = bound_of(criteria, now)
    after = key_of(criteria, cursor)
    journal_seq = store.append("search", entry(criteria, purpose, now, limit, after if cursor else None))
    with searching(store) as connection:
        texts = texts_of(connection, criteria.plate) if criteria.plate is not None else []
        found = looked_up(connection, bound.rule, criteria, texts, Wanted(limit, after, milliseconds(now)))
        results = told(connection, found.rows, texts if criteria.plate is not None else None)
    next_cursor = None if found.next is None else cursor_of(criteria, found.next)
    return Page(results, next_cursor, found.stopped_early, bound, journal_seq)


def entry(criteria: Criteria, purpose: Purpose, now: datetime, limit: int, after: Key | None) -> dict[str, Any]:
    """What the journal keeps of a search."""
    return {
        "at": time_text(now),
        "person": purpose.person,
        "reason": purpose.reason,
        "reference": purpose.reference,
        "criteria": criteria.document(),
        "limit": limit,
        "after": None if after is None else time_text(moment(after.began_ms)),
    }


def looked_up(connection: Connection, rule: Rule, asked: Criteria, texts: Sequence[str], page: Wanted) -> Answer:
    """The rows of one page."""
    dialect, within = connection.dialect.name, window(asked, page.after)
    cameras = cameras_of(connection, asked)
    common = values_of(asked, listed(dialect, cameras or ())) | {"keys": listed(dialect, texts)}
    path, keys = PATHS[rule.name](asked)
    arms = [Arm(path, common | {"key": one}, within) for one in (keys if keys is not None else cameras or ())]
    if asked.plate is not None:
        many = len(texts) > SLICED_FROM
        whole = arms or [Arm(path, common, within, many)]
        arms = [*whole, Arm(Path.CANDIDATES, common, within, many)] if texts else []
    filters = filters_of(asked, path, cameras=cameras is not None)
    return answer(connection, arms, filters, page.limit, page.now_ms)


def cameras_of(connection: Connection, criteria: Criteria) -> list[str] | None:
    """The cameras that were named, or stand at the place that was; None where neither was asked."""
    if criteria.place is None:
        return sorted(set(criteria.cameras)) if criteria.cameras else None
    there = connection.execute(select(camera.c.name).where(camera.c.place == criteria.place)).scalars()
    return sorted(name for name in there if not criteria.cameras or name in criteria.cameras)


def window(criteria: Criteria, after: Key) -> Window:
    """The time that is searched, up to the end of the page before."""
    first_ms = -LATEST if criteria.since is None else whole_ms(criteria.since)
    last_ms = LATEST if criteria.until is None else whole_ms(criteria.until) - 1
    if after.began_ms <= last_ms:
        return Window(first_ms, after.began_ms, after.seq)
    return Window(first_ms, last_ms, LATEST)


def whole_ms(time: datetime) -> int:
    """The first whole millisecond since 1970 that is not before a time."""
    return -((EPOCH - time) // MILLISECOND)


def told(connection: Connection, rows: Sequence[Row], texts: Sequence[str] | None) -> tuple[Found, ...]:
    """Rows as results; `texts`: the plates that were searched for."""
    said = amendments_of(connection, [row.id for row in rows]) if rows else {}
    fitting = None if texts is None else set(texts)
    found = []
    for row in rows:
        passage, amendments = passage_of(row), tuple(said.get(row.id, ()))
        match = None if fitting is None else matched(passage.plate, amendments, fitting)
        found.append(Found(passage, row.seq, match, amendments))
    return tuple(found)
