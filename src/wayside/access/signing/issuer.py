# SPDX-License-Identifier: Apache-2.0
"""The issuer at which people of a site may sign in: OpenID Connect, authorization code with PKCE and nonce.

Sources: OpenID Connect Core 1.0 §3.1, Discovery 1.0 §4, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700.
"""

from __future__ import annotations

import hmac
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from wayside.access.errors import SignInError
from wayside.access.signing.errand import Errand
from wayside.access.signing.outbound import allowed, ask
from wayside.domain import UsageError
from wayside.record import StatedIssuer

KNOWN_AT = "/.well-known/openid-configuration"
ALGORITHMS = ("ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")
"""Signatures with a key that only the issuer has; never `none`, and nothing that the client's secret could sign."""
KEPT_S, KEYS_AGAIN_S = 3600.0, 60.0
"""How long its description is believed, and how often its keys may be fetched for one that is not known."""
SKEW_S, LATEST_S = 60, 600
"""How far its clock may be from ours, and how old what it signed may be."""
AT_ONCE = 4
"""Requests to the issuer at one time: one that hangs must not hold all threads of the pages."""
UNFIT = "what the issuer signed is not meant for this sign-in, or its time is over; begin again"


@dataclass(frozen=True, slots=True)
class Told:
    """What the issuer says of whoever signed in there."""

    issuer: str
    subject: str
    """What it calls them, and never calls another."""
    claims: Mapping[str, Any]
    second_factor: bool


