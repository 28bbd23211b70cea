# SPDX-License-Identifier: Apache-2.0
"""People and their tasks: accounts are made, changed and ended here; a task is given with a second signature."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from wayside.access import AccountKind, Decision, Person, RefusalError, RequestError, Shift, Why, people, roles
from wayside.access.signing import credentials, sessions
from wayside.web.api.forms import NOTHING, Answer, Form, Moment, Name, Site, api
from wayside.web.api.purposes import AtHand
from wayside.web.api.purposes import answered as at_hand
from wayside.web.guard import Gate, Granted
from wayside.web.things import absent, at_site, one_s_own, person_in_path

routes = api("/people", "people")
myself = api("/me", "people")
the_person, the_role = person_in_path("person"), person_in_path("role", here=True)


class PersonAnswer(Answer):
    """An account, without its secrets."""

    name: str
    shown_as: str
    home: str
    """The site whose administrators care for it."""
    kind: AccountKind
    active: bool
    trained_until: datetime | None
    has_password: bool
    has_second_factor: bool
    signs_in_elsewhere: bool
    """At the issuer of the site, which says whether there were two factors."""
    roles: dict[str, list[str]]
    """By site."""


class People(Answer):
    """Accounts, by name."""

    people: list[PersonAnswer]


class Me(PersonAnswer):
    """One's own account, and how one comes."""

    second_factor: bool
    """Whether this session or token counts as one with a second factor."""
    purpose: AtHand | None
    scopes: list[str] | None
    """What the token may be used for; null for a session."""


class Adding(Form):
    """A new account."""

    name: Name
    shown_as: Name
    kind: AccountKind = AccountKind.PERSON


class Welcome(Answer):
    """A new account, or one with nothing left to sign in with."""

    person: PersonAnswer
    key: str | None
    """Of the link `/welcome#KEY`, good once; null for a device, which gets a token."""


class Training(Form):
    """Until when somebody's training is in date: a year ahead at most."""

    until: Moment


class ShiftForm(Form):
    """One stretch of a week's duty: weekday 0 is Monday; minutes since its midnight, past 1440 on the next day."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_min: Annotated[int, Field(ge=0, lt=1440)]
    to_min: Annotated[int, Field(gt=0, le=2880)]


class Duty(Form):
    """A week's duty at a site, in place of what was there."""

    shifts: Annotated[list[ShiftForm], Field(max_length=50)]


class Granting(Form):
    """A task to be given."""

    role: Name


def answered(gate: Granted, person: Person) -> PersonAnswer:
    """As it is answered."""
    with gate.services.store.reading() as connection:
        held = roles.roles_of(connection, person.name)
    return PersonAnswer(
        name=person.name,
        shown_as=person.shown_as,
        home=person.home,
        kind=person.kind,
        active=person.active,
        trained_until=person.trained_until,
        has_password=person.has_password,
        has_second_factor=person.has_second_factor,
        signs_in_elsewhere=person.signs_in_elsewhere,
        roles={site: sorted(some) for site, some in sorted(held.items())},
    )


def found(gate: Granted, name: str) -> Person:
    """The account of this name; raises RefusalError."""
    with gate.services.store.reading() as connection:
        there = people.find(connection, name)
    if there is None:
        raise absent()
    return there


def site_for(gate: Granted, site: str | None) -> str:
    """The site that a request is about."""
    return site or gate.services.store.site.name


@myself.get("", may="read person", at=one_s_own("person"), response_model=Me)
def me(gate: Gate) -> Me:
    """One's own account."""
    one = answered(gate, found(gate, str(gate.actor.person)))
    return Me(
        **one.model_dump(),
        second_factor=gate.actor.second_factor,
        purpose=None if gate.work is None else at_hand(gate.work),
        scopes=None if gate.who.token is None else sorted(gate.who.token.scopes),
    )


@routes.get("", may="read person", at=at_site("person"), response_model=People)
def all_people(gate: Gate, site: Site = None) -> People:
    """Who is at home at a site or holds a role there."""
    with gate.services.store.reading() as connection:
        there = people.at_site(connection, site_for(gate, site))
    return People(people=[answered(gate, one) for one in there])


