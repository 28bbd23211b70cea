# SPDX-License-Identifier: Apache-2.0
"""People and their tasks: accounts are made, trained, put on duty, ended; tasks are given with a second signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from wayside.access import (
    AccountKind,
    CredentialError,
    Decision,
    Person,
    PersonError,
    RefusalError,
    RequestError,
    Shift,
    Thing,
    Why,
    approvals,
    people,
    permissions,
    roles,
)
from wayside.access import (
    Request as Asked,
)
from wayside.access.signing import credentials, sessions
from wayside.record import Transaction
from wayside.web.guard import Ask, Gate, Granted, Routes
from wayside.web.pages.sign_in import Text
from wayside.web.pages.welcome import WELCOME
from wayside.web.rendering import render
from wayside.web.things import absent, at_site, own_at_site, person_in_path

routes = Routes("/people", {"include_in_schema": False})
FAULTS = (CredentialError, PersonError, RequestError)
the_person = person_in_path("person")
the_person_here = person_in_path("person", here=True)
"""For what is about somebody's tasks here, wherever they are at home; the room asks the policy about the task."""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody as the list shows them."""

    person: Person
    roles: tuple[str, ...]
    """Held here."""


def everybody(gate: Granted) -> list[Line]:
    """Who is at home here or holds a role here."""
    site = gate.services.store.site.name
    with gate.services.store.reading() as connection:
        there = people.at_site(connection, site)
        held = {one.name: roles.roles_of(connection, one.name).get(site, frozenset()) for one in there}
    return [Line(one, tuple(sorted(held[one.name]))) for one in there]


def link_of(request: Request, key: str) -> str:
    """The one-time link; its key stands behind the #, which browsers keep to themselves."""
    return f"{request.url.scheme}://{request.headers['host']}{WELCOME}#{key}"


def works_alone(gate: Granted) -> bool:
    """Whether the site belongs to an owner."""
    with gate.services.store.reading() as connection:
        return bool(roles.holders(connection, gate.services.store.site.name, roles.OWNER))


def show_all(request: Request, gate: Granted, fault: Exception | None = None, **more: Any) -> Response:
    """The list, with what was wrong with the last change, or the link of a new account."""
    site = gate.services.store.site.name
    with gate.services.store.reading() as connection:
        founding = roles.being_founded(connection, site)
    alone = works_alone(gate)
    shown = {"link": None, "made": None, **more}
    return render(
        request,
        "people.html",
        status=200 if fault is None else 422,
        fault=fault,
        lines=everybody(gate),
        kinds=[AccountKind.DEVICE] if alone else list(AccountKind),
        may_add=gate.may("add", Thing("person", site)),
        alone=alone,
        founding=founding,
        now=gate.services.store.now(),
        **shown,
    )


@routes.get("", may="read person", at=at_site("person"), head="head.people")
def all_people(request: Request, gate: Gate) -> Response:
    """Who has an account, and which tasks."""
    return show_all(request, gate)


@routes.post("", may="add person", at=at_site("person"))
def add(request: Request, gate: Gate, name: Text, shown_as: Text, kind: Annotated[AccountKind, Form()]) -> Response:
    """Makes an account without tasks and shows its one-time link, once."""
    by, site = str(gate.actor.person), gate.services.store.site.name
    try:
        if kind is AccountKind.PERSON and works_alone(gate):
            # A second person ends what is waived for one: an owner without a second factor would be shut out.
            raise PersonError("you work alone; choose to work with others first, and then invite them")
        with gate.services.store.writing() as transaction:
            made = people.add(transaction, name.strip(), shown_as, site, by=by, kind=kind)
            invited = kind is AccountKind.PERSON
            link = link_of(request, credentials.invite(transaction, made.name, by=by)) if invited else None
    except FAULTS as fault:
        return show_all(request, gate, fault)
    return show_all(request, gate, link=link, made=made.shown_as)


