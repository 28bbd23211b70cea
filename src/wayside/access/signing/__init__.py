# SPDX-License-Identifier: Apache-2.0
"""Showing who one is, and staying signed in: passwords, codes, passkeys, sessions, tokens and their limits."""

from wayside.access.signing import credentials, identities, one_time, passkeys, sessions, throttle, tokens
from wayside.access.signing.elsewhere import Back, Elsewhere
from wayside.access.signing.issuer import Issuer
from wayside.access.signing.one_time import Once
from wayside.access.signing.passwords import Hasher
from wayside.access.signing.seal import Seal
from wayside.access.signing.sessions import Session, SessionLimits
from wayside.access.signing.sign_in import SignIn, Step
from wayside.access.signing.throttle import Limit
from wayside.access.signing.tokens import Order, Token, actor_through

__all__ = [
    "Back",
    "Elsewhere",
    "Hasher",
    "Issuer",
    "Limit",
    "Once",
    "Order",
    "Seal",
    "Session",
    "SessionLimits",
    "SignIn",
    "Step",
    "Token",
    "actor_through",
    "credentials",
    "identities",
    "one_time",
    "passkeys",
    "sessions",
    "throttle",
    "tokens",
]
