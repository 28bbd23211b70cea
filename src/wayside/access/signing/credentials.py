# SPDX-License-Identifier: Apache-2.0
"""A person's own means of signing in: each change ends what was open, and is told in the journal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from wayside.access.errors import CredentialError, SignInError
from wayside.access.people import Person, cut_off, known, note
from wayside.access.signing import passkeys, passwords, sessions, totp
from wayside.access.signing.one_time import Once, issue, withdraw
from wayside.access.signing.seal import Seal
from wayside.access.tables import identity, passkey, person
from wayside.record import Transaction

WRONG_CODE = "that is not the code of these 30 seconds, or it was used; wait for the next one"


def names_of(owner: Person, more: Iterable[str] = ()) -> list[str]:
    """What a password may not contain: the person's names, and the site's."""
    return [*owner.name.replace("-", ".").split("."), *owner.shown_as.split(), owner.home, *more]


def kept_password(connection: Connection, name: str) -> str | None:
    """The hash of an active account's password, None where there is none."""
    query = select(person.c.password).where(person.c.name == name, person.c.disabled_ms.is_(None))
    return connection.execute(query).scalar()


def set_password(transaction: Transaction, name: str, hashed: str, *, but: str | None = None) -> None:
    """Keeps a new password's hash and ends the person's sessions, all but the one in whose page it was changed."""
    transaction.connection.execute(update(person).where(person.c.name == name).values(password=hashed))
    sessions.end_all(transaction, name, by=name, but=but)
    withdraw(transaction, Once.SECOND_STEP, name)
    note(transaction, name, "password changed")


def has_totp(connection: Connection, name: str) -> bool:
    """Whether a person has a code generator that counts."""
    step = select(person.c.totp_step).where(person.c.name == name)
    return connection.execute(step).scalar() is not None


def begin_totp(transaction: Transaction, seal: Seal, name: str, issuer: str) -> str:
    """The address for a code generator, shown once; it counts from `confirm_totp` on. Raises CredentialError."""
    owner = known(transaction.connection, name)
    query = select(person.c.totp_step).where(person.c.name == name)
    if transaction.connection.execute(query).scalar() is not None:
        raise CredentialError("you have a code generator already; remove it first")
    secret = totp.new_secret()
    sealed = seal.close(secret, name)
    transaction.connection.execute(update(person).where(person.c.name == name).values(totp=sealed, totp_step=None))
    return totp.address(secret, owner.name, issuer)


def right_step(connection: Connection, seal: Seal, name: str, code: str, now_ms: int) -> int | None:
    """The step of a good, unused code; None where it is not or the person has no generator."""
    row = connection.execute(select(person.c.totp, person.c.totp_step).where(person.c.name == name)).first()
    if row is None or row.totp is None:
        return None
    return totp.accepted_step(seal.open(row.totp, name), code, now_ms / 1000, row.totp_step)


def confirm_totp(transaction: Transaction, name: str, step: int, *, but: str | None = None) -> None:
    """Lets the generator count from now on, its first code used up; ends the person's other sessions."""
    values = {"totp_step": step}
    transaction.connection.execute(update(person).where(person.c.name == name).values(**values))
    sessions.end_all(transaction, name, by=name, but=but)
    note(transaction, name, "code generator added")


def use_step(transaction: Transaction, name: str, step: int) -> None:
    """Uses a code up; raises SignInError where another was quicker with it."""
    unused = (person.c.name == name, person.c.totp_step < step)
    if transaction.connection.execute(update(person).where(*unused).values(totp_step=step)).rowcount != 1:
        raise SignInError(WRONG_CODE)


def remove_totp(transaction: Transaction, name: str) -> None:
    """Takes the code generator away; raises CredentialError where it is the only second factor."""
    if not passkeys.of_person(transaction.connection, name):
        raise CredentialError("the code generator is your only second factor; add a passkey first")
    transaction.connection.execute(update(person).where(person.c.name == name).values(totp=None, totp_step=None))
    note(transaction, name, "code generator removed")


def remove_passkey(transaction: Transaction, name: str, key_id: bytes) -> None:
    """Takes a passkey away; raises CredentialError where it is the only second factor, or not the person's."""
    there = passkeys.of_person(transaction.connection, name)
    step = transaction.connection.execute(select(person.c.totp_step).where(person.c.name == name)).scalar()
    if step is None and [one.id for one in there] == [key_id]:
        raise CredentialError("that passkey is your only second factor; add another one first")
    passkeys.remove(transaction, name, key_id)


def reset(transaction: Transaction, name: str, *, by: str) -> str:
    """Ends a person's password, passkeys, generator, sessions, tokens and what an issuer knows them by.

    Returns the key of a new welcome link. The roles stay. Raises PersonError.
    """
    known(transaction.connection, name)
    connection = transaction.connection
    cut_off(transaction, name)
    connection.execute(delete(passkey).where(passkey.c.person == name))
    connection.execute(delete(identity).where(identity.c.person == name))
    nothing = {"password": None, "totp": None, "totp_step": None}
    connection.execute(update(person).where(person.c.name == name).values(**nothing))
    note(transaction, by, "credentials reset", account=name)
    return issue(transaction, Once.WELCOME, name)


def invite(transaction: Transaction, name: str, *, by: str) -> str:
    """The key of the welcome link of a new account; raises CredentialError where it has a password already."""
    owner = known(transaction.connection, name)
    if owner.has_password or owner.has_second_factor or owner.signs_in_elsewhere:
        raise CredentialError("the account has signed in before; reset its credentials instead")
    withdraw(transaction, Once.WELCOME, name)
    note(transaction, by, "invited", account=name)
    return issue(transaction, Once.WELCOME, name)


def check_password(password: str, owner: Person, more: Iterable[str] = ()) -> None:
    """Raises CredentialError where a new password is not taken."""
    passwords.check(password, names_of(owner, more))
