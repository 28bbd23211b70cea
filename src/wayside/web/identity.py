# SPDX-License-Identifier: Apache-2.0
"""Who sends a request: the person of a session or of an API token, or a stranger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import Request
from sqlalchemy import Connection

from wayside.access import STRANGER, Actor, actor_of
from wayside.access.signing import Session, Token, actor_through, sessions, tokens
from wayside.bootstrap import Services

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and by what we know."""

    actor: Actor
    key: str | None = None
    """Of the cookie: a session's, or a visitor's who has none yet; tokens against forged forms go with it."""
    session: Session | None = None
    token: Token | None = None
    bearer: bool = False
    """Whether an `Authorization` header was sent; then cookies do not count, and forged forms cannot be sent."""


def cookie_name(request: Request) -> str:
    """Bound to this host and to TLS by its name, where there is TLS."""
    return "__Host-wayside" if request.url.scheme == "https" else "wayside"


def identify(request: Request, services: Services, connection: Connection) -> Identity:
    """Who sends a request, as the database has it at this moment."""
    now_ms = services.sign_in.now_ms()
    stated = request.headers.get("authorization")
    if stated is not None:
        return bearer_of(stated, connection, now_ms)
    key = request.cookies.get(cookie_name(request))
    session = None if key is None else sessions.find(connection, key, now_ms, services.sign_in.limits)
    if session is None:
        return Identity(STRANGER, key)
    actor = actor_of(connection, session.person, now_ms, second_factor=session.second_factor)
    if not actor.second_factor and services.sign_in.waived(connection):
        actor = replace(actor, second_factor=True)
    return Identity(actor, key, session)


def bearer_of(stated: str, connection: Connection, now_ms: int) -> Identity:
    """Who an `Authorization` header stands for."""
    key = stated[len(BEARER) :].strip() if stated[: len(BEARER)].casefold() == BEARER else ""
    token = tokens.find(connection, key, now_ms) if key else None
    if token is None:
        return Identity(STRANGER, bearer=True)
    return Identity(actor_through(connection, token, now_ms), token=token, bearer=True)
