# SPDX-License-Identifier: Apache-2.0
"""The purpose that a person works under, from its beginning until its end; everything they look at carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wayside.access.errors import PurposeError
from wayside.access.keys import new_id
from wayside.access.people import note
from wayside.access.purposes import Purposes
from wayside.access.tables import work
from wayside.domain import Purpose
from wayside.record import Transaction, moment


@dataclass(frozen=True, slots=True)
class Work:
    """A purpose at a site, and since when."""

    id: str
    site: str
    purpose: Purpose
    begun_at: datetime


def work_of(row: Row[Any]) -> Work:
    """A purpose from its row."""
    return Work(row.id, row.site, Purpose(row.reason, row.reference, row.person), moment(row.begun_ms))


def at_hand(connection: Connection, name: str, token: str | None = None) -> Work | None:
    """What a person works under now, or what one of their tokens does."""
    of_token = work.c.token.is_(None) if token is None else work.c.token == token
    row = connection.execute(select(work).where(work.c.person == name, work.c.ended_ms.is_(None), of_token)).first()
    return None if row is None else work_of(row)


def begin(transaction: Transaction, purposes: Purposes, site: str, stated: Purpose, token: str | None = None) -> Work:
    """Begins to work under a purpose; raises PurposeError where it is none, or one is at hand."""
    purpose = purposes.checked(stated.reason, stated.reference, stated.person)
    if at_hand(transaction.connection, purpose.person, token) is not None:
        raise PurposeError("you work under a purpose already; end it before you begin another")
    row = {
        "id": new_id(), "person": purpose.person, "site": site, "reason": purpose.reason,
        "reference": purpose.reference, "token": token, "begun_ms": transaction.now_ms,
    }  # fmt: skip
    transaction.connection.execute(insert(work), [row])
    told = {"site": site, "reason": purpose.reason, "reference": purpose.reference}
    note(transaction, purpose.person, "purpose begun", work=row["id"], token=token, **told)
    return Work(str(row["id"]), site, purpose, moment(transaction.now_ms))


def end(transaction: Transaction, name: str) -> None:
    """Ends the purpose that a person works under, if there is one."""
    found = at_hand(transaction.connection, name)
    if found is not None:
        transaction.connection.execute(update(work).where(work.c.id == found.id).values(ended_ms=transaction.now_ms))
        note(transaction, name, "purpose ended", work=found.id)
