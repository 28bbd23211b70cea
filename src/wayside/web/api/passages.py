# SPDX-License-Identifier: Apache-2.0
"""Passages: the newest masked, one in full under a purpose, and what people say of it."""

from __future__ import annotations

from datetime import datetime

from fastapi import Query, Request, Response

from wayside.access import mask_passage
from wayside.domain import PlateClass, VehicleKind
from wayside.record import Amendment, AmendmentKind, Kept, amend, amendments_of, find_passage, milliseconds, newest
from wayside.record import passage_document as document
from wayside.web.api.forms import (
    Answer,
    Form,
    Id,
    Limit,
    Name,
    PassageDocument,
    Said,
    Site,
    api,
    cursor_of,
    numbers_of,
    tagged,
)
from wayside.web.guard import Gate, Granted
from wayside.web.looking import told
from wayside.web.things import absent, newest_at_site, passage_in_path

routes = api("/passages", "passages")
one_passage = passage_in_path("passage")


class Amended(Answer):
    """What a person said of a passage; the passage itself stays as it was read."""

    kind: AmendmentKind
    field: str | None
    value: str | int | None
    author: str
    reason: str
    at: datetime


class OnePassage(Answer):
    """A passage."""

    site: str
    masked: bool
    """Whether its plate is masked."""
    passage: PassageDocument
    amendments: list[Amended]
    """In the order in which they were made; none where the plate is masked."""
    entry: int
    """Number of its entry in the journal."""


class Passages(Answer):
    """A page of passages, newest first."""

    passages: list[OnePassage]
    next_cursor: str | None
    """Where the next page begins; null: this is the last one."""


class Amending(Form):
    """What is to be said of a passage."""

    kind: AmendmentKind
    field: str | None = None
    """What is corrected: plate, country, class, sender_code, kind or occupants; null for the passage as a whole."""
    value: Name | int | PlateClass | VehicleKind | None = None
    reason: Said


class Noted(Answer):
    """An entry of the journal."""

    entry: int


def amended(one: Amendment) -> Amended:
    """As it is answered."""
    return Amended(kind=one.kind, field=one.field, value=one.value, author=one.author, reason=one.reason, at=one.at)


def answer_of(kept: Kept, amendments: tuple[Amendment, ...], *, masked: bool) -> OnePassage:
    """A passage as it is answered."""
    shown = mask_passage(kept.passage) if masked else kept.passage
    said = [] if masked else [amended(one) for one in amendments]
    return OnePassage(site=kept.site, masked=masked, passage=document(shown), amendments=said, entry=kept.seq)


def found(gate: Granted, passage_id: str) -> tuple[Kept, tuple[Amendment, ...]]:
    """A passage and what people said of it; raises RefusalError."""
    with gate.services.store.reading() as connection:
        kept = find_passage(connection, passage_id)
        said = tuple(amendments_of(connection, [passage_id]).get(passage_id, ()))
    if kept is None:
        raise absent()
    return kept, said


def in_full(gate: Granted, passage_id: str) -> OnePassage:
    """A passage with its plate, once the journal has been told that somebody looks at it."""
    kept, said = found(gate, passage_id)
    told(gate, kept)
    return answer_of(kept, said, masked=gate.decision.masked)


@routes.get("", may="watch passage", at=newest_at_site("passage"), response_model=Passages)
def newest_passages(
    gate: Gate,
    limit: Limit = 50,
    cursor: str | None = Query(None, max_length=64),
    camera: str | None = Query(None, min_length=1, max_length=64),
    site: Site = None,
) -> Passages:
    """The newest passages of the last day; plates are masked."""
    services = gate.services
    since = services.store.now() - services.settings.tiers.fresh
    with services.store.reading() as connection:
        at = site or services.store.site.name
        some = newest(connection, at, since, limit + 1, numbers_of(cursor), camera)
    page = [answer_of(one, (), masked=gate.decision.masked) for one in some[:limit]]
    last = some[limit - 1] if len(some) > limit else None
    following = last and cursor_of(milliseconds(last.passage.began_at), last.seq)
    return Passages(passages=page, next_cursor=following)


@routes.get("/{passage_id}", may="read passage", at=one_passage, response_model=OnePassage)
def read_passage(request: Request, gate: Gate, passage_id: Id) -> Response:
    """One passage in full; the look is journalled."""
    return tagged(request, in_full(gate, passage_id))


@routes.post("/{passage_id}/reveal", may="reveal passage", at=one_passage, response_model=OnePassage)
def reveal_passage(gate: Gate, passage_id: Id) -> OnePassage:
    """The whole plate of a passage that went past within the last day; the look is journalled."""
    return in_full(gate, passage_id)


@routes.get("/{passage_id}/amendments", may="read passage", at=one_passage, response_model=list[Amended])
def read_amendments(gate: Gate, passage_id: Id) -> list[Amended]:
    """What people said of a passage, in the order in which they said it."""
    kept, said = found(gate, passage_id)
    told(gate, kept)
    return [amended(one) for one in said]


@routes.post("/{passage_id}/amendments", may="correct passage", at=one_passage, response_model=Noted, status_code=201)
def amend_passage(gate: Gate, passage_id: Id, said: Amending) -> Noted:
    """Corrects, confirms or rejects a passage; what the camera read stays."""
    entry = amend(
        gate.services.store,
        passage_id,
        said.kind,
        author=str(gate.actor.person),
        reason=said.reason,
        field=said.field,
        value=said.value,
    )
    return Noted(entry=entry)
