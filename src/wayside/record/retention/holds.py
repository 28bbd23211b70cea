# SPDX-License-Identifier: Apache-2.0
"""Legal hold: selected passages are kept beyond their time for a stated case, while everything else goes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from wayside.domain import UsageError
from wayside.record.retention.texts import portions
from wayside.record.rows import milliseconds, moment
from wayside.record.tables import hold, passage_key, sighting

if TYPE_CHECKING:
    from wayside.record.store import Store

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

    def active(self, now: datetime) -> bool:
        """Whether it keeps anything now."""
        return self.released_at is None and self.expires_at > now


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

    Raises UsageError for one that is not there, an approver who is the one who asks, or an expiry that is not
    within a year; RecordError.
    """
    if approved_by == person:
        raise UsageError("a hold is approved by somebody else than the one who places it")
    with store.writing() as transaction:
        expires_ms = milliseconds(expires_at)
        days = (expires_ms - transaction.now_ms) / 86_400_000
        if not 0 < days <= LONGEST_DAYS:
            raise UsageError(f"a hold ends between now and {LONGEST_DAYS} days from now; place another one then")
        ids = sorted(set(passage_ids))
        there: set[str] = set()
        for part in portions(ids):
            for column in (passage_key.c.id, sighting.c.id):
                there.update(transaction.connection.execute(select(column).where(column.in_(part))).scalars())
        if missing := [one for one in ids if one not in there] or ([] if ids else ["named"]):
            raise UsageError(f"there is no passage or sighting {missing[0]} here; a hold keeps what is still there")
        hold_id = secrets.token_hex(ID_BYTES)
        stated = {"reference": reference, "placed_by": person, "approved_by": approved_by, "expires_ms": expires_ms}
        rows = [{"id": hold_id, "passage_id": one, "placed_ms": transaction.now_ms, **stated} for one in ids]
        transaction.connection.execute(insert(hold), rows)
        payload = {"at": transaction.at, "person": person, "hold": hold_id, "placed": True, "passages": ids, **stated}
        transaction.append("hold", payload)
        return hold_id


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
        rows = connection.execute(select(hold).order_by(hold.c.placed_ms.desc(), hold.c.id)).all()
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.id] = counted.get(row.id, 0) + 1
    return [
        Hold(
            row.id, row.reference, row.placed_by, row.approved_by, moment(row.placed_ms), moment(row.expires_ms),
            None if row.released_ms is None else moment(row.released_ms), counted[row.id],
        )
        for row in {row.id: row for row in rows}.values()
    ]  # fmt: skip
