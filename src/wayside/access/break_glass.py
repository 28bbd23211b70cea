# SPDX-License-Identifier: Apache-2.0
"""For a site whose tasks cannot be given any more: whoever owns the machine appoints an approver or administrator.

Nothing else gets round the second signature. It is done at the machine, never over the network; the journal tells of
it, and the auditor's desk lists it as an emergency.
"""

from __future__ import annotations

from sqlalchemy import Connection

from wayside.access import approvals
from wayside.access.errors import PersonError
from wayside.access.people import active_people, known
from wayside.access.policy import Actor
from wayside.access.roles import ADMINISTRATOR, APPROVER, being_founded, check_role, enter, grant_request, holders
from wayside.record import Transaction

APPOINTED = (APPROVER, ADMINISTRATOR)
"""Without the first nobody signs, without the second nobody asks."""


def able(connection: Connection, site: str, role: str) -> list[str]:
    """Who holds a role at a site and can sign in with a second factor."""
    held = set(holders(connection, site, role))
    return [one.name for one in active_people(connection) if one.name in held and one.has_second_factor]


def check_lost(connection: Connection, site: str, role: str) -> None:
    """Raises PersonError where the site needs no breaking of glass."""
    if role not in APPOINTED:
        raise PersonError(
            f"only {' or '.join(APPOINTED)} is appointed like this; the other tasks are given in the pages"
        )
    if role == APPROVER and being_founded(connection, site):
        raise PersonError("the site has never had an approver; its administrator gives that task in the pages")
    if there := able(connection, site, role):
        raise PersonError(
            f"{', '.join(there)} is {role} here and can sign in; disable a lost account in the pages first"
        )


def appoint(transaction: Transaction, name: str, site: str, role: str, because: str, *, by: str) -> approvals.Request:
    """Gives a role without a second signature, where nobody is left who holds it and can sign in.

    `by`: the account of the machine. Returns the entry on the auditor's list. Raises PersonError, RequestError.
    """
    connection = transaction.connection
    check_lost(connection, site, role)
    account = known(connection, name)
    if not account.has_second_factor:
        raise PersonError("the account has no second factor yet; let its person sign in and add one first")
    check_role(connection, account, site, role)
    thing, subject = grant_request(name, site, role)
    state, life = approvals.State.EMERGENCY, approvals.EMERGENCY_LIFE
    noted = approvals.write(transaction, Actor(person=by), "grant role", thing, subject, because, state, life)
    enter(transaction, name, site, role, by=by, request=noted.id)
    return noted
