# SPDX-License-Identifier: Apache-2.0
"""Legal hold: selected passages are kept beyond their time for a stated case, while everything else goes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, true, update

from wayside.domain import UsageError
from wayside.record.partitions import DAY_MS
from wayside.record.retention.texts import portions
from wayside.record.rows import milliseconds, moment
from wayside.record.tables import hold, passage, passage_key, sighting

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction

ID_BYTES = 6
LONGEST_DAYS = 366
"""A hold is renewed by placing another one, so that somebody looks at the case once a year."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Passages kept for one case."""

    id: str
    reference: str
    placed_by: str
    approved_by: str | None
    placed_at: datetime
    expires_at: datetime
    released_at: datetime | None
    passages: int
    """How many records it keeps, sightings among them."""
    ids: tuple[str, ...] = ()
    """Of those records."""

    def active(self, now: datetime) -> bool:
        """Whether it keeps anything now."""
        return self.released_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class Case:
    """What a hold is for: the case, who places it, until when, and who approved it."""

    reference: str
    person: str
    expires_at: datetime
    approved_by: str | None = None

    @property
    def stated(self) -> dict[str, Any]:
        """As rows and the journal have it."""
        return {
            "reference": self.reference, "placed_by": self.person, "approved_by": self.approved_by,
            "expires_ms": milliseconds(self.expires_at),
        }  # fmt: skip


def place_hold(
    store: Store,
    passage_ids: Sequence[str],
    *,
    reference: str,
    person: str,
    expires_at: datetime,
    approved_by: str | None = None,
) -> str:
    """Keeps passages or sightings with their pictures until `expires_at`, or until the hold is released; the hold's id.

    Raises UsageError as `put_hold` does; RecordError.
    """
    case = Case(reference, person, expires_at, approved_by)
    with store.writing() as transaction:
        return put_hold(transaction, passage_ids, case)


def put_hold(transaction: Transaction, passage_ids: Sequence[str], case: Case) -> str:
    """Keeps passages or sightings for a case; the hold's id.

    Raises UsageError for one that is not there, an approver who is the one who asks, or an expiry that is not
    within a year.
    """
    check_case(case, transaction.now_ms)
    ids = sorted(set(passage_ids))
    there = known_records(transaction.connection, ids)
    if missing := [one for one in ids if one not in there] or ([] if ids else ["named"]):
        raise UsageError(f"there is no passage or sighting {missing[0]} here; a hold keeps what is still there")
    hold_id, stated = secrets.token_hex(ID_BYTES), case.stated
    rows = [{"id": hold_id, "passage_id": one, "placed_ms": transaction.now_ms, **stated} for one in ids]
    transaction.connection.execute(insert(hold), rows)
    told = {"at": transaction.at, "person": case.person, "hold": hold_id, "placed": True, "passages": ids, **stated}
    transaction.append("hold", told)
    return hold_id


def check_case(case: Case, now_ms: int) -> None:
    """Raises UsageError for an approver who is the one who asks, or an expiry that is not within a year."""
    if case.approved_by == case.person:
        raise UsageError("a hold is approved by somebody else than the one who places it")
    if not 0 < milliseconds(case.expires_at) - now_ms <= LONGEST_DAYS * DAY_MS:
        raise UsageError(f"a hold ends between now and {LONGEST_DAYS} days from now; place another one then")


def known_records(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Those of some ids that a passage or a sighting has."""
    there: set[str] = set()
    for part in portions(list(ids)):
        for column in (passage_key.c.id, sighting.c.id):
            there.update(connection.execute(select(column).where(column.in_(part))).scalars())
    return there


def release_hold(store: Store, hold_id: str, *, person: str) -> int:
    """Ends a hold; how many passages it kept. Raises UsageError for one that is not there or over, RecordError."""
    with store.writing() as transaction:
        statement = update(hold).where(hold.c.id == hold_id, hold.c.released_ms.is_(None))
        kept = transaction.connection.execute(statement.values(released_ms=transaction.now_ms)).rowcount
        if not kept:
            raise UsageError(f"there is no hold {hold_id} to release; `wayside hold list` shows them")
        payload = {"at": transaction.at, "person": person, "hold": hold_id, "placed": False}
        transaction.append("hold", payload)
        return kept


def holds(store: Store) -> list[Hold]:
    """All holds that still concern a passage, the newest first; raises RecordError."""
    with store.reading() as connection:
        return holds_where(connection, true())


def holds_at(connection: Connection, site: str) -> list[Hold]:
    """The holds of passages and sightings of one site, the newest first."""
    passages = select(passage_key.c.id).join(
        passage, and_(passage.c.seq == passage_key.c.seq, passage.c.began_ms == passage_key.c.began_ms)
    )
    here = or_(
        hold.c.passage_id.in_(passages.where(passage.c.site == site, passage_key.c.id == hold.c.passage_id)),
        hold.c.passage_id.in_(select(sighting.c.id).where(sighting.c.site == site)),
    )
    return holds_where(connection, here)


def site_of_hold(connection: Connection, hold_id: str) -> str | None:
    """The site of what a hold keeps; None where there is no such hold, or it keeps nothing any more."""
    kept = select(hold.c.passage_id).where(hold.c.id == hold_id)
    for table, joined in ((passage, passage.c.id), (sighting, sighting.c.id)):
        found = connection.execute(select(table.c.site).where(joined.in_(kept)).limit(1)).scalar_one_or_none()
        if found is not None:
            return str(found)
    return None


def holds_where(connection: Connection, condition: ColumnElement[bool]) -> list[Hold]:
    """The holds of such rows, the newest first."""
    query = select(hold).where(condition).order_by(hold.c.placed_ms.desc(), hold.c.id, hold.c.passage_id)
    rows: dict[str, list[Row[Any]]] = {}
    for row in connection.execute(query):
        rows.setdefault(row.id, []).append(row)
    return [hold_of(some) for some in rows.values()]


def hold_of(rows: Sequence[Row[Any]]) -> Hold:
    """A hold from its rows, one for each record that it keeps."""
    row = rows[0]
    released = None if row.released_ms is None else moment(row.released_ms)
    ids = tuple(one.passage_id for one in rows)
    return Hold(
        row.id, row.reference, row.placed_by, row.approved_by, moment(row.placed_ms), moment(row.expires_ms), released,
        len(ids), ids,
    )  # fmt: skip
