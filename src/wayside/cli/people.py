# SPDX-License-Identifier: Apache-2.0
"""`wayside people`: who has an account, a new one-time link, and the way out where nobody is left who could sign."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Annotated

import typer

from wayside import bootstrap, config
from wayside.access import break_glass, people, roles
from wayside.access.signing import credentials
from wayside.cli.exchange import Data
from wayside.cli.screen import say
from wayside.cli.words import printable
from wayside.record import Store

people_app = typer.Typer(help="See accounts, invite somebody, and mend a site that nobody can sign for any more.")
BY = "machine:"
"""Before the system's account in the journal, so that it is nobody's account of the pages."""


def by_machine() -> str:
    """Who does this, for the journal."""
    return BY + bootstrap.account()


@people_app.command("list")
def list_people(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Show the accounts of the site with their tasks."""
    with Store(data, writing=False) as store, store.reading() as connection:
        site = store.site.name
        for one in people.at_site(connection, site):
            held = sorted(roles.roles_of(connection, one.name).get(site, ()))
            facts = {"name": one.name, "shown_as": one.shown_as, "kind": one.kind.value, "active": one.active,
                     "second_factor": one.has_second_factor, "roles": held}  # fmt: skip
            state = "active" if one.active else "ended"
            words = f"{one.name}  {one.shown_as}  {state}  {', '.join(held) or '-'}"
            say(json.dumps(facts, ensure_ascii=False) if as_json else printable(words))


@people_app.command("invite")
def invite(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    shown_as: Annotated[str | None, typer.Option(help="Of a new account: its person's name.")] = None,
    address: Annotated[str, typer.Option(help="Where the pages are.")] = "http://127.0.0.1:8080",
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Print a one-time link for an account that has never signed in, made where there is none; it has no task."""
    with closing(bootstrap.open_record(data)) as store, store.writing() as transaction:
        if people.find(transaction.connection, name) is None:
            people.add(transaction, name, shown_as or name, store.site.name, by=by_machine())
        key = credentials.invite(transaction, name, by=by_machine())
    say(f"{address.rstrip('/')}/welcome#{key}")


@people_app.command("break-glass")
def appoint(
    name: Annotated[str, typer.Argument(help="An account with a second factor.")],
    because: Annotated[str, typer.Option(help="Why; the journal and the auditor's desk keep it.")],
    role: Annotated[str, typer.Option(help="approver or administrator.")] = roles.APPROVER,
    data: Data = config.DEFAULT_DATA,
) -> None:
    """Appoint an approver, or administrator, where nobody is left who is one and can sign in."""
    with closing(bootstrap.open_record(data)) as store, store.writing() as transaction:
        site = store.site.name
        break_glass.appoint(transaction, name, site, role, because, by=by_machine())
    say(f"{name} is {role} of {printable(site)}; the journal and the auditor's desk tell of it")
