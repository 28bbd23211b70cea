# SPDX-License-Identifier: Apache-2.0
"""What is good once and soon over: links for the first run, invitations and resets, and the steps of signing in."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from wayside.access.errors import SignInError
from wayside.access.keys import kept, new_key
from wayside.access.tables import one_time
from wayside.record import Transaction


class Once(StrEnum):
    """What a one-time key opens."""

    FIRST_RUN = "first-run"
    """Making the first account."""
    WELCOME = "welcome"
    """Choosing a password: after an invitation or a reset."""
    SECOND_STEP = "second-step"
    """Going on to the second factor after the password."""
    PASSKEY = "passkey"
    """A challenge that a passkey signs."""
    ISSUER = "issuer"
    """Coming back from an issuer; a person's, where they went to connect their account."""


LIFE = {
    Once.FIRST_RUN: timedelta(hours=24),
    Once.WELCOME: timedelta(hours=72),
    Once.SECOND_STEP: timedelta(minutes=5),
    Once.PASSKEY: timedelta(minutes=5),
    Once.ISSUER: timedelta(minutes=10),
}
OVER = "that link or step was used, replaced or is over; begin again, or ask an administrator for a new link"


def issue(transaction: Transaction, kind: Once, name: str | None = None) -> str:
    """A new key, good once until its time is over; nobody can read it again."""
    key = new_key()
    expires = transaction.now_ms + LIFE[kind] // timedelta(milliseconds=1)
    row = {"key": kept(key), "kind": kind.value, "person": name, "expires_ms": expires}
    transaction.connection.execute(insert(one_time), [row])
    return key


def withdraw(transaction: Transaction, kind: Once, name: str | None = None) -> None:
    """Ends all keys of a kind: a person's, or everybody's where no name is given."""
    of_person = [] if name is None else [one_time.c.person == name]
    transaction.connection.execute(delete(one_time).where(one_time.c.kind == kind.value, *of_person))


def peek(connection: Connection, kind: Once, key: str, now_ms: int) -> str | None:
    """Whose key this is, None for nobody's in particular; it stays good. Raises SignInError where it is none."""
    fits = (one_time.c.key == kept(key), one_time.c.kind == kind.value, one_time.c.expires_ms > now_ms)
    row = connection.execute(select(one_time.c.person).where(*fits)).first()
    if row is None:
        raise SignInError(OVER)
    return None if row.person is None else str(row.person)


def take(transaction: Transaction, kind: Once, key: str) -> str | None:
    """The same, and the key is used up; of two who come with it, one is too late. Raises SignInError."""
    found = peek(transaction.connection, kind, key, transaction.now_ms)
    if transaction.connection.execute(delete(one_time).where(one_time.c.key == kept(key))).rowcount != 1:
        raise SignInError(OVER)
    return found


def clear(transaction: Transaction) -> None:
    """Removes the keys that are over."""
    transaction.connection.execute(delete(one_time).where(one_time.c.expires_ms <= transaction.now_ms))
