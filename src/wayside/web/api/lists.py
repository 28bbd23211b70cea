# SPDX-License-Identifier: Apache-2.0
"""Watch lists and their entries, which are asked for here and signed by somebody else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field, StringConstraints

from wayside.record import Transaction
from wayside.watch import Draft, Entry, EntryKind, EntryState, Priority, WatchList, entries, lists, terms_of
from wayside.web import watching
from wayside.web.api.approvals import RequestAnswer, answered
from wayside.web.api.forms import NOTHING, Answer, Form, Id, Moment, Name, Said, Short, Site, api
from wayside.web.guard import Gate, Granted
from wayside.web.things import absent, at_site, entry_in_path, list_in_path

routes = api("/lists", "lists")
Words = Annotated[str, StringConstraints(max_length=500)]
Country = Annotated[str, StringConstraints(max_length=2)]
Plates = Annotated[tuple[Short, ...], Field(max_length=500)]
PAGE = 500


class ListAnswer(Answer):
    """A list, without its entries."""

    id: str
    site: str
    name: str
    about: str
    owner: str
    made_at: datetime
    in_force: int
    """Entries that are looked out for."""
    asked: int
    """Entries that wait for a signature."""


class Lists(Answer):
    """The lists of a site that are in use, by name."""

    lists: list[ListAnswer]


class NewList(Form):
    """A list to be begun."""

    name: Name
    about: Words = ""


class EntryAsked(Form):
    """An entry that is asked for."""

    kind: EntryKind = EntryKind.PLATE
    written: Annotated[str, StringConstraints(max_length=64)] = ""
    """The plate, the pattern (`LD?? X*`), the class, or the code of the fleet's sender."""
    country: Country = ""
    """ISO code of the country that issued the plates of a class or code; empty: any."""
    plates: Plates = ()
    """Those of a fleet that are known and carry no code."""
    label: Annotated[str, StringConstraints(max_length=80)] = ""
    priority: Priority = Priority.NORMAL
    instruction: Words = ""
    """What whoever sees a hit is to do."""
    until: Moment
    because: Said
    """For whoever signs."""


class EntryAnswer(Answer):
    """One version of an entry."""

    id: str
    version: int
    list: str
    kind: EntryKind
    watched_for: tuple[str, ...]
    label: str
    priority: Priority
    instruction: str
    state: EntryState
    owner: str
    reason: str
    reference: str
    approved_by: str | None
    emergency: bool
    asked_at: datetime
    from_at: datetime | None
    until: datetime
    ended_at: datetime | None


class Entries(Answer):
    """Entries of a list: those that live or wait first, then the newest first."""

    entries: list[EntryAnswer]
    more: bool
    """Whether there is another page."""


def entry_answer(one: Entry, now: datetime) -> EntryAnswer:
    """As it is answered."""
    draft, why = one.draft, one.purpose
    return EntryAnswer(
        id=one.id, version=one.version, list=one.list_id, kind=draft.kind,
        watched_for=tuple(entries.shown(term) for term in draft.terms), label=draft.label, priority=draft.priority,
        instruction=draft.instruction, state=one.state(now), owner=why.person, reason=why.reason,
        reference=why.reference, approved_by=one.approved_by, emergency=one.emergency, asked_at=one.asked_at,
        from_at=one.from_at, until=draft.expires_at, ended_at=one.ended_at,
    )  # fmt: skip


def list_answer(gate: Granted, one: WatchList) -> ListAnswer:
    """As it is answered."""
    with gate.services.store.reading() as connection:
        in_force, asked = entries.count_of_list(connection, one.id, gate.services.sign_in.now_ms())
    return ListAnswer(
        id=one.id, site=one.site, name=one.name, about=one.about, owner=one.owner, made_at=one.made_at,
        in_force=in_force, asked=asked,
    )  # fmt: skip


