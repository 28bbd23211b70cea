# SPDX-License-Identifier: Apache-2.0
"""What holds for every request and answer: names and proxies that we know, and the headers that keep pages ours."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
ONE_YEAR_S = 31_536_000
HSTS = f"max-age={ONE_YEAR_S}; includeSubDomains"


def refused(status: int, sentence: str) -> ASGIApp:
    """An answer that is given before anything is looked at."""
    return PlainTextResponse(sentence + "\n", status)


class Hosts:
    """Answers only to the names that the pages are served under, so that no foreign name can be pointed at them."""

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self.app, self.names = app, {name.casefold() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = Headers(scope=scope).getlist("host")
        if len(stated) != 1 or host_of(stated[0]) not in self.names:
            answer = refused(421, "These pages are not served under that name; state it with --name when serving.")
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def host_of(stated: str) -> str:
    """The host of a `Host` header without its port."""
    host = stated.rpartition("]")[0] + "]" if stated.startswith("[") else stated.partition(":")[0]
    return host.casefold()


class Proxies:
    """Believes the address and scheme that a declared proxy states, and nobody else's; where there are proxies, only
    they are answered, and only where they spoke TLS."""

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self.app, self.networks = app, [ipaddress.ip_network(one, strict=False) for one in proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.networks:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self.known((scope.get("client") or ("", 0))[0]) or last_word(headers, "x-forwarded-proto") != "https":
            await refused(403, "These pages are served through a proxy with TLS only.")(scope, receive, send)
            return
        stated = last_word(headers, "x-forwarded-for")
        told = {**scope, "scheme": "https", "client": (stated or scope["client"][0], 0)}
        await self.app(told, receive, send)

    def known(self, address: str) -> bool:
        """Whether an address is one of the declared proxies."""
        try:
            return any(ipaddress.ip_address(address) in one for one in self.networks)
        except ValueError:
            return False


def last_word(headers: Headers, name: str) -> str:
    """What was added last under a name, be it in a line of its own: that is the proxy's; others may be its client's."""
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


class SecurityHeaders:
    """Adds to every answer what keeps it out of frames, caches and foreign pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), tls=scope.get("scheme") == "https")
            await send(message)

        await self.app(scope, receive, told)


def add_headers(headers: MutableHeaders, *, tls: bool) -> None:
    """Adds the headers; what a route says of caching stays."""
    headers.update(HEADERS)
    headers.setdefault("Cache-Control", "no-store")
    if not headers["Cache-Control"].startswith("public"):  # what is the same for everybody outlives a cookie
        headers.add_vary_header("Authorization")
        headers.add_vary_header("Cookie")
    if tls:
        headers["Strict-Transport-Security"] = HSTS
