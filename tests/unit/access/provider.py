# SPDX-License-Identifier: Apache-2.0
"""An OpenID provider on this machine: real requests, real codes, real signatures, and every way to get them wrong."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT, SECRET = "north", "s%cret:of/north"
Claims = dict[str, Any]


def key_named(name: str, private: Any) -> tuple[Any, dict[str, Any]]:
    """A signing key and what is published of it."""
    kind = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return private, {**kind.to_jwk(private.public_key(), as_dict=True), "kid": name, "use": "sig"}


RSA = key_named("rsa", rsa.generate_private_key(65537, 2048))
EC = key_named("ec", ec.generate_private_key(ec.SECP256R1()))
FOREIGN = key_named("rsa", rsa.generate_private_key(65537, 2048))
"""Another key that goes by the same name."""


@dataclass
class Provider:
    """What the provider knows, and how tests bend it."""

    clock: Callable[[], float]
    address: str = ""
    port: int = 0
    who: Claims = field(default_factory=lambda: {"sub": "0815", "preferred_username": "ivy", "name": "Ivy Marsh"})
    """Whoever sits at the browser."""
    methods: Claims = field(default_factory=lambda: {"amr": ["pwd", "otp"]})
    """What it says of how they signed in."""
    bend: Callable[[Claims], Claims] = lambda claims: claims
    """Changes what is signed."""
    sign: Callable[[Claims], str] = lambda claims: jwt.encode(claims, RSA[0], "RS256", {"kid": "rsa"})
    keys: list[Any] = field(default_factory=lambda: [RSA[1], EC[1]])
    describe: Claims = field(default_factory=dict)
    """What its description of itself says otherwise."""
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""

    def description(self) -> Claims:
        """As OpenID Connect Discovery has it."""
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.address, **{name: self.address + path for name, path in ends.items()}, **self.describe}

    def visited(self, address: str) -> dict[str, str]:
        """What the browser brings back from the page for signing in, as the parts of the address it is sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.address}

    def token(self, form: Mapping[str, str], authorization: str) -> tuple[int, Claims]:
        """The answer to whoever brings a code, which is good once."""
        if authorization != "Basic " and b64decode(authorization[6:]).decode() != "north:s%25cret%3Aof%2Fnorth":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        proven = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != proven or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(self.clock())
        claims = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.who, **self.methods,
        }  # fmt: skip
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(self.bend(claims))}


class Handler(BaseHTTPRequestHandler):
    """Answers requests for a provider."""

    provider: Provider

    def do_GET(self) -> None:
        """The description and the keys."""
        self.provider.asked.append(self.path)
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": self.provider.description(),
            "/keys": {"keys": self.provider.keys},
        }
        found = answers.get(self.path)
        self.answer(404 if found is None else 200, found)

    def do_POST(self) -> None:
        """A code for a token."""
        self.provider.asked.append(self.path)
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.answer(*self.provider.token(form, self.headers.get("authorization", "Basic ")))

    def answer(self, status: int, document: Any) -> None:
        """Sends JSON."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def served(clock: Callable[[], float]) -> Iterator[Provider]:
    """A provider that answers on this machine until the end."""
    provider = Provider(clock)
    handler = type("Bound", (Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.port = server.server_address[1]
    provider.address = f"http://127.0.0.1:{provider.port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