@routes.post("/others", may="add person", at=at_site("person"))
def with_others(request: Request, gate: Gate) -> Response:
    """Makes the owner, who worked alone, the administrator, so that others can join; they sign in anew."""
    try:
        with gate.services.store.writing() as transaction:
            roles.become_administrator(transaction, str(gate.actor.person), gate.services.store.site.name)
    except FAULTS as fault:
        return show_all(request, gate, fault)
    return RedirectResponse("/sign-in", 303)


def givable(gate: Granted) -> dict[str, str]:
    """The roles that can be given, with their tasks."""
    return {name: task for name, task in permissions().roles.items() if name != roles.OWNER}


def asked_for(gate: Granted, account: str) -> list[Asked]:
    """What whoever asks has asked for about this account, and waits for a signature or can be done now."""
    site, store = gate.services.store.site.name, gate.services.store
    with store.reading() as connection:
        found = approvals.asked_by(connection, site, str(gate.actor.person))
    now = store.now()
    return [one for one in found if one.subject.get("account") == account and (one.is_open(now) or one.is_ready(now))]


def show(request: Request, gate: Granted, account: str, fault: Exception | None = None, **more: Any) -> Response:
    """The page of one account, with what was wrong with the last change."""
    store = gate.services.store
    with store.reading() as connection:
        person = people.find(connection, account)
        held = roles.roles_of(connection, account)
        duty = people.duties(connection, store.site.name).get(account, [])
        being_founded = roles.being_founded(connection, store.site.name)
    if person is None:
        raise absent()
    shown = {"link": None, "done": None, **more}
    return render(
        request,
        "person.html",
        status=200 if fault is None else 422,
        fault=fault,
        person=person,
        held={site: sorted(some) for site, some in sorted(held.items())},
        here=store.site.name,
        givable=givable(gate),
        duty=sorted(duty, key=lambda one: (one.weekday, one.from_min)),
        asked=asked_for(gate, account),
        founding=being_founded,
        may_ask=person.active and gate.may("ask", Thing("request", store.site.name, owner=gate.actor.person)),
        may_change=person.active and gate.may("change", Thing("person", person.home, owner=account)),
        may_change_here=person.active and gate.may("change", Thing("person", store.site.name, owner=account)),
        may_revoke=gate.may("revoke", Thing("role", store.site.name, owner=account)),
        **shown,
    )


@routes.get("/{account}", may="read person", at=the_person)
def one_person(request: Request, gate: Gate, account: str) -> Response:
    """One account."""
    return show(request, gate, account)


def changed(
    request: Request, gate: Granted, account: str, change: Callable[[Transaction], object], done: str | None = None
) -> Response:
    """Does something to an account in one transaction, and shows its page."""
    try:
        with gate.services.store.writing() as transaction:
            change(transaction)
    except FAULTS as fault:
        return show(request, gate, account, fault)
    return show(request, gate, account, done=done)


@routes.post("/{account}/disable", may="disable person", at=the_person)
def disable(request: Request, gate: Gate, account: str) -> Response:
    """Ends an account at once, with its roles, sessions, tokens and purposes."""
    by = str(gate.actor.person)
    return changed(request, gate, account, lambda it: people.disable(it, account, by=by), "disabled")


@routes.post("/{account}/training", may="change person", at=the_person)
def training(request: Request, gate: Gate, account: str, until: Annotated[date, Form()]) -> Response:
    """Enters until when somebody's training is in date."""
    by, at = str(gate.actor.person), datetime.combine(until, time(), gate.services.zone)
    return changed(request, gate, account, lambda it: roles.set_training(it, account, at, by=by), "trained")


def minutes(text: str) -> int:
    """Minutes since midnight of `HH:MM`; raises PersonError."""
    try:
        read = time.fromisoformat(text)
    except ValueError:
        raise PersonError("that is no time of day; give it as 06:00") from None
    return read.hour * 60 + read.minute


