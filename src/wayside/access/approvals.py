# SPDX-License-Identifier: Apache-2.0
"""The second signature: asked for, given by somebody else, used once for exactly what was asked, within a day.

Each step is one conditional UPDATE in one transaction, and the database itself refuses a signature under one's own
request, so that of two who hurry only one succeeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from wayside.access.emptiness import emptiness
from wayside.access.errors import RefusalError, RequestError
from wayside.access.keys import new_id
from wayside.access.people import active_people, note
from wayside.access.policy import Actor, Thing, Why, decide
from wayside.access.tables import request as table
from wayside.record import Transaction, moment

LIFE = timedelta(hours=24)
"""How long a request waits, and how long its approval can be used."""
EMERGENCY_LIFE = timedelta(hours=4)
"""How long an emergency entry lives; the same is not taken again for `LIFE`."""
CONTINUED = timedelta(hours=1)
"""How long the next pages of a search belong to the approval that its first page used up."""
LONGEST = 1000
"""Characters of a reason."""


class State(StrEnum):
    """What became of a request."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ALONE = "alone"
    """The person works alone, so there is nobody to ask; the auditor and the impact assessment say so."""
    EMERGENCY = "emergency"


READY = (State.APPROVED, State.ALONE)


@dataclass(frozen=True, slots=True)
class Request:
    """Something that needs, or needed, a second person."""

    id: str
    site: str
    deed: str
    """ACTION OBJECT, as the table of permissions has it."""
    subject: Mapping[str, Any]
    """What exactly is to be done."""
    because: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: State
    decided_by: str | None
    decided_at: datetime | None
    used_at: datetime | None

    def is_ready(self, now: datetime) -> bool:
        """Whether it can be used: signed, not used yet, and in its time."""
        return self.state in READY and self.used_at is None and self.expires_at > now

    def is_open(self, now: datetime) -> bool:
        """Whether it still waits for a signature."""
        return self.state is State.OPEN and self.expires_at > now


def canonical(subject: Mapping[str, Any]) -> str:
    """The one text of a subject, whatever the order of its keys; two subjects are the same where these are."""
    return msgspec.json.encode(subject, order="deterministic").decode()


def request_of(row: Row[Any]) -> Request:
    """A request from its row."""
    return Request(
        id=row.id,
        site=row.site,
        deed=row.deed,
        subject=msgspec.json.decode(row.subject),
        because=row.because,
        asked_by=row.asked_by,
        asked_at=moment(row.asked_ms),
        expires_at=moment(row.expires_ms),
        state=State(row.state),
        decided_by=row.decided_by,
        decided_at=None if row.decided_ms is None else moment(row.decided_ms),
        used_at=None if row.used_ms is None else moment(row.used_ms),
    )


def find(connection: Connection, request_id: str) -> Request:
    """The request of this id; raises RequestError."""
    row = connection.execute(select(table).where(table.c.id == request_id)).first()
    if row is None:
        raise RequestError("there is no such request; it may have been cleared away after its time")
    return request_of(row)


def waiting(connection: Connection, site: str, now_ms: int) -> list[Request]:
    """The requests of a site that wait for a signature, the oldest first."""
    query = select(table).where(table.c.site == site, table.c.state == State.OPEN, table.c.expires_ms > now_ms)
    return [request_of(row) for row in connection.execute(query.order_by(table.c.asked_ms))]


def asked_by(connection: Connection, site: str, name: str) -> list[Request]:
    """What a person asked for at a site, and what became of it; the newest first."""
    query = select(table).where(table.c.site == site, table.c.asked_by == name)
    return [request_of(row) for row in connection.execute(query.order_by(table.c.asked_ms.desc(), table.c.id))]


def emergencies(connection: Connection, site: str, since_ms: int) -> list[Request]:
    """What was done at a site without a second person since a moment, alone or in an emergency; for the auditor."""
    states = table.c.state.in_([State.EMERGENCY, State.ALONE])
    query = select(table).where(table.c.site == site, states, table.c.asked_ms >= since_ms)
    return [request_of(row) for row in connection.execute(query.order_by(table.c.asked_ms.desc()))]


def works_alone(connection: Connection, actor: Actor, site: str) -> bool:
    """Whether the actor owns the site and there is nobody else who could be asked."""
    return "owner" in actor.roles.get(site, frozenset()) and len(active_people(connection)) == 1


