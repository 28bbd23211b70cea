# SPDX-License-Identifier: Apache-2.0
"""Who may look, why, and who checks: people, roles, purposes, the one policy function, approvals, the audit.

Types and the policy are named here; what is done is found in the modules: `people`, `roles`, `approvals`, `working`,
`first_run`, `binding`, `break_glass`, `impact`, `tidying`, and in `wayside.access.signing` and `wayside.access.audit`
with their own.

Functions that take an `Actor` ask the policy themselves; those that take `by`, a name, trust that the caller did.
"""

from wayside.access import approvals, binding, break_glass, first_run, impact, people, roles, tidying, working
from wayside.access.age import Tiers
from wayside.access.approvals import Request, State
from wayside.access.binding import Binding, check_binding, second_factor_waived
from wayside.access.emptiness import emptiness, weakness
from wayside.access.errors import (
    CredentialError,
    LimitError,
    PersonError,
    PurposeError,
    RefusalError,
    RequestError,
    SignInError,
)
from wayside.access.masking import mask_passage, mask_plate, mask_reading
from wayside.access.people import AccountKind, Person, Shift, active_people
from wayside.access.permissions import Age, Conflict, Need, Permissions, Rule, permissions
from wayside.access.policy import STRANGER, Actor, Decision, Thing, Why, decide
from wayside.access.purposes import Purposes
from wayside.access.roles import actor_of
from wayside.access.settings import Settings, settings_of
from wayside.access.watermark import Watermark, mark_of, stamp
from wayside.access.working import Work

__all__ = [
    "STRANGER",
    "AccountKind",
    "Actor",
    "Age",
    "Binding",
    "Conflict",
    "CredentialError",
    "Decision",
    "LimitError",
    "Need",
    "Permissions",
    "Person",
    "PersonError",
    "PurposeError",
    "Purposes",
    "RefusalError",
    "Request",
    "RequestError",
    "Rule",
    "Settings",
    "Shift",
    "SignInError",
    "State",
    "Thing",
    "Tiers",
    "Watermark",
    "Why",
    "Work",
    "active_people",
    "actor_of",
    "approvals",
    "binding",
    "break_glass",
    "check_binding",
    "decide",
    "emptiness",
    "first_run",
    "impact",
    "mark_of",
    "mask_passage",
    "mask_plate",
    "mask_reading",
    "people",
    "permissions",
    "roles",
    "second_factor_waived",
    "settings_of",
    "stamp",
    "tidying",
    "weakness",
    "working",
]
