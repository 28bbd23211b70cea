# SPDX-License-Identifier: Apache-2.0
"""Finds what a request is about, so that the gate can ask the policy about exactly that."""

from __future__ import annotations

from wayside.access import Decision, RefusalError, Thing, Why
from wayside.web.guard import Ask, Locate

SITE = "site"
"""Name of the parameter that names a site other than the one that serves the pages."""


def absent() -> RefusalError:
    """What is not there, or not for this person to know of, is refused with the same words."""
    return RefusalError(Decision(Why.NOT_HERE))


def site_of(ask: Ask) -> str:
    """The site that a request is about: the one that it names, or the one that serves the pages."""
    return ask.query.get(SITE) or ask.services.store.site.name


def at_site(kind: str) -> Locate:
    """Something of a site, with no owner and no age: the cameras, the settings."""
    return lambda ask: Thing(kind, site_of(ask))


def anywhere(kind: str) -> Locate:
    """Something of no site: the page for signing in, the table of permissions."""
    return lambda ask: Thing(kind)


def one_s_own(kind: str) -> Locate:
    """Something of the person who asks, at no site in particular: the session, the account."""
    return lambda ask: Thing(kind, owner=ask.actor.person)


def own_at_site(kind: str) -> Locate:
    """Something of the person who asks, at a site: the purpose, a token."""
    return lambda ask: Thing(kind, site_of(ask), owner=ask.actor.person)


def stated(ask: Ask, name: str) -> str:
    """A part of the address."""
    return ask.path[name]