def draft_of(gate: Granted, asked: EntryAsked) -> Draft:
    """The entry that is asked for; raises UsageError."""
    entries.check_expiry(gate.services.store.now(), asked.until, gate.services.store.site.watch.longest_days)
    terms = terms_of(asked.kind, asked.written, asked.country, asked.plates)
    return Draft(asked.kind, terms, asked.until, asked.label, asked.priority, asked.instruction)


def list_at(transaction: Transaction, list_id: str) -> WatchList:
    """The list of an address; raises RefusalError."""
    found = lists.find_list(transaction.connection, list_id)
    if found is None:
        raise absent()
    return found


@routes.get("", may="read list", at=at_site("list"), response_model=Lists)
def all_lists(gate: Gate, site: Site = None) -> Lists:
    """The lists of a site."""
    with gate.services.store.reading() as connection:
        found = lists.lists_of(connection, site or gate.services.store.site.name)
    return Lists(lists=[list_answer(gate, one) for one in found])


@routes.post("", may="add list", at=at_site("list"), response_model=ListAnswer, status_code=201)
def add_list(gate: Gate, new: NewList, site: Site = None) -> ListAnswer:
    """Begins a list."""
    store = gate.services.store
    with store.writing() as transaction:
        made = lists.add_list(transaction, site or store.site.name, new.name, new.about, owner=str(gate.actor.person))
    return list_answer(gate, made)


@routes.delete("/{list_id}", may="end list", at=list_in_path("list"), **NOTHING)
def end_list(gate: Gate, list_id: Id) -> None:
    """Ends a list with all its entries."""
    with gate.services.store.writing() as transaction:
        lists.end_list(transaction, list_id, by=str(gate.actor.person))


@routes.get("/{list_id}/entries", may="read entry", at=list_in_path("entry"), response_model=Entries)
def list_entries(gate: Gate, list_id: Id, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Entries:
    """The entries of a list, 500 a page."""
    now, skip = gate.services.store.now(), (page - 1) * PAGE
    with gate.services.store.reading() as connection:
        some = entries.of_list(connection, list_id, gate.services.sign_in.now_ms(), limit=PAGE + 1, skip=skip)
    return Entries(entries=[entry_answer(one, now) for one in some[:PAGE]], more=len(some) > PAGE)


@routes.post(
    "/{list_id}/entries", may="ask entry", at=list_in_path("entry"), response_model=RequestAnswer, status_code=201
)
def ask_entry(gate: Gate, list_id: Id, asked: EntryAsked) -> RequestAnswer:
    """Asks for an entry; it is in force once somebody else has signed the request that is answered."""
    draft = draft_of(gate, asked)
    with gate.services.store.writing() as transaction:
        listed = list_at(transaction, list_id)
        return answered(watching.ask_for_one(transaction, gate.actor, listed, draft, gate.purpose, asked.because))


@routes.post(
    "/{list_id}/entries/emergency", may="add-emergency entry", at=list_in_path("entry"), response_model=EntryAnswer,
    status_code=201,
)  # fmt: skip
def emergency_entry(gate: Gate, list_id: Id, asked: EntryAsked) -> EntryAnswer:
    """Puts an entry in force at once, for four hours; the auditor is shown it."""
    draft = draft_of(gate, asked)
    with gate.services.store.writing() as transaction:
        listed = list_at(transaction, list_id)
        (made,) = watching.emergency(transaction, gate.actor, listed, draft, gate.purpose, asked.because)
    return entry_answer(made, gate.services.store.now())


@routes.get("/entries/{entry_id}", may="read entry", at=entry_in_path, response_model=list[EntryAnswer])
def one_entry(gate: Gate, entry_id: Id) -> list[EntryAnswer]:
    """All versions of an entry, the newest first."""
    with gate.services.store.reading() as connection:
        return [entry_answer(one, gate.services.store.now()) for one in entries.versions(connection, entry_id)]


@routes.delete("/entries/{entry_id}", may="remove entry", at=entry_in_path, **NOTHING)
def end_entry(gate: Gate, entry_id: Id) -> None:
    """Stops looking out for an entry, at once."""
    with gate.services.store.writing() as transaction:
        entries.end(transaction, entry_id, by=str(gate.actor.person))
