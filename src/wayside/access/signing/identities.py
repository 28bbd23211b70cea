# SPDX-License-Identifier: Apache-2.0
"""Which account somebody has whom an issuer knows: by what it never calls another, not by a name that may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from wayside.access import people
from wayside.access.errors import CredentialError, PersonError, SignInError
from wayside.access.people import LONGEST_SHOWN, note
from wayside.access.signing.issuer import Told
from wayside.access.signing.one_time import Once, withdraw
from wayside.access.tables import identity
from wayside.record import StatedIssuer, Transaction, moment

UNKNOWN = "nobody here is known by that sign-in; ask an administrator for an account, or connect yours on its page"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's being known to an issuer."""

    issuer: str
    made_at: datetime


def of_person(connection: Connection, name: str) -> list[Identity]:
    """The issuers that a person is known to."""
    query = select(identity).where(identity.c.person == name).order_by(identity.c.made_ms)
    return [Identity(row.issuer, moment(row.made_ms)) for row in connection.execute(query)]


def holder(connection: Connection, told: Told) -> str | None:
    """Whose identity this is; None where it is nobody's."""
    whose = select(identity.c.person).where(identity.c.issuer == told.issuer, identity.c.subject == told.subject)
    return connection.execute(whose).scalar()


def connect(transaction: Transaction, name: str, told: Told) -> None:
    """Notes whom the issuer means from now on; raises CredentialError where that is somebody, or the person has one."""
    if holder(transaction.connection, told) is not None:
        raise CredentialError("that sign-in belongs to an account already; sign in with it, or remove it there first")
    if any(one.issuer == told.issuer for one in of_person(transaction.connection, name)):
        raise CredentialError("the account is connected to another sign-in of that issuer; remove it first")
    row = {"issuer": told.issuer, "subject": told.subject, "person": name, "made_ms": transaction.now_ms}
    transaction.connection.execute(insert(identity), [row])
    withdraw(transaction, Once.WELCOME, name)
    note(transaction, name, "issuer connected", issuer=told.issuer)


def disconnect(transaction: Transaction, name: str) -> None:
    """Takes the connections of a person away; raises CredentialError where they could not sign in any more."""
    owner = people.known(transaction.connection, name)
    if not owner.signs_in_elsewhere:
        raise CredentialError("the account is connected to no issuer; nothing was changed")
    if not owner.has_password:
        raise CredentialError("you can sign in in no other way; ask an administrator for a new link first")
    transaction.connection.execute(delete(identity).where(identity.c.person == name))
    note(transaction, name, "issuer disconnected")


def resolve(transaction: Transaction, stated: StatedIssuer, told: Told, home: str) -> str:
    """The active account of whoever the issuer means: connected before, invited under that name, or made now.

    `home`: the site of an account that is made. Raises SignInError where there is none, and says the same whether the
    name is free or somebody else's.
    """
    connection = transaction.connection
    name = holder(connection, told)
    if name is None:
        name = named(stated, told)
        there = people.find(connection, name)
        if there is None and stated.make_accounts:
            there = made(transaction, name, told, home)
        if there is None or not is_free(there):
            raise SignInError(UNKNOWN)
        connect(transaction, name, told)
    owner = people.find(connection, name)
    if owner is None or not owner.active:
        raise SignInError(UNKNOWN)
    return name


def is_free(account: people.Person) -> bool:
    """Whether an account waits for its person: invited, and never signed in with yet.

    One that has been used is connected by its own person, so that nobody takes it over by a name at the issuer.
    """
    used = account.has_password or account.has_second_factor or account.signs_in_elsewhere
    return account.active and account.kind is people.AccountKind.PERSON and not used


def named(stated: StatedIssuer, told: Told) -> str:
    """The name that the account has, by what the issuer says; raises SignInError where it says none that counts."""
    said = told.claims.get(stated.name_claim)
    if not isinstance(said, str) or (stated.name_claim == "email" and told.claims.get("email_verified") is not True):
        raise SignInError(UNKNOWN)
    name, _, domain = said.casefold().partition("@")
    if domain != (stated.domain or "").casefold():
        raise SignInError(UNKNOWN)
    return name


def made(transaction: Transaction, name: str, told: Told, home: str) -> people.Person:
    """A new account without roles; raises SignInError where the name is none."""
    said = told.claims.get("name")
    shown = said if isinstance(said, str) and said.strip() and said.isprintable() else name
    try:
        return people.add(transaction, name, shown[:LONGEST_SHOWN], home, by=told.issuer)
    except PersonError:
        raise SignInError(UNKNOWN) from None
