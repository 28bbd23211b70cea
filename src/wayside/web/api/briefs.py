# SPDX-License-Identifier: Apache-2.0
"""Briefs: written, published to named observers with a second signature, read, acknowledged, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import Connection

from wayside.access import Decision, RefusalError, Request, RequestError, Thing, Why, approvals, roles
from wayside.domain import Brief, BriefCopy, BriefState
from wayside.intake import BriefDraft, BriefError, briefs
from wayside.web.api.forms import NOTHING, Answer, Form, Id, Moment, Name, Site, api
from wayside.web.guard import Gate, Granted
from wayside.web.things import absent, at_site, brief_in_path, own_at_site

routes = api("/briefs", "briefs")
OBSERVERS = ("observer", roles.OWNER)


class BriefAsked(Form):
    """A brief as somebody writes it."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=briefs.LONGEST_TITLE)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=briefs.LONGEST_TEXT)]
    """What to record, and what to leave alone."""
    places: Annotated[tuple[Name, ...], Field(max_length=briefs.MOST_PLACES)] = ()
    """Where; empty: anywhere at the site."""
    begins_at: Moment
    ends_at: Moment
    replaces: Id | None = None
    """Id of the published brief of which this is the next version."""

    def draft(self) -> BriefDraft:
        """As the room takes it."""
        return BriefDraft(self.title, self.text, tuple(self.places), self.begins_at, self.ends_at)


class Publishing(Form):
    """To whom a brief is given."""

    observers: Annotated[tuple[Name, ...], Field(min_length=1, max_length=briefs.MOST_OBSERVERS)]


class CopyAnswer(Answer):
    """The copy of one observer."""

    observer: str
    mark: str
    """Stands on the copy."""
    given_at: datetime
    first_read_at: datetime | None
    last_read_at: datetime | None
    acknowledged_at: datetime | None


class BriefAnswer(Answer):
    """A brief, and the copies of it that one may see: one's own, or all."""

    id: str
    version: int
    replaces: str | None
    state: BriefState
    title: str
    text: str
    places: list[str]
    begins_at: datetime
    ends_at: datetime
    written_by: str
    written_at: datetime
    published_by: str | None
    published_at: datetime | None
    ended_at: datetime | None
    copies: list[CopyAnswer]


class Briefs(Answer):
    """Briefs, the newest first."""

    briefs: list[BriefAnswer]


def sees_all(gate: Granted, site: str) -> bool:
    """Whether the person may see every brief of a site, not only what they were given."""
    return gate.may("read", Thing("brief", site))


def copy_answer(copy: BriefCopy) -> CopyAnswer:
    """As it is answered."""
    return CopyAnswer(**{name: getattr(copy, name) for name in CopyAnswer.model_fields})


def answered(brief: Brief, copies: list[BriefCopy], now: datetime) -> BriefAnswer:
    """As it is answered."""
    known = {"state", "copies", "places"}
    stated: dict[str, Any] = {name: getattr(brief, name) for name in BriefAnswer.model_fields if name not in known}
    shown = [copy_answer(one) for one in copies]
    return BriefAnswer(state=brief.state(now), places=list(brief.places), copies=shown, **stated)


def seen_by(gate: Granted, site: str) -> list[tuple[Brief, list[BriefCopy]]]:
    """The briefs of a site that the person may see, with the copies that they may see."""
    with gate.services.store.reading() as connection:
        if sees_all(gate, site):
            return [(one, briefs.copies(connection, one.id)) for one in briefs.at_site(connection, site)]
        given = briefs.given_to(connection, site, str(gate.actor.person))
        return [(brief, [copy]) for brief, copy in given]


def opened(gate: Granted, brief_id: str) -> tuple[Brief, list[BriefCopy]]:
    """A brief with the copies that the person may see; an observer's own copy counts as read from now on."""
    store, person = gate.services.store, str(gate.actor.person)
    with store.reading() as connection:
        brief = briefs.find(connection, brief_id)
        given = briefs.copy_for(connection, brief_id, person)
    if brief is None:
        raise absent()
    if given is not None:
        store.together(lambda transaction: briefs.mark_read(transaction, brief_id, person))
    with store.reading() as connection:
        copies = briefs.copies(connection, brief_id)
    return brief, copies if sees_all(gate, brief.site) else [one for one in copies if one.observer == person]


