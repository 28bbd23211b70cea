# SPDX-License-Identifier: Apache-2.0
"""Changes come from our own pages only: the Origin must be ours, and a token that other pages cannot read must fit."""

from __future__ import annotations

import hmac
from hashlib import sha256

from fastapi import Request

from wayside.web.errors import ForeignPageError
from wayside.web.identity import Identity

FIELD = "csrf"
HEADER = "x-csrf-token"


def token_of(key: str) -> str:
    """The token that goes with the key of a cookie; the key cannot be found from it."""
    return hmac.new(key.encode(), b"csrf", sha256).hexdigest()


def own_origin(request: Request) -> str:
    """The origin that our own pages have, as the browser writes it."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def check_same_origin(request: Request) -> None:
    """Raises ForeignPageError unless the browser says that the request comes from a page of ours."""
    if request.headers.get("origin") != own_origin(request):
        raise ForeignPageError
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignPageError


async def check_token(request: Request, who: Identity) -> None:
    """Raises ForeignPageError unless the token in the header or the form belongs to the cookie of the request."""
    given = request.headers.get(HEADER) or await form_token(request)
    if who.key is None or not hmac.compare_digest(given.encode(), token_of(who.key).encode()):
        raise ForeignPageError


async def form_token(request: Request) -> str:
    """The token from the hidden field of a form; empty where there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    await request.body()  # kept by the request, so that the handler can read the form again
    given = (await request.form()).get(FIELD)
    return given if isinstance(given, str) else ""
