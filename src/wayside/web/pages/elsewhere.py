# SPDX-License-Identifier: Apache-2.0
"""Signing in at the site's issuer: the way there, the way back, and connecting one's own account with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import CredentialError, LimitError, SignInError
from wayside.access.signing import Back, Elsewhere, identities
from wayside.domain import UsageError
from wayside.web.csrf import own_origin
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages import account
from wayside.web.pages.sign_in import address, form, page, signed_in
from wayside.web.rendering import render

routes = Routes(more={"include_in_schema": False})
FAULTS = (CredentialError, LimitError, SignInError)
DONE = "/sign-in/elsewhere/done"
"""Where the issuer returns to; its administrator enters this address there."""
Word = Annotated[str, Query(max_length=4096)]


def way(gate: Granted) -> Elsewhere:
    """The way in through the issuer; raises UsageError where the site names none."""
    if gate.services.elsewhere is None:
        raise UsageError("people of this site sign in here and nowhere else; go to the page for signing in")
    return gate.services.elsewhere


def onward(request: Request, gate: Granted, person: str | None = None) -> Response:
    """A page that goes on to the issuer by itself: a form may not lead there, as the policy for our pages says."""
    there = way(gate)
    to = there.leave(str(gate.who.key), address(request), own_origin(request) + DONE, person)
    return render(request, "onward.html", to=to, name=there.issuer.stated.name)


@routes.post("/sign-in/elsewhere", may="use sign-in", at=page)
def leave(request: Request, gate: Gate) -> Response:
    """Goes to the issuer to sign in."""
    try:
        return onward(request, gate)
    except FAULTS as fault:
        return form(request, gate, fault)


@routes.get(DONE, may="use sign-in", at=page)
def arrive(request: Request, gate: Gate, state: Word, code: Word | None = None, iss: Word | None = None) -> Response:
    """Comes back from the issuer, signed in there or not; the state belongs to this browser's cookie, and once."""
    there = way(gate)
    back = Back(state, gate.who.key, code, iss, address(request), own_origin(request) + DONE)
    try:
        if there.connects(back) is not None:
            there.connect(back, str(gate.actor.person))
            return RedirectResponse(account.HERE, 303)
        step = there.arrive(back)
    except FAULTS as fault:
        return form(request, gate, fault)
    if step.session is not None:
        return signed_in(request, step.session)
    return form(request, gate, step=step.second_step)


@routes.post("/account/elsewhere", may="change credential", at=account.own)
def connect(request: Request, gate: Gate) -> Response:
    """Goes to the issuer to connect one's account with what it knows one by."""
    try:
        return onward(request, gate, str(gate.actor.person))
    except FAULTS as fault:
        return account.show(request, gate, fault)


@routes.post("/account/elsewhere/remove", may="change credential", at=account.own)
def disconnect(request: Request, gate: Gate) -> Response:
    """Takes the connection away."""
    try:
        with gate.services.store.writing() as transaction:
            identities.disconnect(transaction, str(gate.actor.person))
    except FAULTS as fault:
        return account.show(request, gate, fault)
    return account.again()
