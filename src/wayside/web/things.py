# SPDX-License-Identifier: Apache-2.0
"""Finds what a request is about, so that the gate can ask the policy about exactly that."""

from __future__ import annotations

from wayside.access import Age, Decision, RefusalError, RequestError, Thing, Why, approvals, people
from wayside.access.audit import look_at, samples
from wayside.access.signing import tokens
from wayside.bootstrap import Services
from wayside.domain import Sighting
from wayside.intake import briefs
from wayside.record import Hit, Kept, find_hit, find_passage, sighting_versions
from wayside.record.retention import site_of_hold
from wayside.watch import entries, lists
from wayside.web.guard import Ask, Locate

LONGEST_NUMBER = 19
"""Digits of a number that a database can hold."""
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


def passage_in_path(kind: str) -> Locate:
    """Something of the passage that the address names: itself, its pictures; its site and its age."""

    def locate(ask: Ask) -> Thing:
        found = find_passage(ask.connection, ask.path["passage_id"])
        if found is None:
            raise absent()
        return of_passage(kind, found, ask.services)

    return locate


def of_passage(kind: str, found: Kept, services: Services) -> Thing:
    """A passage, or something of it, as the policy sees it."""
    return Thing(kind, found.site, age=services.settings.tiers.age(found.passage.began_at, services.store.now()))


def newest_at_site(kind: str) -> Locate:
    """What goes past at a site now."""
    return lambda ask: Thing(kind, site_of(ask), age=Age.FRESH)


def person_in_path(kind: str, *, here: bool = False) -> Locate:
    """Something of the account that the address names: of its home, or with `here` of the site of the request."""

    def locate(ask: Ask) -> Thing:
        name = ask.path["account"]
        found = people.find(ask.connection, name)
        if found is None:
            raise absent()
        return Thing(kind, site_of(ask) if here else found.home, owner=name)

    return locate


def request_in_path(ask: Ask) -> Thing:
    """The request for approval that the address names; whoever gains from it counts as having asked."""
    try:
        found = approvals.find(ask.connection, ask.path["request_id"])
    except RequestError:
        raise absent() from None
    gains = found.subject.get("account") == ask.actor.person
    return Thing("request", found.site, owner=ask.actor.person if gains else found.asked_by)


def token_in_path(ask: Ask) -> Thing:
    """The token that the address names."""
    found = tokens.by_id(ask.connection, ask.path["token_id"])
    if found is None:
        raise absent()
    return Thing("token", found.site, owner=found.person)


def brief_in_path(ask: Ask) -> Thing:
    """The brief that the address names; whoever was given a copy owns it as far as that goes."""
    found = briefs.find(ask.connection, ask.path["brief_id"])
    if found is None:
        raise absent()
    person = ask.actor.person
    given = person is not None and briefs.copy_for(ask.connection, found.id, person) is not None
    return Thing("brief", found.site, owner=person if given else None)


def sighting_in_path(ask: Ask) -> Thing:
    """The sighting that the address names: of its observer, as old as what was seen."""
    versions = sighting_versions(ask.connection, ask.path["sighting_id"])
    if not versions:
        raise absent()
    return of_sighting(versions[-1].sighting, ask.services)


def of_sighting(one: Sighting, services: Services) -> Thing:
    """A sighting as the policy sees it."""
    age = services.settings.tiers.age(one.seen_at, services.store.now())
    return Thing("sighting", one.site, one.observer, age)


def own_new_sighting(ask: Ask) -> Thing:
    """What the person reports now, or reported within the last day."""
    return Thing("sighting", site_of(ask), ask.actor.person, Age.FRESH)


def review_in_path(ask: Ask) -> Thing:
    """The look that the review which the address names is of; whoever looked owns it."""
    here = ask.services.store.site.name
    found = samples.find(ask.connection, ask.path["review_id"])
    look = None if found is None else look_at(ask.connection, found.seq, here)
    if found is None or look is None:
        raise absent()
    return Thing("search", found.site, owner=look.purpose.person)


def hit_in_path(ask: Ask) -> Thing:
    """The hit that the address names, as old as what matched."""
    number = ask.path["hit"]
    found = find_hit(ask.connection, int(number)) if number.isdecimal() and len(number) < LONGEST_NUMBER else None
    if found is None:
        raise absent()
    return of_hit(found, ask.services)


def of_hit(found: Hit, services: Services) -> Thing:
    """A hit as the policy sees it."""
    return Thing("hit", found.matched.site, age=services.settings.tiers.age(found.began_at, services.store.now()))


def hold_in_path(ask: Ask) -> Thing:
    """The hold that the address names, of the site of what it keeps."""
    site = site_of_hold(ask.connection, ask.path["hold_id"])
    if site is None:
        raise absent()
    return Thing("hold", site)


def list_in_path(kind: str) -> Locate:
    """The watch list that the address names, or something of it."""

    def locate(ask: Ask) -> Thing:
        found = lists.find_list(ask.connection, ask.path["list_id"])
        if found is None:
            raise absent()
        return Thing(kind, found.site)

    return locate


def entry_in_path(ask: Ask) -> Thing:
    """The entry of a watch list that the address names."""
    found = entries.newest(ask.connection, ask.path["entry_id"])
    if found is None:
        raise absent()
    return Thing("entry", found.site)
