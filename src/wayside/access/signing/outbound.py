# SPDX-License-Identifier: Apache-2.0
"""The only requests that access ever sends: to the hosts of the issuer that the site names, and to no other."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import msgspec

from wayside.access.errors import SignInError

TIMEOUT_S = 5.0
MOST_BYTES = 256 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def allowed(address: str, hosts: Collection[str]) -> SplitResult:
    """An address that may be used: with TLS (but on this machine) and at one of the hosts; raises SignInError."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise SignInError("the issuer names an address without TLS; tell its administrator")
    if host not in hosts or parts.username:
        raise SignInError(
            "the issuer names a host that the settings do not; add it to `hosts` of [oidc], if it is right"
        )
    return parts


def ask(
    address: str,
    hosts: Collection[str],
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object at an address, by GET, or by POST where there is a form; no redirection is followed.

    Raises SignInError, which names the host and nothing that was sent or answered.
    """
    parts = allowed(address, hosts)
    sent = {"Accept": "application/json", **(headers or {})}
    body = None
    if form is not None:
        body, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    connection = connected(parts)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("GET" if body is None else "POST", path, body, sent)
        reply = connection.getresponse()
        answered = reply.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException):
        raise SignInError(f"{parts.hostname} does not answer; try again later, or sign in with your password") from None
    finally:
        connection.close()
    if reply.status != http.client.OK or len(answered) > MOST_BYTES:
        raise SignInError(f"{parts.hostname} refused ({reply.status}); begin to sign in again")
    return read(answered, parts)


def read(answered: bytes, parts: SplitResult) -> dict[str, Any]:
    """The object of an answer; raises SignInError."""
    try:
        return msgspec.json.decode(answered, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise SignInError(f"{parts.hostname} answered with something else than was asked; check `issuer`") from None


def connected(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection, not yet opened; certificates are checked against those that this machine trusts."""
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_S)
    return http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
