# SPDX-License-Identifier: Apache-2.0
"""Accounts: each one person's, disabled at once and never given to another."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from wayside.access.errors import PersonError
from wayside.access.tables import duty, identity, one_time, passkey, person, role_grant, session, token, work
from wayside.record import Transaction, moment

NAME = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
LONGEST_NAME, LONGEST_SHOWN = 32, 64
MINUTES_OF_DAY = 24 * 60


class AccountKind(StrEnum):
    """Whose an account is."""

    PERSON = "person"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Person:
    """An account, without its secrets."""

    name: str
    shown_as: str
    home: str
    """The site whose administrators care for the account."""
    kind: AccountKind
    active: bool
    trained_until: datetime | None
    has_password: bool
    has_second_factor: bool
    """A passkey or a code generator, here."""
    signs_in_elsewhere: bool
    """At an issuer, which then says whether there were two factors."""

    @property
    def has_two_factors(self) -> bool:
        """Whether a password alone cannot be enough: there is a second factor here, or no password at all."""
        return self.has_second_factor or (self.signs_in_elsewhere and not self.has_password)


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of a week's duty: weekday 0 is Monday; minutes since its midnight, past 1440 on the next day."""

    weekday: int
    from_min: int
    to_min: int

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 6 and 0 <= self.from_min < MINUTES_OF_DAY):
            raise PersonError("a shift begins on a weekday from 0 (Monday) to 6, before minute 1440; mend its begin")
        if not self.from_min < self.to_min <= self.from_min + MINUTES_OF_DAY:
            raise PersonError("a shift ends after it begins, within 24 hours; mend its end")


@cache
def generic_names() -> frozenset[str]:
    """The names of `data/generic_names.toml`."""
    stated = tomllib.loads((files("wayside.access") / "data" / "generic_names.toml").read_text("utf-8"))
    return frozenset(stated["names"])


def check_name(name: str) -> None:
    """Raises PersonError for a name that is badly formed or nobody's own."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise PersonError(
            f"that is no name of an account; use up to {LONGEST_NAME} small letters and digits, with dots or strokes "
            "between them, such as mary.hopkins"
        )
    if name in generic_names():
        raise PersonError("that name is nobody's own; name the account after its person, such as mary.hopkins")


def person_of(row: Row[Any]) -> Person:
    """An account from its row, with whether it has a passkey and is known to an issuer."""
    return Person(
        name=row.name,
        shown_as=row.shown_as,
        home=row.home,
        kind=AccountKind(row.kind),
        active=row.disabled_ms is None,
        trained_until=None if row.trained_until_ms is None else moment(row.trained_until_ms),
        has_password=row.password is not None,
        has_second_factor=bool(row.has_passkey) or row.totp_step is not None,
        signs_in_elsewhere=bool(row.has_identity),
    )


def accounts() -> Any:
    """The query for accounts; filters are added to it."""
    has_passkey = exists().where(passkey.c.person == person.c.name).label("has_passkey")
    has_identity = exists().where(identity.c.person == person.c.name).label("has_identity")
    return select(person, has_passkey, has_identity).order_by(person.c.name)


def find(connection: Connection, name: str) -> Person | None:
    """The account of this name, disabled or not."""
    row = connection.execute(accounts().where(person.c.name == name)).first()
    return None if row is None else person_of(row)


def known(connection: Connection, name: str) -> Person:
    """The active account of this name; raises PersonError."""
    found = find(connection, name)
    if found is None or not found.active:
        raise PersonError("there is no active account of that name; check the name")
    return found


def at_site(connection: Connection, site: str) -> list[Person]:
    """The accounts that are at home at a site or hold a role there."""
    held = (role_grant.c.person == person.c.name, role_grant.c.site == site, role_grant.c.ended_ms.is_(None))
    holds = exists().where(*held)
    return [person_of(row) for row in connection.execute(accounts().where((person.c.home == site) | holds))]


def active_people(connection: Connection) -> list[Person]:
    """The accounts of people, at any site, that are not disabled."""
    query = accounts().where(person.c.disabled_ms.is_(None), person.c.kind == AccountKind.PERSON)
    return [person_of(row) for row in connection.execute(query)]


def is_empty(connection: Connection) -> bool:
    """Whether there has never been an account."""
    return connection.execute(select(person.c.name).limit(1)).first() is None


def note(transaction: Transaction, by: str | None, what: str, **more: Any) -> int:
    """An `access` entry of the journal: who did what to whose account."""
    return transaction.append("access", {"at": transaction.at, "person": by, "what": what, **more})


def add(
    transaction: Transaction,
    name: str,
    shown_as: str,
    home: str,
    *,
    by: str,
    kind: AccountKind = AccountKind.PERSON,
) -> Person:
    """Makes an account without roles and without a way to sign in; raises PersonError."""
    check_name(name)
    shown = shown_as.strip()
    if not shown or len(shown) > LONGEST_SHOWN or not shown.isprintable():
        raise PersonError(f"an account shows its person's name, 1 to {LONGEST_SHOWN} printable characters; give it")
    if find(transaction.connection, name) is not None:
        raise PersonError("there is or was an account of that name, and a name is never given twice; choose another")
    row = {"name": name, "shown_as": shown, "home": home, "kind": kind.value, "made_ms": transaction.now_ms}
    transaction.connection.execute(insert(person), [row])
    note(transaction, by, "account made", account=name, home=home, kind=kind.value)
    return known(transaction.connection, name)


def disable(transaction: Transaction, name: str, *, by: str) -> None:
    """Ends an account at once, with its roles, sessions, tokens and purposes; raises PersonError."""
    known(transaction.connection, name)
    now = transaction.now_ms
    connection = transaction.connection
    connection.execute(update(person).where(person.c.name == name).values(disabled_ms=now, password=None, totp=None))
    connection.execute(delete(passkey).where(passkey.c.person == name))
    end_grants = update(role_grant).where(role_grant.c.person == name, role_grant.c.ended_ms.is_(None))
    connection.execute(end_grants.values(ended_ms=now, ended_by=by))
    cut_off(transaction, name)
    note(transaction, by, "account disabled", account=name)


def cut_off(transaction: Transaction, name: str) -> None:
    """Ends all that a person has open: sessions, tokens, links and purposes."""
    connection, now = transaction.connection, transaction.now_ms
    connection.execute(delete(session).where(session.c.person == name))
    connection.execute(delete(one_time).where(one_time.c.person == name))
    connection.execute(update(token).where(token.c.person == name, token.c.revoked_ms.is_(None)).values(revoked_ms=now))
    connection.execute(update(work).where(work.c.person == name, work.c.ended_ms.is_(None)).values(ended_ms=now))


def set_duty(transaction: Transaction, name: str, site: str, shifts: list[Shift], *, by: str) -> None:
    """Enters a person's weekly duty at a site in place of what was there; raises PersonError."""
    known(transaction.connection, name)
    connection = transaction.connection
    connection.execute(delete(duty).where(duty.c.person == name, duty.c.site == site))
    rows = [{"person": name, "site": site, "weekday": one.weekday, "from_min": one.from_min, "to_min": one.to_min}
            for one in shifts]  # fmt: skip
    if rows:
        connection.execute(insert(duty), rows)
    note(transaction, by, "duty entered", account=name, site=site, shifts=len(rows))


def duties(connection: Connection, site: str) -> dict[str, list[Shift]]:
    """The weekly duty of each person who has one at a site."""
    found: dict[str, list[Shift]] = {}
    for row in connection.execute(select(duty).where(duty.c.site == site)):
        found.setdefault(row.person, []).append(Shift(row.weekday, row.from_min, row.to_min))
    return found
