# SPDX-License-Identifier: Apache-2.0
"""The address of a camera and its password, kept apart wherever a person sees or types them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from wayside.domain import UsageError


@dataclass(frozen=True, slots=True)
class Credentials:
    """With whom to sign in at a camera; never printed."""

    user: str = field(repr=False)
    password: str = field(repr=False)


def credentials_of(source: str) -> Credentials | None:
    """The user and password in the address of a stream; None where it has neither."""
    if "://" not in source:
        return None
    try:
        parts = urlsplit(source)
    except ValueError:  # written by hand, and refused when it is opened
        return None
    if not parts.username and not parts.password:
        return None
    return Credentials(unquote(parts.username or ""), unquote(parts.password or ""))


def with_credentials(address: str, credentials: Credentials | None) -> str:
    """The address of a stream with this user and password; any other source as it is.

    Raises UsageError where the address brings a user of its own along, or is none.
    """
    if credentials is None or "://" not in address:
        return address
    try:
        parts = urlsplit(address)
        host = parts.netloc
    except ValueError:
        raise UsageError("the address is malformed; write it as rtsp://host:port/path") from None
    if "@" in host:
        raise UsageError("the address holds a user or a password already; leave them out of it, or the fields empty")
    signed = f"{quote(credentials.user, safe='')}:{quote(credentials.password, safe='')}@{host}"
    return urlunsplit((parts.scheme, signed, parts.path, parts.query, parts.fragment))
