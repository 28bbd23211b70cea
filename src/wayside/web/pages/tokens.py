# SPDX-License-Identifier: Apache-2.0
"""One's own API tokens: which there are, a new one with its key shown once, and ending one."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import CredentialError, PurposeError, Thing, permissions
from wayside.access.signing import Order, tokens
from wayside.domain import Purpose, UsageError
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.rendering import render
from wayside.web.things import one_s_own, own_at_site, token_in_path

routes = Routes("/account/tokens", {"include_in_schema": False})
FAULTS = (CredentialError, PurposeError, UsageError)


def show(request: Request, gate: Granted, fault: Exception | None = None, **more: Any) -> Response:
    """The page, with what was wrong with the last order, or the key of a new token."""
    with gate.services.store.reading() as connection:
        found = tokens.of_person(connection, str(gate.actor.person))
    now, site = gate.services.store.now(), gate.services.store.site.name
    return render(
        request,
        "tokens.html",
        status=200 if fault is None else 422,
        fault=fault,
        tokens=[(one, not one.revoked and one.expires_at > now) for one in found],
        may_issue=gate.may("issue", Thing("token", site, owner=gate.actor.person)),
        scopes=permissions().scopes,
        purposes=gate.services.settings.purposes,
        **{"key": None, **more},
    )


@routes.get("", may="read token", at=one_s_own("token"))
def own_tokens(request: Request, gate: Gate) -> Response:
    """One's own tokens."""
    return show(request, gate)


def purpose_of(gate: Granted, reason: str, reference: str) -> Purpose | None:
    """Under which the searches of a token run; None where no reference is stated. Raises PurposeError."""
    if not reference.strip():
        return None
    return gate.services.settings.purposes.checked(reason, reference, str(gate.actor.person))


@routes.post("", may="issue token", at=own_at_site("token"))
def issue(
    request: Request,
    gate: Gate,
    label: Text,
    until: Annotated[date, Form()],
    scope: Annotated[tuple[str, ...], Form()] = (),
    reason: Text = "",
    reference: Text = "",
) -> Response:
    """Issues a token for oneself at this site."""
    services = gate.services
    ends = datetime.combine(until, time(), services.zone)
    try:
        order = Order(services.store.site.name, label, frozenset(scope), ends, purpose_of(gate, reason, reference))
        with services.store.writing() as transaction:
            _, key = tokens.issue(transaction, gate.actor, order, services.settings.purposes)
    except FAULTS as fault:
        return show(request, gate, fault)
    return show(request, gate, key=key)


@routes.post("/{token_id}/end", may="revoke token", at=token_in_path)
def end(gate: Gate, token_id: str) -> Response:
    """Ends a token at once."""
    with gate.services.store.writing() as transaction:
        tokens.revoke(transaction, token_id, by=str(gate.actor.person))
    return RedirectResponse("/account/tokens", 303)