class Issuer:
    """One issuer; safe to use from several threads. Nothing is asked before somebody wants to sign in."""

    def __init__(self, stated: StatedIssuer, secret: str | None, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds since 1970. Raises UsageError where the extra is not installed."""
        try:
            import jwt  # noqa: F401
        except ImportError:
            raise UsageError('[oidc] in site.toml needs the extra: pip install "wayside[oidc]"') from None
        self.stated, self._secret, self._clock = stated, secret, clock
        self._hosts = frozenset({urlsplit(stated.issuer).hostname or "", *stated.hosts})
        self._turn, self._slots = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._known: dict[str, Any] = {}
        self._keys: list[dict[str, Any]] = []
        self._known_s = self._keys_s = float("-inf")

    def onward(self, errand: Errand, back: str) -> str:
        """The address of the issuer's page for signing in; `back`: ours, to which it returns. Raises SignInError."""
        address = self._endpoint("authorization_endpoint")
        allowed(address, self._hosts)
        name = "email" if self.stated.name_claim == "email" else "profile"
        asked = {
            "response_type": "code", "client_id": self.stated.client_id, "redirect_uri": back,
            "scope": f"openid {name}", "state": errand.state, "nonce": errand.nonce,
            "code_challenge": errand.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        if self.stated.second_factor_acr:
            asked["acr_values"] = " ".join(self.stated.second_factor_acr)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def told(self, errand: Errand, code: str, back: str) -> Told:
        """What the issuer says, for the code that it sent; raises SignInError for what is not right to the letter."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "code_verifier": errand.verifier, "client_id": self.stated.client_id,
        }  # fmt: skip
        answer = self._ask(self._endpoint("token_endpoint"), form, self._authorization())
        claims = self.checked(answer.get("id_token"), errand.nonce)
        return Told(self.stated.issuer, str(claims["sub"]), claims, self._two_factors(claims))

    def checked(self, token: object, nonce: str) -> Mapping[str, Any]:
        """The claims of an ID token (Core §3.1.3.7); raises SignInError."""
        import jwt

        if not isinstance(token, str):
            raise SignInError(UNFIT)
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(header.get("alg"), header.get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                jwt.PyJWK(key, algorithm=header["alg"]),
                algorithms=[header["alg"]],
                audience=self.stated.client_id,
                issuer=self.stated.issuer,
                # Times are compared below with the record's own clock.
                options={"require": ["aud", "exp", "iat", "iss", "sub"], "verify_exp": False, "verify_iat": False,
                         "verify_nbf": False},
            )  # fmt: skip
        except (jwt.PyJWTError, TypeError, ValueError):
            raise SignInError(UNFIT) from None
        if not self._fits(claims, nonce):
            raise SignInError(UNFIT)
        return claims

    def _fits(self, claims: Mapping[str, Any], nonce: str) -> bool:
        """Whether a signed token is of this sign-in, for this client alone, and of now."""
        now, audience = self._clock(), claims["aud"]
        times = (claims["exp"], claims["iat"], claims.get("nbf", 0))
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in times):
            return False
        expires, made, begins = times
        party = claims.get("azp", self.stated.client_id if isinstance(audience, str) or len(audience) == 1 else None)
        said = claims.get("nonce")
        return (
            isinstance(said, str)
            and hmac.compare_digest(said.encode(), nonce.encode())
            and party == self.stated.client_id
            and isinstance(claims["sub"], str)
            and 0 < len(claims["sub"]) <= 255
            and now - LATEST_S <= made <= now + SKEW_S
            and expires > now - SKEW_S
            and begins <= now + SKEW_S
        )

    def _two_factors(self, claims: Mapping[str, Any]) -> bool:
        """Whether it says, in words that the site believes, that there were two factors."""
        methods = claims.get("amr")
        said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
        return claims.get("acr") in self.stated.second_factor_acr or bool(said & set(self.stated.second_factor_amr))

    def _key(self, algorithm: object, name: object) -> dict[str, Any]:
        """The issuer's key for a signature; fetched again where it is not known. Raises SignInError."""
        if algorithm not in ALGORITHMS:
            raise SignInError(UNFIT)
        for again in (False, True):
            fitting = [one for one in self._fetched_keys(again=again) if suits(one, algorithm, name)]
            if len(fitting) == 1:
                return fitting[0]
        raise SignInError(UNFIT)

    def _fetched_keys(self, *, again: bool) -> list[dict[str, Any]]:
        """The keys that it publishes; with `again` fetched anew, but not more often than once a minute."""
        address = self._endpoint("jwks_uri")
        with self._turn:
            age_s = time.monotonic() - self._keys_s
            if age_s > KEPT_S or (again and age_s > KEYS_AGAIN_S):
                keys = self._ask(address).get("keys")
                self._keys = [one for one in keys if isinstance(one, dict)] if isinstance(keys, list) else []
                self._keys_s = time.monotonic()
            return self._keys

    def _endpoint(self, name: str) -> str:
        """An address from the issuer's description of itself (Discovery §4); raises SignInError."""
        with self._turn:
            if time.monotonic() - self._known_s > KEPT_S:
                found = self._ask(self.stated.issuer.rstrip("/") + KNOWN_AT)
                if found.get("issuer") != self.stated.issuer:
                    raise SignInError("the issuer calls itself something else than the settings do; mend `issuer`")
                self._known, self._known_s = found, time.monotonic()
            address = self._known.get(name)
        if not isinstance(address, str):
            raise SignInError(f"the issuer does not say its {name}; check `issuer` in the settings")
        return address

    def _authorization(self) -> dict[str, str]:
        """How this client shows that it is (RFC 6749 §2.3.1); nothing where it is a public one."""
        if self._secret is None:
            return {}
        pair = f"{quote_plus(self.stated.client_id)}:{quote_plus(self._secret)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def _ask(
        self, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Asks the issuer, unless too many do already; raises SignInError."""
        if not self._slots.acquire(timeout=1):
            raise SignInError("the issuer is slow to answer and others wait for it; try again in a moment")
        try:
            return ask(address, self._hosts, form, headers)
        finally:
            self._slots.release()


def suits(key: Mapping[str, Any], algorithm: object, name: object) -> bool:
    """Whether a published key may have made a signature (RFC 7517 §4): its name, its use, its algorithm."""
    return (
        (name is None or key.get("kid") == name)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and key.get("kty") != "oct"
    )
