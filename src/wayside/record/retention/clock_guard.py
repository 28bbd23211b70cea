# SPDX-License-Identifier: Apache-2.0
"""Refuses to erase what is due by a clock that cannot be believed: a jump forward would make everything due."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, select

from wayside.domain import RecordError
from wayside.record.entries import entries
from wayside.record.partitions import DAY_MS
from wayside.record.rows import moment
from wayside.record.tables import checkpoint

if TYPE_CHECKING:
    from wayside.record.store import Store

MOST_DAYS = 7
"""A record in which nothing happened for longer is either one that was switched off, or one whose clock was set."""


class Jump(NamedTuple):
    """A stretch of time in which the record knows of nothing."""

    size: int
    """Entries of the journal before it."""
    before_ms: int
    after_ms: int

    def __str__(self) -> str:
        return f"from {moment(self.before_ms):%Y-%m-%d %H:%M} to {moment(self.after_ms):%Y-%m-%d %H:%M} UTC"


def jump_before(connection: Connection, now_ms: int) -> Jump | None:
    """The jump across the edge of the last days, if there is one: checkpoints are signed while the record is used."""
    columns = checkpoint.c.size, checkpoint.c.made_ms
    edge_ms = now_ms - MOST_DAYS * DAY_MS
    before = connection.execute(
        select(*columns).where(checkpoint.c.made_ms < edge_ms).order_by(checkpoint.c.size.desc()).limit(1)
    ).first()
    if before is None:
        return None
    after = connection.execute(
        select(*columns).where(checkpoint.c.size > before.size).order_by(checkpoint.c.size).limit(1)
    ).first()
    after_ms = now_ms if after is None else after.made_ms
    found = Jump(before.size, before.made_ms, after_ms)
    return found if after_ms - before.made_ms > MOST_DAYS * DAY_MS else None


def confirmed(connection: Connection, jump: Jump) -> bool:
    """Whether somebody said, since the jump, that the clock is right."""
    for entry in entries(connection, ["clock"]):
        if entry.seq < jump.size:
            return False
        if entry.payload and entry.payload.get("confirmed"):
            return True
    return False


def check_clock(store: Store, now_ms: int) -> None:
    """Raises RecordError where the clock jumped forward and nobody has confirmed it."""
    with store.reading() as connection:
        jump = jump_before(connection, now_ms)
        if jump is None or confirmed(connection, jump):
            return
    raise RecordError(
        f"the record knows of nothing {jump}: was the clock set? Look at `date`; where it is right, run "
        "`wayside erase --due --confirm-clock`"
    )


def confirm_clock(store: Store, person: str) -> None:
    """Notes in the journal that a person found the clock right. Raises RecordError."""
    with store.writing() as transaction:
        jump = jump_before(transaction.connection, transaction.now_ms)
        told = None if jump is None else [jump.before_ms, jump.after_ms]
        payload = {"at": transaction.at, "person": person, "confirmed": True, "jump_ms": told}
        transaction.append("clock", payload)
