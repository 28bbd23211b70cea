# SPDX-License-Identifier: Apache-2.0
"""Sessions: kept here and not in the browser, so that they end when we say; a copied database opens none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from wayside.access.keys import kept, new_key
from wayside.access.people import note
from wayside.access.tables import person, session
from wayside.domain import UsageError
from wayside.record import Transaction, moment

TOUCH_MS = 60_000
"""A session is not written to more often than once a minute."""
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives: without being used, and at all."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)

    def __post_init__(self) -> None:
        if not timedelta(minutes=1) < self.idle <= self.longest <= timedelta(days=1):
            raise UsageError("a session may idle for more than a minute, and lives for a day at most; mend [access]")

    def over(self) -> tuple[int, int]:
        """Both in milliseconds."""
        return self.idle // MILLISECOND, self.longest // MILLISECOND


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's being signed in."""

    name: str
    """A name for it that opens nothing: the first half of the hash of its key, in hexadecimal."""
    person: str
    second_factor: bool
    begun_at: datetime
    seen_at: datetime


def session_of(row: Row[Any]) -> Session:
    """A session from its row."""
    return Session(row.key[:16].hex(), row.person, bool(row.second_factor), moment(row.begun_ms), moment(row.seen_ms))


def begin(transaction: Transaction, name: str, *, second_factor: bool) -> str:
    """Begins a session and returns its key, which nobody can read again."""
    key, now = new_key(), transaction.now_ms
    row = {"key": kept(key), "person": name, "second_factor": int(second_factor), "begun_ms": now, "seen_ms": now}
    transaction.connection.execute(insert(session), [row])
    note(transaction, name, "signed in", second_factor=second_factor)
    return key


def not_over(now_ms: int, limits: SessionLimits) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions of a session that is neither idle for too long nor too old."""
    idle_ms, longest_ms = limits.over()
    return session.c.seen_ms > now_ms - idle_ms, session.c.begun_ms > now_ms - longest_ms


def find(connection: Connection, key: str, now_ms: int, limits: SessionLimits) -> Session | None:
    """The session of a key, where it is neither over nor its account disabled."""
    query = (
        select(session)
        .join(person, person.c.name == session.c.person)
        .where(session.c.key == kept(key), person.c.disabled_ms.is_(None), *not_over(now_ms, limits))
    )
    row = connection.execute(query).first()
    return None if row is None else session_of(row)


def live(connection: Connection, name: str, now_ms: int, limits: SessionLimits) -> list[Session]:
    """The sessions of a person that are not over."""
    query = select(session).where(session.c.person == name, *not_over(now_ms, limits))
    return [session_of(row) for row in connection.execute(query)]


def wants_touch(found: Session, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use."""
    return now - found.seen_at >= TOUCH_MS * MILLISECOND


def touch(transaction: Transaction, key: str) -> None:
    """Writes down that the session was used just now; one that has ended stays ended."""
    used = update(session).where(session.c.key == kept(key))
    transaction.connection.execute(used.values(seen_ms=transaction.now_ms))


def of_person(connection: Connection, name: str) -> list[Session]:
    """A person's sessions, the newest first."""
    query = select(session).where(session.c.person == name).order_by(session.c.begun_ms.desc())
    return [session_of(row) for row in connection.execute(query)]


def end(transaction: Transaction, key: str) -> str | None:
    """Signs out: the key opens nothing any more. Whose it was, None where it was nobody's."""
    found = transaction.connection.execute(select(session.c.person).where(session.c.key == kept(key))).scalar()
    if found is not None:
        transaction.connection.execute(delete(session).where(session.c.key == kept(key)))
        note(transaction, found, "signed out")
    return None if found is None else str(found)


def end_all(transaction: Transaction, name: str, *, by: str, but: str | None = None) -> int:
    """Signs a person out everywhere, but for the session with the key `but`; how many sessions that ended."""
    others = [session.c.person == name] + ([session.c.key != kept(but)] if but is not None else [])
    ended = transaction.connection.execute(delete(session).where(*others)).rowcount
    if ended:
        note(transaction, by, "signed out everywhere", account=name, sessions=ended)
    return ended


def clear(transaction: Transaction, limits: SessionLimits) -> None:
    """Removes the sessions that are over."""
    idle_ms, longest_ms = limits.over()
    now = transaction.now_ms
    over = or_(session.c.seen_ms <= now - idle_ms, session.c.begun_ms <= now - longest_ms)
    transaction.connection.execute(delete(session).where(over))
