# SPDX-License-Identifier: Apache-2.0
"""Which tasks a person has at which site: given with a second signature, taken at once, never two that conflict."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from wayside.access.approvals import use
from wayside.access.errors import PersonError, RefusalError
from wayside.access.keys import new_id
from wayside.access.people import AccountKind, Person, active_people, known, note
from wayside.access.permissions import permissions
from wayside.access.policy import Actor, Thing, Why, decide
from wayside.access.tables import person, role_grant, session, work
from wayside.record import Transaction, milliseconds

OWNER, ADMINISTRATOR, APPROVER, DEVICE = "owner", "administrator", "approver", "device"
LONGEST_TRAINING = timedelta(days=366)
"""Training and the rules of use are renewed every twelve months."""


def roles_of(connection: Connection, name: str) -> dict[str, frozenset[str]]:
    """The roles that an account holds, by site."""
    held = (role_grant.c.person == name, role_grant.c.ended_ms.is_(None))
    query = select(role_grant.c.site, role_grant.c.role).where(*held)
    found: dict[str, set[str]] = {}
    for site, role in connection.execute(query):
        found.setdefault(site, set()).add(role)
    return {site: frozenset(roles) for site, roles in found.items()}


def holders(connection: Connection, site: str, role: str) -> list[str]:
    """The names of those who hold a role at a site."""
    held = (role_grant.c.site == site, role_grant.c.role == role, role_grant.c.ended_ms.is_(None))
    return list(connection.execute(select(role_grant.c.person).where(*held).order_by(role_grant.c.person)).scalars())


def being_founded(connection: Connection, site: str) -> bool:
    """Whether a site has never had anybody who could give the second signature; ends for good with the first."""
    ever = select(role_grant.c.id).where(role_grant.c.site == site, role_grant.c.role == APPROVER).limit(1)
    return connection.execute(ever).first() is None


def without_second_factor(connection: Connection) -> list[str]:
    """The active people who hold a role and could sign in with a password alone."""
    return [one.name for one in active_people(connection)
            if not one.has_two_factors and roles_of(connection, one.name)]  # fmt: skip


def actor_of(
    connection: Connection,
    name: str,
    now_ms: int,
    *,
    second_factor: bool,
    token: str | None = None,
    scopes: frozenset[str] | None = None,
) -> Actor:
    """The account as the policy sees it at this moment; a stranger where it is disabled or was never there.

    `token`: id of the API token that it acts through, whose purpose counts in place of the person's own.
    """
    row = connection.execute(select(person).where(person.c.name == name, person.c.disabled_ms.is_(None))).first()
    if row is None:
        return Actor()
    at_hand = work.c.token.is_(None) if token is None else work.c.token == token
    purpose = select(work.c.site).where(work.c.person == name, work.c.ended_ms.is_(None), at_hand)
    return Actor(
        person=name,
        roles=roles_of(connection, name),
        scopes=scopes,
        second_factor=second_factor,
        trained=row.trained_until_ms is not None and row.trained_until_ms > now_ms,
        purpose_at=connection.execute(purpose).scalar_one_or_none(),
    )


def check_role(connection: Connection, account: Person, site: str, role: str) -> None:
    """Raises PersonError where this account cannot hold this role at this site, whoever signs."""
    table = permissions()
    if role not in table.roles or role == OWNER:
        raise PersonError(f"that is no role to be given; use {', '.join(sorted(table.roles.keys() - {OWNER}))}")
    if (account.kind is AccountKind.DEVICE) != (role == DEVICE):
        raise PersonError("devices hold the role of a device, and nobody else does; make an account of the other kind")
    if owners := holders(connection, site, OWNER):
        raise PersonError(f"this site has {len(owners)} owner, who works alone; let them become administrator first")
    held = roles_of(connection, account.name).get(site, frozenset())
    if role in held:
        raise PersonError("the account holds that role at this site already; nothing was changed")
    for other in sorted(held):
        if why := table.clash(role, other):
            raise PersonError(f"who is {other} at a site cannot be {role} there. {why} Take the other role away first.")


def check_grant(connection: Connection, name: str, site: str, role: str, *, by: str | None) -> None:
    """Raises PersonError where the grant cannot be, before anybody is asked to sign for it."""
    account = known(connection, name)
    if by == name:
        raise PersonError("nobody gives themselves a role; let another administrator do it")
    if account.kind is AccountKind.PERSON and not account.has_two_factors:
        raise PersonError("the account has no second factor yet; let its person sign in and add one first")
    check_role(connection, account, site, role)


def grant(transaction: Transaction, actor: Actor, name: str, site: str, role: str) -> None:
    """Gives a role, using up the second signature for it; while the site is being founded there is nobody to sign.

    Raises PersonError, RefusalError, RequestError.
    """
    connection = transaction.connection
    check_grant(connection, name, site, role, by=actor.person)
    thing, subject = grant_request(name, site, role)
    request_id = None
    if being_founded(connection, site):
        refuse_unless_second_person(actor, thing)
    else:
        request_id = use(transaction, actor, "grant", thing, subject).id
    enter(transaction, name, site, role, by=str(actor.person), request=request_id)


def grant_request(name: str, site: str, role: str) -> tuple[Thing, dict[str, str]]:
    """What a grant is to the policy and to a request for approval."""
    return Thing("role", site, owner=name), {"account": name, "role": role}


def refuse_unless_second_person(actor: Actor, thing: Thing) -> None:
    """While a site is being founded: raises RefusalError where more than the second signature is missing."""
    decision = decide(actor, "grant", thing)
    if decision.why is not Why.SECOND_PERSON:
        raise RefusalError(decision)


def enter(transaction: Transaction, name: str, site: str, role: str, *, by: str, request: str | None) -> None:
    """Enters a role that was decided on; the person signs in anew. Raises nothing of its own."""
    row = {
        "id": new_id(), "person": name, "site": site, "role": role, "granted_by": by, "request": request,
        "granted_ms": transaction.now_ms,
    }  # fmt: skip
    transaction.connection.execute(insert(role_grant), [row])
    transaction.connection.execute(delete(session).where(session.c.person == name))
    note(transaction, by, "role granted", account=name, site=site, role=role, request=request)


def revoke(transaction: Transaction, name: str, site: str, role: str, *, by: str) -> None:
    """Takes a role away at once, with the person's sessions and the purpose they worked under.

    Raises PersonError where the account does not hold it, or nobody would be left who gives tasks at the site.
    """
    check_not_last(transaction.connection, name, site, role)
    take_away(transaction, name, site, role, by=by)


def check_not_last(connection: Connection, name: str, site: str, role: str) -> None:
    """Raises PersonError where everybody would be locked out of giving tasks, whoever takes this role away."""
    if role not in {OWNER, ADMINISTRATOR}:
        return
    left = {*holders(connection, site, OWNER), *holders(connection, site, ADMINISTRATOR)} - {name}
    if not left:
        raise PersonError(
            f"that is the last {role} of this site, without whom nobody could give a task any more; "
            + ("choose to work with others first" if role == OWNER else "let another be given that task first")
        )


def take_away(transaction: Transaction, name: str, site: str, role: str, *, by: str) -> None:
    """Ends a role that may be ended; raises PersonError where the account does not hold it."""
    connection, now = transaction.connection, transaction.now_ms
    held = (role_grant.c.person == name, role_grant.c.site == site, role_grant.c.role == role)
    ended = update(role_grant).where(*held, role_grant.c.ended_ms.is_(None)).values(ended_ms=now, ended_by=by)
    if connection.execute(ended).rowcount != 1:
        raise PersonError("the account does not hold that role at this site; nothing was changed")
    connection.execute(delete(session).where(session.c.person == name))
    at_hand = (work.c.person == name, work.c.site == site, work.c.ended_ms.is_(None))
    connection.execute(update(work).where(*at_hand).values(ended_ms=now))
    note(transaction, by, "role revoked", account=name, site=site, role=role)


def become_administrator(transaction: Transaction, name: str, site: str) -> None:
    """Turns the owner of a site, who worked alone, into its administrator, so that others can be given their tasks.

    Raises PersonError where the account is not the owner, or could sign in with a password alone.
    """
    account = known(transaction.connection, name)
    if not account.has_second_factor:
        raise PersonError("where others work too, everybody needs a second factor; add one first")
    take_away(transaction, name, site, OWNER, by=name)
    enter(transaction, name, site, ADMINISTRATOR, by=name, request=None)


def set_training(transaction: Transaction, name: str, until: datetime, *, by: str) -> None:
    """Enters until when a person's training is in date, a year ahead at most; raises PersonError."""
    known(transaction.connection, name)
    until_ms = milliseconds(until)
    if until_ms > transaction.now_ms + LONGEST_TRAINING // timedelta(milliseconds=1):
        raise PersonError("training is renewed every twelve months; enter a date within a year")
    owns = any(OWNER in roles for roles in roles_of(transaction.connection, name).values())
    if by == name and not owns:
        raise PersonError("nobody enters their own training; let another administrator do it")
    transaction.connection.execute(update(person).where(person.c.name == name).values(trained_until_ms=until_ms))
    note(transaction, by, "training entered", account=name, until=until.isoformat())
