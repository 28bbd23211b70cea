# SPDX-License-Identifier: Apache-2.0
"""One's own account: password, code generator, passkeys, and where one is signed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from wayside.access import CredentialError, LimitError, Person, SignInError, people
from wayside.access.signing import credentials, passkeys, sessions
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text, site_of
from wayside.web.qr import qr_svg
from wayside.web.rendering import render
from wayside.web.things import one_s_own

routes = Routes("/account", {"include_in_schema": False})
own = one_s_own("credential")
HERE = "/account"
FAULTS = (CredentialError, LimitError, SignInError)


def state_of(gate: Granted) -> dict[str, Any]:
    """What the page shows."""
    name = str(gate.actor.person)
    with gate.services.store.reading() as connection:
        return {
            "person": people.find(connection, name),
            "passkeys": passkeys.of_person(connection, name),
            "sessions": sessions.of_person(connection, name),
            "generator": credentials.has_totp(connection, name),
        }


def show(request: Request, gate: Granted, fault: Exception | None = None, **more: Any) -> Response:
    """The page, with what was wrong with the last change."""
    status = 200 if fault is None else 422
    shown = {"secret": None, "drawn": None, **state_of(gate), **more}
    return render(request, "account.html", status=status, fault=fault, **shown)


def again() -> Response:
    """Back to the page after a change."""
    return RedirectResponse(HERE, 303)


def owner_of(gate: Granted) -> Person:
    """The account of whoever asks; raises PersonError."""
    with gate.services.store.reading() as connection:
        return people.known(connection, str(gate.actor.person))


@routes.get("", may="read person", at=one_s_own("person"))
def account(request: Request, gate: Gate) -> Response:
    """One's own account."""
    return show(request, gate)


@routes.post("/password", may="change credential", at=own)
def password(request: Request, gate: Gate, old: Text, new: Text) -> Response:
    """Changes the password; the other sessions end."""
    try:
        gate.services.sign_in.change_password(str(gate.who.key), old, new, (gate.services.store.site.name,))
    except FAULTS as fault:
        return show(request, gate, fault)
    return again()


@routes.post("/generator", may="change credential", at=own)
def begin_generator(request: Request, gate: Gate) -> Response:
    """Shows the secret of a new code generator, once."""
    services = gate.services
    try:
        with services.store.writing() as transaction:
            secret = credentials.begin_totp(
                transaction, services.sign_in.seal, str(gate.actor.person), f"Wayside {services.store.site.name}"
            )
    except FAULTS as fault:
        return show(request, gate, fault)
    return show(request, gate, secret=secret, drawn=qr_svg(secret))


@routes.post("/generator/confirm", may="change credential", at=own)
def confirm_generator(request: Request, gate: Gate, code: Text) -> Response:
    """Lets the generator count, with its first code."""
    services, name = gate.services, str(gate.actor.person)
    with services.store.reading() as connection:
        step = credentials.right_step(connection, services.sign_in.seal, name, code, services.sign_in.now_ms())
    if step is None:
        return show(request, gate, SignInError(credentials.WRONG_CODE))
    with services.store.writing() as transaction:
        credentials.confirm_totp(transaction, name, step, but=gate.who.key)
    return again()


@routes.post("/generator/remove", may="change credential", at=own)
def remove_generator(request: Request, gate: Gate) -> Response:
    """Takes the code generator away."""
    try:
        with gate.services.store.writing() as transaction:
            credentials.remove_totp(transaction, str(gate.actor.person))
    except FAULTS as fault:
        return show(request, gate, fault)
    return again()


@routes.post("/passkeys/options", may="change credential", at=own)
def passkey_options(request: Request, gate: Gate) -> Response:
    """What the browser needs to make a passkey."""
    with gate.services.store.writing() as transaction:
        options = passkeys.registration_options(transaction, site_of(request, gate), owner_of(gate))
    return Response(options, media_type="application/json")


@routes.post("/passkeys", may="change credential", at=own)
def add_passkey(
    request: Request, gate: Gate, credential: Annotated[str, Form(max_length=16_384)], label: Text
) -> Response:
    """Keeps the passkey that the browser made."""
    try:
        with gate.services.store.writing() as transaction:
            passkeys.register(transaction, site_of(request, gate), owner_of(gate), credential, label)
    except FAULTS as fault:
        return JSONResponse({"fault": str(fault)}, 422)
    return JSONResponse({"to": HERE})


@routes.post("/passkeys/remove", may="change credential", at=own)
def remove_passkey(request: Request, gate: Gate, passkey: Annotated[str, Form(pattern="^([0-9a-f]{2})+$")]) -> Response:
    """Takes a passkey away."""
    try:
        with gate.services.store.writing() as transaction:
            credentials.remove_passkey(transaction, str(gate.actor.person), bytes.fromhex(passkey))
    except FAULTS as fault:
        return show(request, gate, fault)
    return again()


@routes.post("/sessions/end", may="end session", at=one_s_own("session"))
def end_others(gate: Gate) -> Response:
    """Signs out everywhere else."""
    name = str(gate.actor.person)
    with gate.services.store.writing() as transaction:
        sessions.end_all(transaction, name, by=name, but=gate.who.key)
    return again()
