# SPDX-License-Identifier: Apache-2.0
"""One way to the issuer and back, bound to one browser: whoever brings its answer in another one gets nowhere."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from wayside.access.errors import SignInError
from wayside.access.signing.one_time import OVER


def encoded(some: bytes) -> str:
    """Base64 for addresses, without padding (RFC 7636, appendix A)."""
    return urlsafe_b64encode(some).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Errand:
    """What the way is known by; nonce and verifier are made from two keys, so that only one hash need be kept."""

    key: str
    """Good once, for ten minutes."""
    visit: str
    """The key of the browser's cookie, which no script and no issuer sees."""

    def _made(self, use: str) -> str:
        """256 bits for a use, which only this server and browser together can make."""
        return encoded(hmac.new(self.visit.encode(), f"{use}\0{self.key}".encode(), sha256).digest())

    @property
    def state(self) -> str:
        """What the issuer sends back."""
        return f"{self.key}.{self._made('state')}"

    @property
    def nonce(self) -> str:
        """What the issuer writes into what it signs."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """What proves that whoever has the code is who asked for it (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What the issuer is told of the verifier before: its SHA-256."""
        return encoded(sha256(self.verifier.encode()).digest())


def returned(state: str, visit: str | None) -> Errand:
    """The errand that an answer belongs to; raises SignInError where it is none of this browser's."""
    errand = Errand(state.partition(".")[0], visit or "")
    if visit is None or not hmac.compare_digest(errand.state.encode(), state.encode()):
        raise SignInError(OVER)
    return errand