def check_reason(because: str) -> str:
    """The reason without the space around it; raises RequestError where it says nothing."""
    text = because.strip()
    if len(text) > LONGEST or emptiness(text):
        raise RequestError(f"say in up to {LONGEST} characters why this is needed; whoever signs has to judge it")
    return text


def site_of(thing: Thing) -> str:
    """The site of a thing that needs a second person; raises RequestError for what belongs to none."""
    if thing.site is None:
        raise RequestError("what belongs to no site cannot be asked for; name the site")
    return thing.site


def write(
    transaction: Transaction, actor: Actor, deed: str, thing: Thing, subject: Mapping[str, Any], because: str,
    state: State, life: timedelta,
) -> Request:  # fmt: skip
    """Adds a request in a first state and tells the journal."""
    now, request_id = transaction.now_ms, new_id()
    row = {
        "id": request_id, "site": site_of(thing), "deed": deed, "subject": canonical(subject),
        "because": check_reason(because), "asked_by": actor.person, "asked_ms": now,
        "expires_ms": now + life // timedelta(milliseconds=1), "state": state.value,
    }  # fmt: skip
    transaction.connection.execute(insert(table), [row])
    told = {"request": request_id, "site": thing.site, "deed": deed, "because": row["because"]}
    note(transaction, actor.person, f"request {state.value}", subject=dict(subject), **told)
    return find(transaction.connection, request_id)


def ask(
    transaction: Transaction, actor: Actor, action: str, thing: Thing, subject: Mapping[str, Any], because: str
) -> Request:
    """Asks for a second person's approval; only where nothing else is missing.

    Raises RequestError where none is needed or the reason says nothing, RefusalError where the policy refuses anyway.
    """
    decision = decide(actor, action, replace(thing, approved=False))
    if decision.allowed:
        raise RequestError("this needs no second person; do it")
    if decision.why is not Why.SECOND_PERSON:
        raise RefusalError(decision)
    alone = works_alone(transaction.connection, actor, site_of(thing))
    state = State.ALONE if alone else State.OPEN
    return write(transaction, actor, f"{action} {thing.kind}", thing, subject, because, state, LIFE)


def emergency(
    transaction: Transaction, actor: Actor, thing: Thing, subject: Mapping[str, Any], because: str
) -> Request:
    """Records an entry that cannot wait; it may be kept until `expires_at` and not a moment longer.

    Raises RefusalError, RequestError where the same was an emergency within the last day.
    """
    decision = decide(actor, "add-emergency", thing)
    if not decision.allowed:
        raise RefusalError(decision)
    since = transaction.now_ms - LIFE // timedelta(milliseconds=1)
    again = select(table.c.id).where(
        table.c.site == thing.site,
        table.c.state == State.EMERGENCY,
        table.c.subject == canonical(subject),
        table.c.asked_ms > since,
    )
    if transaction.connection.execute(again).first() is not None:
        raise RequestError("the same was an emergency within the last day; ask for an approval")
    return write(
        transaction, actor, f"add-emergency {thing.kind}", thing, subject, because, State.EMERGENCY, EMERGENCY_LIFE
    )


def approve(transaction: Transaction, actor: Actor, request_id: str, says: str = "") -> Request:
    """Signs somebody else's request; from then on it can be used once, for a day.

    `says`: what the journal keeps beside it. Raises RefusalError for who may not sign this, RequestError where it is
    no longer open.
    """
    expires = transaction.now_ms + LIFE // timedelta(milliseconds=1)
    return settle(transaction, actor, "approve", request_id, says, state=State.APPROVED.value, expires_ms=expires)


def refuse(transaction: Transaction, actor: Actor, request_id: str, says: str = "") -> Request:
    """Refuses it; `says`: why, which the journal keeps. Raises RefusalError, RequestError."""
    return settle(transaction, actor, "refuse", request_id, says, state=State.REFUSED.value)