@routes.post("", may="add person", at=at_site("person"), response_model=Welcome, status_code=201)
def add_person(gate: Gate, asked: Adding, site: Site = None) -> Welcome:
    """Makes an account without roles, and the key of its one-time link."""
    by, home = str(gate.actor.person), site_for(gate, site)
    with gate.services.store.writing() as transaction:
        made = people.add(transaction, asked.name, asked.shown_as, home, by=by, kind=asked.kind)
        invited = asked.kind is AccountKind.PERSON
        key = credentials.invite(transaction, made.name, by=by) if invited else None
    return Welcome(person=answered(gate, made), key=key)


@routes.get("/{account}", may="read person", at=the_person, response_model=PersonAnswer)
def one_person(gate: Gate, account: Name) -> PersonAnswer:
    """One account."""
    return answered(gate, found(gate, account))


@routes.post("/{account}/disable", may="disable person", at=the_person, response_model=PersonAnswer)
def disable_person(gate: Gate, account: Name) -> PersonAnswer:
    """Ends an account at once, with its roles, sessions, tokens and purposes."""
    with gate.services.store.writing() as transaction:
        people.disable(transaction, account, by=str(gate.actor.person))
    return answered(gate, found(gate, account))


@routes.post("/{account}/training", may="change person", at=the_person, response_model=PersonAnswer)
def enter_training(gate: Gate, account: Name, asked: Training) -> PersonAnswer:
    """Enters until when somebody's training is in date."""
    with gate.services.store.writing() as transaction:
        roles.set_training(transaction, account, asked.until, by=str(gate.actor.person))
    return answered(gate, found(gate, account))


@routes.post("/{account}/duty", may="change person", at=the_person, response_model=PersonAnswer)
def enter_duty(gate: Gate, account: Name, asked: Duty, site: Site = None) -> PersonAnswer:
    """Enters somebody's weekly duty, so that looking outside it can be seen."""
    shifts = [Shift(one.weekday, one.from_min, one.to_min) for one in asked.shifts]
    with gate.services.store.writing() as transaction:
        people.set_duty(transaction, account, site_for(gate, site), shifts, by=str(gate.actor.person))
    return answered(gate, found(gate, account))


@routes.post("/{account}/reset", may="reset credential", at=person_in_path("credential"), response_model=Welcome)
def reset_credentials(gate: Gate, account: Name) -> Welcome:
    """Ends password, passkeys and code generator, with an approval; the key of a new one-time link."""
    with gate.services.store.writing() as transaction:
        key = credentials.reset(transaction, account, by=str(gate.actor.person))
    return Welcome(person=answered(gate, found(gate, account)), key=key)


@routes.delete("/{account}/sessions", may="end session", at=person_in_path("session"), **NOTHING)
def end_sessions(gate: Gate, account: Name) -> None:
    """Signs somebody out everywhere."""
    with gate.services.store.writing() as transaction:
        sessions.end_all(transaction, account, by=str(gate.actor.person))


@routes.post("/{account}/roles", may="grant role", at=None, response_model=PersonAnswer, status_code=201)
def grant_role(gate: Gate, account: Name, asked: Granting, site: Site = None) -> PersonAnswer:
    """Gives somebody a role, with the approval for it."""
    where = site_for(gate, site)
    gate.check_but_second_person(roles.grant_request(account, where, asked.role)[0])
    try:
        with gate.services.store.writing() as transaction:
            roles.grant(transaction, gate.actor, account, where, asked.role)
    except RequestError:
        raise RefusalError(Decision(Why.SECOND_PERSON)) from None
    return answered(gate, found(gate, account))


@routes.delete("/{account}/roles/{role}", may="revoke role", at=the_role, response_model=PersonAnswer)
def revoke_role(gate: Gate, account: Name, role: Name, site: Site = None) -> PersonAnswer:
    """Takes a role away at once."""
    with gate.services.store.writing() as transaction:
        roles.revoke(transaction, account, site_for(gate, site), role, by=str(gate.actor.person))
    return answered(gate, found(gate, account))
