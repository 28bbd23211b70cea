# SPDX-License-Identifier: Apache-2.0
"""Entries of watch lists together with the second signature: asked for here, in force with the signature itself.

An entry is whole when it is asked for, so that whoever signs puts it in force; nobody has to come back for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wayside.access import Actor, Request, RequestError, Thing, approvals
from wayside.domain import Purpose, UsageError
from wayside.record import Transaction
from wayside.watch import Draft, Entry, WatchList, entries

DEED = "add entry"
SHOWN = 20
"""Entries of an import that the request for its signature names one by one."""


def subject_of(listed: WatchList, drafts: Sequence[Draft], until: datetime) -> dict[str, Any]:
    """What exactly is asked for, as whoever signs sees it."""
    if len(drafts) == 1:
        return {"list": listed.name, **entries.told_of(drafts[0])}
    first = [entries.shown(term) for one in drafts[:SHOWN] for term in one.terms]
    more = {"and more": len(drafts) - SHOWN} if len(drafts) > SHOWN else {}
    return {"list": listed.name, "entries": len(drafts), "watched for": first, **more, "all end by": until.isoformat()}


def check_in_use(listed: WatchList) -> None:
    """Raises UsageError for a list that has ended: an entry of it would be looked out for where nobody sees it."""
    if listed.ended:
        raise UsageError("that list has ended; begin another one and ask for the entry there")


def ask(
    transaction: Transaction, actor: Actor, listed: WatchList, drafts: Sequence[Draft], purpose: Purpose, because: str,
    of: Entry | None = None,
) -> Request:  # fmt: skip
    """Asks for a signature under entries, which are in force with it; at once where a person works alone.

    `of`: the entry of which the only draft is a new version. Raises RefusalError, RequestError, UsageError
    (the list has ended).
    """
    check_in_use(listed)
    until = max(one.expires_at for one in drafts)
    subject = {**subject_of(listed, drafts, until), "reason": purpose.reason, "reference": purpose.reference}
    asked = approvals.ask(transaction, actor, "add", Thing("entry", listed.site), subject, because)
    entries.propose(transaction, listed.id, listed.site, drafts, purpose, asked.id, of=of)
    signed(transaction, asked)
    return asked


def ask_for_one(
    transaction: Transaction, actor: Actor, listed: WatchList, draft: Draft, purpose: Purpose, because: str
) -> Request:
    """Asks for a signature under one entry; raises RefusalError, RequestError."""
    return ask(transaction, actor, listed, [draft], purpose, because)


def emergency(
    transaction: Transaction, actor: Actor, listed: WatchList, draft: Draft, purpose: Purpose, because: str
) -> list[Entry]:
    """Puts an entry in force at once, for four hours; the auditor is shown it.

    Raises RefusalError, RequestError, and UsageError for a list that has ended.
    """
    check_in_use(listed)
    # Neither time nor words stand in what is asked for, so that the same cannot be an emergency again and again.
    subject = {"list": listed.name, "watched for": [entries.shown(one) for one in draft.terms]}
    asked = approvals.emergency(transaction, actor, Thing("entry", listed.site), subject, because)
    entries.propose(transaction, listed.id, listed.site, [draft], purpose, asked.id)
    return entries.put_in_force(transaction, asked.id, approved_by=None, emergency=True)


def signed(transaction: Transaction, asked: Request) -> None:
    """Puts in force what somebody signed for, where the request is for entries and is ready."""
    if asked.deed != DEED or asked.state not in approvals.READY:
        return
    if approvals.fulfil(transaction, asked.id) is None:
        raise RequestError("that request is not open any more; its time is over")
    entries.put_in_force(transaction, asked.id, approved_by=asked.decided_by)