def settle(transaction: Transaction, actor: Actor, action: str, request_id: str, says: str, **values: Any) -> Request:
    """Decides a request that is open; who gains from it counts as having asked."""
    if len(says) > LONGEST:
        raise RequestError(f"a remark has {LONGEST} characters at most; shorten it")
    asked = find(transaction.connection, request_id)
    gains = asked.subject.get("account") == actor.person
    owner = actor.person if gains else asked.asked_by
    decision = decide(actor, action, Thing("request", asked.site, owner))
    if not decision.allowed:
        raise RefusalError(decision)
    values |= {"decided_by": actor.person, "decided_ms": transaction.now_ms}
    what, by_another = f"request {values['state']}", table.c.asked_by != actor.person
    told = {"because": says.strip()} if says.strip() else {}
    return change(transaction, actor, request_id, what, by_another, values, **told)


def withdraw(transaction: Transaction, actor: Actor, request_id: str) -> Request:
    """Takes back one's own request while it is open; raises RefusalError, RequestError."""
    asked = find(transaction.connection, request_id)
    decision = decide(actor, "withdraw", Thing("request", asked.site, asked.asked_by))
    if not decision.allowed:
        raise RefusalError(decision)
    values = {"state": State.WITHDRAWN.value}
    return change(transaction, actor, request_id, "request withdrawn", table.c.asked_by == actor.person, values)


def change(
    transaction: Transaction,
    actor: Actor,
    request_id: str,
    what: str,
    by: ColumnElement[bool],
    values: dict[str, Any],
    **told: str,
) -> Request:
    """Changes a request if it is still open at this moment; raises RequestError where it is not.

    `told`: what the journal keeps beside it.
    """
    open_now = (table.c.id == request_id, table.c.state == State.OPEN, table.c.expires_ms > transaction.now_ms)
    done = transaction.connection.execute(update(table).where(*open_now, by).values(**values))
    if done.rowcount != 1:
        raise RequestError("that request is not open any more; somebody else decided it, or its time is over")
    note(transaction, actor.person, what, request=request_id, **told)
    return find(transaction.connection, request_id)


def fulfil(transaction: Transaction, request_id: str) -> Request | None:
    """Uses up the approval of what was whole when it was asked for and only waited for the signature.

    None where it was refused, is used up, or its time is over.
    """
    fits = (
        table.c.id == request_id,
        table.c.state.in_(READY),
        table.c.used_ms.is_(None),
        table.c.expires_ms > transaction.now_ms,
    )
    taken = update(table).where(*fits).values(used_ms=transaction.now_ms)
    if transaction.connection.execute(taken).rowcount != 1:
        return None
    found = find(transaction.connection, request_id)
    note(transaction, found.asked_by, "request used", request=request_id)
    return found


def use(transaction: Transaction, actor: Actor, action: str, thing: Thing, subject: Mapping[str, Any]) -> Request:
    """Uses up the approval for exactly this, in the transaction that does it; returns whose it was.

    Raises RefusalError where the policy refuses even so, RequestError where there is no unused approval in its time.
    """
    decision = decide(actor, action, replace(thing, approved=True))
    if not decision.allowed:
        raise RefusalError(decision)
    fits = (
        table.c.site == site_of(thing),
        table.c.deed == f"{action} {thing.kind}",
        table.c.subject == canonical(subject),
        table.c.asked_by == actor.person,
        table.c.state.in_(READY),
        table.c.used_ms.is_(None),
        table.c.expires_ms > transaction.now_ms,
    )
    found = transaction.connection.execute(select(table.c.id).where(*fits).order_by(table.c.asked_ms).limit(1)).scalar()
    taken = update(table).where(table.c.id == found, *fits).values(used_ms=transaction.now_ms)
    if found is None or transaction.connection.execute(taken).rowcount != 1:
        raise RequestError("there is no unused approval for exactly this; ask for one, and use it within a day")
    note(transaction, actor.person, "request used", request=found)
    return find(transaction.connection, found)


def continues(
    connection: Connection, actor: Actor, deed: str, thing: Thing, subject: Mapping[str, Any], now_ms: int
) -> bool:
    """Whether the same person used an approval for exactly this a short while ago, and goes on with it."""
    since = now_ms - CONTINUED // timedelta(milliseconds=1)
    used = select(table.c.id).where(
        table.c.site == site_of(thing),
        table.c.deed == deed,
        table.c.subject == canonical(subject),
        table.c.asked_by == actor.person,
        table.c.state.in_(READY),
        table.c.used_ms > since,
    )
    return connection.execute(used.limit(1)).first() is not None