def shifts_of(weekdays: Iterable[int], begins: str, ends: str) -> list[Shift]:
    """A duty on several weekdays; one that ends before it begins goes past midnight. Raises PersonError."""
    begin, end = minutes(begins), minutes(ends)
    return [Shift(one, begin, end if end > begin else end + people.MINUTES_OF_DAY) for one in sorted(set(weekdays))]


@routes.post("/{account}/duty", may="change person", at=the_person_here)
def duty(
    request: Request,
    gate: Gate,
    account: str,
    weekday: Annotated[tuple[int, ...], Form()] = (),
    begins: Text = "00:00",
    ends: Text = "00:00",
) -> Response:
    """Enters somebody's weekly duty here, in place of what was there; no weekday: none."""
    by, site = str(gate.actor.person), gate.services.store.site.name
    return changed(
        request,
        gate,
        account,
        lambda it: people.set_duty(it, account, site, shifts_of(weekday, begins, ends), by=by),
        "duty",
    )


@routes.post("/{account}/roles", may="grant role", at=None)
def give(request: Request, gate: Gate, account: str, role: Text) -> Response:
    """Gives a role, using up the second signature for it; while the site is being founded there is nobody to sign."""
    site = gate.services.store.site.name
    gate.check_but_second_person(roles.grant_request(account, site, role)[0])
    try:
        with gate.services.store.writing() as transaction:
            roles.grant(transaction, gate.actor, account, site, role)
    except RequestError:
        raise RefusalError(Decision(Why.SECOND_PERSON)) from None
    except FAULTS as fault:
        return show(request, gate, account, fault)
    return show(request, gate, account, done="given")


@routes.post("/{account}/roles/ask", may="ask request", at=own_at_site("request"))
def ask_role(request: Request, gate: Gate, account: str, role: Text, because: Text) -> Response:
    """Asks for the second signature of a role that can be given; the room asks the policy about exactly that."""
    site = gate.services.store.site.name
    thing, subject = roles.grant_request(account, site, role)

    def ask(transaction: Transaction) -> None:
        roles.check_grant(transaction.connection, account, site, role, by=gate.actor.person)
        approvals.ask(transaction, gate.actor, "grant", thing, subject, because)

    return changed(request, gate, account, ask, "asked")


@routes.post("/{account}/roles/end", may="revoke role", at=person_in_path("role", here=True))
def take(request: Request, gate: Gate, account: str, role: Text) -> Response:
    """Takes a role away at once."""
    by, site = str(gate.actor.person), gate.services.store.site.name
    return changed(request, gate, account, lambda it: roles.revoke(it, account, site, role, by=by), "taken")


@routes.post("/{account}/sessions/end", may="end session", at=person_in_path("session"))
def sign_out(request: Request, gate: Gate, account: str) -> Response:
    """Signs somebody out everywhere."""
    by = str(gate.actor.person)
    return changed(request, gate, account, lambda it: sessions.end_all(it, account, by=by), "signed_out")


@routes.post("/{account}/reset/ask", may="ask request", at=own_at_site("request"))
def ask_reset(request: Request, gate: Gate, account: str, because: Text) -> Response:
    """Asks for the second signature under new credentials; the room asks the policy about exactly that."""
    with gate.services.store.reading() as connection:
        thing = person_in_path("credential")(Ask(gate.services, connection, gate.actor, {"account": account}, {}))
    return changed(
        request,
        gate,
        account,
        lambda it: approvals.ask(it, gate.actor, "reset", thing, {"account": account}, because),
        "asked",
    )


@routes.post("/{account}/reset", may="reset credential", at=person_in_path("credential"))
def reset(request: Request, gate: Gate, account: str) -> Response:
    """Ends password, passkeys and code generator, with the approval for it, and shows the new link, once."""
    try:
        with gate.services.store.writing() as transaction:
            key = credentials.reset(transaction, account, by=str(gate.actor.person))
    except FAULTS as fault:
        return show(request, gate, account, fault)
    return show(request, gate, account, link=link_of(request, key))
