# SPDX-License-Identifier: Apache-2.0
"""Searches that are drawn to be looked at by somebody who did not make them, and what they found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from wayside.access.audit.looks import Look, look_at
from wayside.access.errors import RefusalError, RequestError
from wayside.access.keys import new_id
from wayside.access.people import note
from wayside.access.policy import Actor, Thing, decide
from wayside.access.tables import review as table
from wayside.record import Transaction, moment

SHARE, LEAST = 0.03, 5
"""Of the looks of a span, 3 in a hundred are drawn, and five at least (2–5 % is what the reference asks for)."""
LONGEST_NOTE = 2000


class Outcome(StrEnum):
    """What a review found."""

    JUSTIFIED = "justified"
    UNCLEAR = "unclear"
    UNJUSTIFIED = "unjustified"


@dataclass(frozen=True, slots=True)
class Review:
    """A look that was drawn, and what was found."""

    id: str
    site: str
    seq: int
    drawn_for: str
    """`chance`, or what was noticed about it."""
    drawn_at: datetime
    reviewer: str | None
    outcome: Outcome | None
    note: str | None


def review_of(row: Row[Any]) -> Review:
    """A review from its row."""
    outcome = None if row.outcome is None else Outcome(row.outcome)
    return Review(row.id, row.site, row.seq, row.drawn_for, moment(row.drawn_ms), row.reviewer, outcome, row.note)


def reviews(connection: Connection, site: str, *, waiting: bool) -> list[Review]:
    """The reviews of a site that wait for their outcome, the oldest first, or those that have one, the newest first."""
    order = table.c.drawn_ms if waiting else table.c.decided_ms.desc()
    has_outcome = table.c.outcome.is_(None) if waiting else table.c.outcome.is_not(None)
    query = select(table).where(table.c.site == site, has_outcome).order_by(order, table.c.seq)
    return [review_of(row) for row in connection.execute(query)]


def find(connection: Connection, review_id: str) -> Review | None:
    """The review of this id."""
    row = connection.execute(select(table).where(table.c.id == review_id)).first()
    return None if row is None else review_of(row)


def chosen(looks: Sequence[Look], chance: Random, share: float = SHARE) -> list[Look]:
    """A random share of the looks, five at least (or all); further pages of a search are not looks of their own."""
    first = [look for look in looks if not look.continued]
    return chance.sample(first, min(len(first), max(LEAST, math.ceil(len(first) * share))))


def draw(transaction: Transaction, actor: Actor, site: str, looks: Iterable[Look], drawn_for: str) -> list[Review]:
    """Puts looks on the list of what is to be reviewed; those that are or were on it stay as they are.

    Raises RefusalError.
    """
    decision = decide(actor, "read", Thing("search", site))
    if not decision.allowed:
        raise RefusalError(decision)
    wanted = {look.seq for look in looks if look.site == site}
    there = set(transaction.connection.execute(select(table.c.seq).where(table.c.seq.in_(wanted))).scalars())
    rows = [
        {"id": new_id(), "site": site, "seq": seq, "drawn_for": drawn_for, "drawn_ms": transaction.now_ms}
        for seq in sorted(wanted - there)
    ]
    if rows:
        transaction.connection.execute(insert(table), rows)
    note(transaction, actor.person, "reviews drawn", site=site, drawn_for=drawn_for, entries=sorted(wanted - there))
    return [one for one in reviews(transaction.connection, site, waiting=True) if one.seq in wanted - there]


def decide_review(
    transaction: Transaction, actor: Actor, review_id: str, outcome: Outcome, says: str, home: str
) -> None:
    """Records what a review found, once, by somebody who did not look themselves.

    `home`: the site of the record. Raises RefusalError, RequestError.
    """
    row = transaction.connection.execute(select(table).where(table.c.id == review_id)).first()
    look = None if row is None else look_at(transaction.connection, row.seq, home)
    if row is None or look is None:
        raise RequestError("there is nothing to review; the search is beyond the time that the journal keeps it")
    decision = decide(actor, "review", Thing("search", row.site, owner=look.purpose.person))
    if not decision.allowed:
        raise RefusalError(decision)
    check_note(outcome, says)
    values = {"reviewer": actor.person, "outcome": outcome.value, "note": says.strip()}
    done = update(table).where(table.c.id == review_id, table.c.outcome.is_(None))
    if transaction.connection.execute(done.values(decided_ms=transaction.now_ms, **values)).rowcount != 1:
        raise RequestError("that review has its outcome already; it is kept as it is")
    note(transaction, actor.person, "search reviewed", entry=row.seq, outcome=outcome.value, site=row.site)


def check_note(outcome: Outcome, says: str) -> None:
    """Raises RequestError where what was found is not said."""
    if len(says) > LONGEST_NOTE:
        raise RequestError(f"a note has {LONGEST_NOTE} characters at most; shorten it")
    if outcome is not Outcome.JUSTIFIED and not says.strip():
        raise RequestError("say what was unclear or unjustified, and what was done about it")
