# SPDX-License-Identifier: Apache-2.0
"""One-time links: making the first account, and choosing a password after an invitation or a reset.

The key stands behind the `#` of the link: a script puts it into the form, so that it is in no address that is sent.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, Response

from wayside.access import CredentialError, LimitError, PersonError, SignInError, first_run
from wayside.web import cookies
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text, page, signed_in
from wayside.web.rendering import render

routes = Routes(more={"include_in_schema": False})
FAULTS = (CredentialError, LimitError, PersonError, SignInError)
WELCOME = "/welcome"
SECURITY = "/account"


def form(request: Request, gate: Granted, template: str, fault: Exception | None = None) -> Response:
    """The page that takes the key and a password, with what was wrong with the last one."""
    key = cookies.visitor(gate)
    local = gate.services.binding.local and not gate.services.binding.proxies
    response = render(request, template, status=200 if fault is None else 422, fault=fault, local=local)
    if key is not None:
        cookies.give(request, response, key)
    return response


@routes.get(first_run.PATH, may="read sign-in", at=page)
def first_page(request: Request, gate: Gate) -> Response:
    """The page on which the first account is made."""
    return form(request, gate, "first_run.html")


@routes.post(first_run.PATH, may="use sign-in", at=page)
def found(
    request: Request,
    gate: Gate,
    key: Text,
    name: Text,
    shown_as: Text,
    password: Text,
    alone: Annotated[bool, Form()] = False,
) -> Response:
    """Makes the first account."""
    services = gate.services
    local = services.binding.local and not services.binding.proxies
    founder = first_run.Founder(name.strip(), shown_as.strip(), password, alone and local)
    try:
        session = first_run.found(services.store, services.sign_in.hasher, key.strip(), founder)
    except FAULTS as fault:
        return form(request, gate, "first_run.html", fault)
    return signed_in(request, session, SECURITY)


@routes.get(WELCOME, may="read sign-in", at=page)
def welcome_page(request: Request, gate: Gate) -> Response:
    """The page on which somebody who was invited chooses a password."""
    return form(request, gate, "welcome.html")


@routes.post(WELCOME, may="use sign-in", at=page)
def welcome(request: Request, gate: Gate, key: Text, password: Text) -> Response:
    """Sets the password."""
    services = gate.services
    try:
        session = services.sign_in.welcome(key.strip(), password, (services.store.site.name,))
    except FAULTS as fault:
        return form(request, gate, "welcome.html", fault)
    return signed_in(request, session, SECURITY)
