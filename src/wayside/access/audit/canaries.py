# SPDX-License-Identifier: Apache-2.0
"""Canary plates: carried by no vehicle and wanted by no case, so whoever looks for one gives themselves away."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from wayside.access.errors import RefusalError
from wayside.access.people import note
from wayside.access.policy import Actor, Thing, decide
from wayside.access.tables import canary
from wayside.domain import UsageError
from wayside.record import Transaction

LEAST, MOST = 4, 16


def check_actor(actor: Actor, site: str) -> None:
    """Raises RefusalError where the actor may not set canaries there."""
    decision = decide(actor, "place", Thing("canary", site))
    if not decision.allowed:
        raise RefusalError(decision)


def place(transaction: Transaction, actor: Actor, site: str, plate: str) -> None:
    """Sets a canary; the journal is told that, not which. Raises RefusalError, UsageError."""
    check_actor(actor, site)
    if not plate.isalnum() or plate != plate.upper() or not LEAST <= len(plate) <= MOST:
        raise UsageError(f"a canary is written like a plate: {LEAST} to {MOST} capitals and digits")
    if plate in plates(transaction.connection, site):
        raise UsageError("that canary is set already; nothing was changed")
    row = {"site": site, "plate": plate, "placed_by": actor.person, "placed_ms": transaction.now_ms}
    transaction.connection.execute(insert(canary), [row])
    note(transaction, actor.person, "canary placed", site=site)


def remove(transaction: Transaction, actor: Actor, site: str, plate: str) -> None:
    """Takes a canary away; raises RefusalError, UsageError where there is none."""
    check_actor(actor, site)
    gone = delete(canary).where(canary.c.site == site, canary.c.plate == plate)
    if transaction.connection.execute(gone).rowcount != 1:
        raise UsageError("there is no such canary; nothing was changed")
    note(transaction, actor.person, "canary removed", site=site)


def plates(connection: Connection, site: str) -> frozenset[str]:
    """The canaries of a site."""
    return frozenset(connection.execute(select(canary.c.plate).where(canary.c.site == site)).scalars())
