# SPDX-License-Identifier: Apache-2.0
"""What access refuses, as one tree below `wayside.domain.AccessError`; no message names a plate or holds a secret.

AccessError
├── RefusalError      the policy says no; `decision.why` tells which condition was missing
├── PurposeError      the reason or the reference of a purpose is none
├── SignInError       name, password, code or passkey do not fit; never says which
├── CredentialError   a new password, code generator or passkey cannot be taken
├── LimitError        a limit on tries, searches or hashes was reached; `wait_s` tells how long to wait
├── RequestError      an approval cannot be asked for, given or used
└── PersonError       an account or a role cannot be as was asked
"""

from __future__ import annotations

from wayside.access.policy import Decision
from wayside.domain import AccessError


class RefusalError(AccessError):
    """The policy refused; `decision.why` is set."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


class PurposeError(AccessError):
    """The reason is not on the list, or the reference is not one."""


class SignInError(AccessError):
    """Whoever signs in has not shown who they are."""


class CredentialError(AccessError):
    """A new credential cannot be taken."""


class LimitError(AccessError):
    """A limit was reached."""

    def __init__(self, message: str, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class RequestError(AccessError):
    """An approval cannot be asked for, given or used."""


class PersonError(AccessError):
    """An account or a role cannot be as was asked."""
