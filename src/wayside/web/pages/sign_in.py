# SPDX-License-Identifier: Apache-2.0
"""Signing in and out: a password and then a code, or a passkey."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from wayside.access import CredentialError, LimitError, SignInError
from wayside.access.signing import passkeys
from wayside.web import cookies
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.rendering import render
from wayside.web.things import anywhere, one_s_own

routes = Routes(more={"include_in_schema": False})
page = anywhere("sign-in")
Text = Annotated[str, Form(max_length=1024)]


def address(request: Request) -> str:
    """Where a request came from."""
    return request.client.host if request.client else ""


def site_of(request: Request, gate: Granted) -> passkeys.Site:
    """What passkeys are bound to."""
    origin = f"{request.url.scheme}://{request.headers['host']}"
    return passkeys.Site(request.url.hostname or "", origin, gate.services.store.site.name)


def form(request: Request, gate: Granted, fault: Exception | None = None, step: str | None = None) -> Response:
    """The form for name and password, or for the code of the second step."""
    key = cookies.visitor(gate)
    template = "sign_in.html" if step is None else "second_step.html"
    status = 200 if fault is None else 429 if isinstance(fault, LimitError) else 403
    response = render(request, template, status=status, fault=fault, step=step, new=gate.services.sign_in.is_new())
    if key is not None:
        cookies.give(request, response, key)
    return response


def signed_in(request: Request, key: str, to: str = "/") -> Response:
    """On to the pages, with a new key: what the visit had before is worth nothing any more."""
    response = RedirectResponse(to, 303)
    cookies.give(request, response, key)
    return response


@routes.get("/sign-in", may="read sign-in", at=page)
def sign_in(request: Request, gate: Gate) -> Response:
    """The page for signing in."""
    return form(request, gate)


@routes.post("/sign-in", may="use sign-in", at=page)
def by_password(request: Request, gate: Gate, name: Text, password: Text) -> Response:
    """The first step."""
    try:
        step = gate.services.sign_in.by_password(name.strip(), password, address(request))
    except (SignInError, LimitError) as fault:
        return form(request, gate, fault)
    if step.session is not None:
        return signed_in(request, step.session)
    return form(request, gate, step=step.second_step)


@routes.post("/sign-in/code", may="use sign-in", at=page)
def by_code(request: Request, gate: Gate, step: Text, code: Text) -> Response:
    """The second step, with the code of a generator."""
    try:
        return signed_in(request, gate.services.sign_in.by_code(step, code))
    except (SignInError, LimitError) as fault:
        return form(request, gate, fault, step)


@routes.post("/sign-in/passkey/options", may="use sign-in", at=page)
def passkey_options(request: Request, gate: Gate) -> Response:
    """What the browser needs to ask for a passkey."""
    with gate.services.store.writing() as transaction:
        options = passkeys.assertion_options(transaction, site_of(request, gate))
    return Response(options, media_type="application/json")


@routes.post("/sign-in/passkey", may="use sign-in", at=page)
def by_passkey(request: Request, gate: Gate, credential: Annotated[str, Form(max_length=16_384)]) -> Response:
    """With a passkey, which is two factors by itself."""
    try:
        key = gate.services.sign_in.by_passkey(site_of(request, gate), credential, address(request))
    except (SignInError, LimitError, CredentialError) as fault:
        return JSONResponse({"fault": str(fault)}, 429 if isinstance(fault, LimitError) else 403)
    response = JSONResponse({"to": "/"})
    cookies.give(request, response, key)
    return response


@routes.post("/sign-out", may="end session", at=one_s_own("session"))
def sign_out(request: Request, gate: Gate) -> Response:
    """Ends the session at once."""
    if gate.who.key is not None:
        gate.services.sign_in.sign_out(gate.who.key)
    response = RedirectResponse("/sign-in", 303)
    cookies.take_away(request, response)
    return response
