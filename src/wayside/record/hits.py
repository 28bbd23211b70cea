# SPDX-License-Identifier: Apache-2.0
"""Hits: what matched an entry of a watch list, kept apart from the passage, and what people said of the match.

A hit is a lead until a person has compared it with the picture. What a person says of it is appended; the latest
word counts, and all are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, or_, select, update

from wayside.domain import UsageError
from wayside.record.passages import known as passages_known
from wayside.record.rows import moment
from wayside.record.sightings import known_sightings
from wayside.record.tables import hit as table
from wayside.record.tables import verdict

if TYPE_CHECKING:
    from wayside.record.store import Transaction

LONGEST = 1000
"""Characters of what is said of a hit."""
NAMED_AT_ONCE = 900
"""Values of one query: SQLite took at most 999 parameters for long."""


class HitState(StrEnum):
    """What a person said of a hit."""

    NEW = "new"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class HitSource(StrEnum):
    """What matched."""

    PASSAGE = "passage"
    SIGHTING = "sighting"


@dataclass(frozen=True, slots=True)
class Matched:
    """Something that matches an entry, before it is a hit."""

    site: str
    source: HitSource
    source_id: str
    source_seq: int
    """Number of the journal entry that tells of it."""
    camera: str
    """Of a sighting: the name of its place, empty where it has none."""
    plate_class: str | None
    began_ms: int
    received_ms: int
    entry: str
    version: int
    list_id: str
    text: str | None
    """Which of its candidates matched; None where the entry asks for no text."""
    probability: float | None
    """That what went past is what the entry asks for; None where nobody can tell."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there is one hit of at most."""
        return self.source.value, self.source_id, self.entry


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit as it stands."""

    seq: int
    """Number of its journal entry, by which it is called."""
    matched: Matched
    state: HitState

    @property
    def began_at(self) -> datetime:
        """When what matched was seen."""
        return moment(self.matched.began_ms)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one person said of a hit."""

    seq: int
    hit: int
    state: HitState
    author: str
    reason: str
    at: datetime


def hit_of(row: Row[Any]) -> Hit:
    """A hit from its row."""
    matched = Matched(
        row.site, HitSource(row.source), row.source_id, row.source_seq, row.camera, row._mapping["class"], row.began_ms,
        row.received_ms, row.entry, row.version, row.list, row.text, row.probability,
    )  # fmt: skip
    return Hit(row.seq, matched, HitState(row.state))


def told_of(one: Matched, at: str) -> dict[str, Any]:
    """What the journal keeps of a new hit."""
    return {
        "at": at, "person": None, "what": "made", "site": one.site, "source": one.source.value,
        "source_id": one.source_id, "source_seq": one.source_seq, "camera": one.camera, "class": one.plate_class,
        "began_ms": one.began_ms, "received_ms": one.received_ms, "entry": one.entry, "version": one.version,
        "list": one.list_id, "text": one.text, "probability": one.probability,
    }  # fmt: skip


def row_told(seq: int, said: Mapping[str, Any]) -> dict[str, Any]:
    """The row that such an entry of the journal gives, but for its state."""
    names = (column.name for column in table.columns)
    return {"seq": seq, **{name: said[name] for name in names if name not in {"seq", "state"}}}


def add_hits(transaction: Transaction, some: Sequence[Matched]) -> list[Hit]:
    """Makes hits of what matched, one for each source and entry, whatever was made before; the new ones.

    What was erased since it was read makes none.
    """
    there = known(transaction.connection, {one.source_id for one in some})
    stands = {
        HitSource.PASSAGE: passages_known(transaction.connection, of_source(some, HitSource.PASSAGE)),
        HitSource.SIGHTING: known_sightings(transaction.connection, of_source(some, HitSource.SIGHTING)),
    }
    left = [one for one in some if one.source_id in stands[one.source]]
    new = list({one.key: one for one in left if one.key not in there}.values())
    if not new:
        return []
    numbers = transaction.append_many("hit", (told_of(one, transaction.at) for one in new))
    rows = [{**row_told(seq, told_of(one, "")), "state": HitState.NEW.value}
            for seq, one in zip(numbers, new, strict=True)]  # fmt: skip
    transaction.connection.execute(insert(table), rows)
    return [Hit(seq, one, HitState.NEW) for seq, one in zip(numbers, new, strict=True)]


