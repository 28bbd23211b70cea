# SPDX-License-Identifier: Apache-2.0
"""The second signature: what waits for it, what exactly it is for, and giving or refusing it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import Request as Asked
from wayside.access import RequestError, Thing, approvals, permissions
from wayside.domain import UsageError
from wayside.web import signatures
from wayside.web.asked_for import parts
from wayside.web.guard import Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.rendering import render
from wayside.web.things import own_at_site, request_in_path

routes = Routes("/approvals", {"include_in_schema": False})
Settle = Callable[..., Asked]
"""Takes the record, who decides, the request, and what they say."""
AGAIN = {"search passage": "/find/again", "read journey": "/journeys/again"}
"""Where what was signed for is looked for as it was asked."""
MOST_OWN = 100
"""Of one's own requests that the page shows."""


def owner_of(asked: Asked, person: str | None) -> str | None:
    """Whose a request is to somebody: whoever gains from it counts as having asked."""
    return person if asked.subject.get("account") == person else asked.asked_by


def may_sign(gate: Granted, asked: Asked) -> bool:
    """Whether the person could give this signature."""
    return gate.may("approve", Thing("request", asked.site, owner=owner_of(asked, gate.actor.person)))


def says(deed: str) -> str:
    """What a deed is, in the words of the table of permissions."""
    return next((rule.says for rule in permissions().rules if rule.may == deed), deed)


@dataclass(frozen=True, slots=True)
class Own:
    """Something that one asked for, and what can be done with it."""

    asked: Asked
    is_open: bool
    is_ready: bool
    criteria: str | None
    """Of a search that can be done now."""
    again: str | None
    """Where it is done."""


def own(gate: Granted) -> list[Own]:
    """What whoever asks has asked for here, the newest first."""
    store = gate.services.store
    with store.reading() as connection:
        found = approvals.asked_by(connection, store.site.name, str(gate.actor.person))
    return [own_of(one, store.now()) for one in found[:MOST_OWN]]


def own_of(asked: Asked, now: datetime) -> Own:
    """One of them; a search that is signed can be done as it was asked for."""
    ready = asked.is_ready(now)
    again = AGAIN.get(asked.deed) if ready else None
    return Own(asked, asked.is_open(now), ready, again and json.dumps(asked.subject["criteria"]), again)


@routes.get("", may="read request", at=own_at_site("request"), head="head.approvals")
def both(request: Request, gate: Gate) -> Response:
    """What waits for a signature, as far as one may see it, and what one has asked for."""
    store = gate.services.store
    with store.reading() as connection:
        found = approvals.waiting(connection, store.site.name, gate.services.sign_in.now_ms())
    own_thing = Thing("request", store.site.name, owner=gate.actor.person)
    return render(
        request,
        "approvals.html",
        sees=gate.may("read", Thing("request", store.site.name)),
        found=[(one, may_sign(gate, one)) for one in found],
        asks=gate.may("ask", own_thing),
        own=own(gate),
    )


def show(request: Request, gate: Granted, request_id: str, fault: Exception | None = None) -> Response:
    """One request, with what was wrong with the last decision."""
    with gate.services.store.reading() as connection:
        found = approvals.find(connection, request_id)
    is_open = found.is_open(gate.services.store.now())
    own = Thing("request", found.site, owner=found.asked_by)
    return render(
        request,
        "approval.html",
        status=200 if fault is None else 422,
        fault=fault,
        asked=found,
        says=says(found.deed),
        parts=parts(found, gate.services.store.site.retention.periods),
        is_open=is_open,
        may_sign=is_open and may_sign(gate, found),
        may_withdraw=is_open and gate.may("withdraw", own),
    )


@routes.get("/{request_id}", may="read request", at=request_in_path)
def one_request(request: Request, gate: Gate, request_id: str) -> Response:
    """What exactly is asked for, why, and what became of it."""
    return show(request, gate, request_id)


def settled(request: Request, gate: Granted, request_id: str, settle: Settle, *said: str) -> Response:
    """Decides a request and shows it."""
    try:
        settle(gate.services.store, gate.actor, request_id, *said)
    except (RequestError, UsageError) as fault:
        return show(request, gate, request_id, fault)
    return RedirectResponse(f"/approvals/{request_id}", 303)


@routes.post("/{request_id}/approve", may="approve request", at=request_in_path)
def approve(request: Request, gate: Gate, request_id: str, says: Text = "") -> Response:
    """Signs for what somebody else asked for."""
    return settled(request, gate, request_id, signatures.approve, says)


@routes.post("/{request_id}/refuse", may="refuse request", at=request_in_path)
def refuse(request: Request, gate: Gate, request_id: str, says: Text = "") -> Response:
    """Refuses it; the journal keeps why."""
    return settled(request, gate, request_id, signatures.refuse, says)


@routes.post("/{request_id}/withdraw", may="withdraw request", at=request_in_path)
def withdraw(request: Request, gate: Gate, request_id: str) -> Response:
    """Takes back one's own request."""
    return settled(request, gate, request_id, signatures.withdraw)
