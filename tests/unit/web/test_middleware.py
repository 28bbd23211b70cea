# SPDX-License-Identifier: Apache-2.0
"""Names, proxies and headers of every request, as whoever wants to get around them would send them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

from wayside.web.middleware import Hosts, Proxies, SecurityHeaders, add_headers, host_of

Header = tuple[str, str]


class Inside:
    """An application that remembers in which form a request reached it."""

    def __init__(self, **headers: str) -> None:
        self.seen: list[dict[str, Any]] = []
        self.headers = headers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers with a word."""
        self.seen.append(scope)
        if scope["type"] == "http":
            await PlainTextResponse("inside", headers=self.headers)(scope, receive, send)


def asked(
    app: Any, *headers: Header, client: str | None = "192.0.2.7", kind: str = "http", scheme: str = "http"
) -> int:
    """The status of the answer; 0 where there is none."""
    scope = {
        "type": kind, "method": "GET", "path": "/", "scheme": scheme, "client": client and (client, 4000),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    asyncio.run(app(scope, receive, send))
    return int(told[0]["status"]) if told else 0


@pytest.mark.parametrize(
    ("stated", "host"),
    [
        ("gate.example", "gate.example"),
        ("GATE.Example:8080", "gate.example"),
        ("[::1]", "[::1]"),
        ("[::1]:8080", "[::1]"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("", ""),
        (":8080", ""),
    ],
)
def test_a_host_is_a_name_without_its_port(stated: str, host: str) -> None:
    """Addresses of the longer kind have colons of their own."""
    assert host_of(stated) == host


@given(st.text("abc.:[]@/8 ", max_size=12))
def test_no_way_of_writing_a_host_breaks_its_check(stated: str) -> None:
    """It is compared with names; whatever is odd is no name."""
    assert host_of(stated) == host_of(stated).casefold()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("host", "gate.example")], 200),
        ([("host", "Gate.Example:443")], 200),
        ([("host", "evil.example")], 421),
        ([("host", "gate.example.evil.example")], 421),
        ([("host", "gate.example@evil.example")], 421),
        ([("host", "")], 421),
        ([], 421),
        ([("host", "gate.example"), ("host", "evil.example")], 421),
        ([("host", "evil.example"), ("x-forwarded-host", "gate.example")], 421),
    ],
)
def test_only_the_names_that_pages_are_served_under_are_answered(headers: Sequence[Header], status: int) -> None:
    """So that a foreign name which points here reads nothing; what is refused does not get inside."""
    inside = Inside()
    assert asked(Hosts(inside, ["GATE.example"]), *headers) == status
    assert len(inside.seen) == (status == 200)


def test_what_is_no_request_passes() -> None:
    """The beginning and end of serving have neither names nor proxies."""
    inside = Inside()
    asked(Hosts(Proxies(inside, ["192.0.2.7"]), ["gate.example"]), kind="lifespan")
    assert [one["type"] for one in inside.seen] == ["lifespan"]


TLS = ("x-forwarded-proto", "https")


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("192.0.2.7", [TLS], 200),
        ("198.51.100.200", [TLS], 200),
        ("192.0.2.8", [TLS], 403),
        ("192.0.2.7", [], 403),
        ("192.0.2.7", [("x-forwarded-proto", "http")], 403),
        ("192.0.2.7", [TLS, ("x-forwarded-proto", "http")], 403),
        ("not an address", [TLS], 403),
        (None, [TLS], 403),
    ],
)
def test_only_declared_proxies_that_spoke_tls_are_answered(
    client: str | None, headers: Sequence[Header], status: int
) -> None:
    """The last word on the scheme is the proxy's own; an earlier one may be its client's."""
    inside = Inside()
    assert asked(Proxies(inside, ["192.0.2.7", "198.51.100.0/24"]), *headers, client=client) == status
    assert len(inside.seen) == (status == 200)


@pytest.mark.parametrize(
    ("stated", "client"),
    [
        ([], "192.0.2.7"),
        (["203.0.113.5"], "203.0.113.5"),
        (["10.0.0.1, 203.0.113.5"], "203.0.113.5"),
        (["10.0.0.1", "203.0.113.5"], "203.0.113.5"),
        (["10.0.0.1, 10.0.0.2", "10.0.0.3,203.0.113.5 "], "203.0.113.5"),
        ([""], "192.0.2.7"),
    ],
)
def test_the_address_is_the_last_one_that_was_added(stated: Sequence[str], client: str) -> None:
    """A client may send the header itself, to be counted as somebody else; some proxies add a line of their own."""
    inside = Inside()
    asked(Proxies(inside, ["192.0.2.7"]), TLS, *(("x-forwarded-for", one) for one in stated))
    (scope,) = inside.seen
    assert (scope["client"][0], scope["scheme"]) == (client, "https")


def test_without_proxies_nobody_s_word_is_taken() -> None:
    """Neither on the address nor on the scheme."""
    inside = Inside()
    asked(Proxies(inside, []), TLS, ("x-forwarded-for", "203.0.113.5"))
    assert (inside.seen[0]["client"][0], inside.seen[0]["scheme"]) == ("192.0.2.7", "http")


@pytest.mark.parametrize("tls", [True, False])
def test_every_answer_is_kept_out_of_frames_and_caches(tls: bool) -> None:
    """What a route says of caching stays; browsers are held to TLS only where it is spoken."""
    same = MutableHeaders({"cache-control": "public, max-age=60"})
    add_headers(same, tls=tls)
    assert "vary" not in same
    for stated, cached in ((None, "no-store"), ("no-cache", "no-cache")):
        headers = MutableHeaders({} if stated is None else {"cache-control": stated})
        add_headers(headers, tls=tls)
        assert headers["cache-control"] == cached
        assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
        assert "unsafe" not in headers["content-security-policy"]
        assert ("strict-transport-security" in headers) is tls
        assert {"Authorization", "Cookie"} <= {one.strip() for one in headers["vary"].split(",")}


def test_a_refusal_has_the_headers_too() -> None:
    """They are added outside of everything."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    app: Any = SecurityHeaders(Hosts(Inside(), ["gate.example"]))
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "scheme": "https"}
    asyncio.run(app(scope, None, send))
    assert told[0]["status"] == 421
    assert b"content-security-policy" in dict(told[0]["headers"])
    assert b"strict-transport-security" in dict(told[0]["headers"])
