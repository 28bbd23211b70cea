# SPDX-License-Identifier: Apache-2.0
"""Passkeys (WebAuthn): the device proves that it is there and that it knows its owner, so one is two factors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from wayside.access.errors import CredentialError, SignInError
from wayside.access.people import Person, note
from wayside.access.signing.one_time import Once, issue, peek, take
from wayside.access.tables import passkey as table
from wayside.access.tables import person
from wayside.record import Transaction, moment

LONGEST_LABEL = 64
MOST = 10
"""Passkeys of one person."""
NOT_FITTING = "that passkey does not open an account here; use another one, or your password and a code"


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to: the host name of the pages, and their whole origin."""

    host: str
    origin: str
    """As `https://gate.example`; a page of any other origin gets nothing."""
    shown_as: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey without its key."""

    id: bytes
    label: str
    made_at: datetime
    used_at: datetime | None


def passkey_of(row: Row[Any]) -> Passkey:
    """A passkey from its row."""
    return Passkey(row.id, row.label, moment(row.made_ms), None if row.used_ms is None else moment(row.used_ms))


def of_person(connection: Connection, name: str) -> list[Passkey]:
    """A person's passkeys, the oldest first."""
    query = select(table).where(table.c.person == name).order_by(table.c.made_ms, table.c.id)
    return [passkey_of(row) for row in connection.execute(query)]


def registration_options(transaction: Transaction, site: Site, owner: Person) -> str:
    """What the browser needs to make a passkey, as JSON; its challenge is good once, for five minutes.

    Raises CredentialError where the person has as many as anybody may.
    """
    there = of_person(transaction.connection, owner.name)
    if len(there) >= MOST:
        raise CredentialError(f"an account has {MOST} passkeys at most; remove one first")
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.shown_as,
        user_id=owner.name.encode(),
        user_name=owner.name,
        user_display_name=owner.shown_as,
        challenge=issue(transaction, Once.PASSKEY, owner.name).encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in there],
    )
    return options_to_json(options)


def challenge_of(credential: str) -> str:
    """The challenge that a browser's answer says it signed; raises SignInError where the answer is none."""
    try:
        client = json.loads(base64url_to_bytes(json.loads(credential)["response"]["clientDataJSON"]))
        return base64url_to_bytes(client["challenge"]).decode("ascii")
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SignInError(NOT_FITTING) from None


def register(transaction: Transaction, site: Site, owner: Person, credential: str, label: str) -> Passkey:
    """Keeps the passkey that the browser made (its answer as JSON).

    Raises SignInError where the challenge is over or somebody else's, CredentialError where the answer does not fit.
    """
    called = label.strip()
    if not called or len(called) > LONGEST_LABEL or not called.isprintable():
        raise CredentialError(f"a passkey is named after its device, in 1 to {LONGEST_LABEL} characters; name it")
    challenge = challenge_of(credential)
    if take(transaction, Once.PASSKEY, challenge) != owner.name:
        raise SignInError(NOT_FITTING)
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:  # however it is broken
        raise CredentialError("the browser's answer does not fit; try again, on this site's own page") from None
    return enter(transaction, owner.name, called, made.credential_id, made.credential_public_key, made.sign_count)


def enter(transaction: Transaction, name: str, label: str, key_id: bytes, public_key: bytes, uses: int) -> Passkey:
    """Keeps a passkey that was checked; raises CredentialError where it is there already."""
    connection = transaction.connection
    if connection.execute(select(table.c.id).where(table.c.id == key_id)).first() is not None:
        raise CredentialError("that passkey is in use already; make a new one")
    row = {
        "id": key_id, "person": name, "public_key": public_key, "uses": uses, "label": label,
        "made_ms": transaction.now_ms,
    }  # fmt: skip
    connection.execute(insert(table), [row])
    note(transaction, name, "passkey added", label=label)
    return Passkey(key_id, label, moment(transaction.now_ms), None)


def assertion_options(transaction: Transaction, site: Site) -> str:
    """What the browser needs to sign in with any passkey of this site, as JSON; tells nothing of who has one."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=issue(transaction, Once.PASSKEY).encode(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey that signed a challenge, before either is used up."""

    person: str
    challenge: str
    key_id: bytes
    uses_before: int
    uses: int


def row_for(connection: Connection, credential: str) -> Row[Any]:
    """The passkey that a browser's answer names, of an active account; raises SignInError."""
    try:
        key_id = base64url_to_bytes(json.loads(credential)["rawId"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SignInError(NOT_FITTING) from None
    query = select(table).join(person, person.c.name == table.c.person).where(person.c.disabled_ms.is_(None))
    row = connection.execute(query.where(table.c.id == key_id)).first()
    if row is None:
        raise SignInError(NOT_FITTING)
    return row


def verify(connection: Connection, site: Site, credential: str, now_ms: int) -> Shown:
    """Checks a browser's answer (JSON) to `assertion_options`, changing nothing; raises SignInError.

    A count of uses that does not grow means a copy of the key, and is refused.
    """
    challenge = challenge_of(credential)
    peek(connection, Once.PASSKEY, challenge, now_ms)
    row = row_for(connection, credential)
    try:
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.uses,
            require_user_verification=True,
        )
    except Exception:  # whatever a stranger sends, in whatever way it is broken, gets the one answer
        raise SignInError(NOT_FITTING) from None
    return Shown(row.person, challenge, row.id, row.uses, shown.new_sign_count)


def accept(transaction: Transaction, shown: Shown) -> None:
    """Uses up the challenge and counts the use; raises SignInError where another was quicker with either."""
    take(transaction, Once.PASSKEY, shown.challenge)
    unchanged = (table.c.id == shown.key_id, table.c.uses == shown.uses_before)
    used = update(table).where(*unchanged).values(uses=shown.uses, used_ms=transaction.now_ms)
    if transaction.connection.execute(used).rowcount != 1:
        raise SignInError(NOT_FITTING)


def remove(transaction: Transaction, name: str, key_id: bytes) -> None:
    """Takes one of a person's passkeys away; raises CredentialError where it is not theirs."""
    gone = delete(table).where(table.c.id == key_id, table.c.person == name)
    if transaction.connection.execute(gone).rowcount != 1:
        raise CredentialError("there is no such passkey; look at the list of passkeys")
    note(transaction, name, "passkey removed")
