# SPDX-License-Identifier: Apache-2.0
"""Codes of six digits from a code generator (TOTP, RFC 6238): good for their 30 seconds, and once."""

from __future__ import annotations

import hmac

from pyotp import random_base32
from pyotp.totp import TOTP

STEP_S = 30
DIGITS = 6


def new_secret() -> str:
    """A secret of 160 random bits in base32, as generators take it."""
    return random_base32()


def address(secret: str, person: str, issuer: str) -> str:
    """The `otpauth:` address that a generator reads from a QR code; it holds the secret, so it is shown once."""
    return TOTP(secret).provisioning_uri(name=person, issuer_name=issuer)


def step_of(now_s: float) -> int:
    """The number of the 30 seconds that a moment (seconds since 1970) lies in."""
    return int(now_s // STEP_S)


def accepted_step(secret: str, code: str, now_s: float, last_step: int | None) -> int | None:
    """The step that a code belongs to, where it is good; None where it is not.

    Good is the code of the present 30 seconds that was not used before: nothing at or before `last_step` is taken
    (OWASP ASVS 5.0, 6.5.1 and 6.5.5). The caller keeps the step in the transaction that signs the person in.
    """
    step = step_of(now_s)
    if last_step is not None and step <= last_step:
        return None
    given = "".join(code.split())
    expected = TOTP(secret).at(step * STEP_S)
    fits = hmac.compare_digest(given.encode(), expected.encode())
    return step if fits else None
