# SPDX-License-Identifier: Apache-2.0
"""API tokens: a program acts for a person at one site, within scopes that only narrow, until a date."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from wayside.access.errors import CredentialError, RefusalError
from wayside.access.keys import kept, new_id, new_key
from wayside.access.people import note
from wayside.access.permissions import permissions
from wayside.access.policy import Actor, Thing, decide
from wayside.access.purposes import Purposes
from wayside.access.roles import actor_of
from wayside.access.tables import token as table
from wayside.access.tables import work
from wayside.access.working import begin
from wayside.domain import Purpose
from wayside.record import Transaction, milliseconds, moment

PREFIX = "wayside_"
"""By which a token that was published by mistake is recognised."""
LONGEST = timedelta(days=365)
LONGEST_LABEL = 64


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its key."""

    id: str
    person: str
    site: str
    label: str
    scopes: frozenset[str]
    made_at: datetime
    expires_at: datetime
    revoked: bool


@dataclass(frozen=True, slots=True)
class Order:
    """What a token is to be: for which site, what it is called, what it may do, and until when."""

    site: str
    label: str
    scopes: frozenset[str]
    expires_at: datetime
    purpose: Purpose | None = None
    """Under which its searches run; without one it cannot search."""


def token_of(row: Row[Any]) -> Token:
    """A token from its row."""
    return Token(
        id=row.id,
        person=row.person,
        site=row.site,
        label=row.label,
        scopes=frozenset(msgspec.json.decode(row.scopes)),
        made_at=moment(row.made_ms),
        expires_at=moment(row.expires_ms),
        revoked=row.revoked_ms is not None,
    )


def check_order(order: Order, now: datetime) -> None:
    """Raises CredentialError for a label, scopes or a date that cannot be, UsageError for a scope that is none."""
    if not order.label.strip() or len(order.label) > LONGEST_LABEL or not order.label.isprintable():
        raise CredentialError(f"a token is named after its program, in 1 to {LONGEST_LABEL} characters; name it")
    if not order.scopes:
        raise CredentialError("a token without scopes can do nothing; name what it is for")
    if not now < order.expires_at <= now + LONGEST:
        raise CredentialError(f"a token ends within {LONGEST.days} days from now; give such a date")
    permissions().pairs_of(order.scopes)


def issue(transaction: Transaction, actor: Actor, order: Order, purposes: Purposes) -> tuple[Token, str]:
    """A token for oneself, and its key, which nobody can read again.

    Raises RefusalError, CredentialError, PurposeError, UsageError.
    """
    decision = decide(actor, "issue", Thing("token", order.site, owner=actor.person))
    if not decision.allowed:
        raise RefusalError(decision)
    found, key = enter(transaction, str(actor.person), order, by=str(actor.person))
    if order.purpose is not None:
        begin(transaction, purposes, order.site, order.purpose, found.id)
    return found, key


def issue_for_device(transaction: Transaction, actor: Actor, device: str, order: Order) -> tuple[Token, str]:
    """A camera's or node's key; raises RefusalError, CredentialError, UsageError."""
    decision = decide(actor, "issue-device", Thing("token", order.site, owner=device))
    if not decision.allowed:
        raise RefusalError(decision)
    return enter(transaction, device, order, by=str(actor.person))


def enter(transaction: Transaction, name: str, order: Order, *, by: str) -> tuple[Token, str]:
    """Keeps a token that was decided on."""
    check_order(order, moment(transaction.now_ms))
    key, scopes = PREFIX + new_key(), sorted(order.scopes)
    row = {
        "id": new_id(), "key": kept(key), "person": name, "site": order.site, "label": order.label.strip(),
        "scopes": msgspec.json.encode(scopes).decode(), "made_ms": transaction.now_ms,
        "expires_ms": milliseconds(order.expires_at),
    }  # fmt: skip
    transaction.connection.execute(insert(table), [row])
    told = {"account": name, "site": order.site, "scopes": scopes, "until": order.expires_at.isoformat()}
    note(transaction, by, "token issued", token=row["id"], **told)
    (found,) = (one for one in of_person(transaction.connection, name) if one.id == row["id"])
    return found, key


def find(connection: Connection, key: str, now_ms: int) -> Token | None:
    """The token of a key, where it is neither over nor revoked."""
    good = (table.c.key == kept(key), table.c.expires_ms > now_ms, table.c.revoked_ms.is_(None))
    row = connection.execute(select(table).where(*good)).first()
    return None if row is None else token_of(row)


def of_person(connection: Connection, name: str) -> list[Token]:
    """All tokens of a person, the newest first; those that ended too."""
    query = select(table).where(table.c.person == name).order_by(table.c.made_ms.desc(), table.c.id)
    return [token_of(row) for row in connection.execute(query)]


def by_id(connection: Connection, token_id: str) -> Token | None:
    """The token of this id, whatever became of it."""
    row = connection.execute(select(table).where(table.c.id == token_id)).first()
    return None if row is None else token_of(row)


def at_site(connection: Connection, site: str) -> list[Token]:
    """All tokens for a site, the newest first; those that ended too."""
    query = select(table).where(table.c.site == site).order_by(table.c.made_ms.desc(), table.c.id)
    return [token_of(row) for row in connection.execute(query)]


def revoke(transaction: Transaction, token_id: str, *, by: str) -> None:
    """Ends a token at once, with its purpose; raises CredentialError where there is none to end."""
    now = transaction.now_ms
    ended = update(table).where(table.c.id == token_id, table.c.revoked_ms.is_(None)).values(revoked_ms=now)
    if transaction.connection.execute(ended).rowcount != 1:
        raise CredentialError("there is no such token, or it was revoked before; look at the list of tokens")
    at_hand = update(work).where(work.c.token == token_id, work.c.ended_ms.is_(None))
    transaction.connection.execute(at_hand.values(ended_ms=now))
    note(transaction, by, "token revoked", token=token_id)


def actor_through(connection: Connection, found: Token, now_ms: int) -> Actor:
    """Its person as the policy sees them through the token: at its site only, within its scopes only.

    A token was issued with a second factor (or for a device), so it counts as one.
    """
    pairs = permissions().pairs_of(found.scopes)
    actor = actor_of(connection, found.person, now_ms, second_factor=True, token=found.id, scopes=pairs)
    return narrowed(actor, {found.site})


def narrowed(actor: Actor, sites: Collection[str]) -> Actor:
    """The same actor with the roles at these sites only."""
    roles = {site: roles for site, roles in actor.roles.items() if site in sites}
    return Actor(actor.person, roles, actor.scopes, actor.second_factor, actor.trained, actor.purpose_at)
