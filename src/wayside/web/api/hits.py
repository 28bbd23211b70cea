# SPDX-License-Identifier: Apache-2.0
"""Hits: the newest, one, the picture against which it is judged, and what people say of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import StringConstraints

from wayside.domain import EvidenceRole
from wayside.record import (
    Hit,
    HitFilter,
    HitSource,
    HitState,
    Verdict,
    find_hit,
    find_passage,
    hits_where,
    judge,
    milliseconds,
    verdicts_of,
)
from wayside.web.api.forms import Answer, Form, Limit, Site, api, cursor_of, numbers_of
from wayside.web.api.pictures import jpeg, seen, told_as
from wayside.web.api.sightings import photo_of
from wayside.web.guard import Gate, Granted
from wayside.web.things import absent, hit_in_path, newest_at_site

routes = api("/hits", "hits")
Number = Annotated[int, Path(ge=0, lt=2**63)]
Remark = Annotated[str, StringConstraints(max_length=1000)]


class VerdictAnswer(Answer):
    """What one person said of a hit."""

    state: HitState
    author: str
    reason: str
    at: datetime


class HitAnswer(Answer):
    """A passage or sighting that matches an entry; a lead until a person has confirmed it."""

    hit: int
    """Its number in the journal."""
    site: str
    state: HitState
    source: HitSource
    source_id: str
    """Of the passage or sighting."""
    camera: str
    """Or, of a sighting, its place; empty where it has none."""
    at: datetime
    plate: str | None
    """The text that matched; null where the entry asks for none."""
    probability: float | None
    """That what went past is what the entry asks for; null where nobody can tell."""
    list: str
    """Id of the list."""
    entry: str
    version: int


class OneHit(HitAnswer):
    """A hit with what people said of it."""

    verdicts: list[VerdictAnswer]


class Hits(Answer):
    """A page of hits, newest first."""

    hits: list[HitAnswer]
    next_cursor: str | None


class Judging(Form):
    """What a person says of a hit once they have compared it with the picture."""

    state: HitState
    reason: Remark = ""


def fields(one: Hit) -> dict[str, object]:
    """A hit as it is answered."""
    found = one.matched
    return {
        "hit": one.seq, "site": found.site, "state": one.state, "source": found.source, "source_id": found.source_id,
        "camera": found.camera, "at": one.began_at, "plate": found.text, "probability": found.probability,
        "list": found.list_id, "entry": found.entry, "version": found.version,
    }  # fmt: skip


def verdict(one: Verdict) -> VerdictAnswer:
    """What was said, as it is answered."""
    return VerdictAnswer(state=one.state, author=one.author, reason=one.reason, at=one.at)


def in_full(gate: Granted, number: int) -> OneHit:
    """One hit as it is answered; raises RefusalError."""
    with gate.services.store.reading() as connection:
        found = find_hit(connection, number)
        said = verdicts_of(connection, number)
    if found is None:
        raise absent()
    return OneHit.model_validate({**fields(found), "verdicts": [verdict(one) for one in said]})


@routes.get("", may="watch hit", at=newest_at_site("hit"), response_model=Hits)
def newest_hits(
    gate: Gate,
    limit: Limit = 50,
    state: HitState | None = None,
    cursor: str | None = Query(None, max_length=64),
    site: Site = None,
) -> Hits:
    """The hits of the last day."""
    services = gate.services
    since_ms = milliseconds(services.store.now() - services.settings.tiers.fresh)
    wanted = HitFilter(site or services.store.site.name, since_ms, state)
    with services.store.reading() as connection:
        some = hits_where(connection, wanted, limit + 1, numbers_of(cursor))
    page = some[:limit]
    more = cursor_of(page[-1].matched.began_ms, page[-1].seq) if len(some) > limit else None
    return Hits(hits=[HitAnswer.model_validate(fields(one)) for one in page], next_cursor=more)


@routes.get("/{hit}", may="watch hit", at=hit_in_path, response_model=OneHit)
def one_hit(gate: Gate, hit: Number) -> OneHit:
    """One hit of the last day."""
    return in_full(gate, hit)


@routes.post("/{hit}/verdicts", may="confirm hit", at=hit_in_path, response_model=OneHit, status_code=201)
def judge_hit(gate: Gate, hit: Number, said: Judging) -> OneHit:
    """Confirms or rejects a hit; a later word may say otherwise, and all are kept."""
    with gate.services.store.writing() as transaction:
        judge(transaction, hit, said.state, author=str(gate.actor.person), reason=said.reason)
    return in_full(gate, hit)


@routes.get("/{hit}/pictures/{role}", may="confirm hit", at=hit_in_path, **told_as)
def picture_of_hit(gate: Gate, hit: Number, role: EvidenceRole) -> Response:
    """A picture with its plate, against which the hit is judged, or a sighting's photo as `frame`; journalled."""
    with gate.services.store.reading() as connection:
        found = find_hit(connection, hit)
        kept = None if found is None else find_passage(connection, found.matched.source_id)
    if found is not None and found.matched.source is HitSource.SIGHTING and role is EvidenceRole.FRAME:
        return jpeg(photo_of(gate, found.matched.source_id))
    if kept is None:
        raise absent()
    return seen(gate, kept.passage.id, role)
