# SPDX-License-Identifier: Apache-2.0
"""What `site.toml` says of access, of the issuer at which people may sign in, and of who answers for the site.

`wayside.access` gives it its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from wayside.record.policy_file import Section


@dataclass(frozen=True, slots=True)
class StatedAccess:
    """`[access]`; None where the file says nothing and the default holds."""

    fresh_hours: int | None = None
    """How long a passage is shown to those who only watch."""
    ordinary_days: int | None = None
    """How far back a search reaches without a second person."""
    idle_minutes: int | None = None
    """After how long an unused session ends."""
    session_hours: int | None = None
    """After how long every session ends."""
    searches_per_hour: int | None = None
    """Of one person."""
    bulk_rows: int | None = None
    """How many records an export holds at most without a second person."""
    time_zone: str | None = None
    """In which duty hours are meant, as `Europe/Berlin`."""


@dataclass(frozen=True, slots=True)
class StatedIssuer:
    """`[oidc]`: an OpenID Connect issuer at which people of the site may sign in."""

    issuer: str
    """Its address exactly as it states it itself, as https://login.example.org/realm."""
    client_id: str
    name: str
    """What people call it; stands on the button."""
    client_secret_file: str | None = None
    """Relative to the data directory; None: a public client, which PKCE alone protects."""
    hosts: tuple[str, ...] = ()
    """Other hosts that its pages and keys lie at; nothing else is ever asked."""
    name_claim: str = "preferred_username"
    """What the issuer calls the name of the account here."""
    domain: str | None = None
    """Where names end in @ and a domain: the one that is taken off; others are refused."""
    make_accounts: bool = False
    """Whether whoever the issuer lets in gets an account, without any role."""
    second_factor_acr: tuple[str, ...] = ()
    second_factor_amr: tuple[str, ...] = ()
    """By which of its `acr` or `amr` the issuer says that there were two factors; none: it is not believed to."""


@dataclass(frozen=True, slots=True)
class Controller:
    """`[controller]`: who answers for the record; stands in the impact assessment and on the yearly page."""

    name: str | None = None
    contact: str | None = None
    custodian: str | None = None
    """Title of the person who answers for it."""
    basis: str | None = None
    """The law or decision by which it is kept."""
    aim: str | None = None
    """What the record is for, in a sentence or two."""


def read_stated_access(section: Section) -> StatedAccess:
    """`[access]`; raises UsageError."""
    found = StatedAccess(
        fresh_hours=section.number("fresh_hours", 1, 72),
        ordinary_days=section.number("ordinary_days", 1, 365),
        idle_minutes=section.number("idle_minutes", 2, 240),
        session_hours=section.number("session_hours", 1, 24),
        searches_per_hour=section.number("searches_per_hour", 1, 3600),
        bulk_rows=section.number("bulk_rows", 0, 1_000_000),
        time_zone=section.text("time_zone"),
    )
    section.done()
    if found.time_zone is not None:
        try:
            ZoneInfo(found.time_zone)
        except (KeyError, ValueError, OSError):
            section.fail("time_zone", "is no time zone of this machine; write it as Europe/Berlin")
    return found


def read_issuer(section: Section) -> StatedIssuer | None:
    """`[oidc]`, None where it states nothing; raises UsageError."""
    issuer, client_id = section.text("issuer"), section.text("client_id")
    stated = {key: section.text(key) for key in ("name", "client_secret_file", "name_claim", "domain")}
    lists: dict[str, Any] = {key: section.texts(key) for key in ("hosts", "second_factor_acr", "second_factor_amr")}
    make_accounts = section.flag("make_accounts", False)
    section.done()
    if issuer is None or client_id is None:
        if issuer or client_id or any(stated.values()) or any(lists.values()) or make_accounts:
            section.fail("client_id" if issuer else "issuer", "is missing; the issuer gave it out with the client")
        return None
    check_issuer(section, issuer)
    said: dict[str, Any] = {key: value for key, value in stated.items() if value is not None}
    return StatedIssuer(issuer, client_id, **{"name": urlsplit(issuer).hostname, **said}, **lists,
                        make_accounts=make_accounts)  # fmt: skip


def check_issuer(section: Section, issuer: str) -> None:
    """Raises UsageError for an address that no issuer can have: without TLS beyond this machine, or with more to it."""
    parts = urlsplit(issuer)
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        section.fail("issuer", "must be an address with https://")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        section.fail("issuer", "must be the address alone, as the issuer states it: https://login.example.org/realm")


def read_controller(section: Section) -> Controller:
    """`[controller]`; raises UsageError."""
    found = Controller(**{key: section.text(key) for key in ("name", "contact", "custodian", "basis", "aim")})
    section.done()
    return found
