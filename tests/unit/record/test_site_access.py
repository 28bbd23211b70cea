# SPDX-License-Identifier: Apache-2.0
"""What the site's file says of access, of an issuer and of who answers: within bounds, or refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wayside.domain import UsageError
from wayside.record.policy_file import Section
from wayside.record.site_access import (
    Controller,
    StatedAccess,
    read_controller,
    read_issuer,
    read_stated_access,
)

ISSUER = {"issuer": "https://login.example.org/realm", "client_id": "wayside"}


def section(name: str, /, **stated: Any) -> Section:
    """A table that states this."""
    return Section(Path("site.toml"), name, stated)


BOUNDS = {
    "fresh_hours": (1, 72),
    "ordinary_days": (1, 365),
    "idle_minutes": (2, 240),
    "session_hours": (1, 24),
    "searches_per_hour": (1, 3600),
    "bulk_rows": (0, 1_000_000),
}


def test_nothing_stated_leaves_every_default() -> None:
    """None says that the default holds."""
    assert read_stated_access(section("access")) == StatedAccess()
    assert read_issuer(section("oidc")) is None
    assert read_controller(section("controller")) == Controller()


@pytest.mark.parametrize(("key", "least", "most"), [(key, *bounds) for key, bounds in BOUNDS.items()])
def test_each_number_has_its_bounds(key: str, least: int, most: int) -> None:
    """Both ends are within, and one beyond either is not."""
    for value in (least, most):
        assert getattr(read_stated_access(section("access", **{key: value})), key) == value
    for value in (least - 1, most + 1):
        with pytest.raises(UsageError, match=f"'access.{key}' must be a whole number from {least} to {most}"):
            read_stated_access(section("access", **{key: value}))


def test_a_time_zone_is_one_that_there_is() -> None:
    """A misspelt one, or the path of another file, is refused before anybody's duty is reckoned in it."""
    assert read_stated_access(section("access", time_zone="Europe/Berlin")).time_zone == "Europe/Berlin"
    for wrong in ("Europe/Berlín", "../../etc/passwd", "/etc/passwd", "Europe"):
        with pytest.raises(UsageError, match="time_zone"):
            read_stated_access(section("access", time_zone=wrong))


def test_an_issuer_is_named_after_its_host_unless_it_says_otherwise() -> None:
    """What stands on the button."""
    plain = read_issuer(section("oidc", **ISSUER))
    named = read_issuer(section("oidc", **ISSUER, name="County login", make_accounts=True, hosts=["keys.example.org"]))
    assert plain is not None and named is not None
    assert (plain.name, plain.make_accounts, plain.name_claim) == ("login.example.org", False, "preferred_username")
    assert (named.name, named.make_accounts, named.hosts) == ("County login", True, ("keys.example.org",))


@pytest.mark.parametrize("missing", ["issuer", "client_id"])
def test_half_an_issuer_is_refused(missing: str) -> None:
    """The address without the client, and the client without the address."""
    with pytest.raises(UsageError, match=f"'oidc.{missing}' is missing"):
        read_issuer(section("oidc", **{key: value for key, value in ISSUER.items() if key != missing}))


@pytest.mark.parametrize(
    "stated", [{"name": "x"}, {"hosts": ["x"]}, {"make_accounts": True}, {"client_secret_file": "keys/oidc"}]
)
def test_what_an_issuer_would_need_is_no_issuer(stated: dict[str, Any]) -> None:
    """Settings of an issuer that is not named would be followed by nobody."""
    with pytest.raises(UsageError, match=r"'oidc.issuer' is missing"):
        read_issuer(section("oidc", **stated))


@pytest.mark.parametrize("address", ["http://localhost:8080/realm", "http://127.0.0.1/realm", "http://[::1]:9/realm"])
def test_without_tls_only_on_this_machine(address: str) -> None:
    """As where one tries an issuer out."""
    found = read_issuer(section("oidc", **{**ISSUER, "issuer": address}))
    assert found is not None and found.issuer == address


@pytest.mark.parametrize(
    "address",
    [
        "http://login.example.org/realm",
        "http://localhost.example.org/",
        "login.example.org",
        "ftp://localhost/",
        "https://",
        "https://user:word@login.example.org/",
        "https://login.example.org/?realm=1",
        "https://login.example.org/#realm",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    """Without TLS, without a host, or with more than the address."""
    with pytest.raises(UsageError, match=r"'oidc.issuer' must be"):
        read_issuer(section("oidc", **{**ISSUER, "issuer": address}))


def test_unknown_keys_are_refused_everywhere() -> None:
    """A misspelt bound must not be taken for a default."""
    with pytest.raises(UsageError, match="did you mean idle_minutes"):
        read_stated_access(section("access", idle_minute=5))
    with pytest.raises(UsageError, match="did you mean client_id"):
        read_issuer(section("oidc", **ISSUER, clientid="x"))
    with pytest.raises(UsageError, match="did you mean contact"):
        read_controller(section("controller", contacts="x"))
