# SPDX-License-Identifier: Apache-2.0
"""The one cookie: the key of a session, or of a visitor who has none yet; no script can read it."""

from __future__ import annotations

import secrets
from dataclasses import replace

from fastapi import Request, Response

from wayside.web.guard import Granted
from wayside.web.identity import cookie_name


def give(request: Request, response: Response, key: str) -> None:
    """Sets the cookie until the browser closes; under TLS for this host alone."""
    secure = request.url.scheme == "https"
    response.set_cookie(cookie_name(request), key, path="/", secure=secure, httponly=True, samesite="lax")


def take_away(request: Request, response: Response) -> None:
    """Removes the cookie."""
    secure = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), path="/", secure=secure, httponly=True, samesite="lax")


def visitor(gate: Granted) -> str | None:
    """Gives a stranger's visit a key, to which the tokens of its forms belong; None where it has one already."""
    if gate.who.key is not None:
        return None
    key = secrets.token_urlsafe(32)
    gate.who = replace(gate.who, key=key)
    return key
