# SPDX-License-Identifier: Apache-2.0
"""Giving, refusing and taking back a signature, with what only waited for it: entries, holds, longer retention.

These are whole when they are asked for, so that whoever signs puts them in force; nobody has to come back for them.
"""

from __future__ import annotations

from wayside.access import Actor, Request, approvals
from wayside.record import Store
from wayside.watch import entries
from wayside.web import keeping, watching


def approve(store: Store, actor: Actor, request_id: str, says: str = "") -> Request:
    """Signs for somebody else's request, and does what only waited for it.

    Raises RefusalError, RequestError, and UsageError where it cannot be done any more; then nothing is signed.
    """
    with store.writing() as transaction:
        asked = approvals.approve(transaction, actor, request_id, says)
        watching.signed(transaction, asked)
        keeping.signed(transaction, store.stated, asked)
        found = approvals.find(transaction.connection, request_id)
    store.look_at_policy()
    return found


def refuse(store: Store, actor: Actor, request_id: str, says: str = "") -> Request:
    """Refuses a request, with the entries that waited for it. Raises RefusalError, RequestError."""
    with store.writing() as transaction:
        asked = approvals.refuse(transaction, actor, request_id, says)
        entries.drop(transaction, request_id, by=str(actor.person))
        return asked


def withdraw(store: Store, actor: Actor, request_id: str) -> Request:
    """Takes back one's own request, with the entries that waited for it. Raises RefusalError, RequestError."""
    with store.writing() as transaction:
        asked = approvals.withdraw(transaction, actor, request_id)
        entries.drop(transaction, request_id, by=str(actor.person))
        return asked