def observers_at(connection: Connection, site: str) -> list[str]:
    """Who may be given a brief: the observers of a site, and an owner, who works alone."""
    return sorted({one for role in OBSERVERS for one in roles.holders(connection, site, role)})


def publish_with_signature(gate: Granted, brief_id: str, observers: Sequence[str]) -> Brief:
    """Publishes a brief, using up the second signature for exactly these words and observers.

    Raises BriefError, RefusalError, also where there is no signature.
    """
    with gate.services.store.writing() as transaction:
        brief = briefs.known(transaction.connection, brief_id)
        subject = briefs.publication(brief, observers)
        try:
            approvals.use(transaction, gate.actor, "publish", Thing("brief", brief.site), subject)
        except RequestError:
            raise RefusalError(Decision(Why.SECOND_PERSON)) from None
        check_observers(transaction.connection, brief.site, observers)
        return briefs.publish(transaction, brief_id, observers, by=str(gate.actor.person))


def check_observers(connection: Connection, site: str, observers: Sequence[str]) -> None:
    """Raises BriefError for a name of nobody who observes at the site."""
    if missing := set(observers) - set(observers_at(connection, site)):
        raise BriefError(f"{len(missing)} of the names are no observers at this site; choose from the list of people")


def ask_to_publish(gate: Granted, brief_id: str, observers: Sequence[str], because: str) -> Request:
    """Asks for the second signature under exactly these words and observers; raises BriefError, RequestError."""
    with gate.services.store.writing() as transaction:
        brief = briefs.known(transaction.connection, brief_id)
        briefs.check_publication(brief, observers, gate.services.store.now())
        check_observers(transaction.connection, brief.site, observers)
        subject = briefs.publication(brief, observers)
        return approvals.ask(transaction, gate.actor, "publish", Thing("brief", brief.site), subject, because)


@routes.get("", may="read brief", at=own_at_site("brief"), response_model=Briefs)
def read_briefs(gate: Gate, site: Site = None) -> Briefs:
    """The briefs that one was given; for those who write or check them, all."""
    now, where = gate.services.store.now(), site or gate.services.store.site.name
    return Briefs(briefs=[answered(one, copies, now) for one, copies in seen_by(gate, where)])


@routes.post("", may="write brief", at=at_site("brief"), response_model=BriefAnswer, status_code=201)
def write_brief(gate: Gate, asked: BriefAsked, site: Site = None) -> BriefAnswer:
    """Writes a brief, or the next version of one; nobody is given it yet."""
    store, by = gate.services.store, str(gate.actor.person)
    with store.writing() as transaction:
        made = briefs.write(transaction, site or store.site.name, asked.draft(), by=by, replaces=asked.replaces)
    return answered(made, [], store.now())


@routes.get("/{brief_id}", may="read brief", at=brief_in_path, response_model=BriefAnswer)
def read_brief(gate: Gate, brief_id: Id) -> BriefAnswer:
    """One brief; that an observer reads their copy is noted."""
    brief, copies = opened(gate, brief_id)
    return answered(brief, copies, gate.services.store.now())


@routes.post("/{brief_id}/publish", may="publish brief", at=None, response_model=BriefAnswer)
def publish_brief(gate: Gate, brief_id: Id, asked: Publishing) -> BriefAnswer:
    """Gives a brief to named observers, with a second person's signature."""
    with gate.services.store.reading() as connection:
        brief = briefs.find(connection, brief_id)
    if brief is None:
        raise absent()
    gate.check_but_second_person(Thing("brief", brief.site))
    published = publish_with_signature(gate, brief_id, asked.observers)
    with gate.services.store.reading() as connection:
        return answered(published, briefs.copies(connection, brief_id), gate.services.store.now())


@routes.post("/{brief_id}/acknowledge", may="acknowledge brief", at=brief_in_path, **NOTHING)
def acknowledge_brief(gate: Gate, brief_id: Id) -> None:
    """Says that one has read and understood the brief that one was given."""
    with gate.services.store.writing() as transaction:
        briefs.acknowledge(transaction, brief_id, str(gate.actor.person))


@routes.post("/{brief_id}/end", may="end brief", at=brief_in_path, **NOTHING)
def end_brief(gate: Gate, brief_id: Id) -> None:
    """Ends a brief before its time."""
    with gate.services.store.writing() as transaction:
        briefs.end(transaction, brief_id, by=str(gate.actor.person))