def of_source(some: Sequence[Matched], source: HitSource) -> list[str]:
    """The ids of what matched, of one kind."""
    return [one.source_id for one in some if one.source is source]


def known(connection: Connection, ids: Collection[str]) -> set[tuple[str, str, str]]:
    """Source, its id and entry of the hits that there are of these ids."""
    found: set[tuple[str, str, str]] = set()
    listed = sorted(ids)
    for at in range(0, len(listed), NAMED_AT_ONCE):
        query = select(table.c.source, table.c.source_id, table.c.entry)
        of_some = query.where(table.c.source_id.in_(listed[at : at + NAMED_AT_ONCE]))
        found.update((row.source, row.source_id, row.entry) for row in connection.execute(of_some))
    return found


def judge(transaction: Transaction, seq: int, state: HitState, *, author: str, reason: str = "") -> int:
    """Appends what a person says of a hit; its number in the journal.

    Raises UsageError for a hit that is not there, for what is said already, or for a reason that is too long.
    """
    found = find_hit(transaction.connection, seq)
    if found is None:
        raise UsageError("there is no such hit; it may have been erased")
    if state is HitState.NEW or state is found.state:
        raise UsageError(f"the hit is {found.state} already; say the other, or leave it")
    if len(reason) > LONGEST:
        raise UsageError(f"what is said of a hit has {LONGEST} characters at most; shorten it")
    said = {"hit": seq, "state": state.value, "reason": reason.strip()}
    number = transaction.append("hit", {"at": transaction.at, "person": author, "what": "judged", **said})
    row = {**said, "seq": number, "author": author, "at_ms": transaction.now_ms}
    transaction.connection.execute(insert(verdict), [row])
    transaction.connection.execute(update(table).where(table.c.seq == seq).values(state=state.value))
    return number


def find_hit(connection: Connection, seq: int) -> Hit | None:
    """The hit of this number; None where there is none."""
    row = connection.execute(select(table).where(table.c.seq == seq)).first()
    return None if row is None else hit_of(row)


def verdicts_of(connection: Connection, seq: int) -> list[Verdict]:
    """What people said of a hit, in the order in which they said it."""
    query = select(verdict).where(verdict.c.hit == seq).order_by(verdict.c.seq)
    return [
        Verdict(row.seq, row.hit, HitState(row.state), row.author, row.reason, moment(row.at_ms))
        for row in connection.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class HitFilter:
    """Which hits of a site are wanted; None: all."""

    site: str
    since_ms: int | None = None
    state: HitState | None = None
    entry: str | None = None
    list_id: str | None = None
    camera: str | None = None

    def query(self) -> Select[Any]:
        """Those hits, in no order."""
        columns = {"state": self.state, "entry": self.entry, "list": self.list_id, "camera": self.camera}
        found = select(table).where(table.c.site == self.site)
        for name, value in columns.items():
            if value is not None:
                found = found.where(table.c[name] == value)
        return found if self.since_ms is None else found.where(table.c.began_ms >= self.since_ms)


def hits_where(
    connection: Connection, wanted: HitFilter, limit: int, after: tuple[int, int] | None = None
) -> list[Hit]:
    """Hits, newest first; `after`: time in ms and number of the hit after which to go on."""
    query = wanted.query()
    if after is not None:
        began_ms, seq = after
        older = and_(table.c.began_ms == began_ms, table.c.seq < seq)
        query = query.where(or_(table.c.began_ms < began_ms, older))
    query = query.order_by(table.c.began_ms.desc(), table.c.seq.desc()).limit(limit)
    return [hit_of(row) for row in connection.execute(query)]


def hits_after(connection: Connection, site: str, seq: int, limit: int) -> list[Hit]:
    """The hits of a site that were made after a number, in the order in which they were."""
    query = select(table).where(table.c.site == site, table.c.seq > seq).order_by(table.c.seq).limit(limit)
    return [hit_of(row) for row in connection.execute(query)]


def last_hit(connection: Connection) -> int:
    """The number of the newest hit; -1 where there is none."""
    found = connection.execute(select(func.max(table.c.seq))).scalar_one_or_none()
    return -1 if found is None else found


def count_hits(connection: Connection, wanted: HitFilter) -> int:
    """How many there are."""
    return connection.execute(select(func.count()).select_from(wanted.query().subquery())).scalar_one()
