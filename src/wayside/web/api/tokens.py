# SPDX-License-Identifier: Apache-2.0
"""API tokens: a program acts for a person, at one site, within scopes, until a date; the key is shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from wayside.access.signing import Order, Token, tokens
from wayside.domain import Purpose
from wayside.web.api.forms import NOTHING, Answer, Form, Id, Moment, Name, Site, api
from wayside.web.api.purposes import Beginning
from wayside.web.guard import Gate, Granted
from wayside.web.things import at_site, one_s_own, own_at_site, person_in_path, token_in_path

routes = api("/tokens", "tokens")


class TokenAnswer(Answer):
    """A token without its key."""

    id: str
    person: str
    site: str
    label: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    revoked: bool


class NewToken(TokenAnswer):
    """A token with its key, which nobody can read again."""

    key: str


class Tokens(Answer):
    """Tokens, the newest first; those that ended too."""

    tokens: list[TokenAnswer]


class TokenAsked(Form):
    """What a token is to be for."""

    label: Name
    scopes: Annotated[frozenset[Name], Field(min_length=1, max_length=32)]
    expires_at: Moment
    purpose: Beginning | None = None
    """Under which its searches run; without one it cannot search."""


def answered(one: Token) -> TokenAnswer:
    """As it is answered."""
    return TokenAnswer(**facts(one))


def facts(one: Token) -> dict[str, Any]:
    """What is told of a token."""
    return {
        "id": one.id, "person": one.person, "site": one.site, "label": one.label, "scopes": sorted(one.scopes),
        "made_at": one.made_at, "expires_at": one.expires_at, "revoked": one.revoked,
    }  # fmt: skip


def order_of(gate: Granted, asked: TokenAsked, site: str) -> Order:
    """What is ordered; raises PurposeError."""
    stated = asked.purpose
    purpose: Purpose | None = None
    if stated is not None:
        purpose = gate.services.settings.purposes.checked(stated.reason, stated.reference, str(gate.actor.person))
    return Order(site, asked.label, asked.scopes, asked.expires_at, purpose)


@routes.get("", may="read token", at=one_s_own("token"), response_model=Tokens)
def own_tokens(gate: Gate) -> Tokens:
    """One's own tokens."""
    with gate.services.store.reading() as connection:
        found = tokens.of_person(connection, str(gate.actor.person))
    return Tokens(tokens=[answered(one) for one in found])


@routes.get("/all", may="read token", at=at_site("token"), response_model=Tokens)
def all_tokens(gate: Gate, site: Site = None) -> Tokens:
    """All tokens for a site, for its administrator and auditor."""
    with gate.services.store.reading() as connection:
        found = tokens.at_site(connection, site or gate.services.store.site.name)
    return Tokens(tokens=[answered(one) for one in found])


@routes.post("", may="issue token", at=own_at_site("token"), response_model=NewToken, status_code=201)
def issue_token(gate: Gate, asked: TokenAsked, site: Site = None) -> NewToken:
    """Issues a token for oneself."""
    order = order_of(gate, asked, site or gate.services.store.site.name)
    with gate.services.store.writing() as transaction:
        found, key = tokens.issue(transaction, gate.actor, order, gate.services.settings.purposes)
    return NewToken(**facts(found), key=key)


@routes.post(
    "/devices/{account}", may="issue-device token", at=person_in_path("token"), response_model=NewToken, status_code=201
)
def issue_device_token(gate: Gate, account: Name, asked: TokenAsked, site: Site = None) -> NewToken:
    """Gives a camera or a node its key."""
    order = order_of(gate, asked, site or gate.services.store.site.name)
    with gate.services.store.writing() as transaction:
        found, key = tokens.issue_for_device(transaction, gate.actor, account, order)
    return NewToken(**facts(found), key=key)


@routes.delete("/{token_id}", may="revoke token", at=token_in_path, **NOTHING)
def revoke_token(gate: Gate, token_id: Id) -> None:
    """Ends a token at once."""
    with gate.services.store.writing() as transaction:
        tokens.revoke(transaction, token_id, by=str(gate.actor.person))
