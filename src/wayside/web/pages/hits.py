# SPDX-License-Identifier: Apache-2.0
"""Hits: those that wait to be looked at, one against its picture, and the earlier ones under a purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from sqlalchemy import Connection

from wayside.access import Age, Thing
from wayside.domain import UsageError
from wayside.record import Hit, HitFilter, HitState, count_hits, find_hit, hits_where, judge, milliseconds, verdicts_of
from wayside.web.feed import Feed
from wayside.web.guard import Ask, Deed, Gate, Granted, Routes
from wayside.web.looking import told_hits
from wayside.web.rendering import fragment, render
from wayside.web.shown_hits import ShownHit, shown_hits
from wayside.web.streaming import line, told_of
from wayside.web.things import absent, hit_in_path, newest_at_site, of_passage, of_sighting, site_of

routes = Routes("/hits", {"include_in_schema": False})
now_at_site = newest_at_site("hit")
SHOWN = 60
Said = Annotated[str, Form(max_length=1000)]
Wanted = Annotated[str, Query(max_length=16)]
ROLES = ("plate", "vehicle", "frame")
"""Pictures in the order in which they help to compare."""


def earlier_at_site(ask: Ask) -> Thing:
    """The hits that a site keeps, as far back as nobody has to sign for."""
    return Thing("hit", site_of(ask), age=Age.ORDINARY)


def state_of(word: str) -> HitState | None:
    """Which hits are wanted; None: all."""
    return HitState(word) if word in set(HitState) else None


def listed(request: Request, gate: Granted, since_ms: int, state: str, **more: Any) -> Response:
    """Hits since a moment, with how many of the last day nobody has looked at."""
    store = gate.services.store
    site = store.site.name
    fresh_ms = milliseconds(store.now() - gate.services.settings.tiers.fresh)
    with store.reading() as connection:
        found = hits_where(connection, HitFilter(site, since_ms, state_of(state)), SHOWN)
        cards = shown_hits(connection, site, found)
        waiting = count_hits(connection, HitFilter(site, fresh_ms, HitState.NEW))
    may_read = gate.may("read", Thing("hit", site, age=Age.ORDINARY))
    facts: dict[str, Any] = {
        "hits": cards,
        "waiting": waiting,
        "state": state,
        "states": list(HitState),
        "full": len(found) == SHOWN,
    }
    return render(request, "hits.html", may_read=may_read, **facts, **more)


@routes.get("", may="watch hit", at=now_at_site, head="head.hits")
def recent(request: Request, gate: Gate, state: Wanted = HitState.NEW) -> Response:
    """The hits of the last day."""
    since = gate.services.store.now() - gate.services.settings.tiers.fresh
    return listed(request, gate, milliseconds(since), state, earlier=False)


@routes.get("/events", may="watch hit", at=now_at_site)
async def events(request: Request, gate: Gate) -> Response:
    """Each new hit as a card, as long as the person may watch."""
    return StreamingResponse(stream(request, gate), media_type="text/event-stream")


def stream(request: Request, gate: Granted) -> AsyncIterator[str]:
    """Server-sent events: `hit` with a card, `end` when the person may watch no more."""
    feed: Feed[Hit] = request.app.state.hits
    return told_of(request, gate, Deed("watch", "hit", now_at_site), feed, lambda hit: event(gate, hit))


def event(gate: Granted, hit: Hit) -> str | None:
    """A hit as an event; the card stands on one line. One of long ago, as imports bring them, is no news."""
    if not gate.may("watch", thing_of(gate, hit)):
        return None
    with gate.services.store.reading() as connection:
        (one,) = shown_hits(connection, hit.matched.site, [hit])
    card = fragment("hit_card.html", one=one, fresh=True, services=gate.services)
    return f"id: {hit.seq}\nevent: hit\ndata: {line(card)}\n\n"


def thing_of(gate: Granted, hit: Hit) -> Thing:
    """A hit as the policy sees it."""
    age = gate.services.settings.tiers.age(hit.began_at, gate.services.store.now())
    return Thing("hit", hit.matched.site, age=age)


@routes.get("/earlier", may="read hit", at=earlier_at_site)
def earlier(request: Request, gate: Gate, state: Wanted = "") -> Response:
    """What became of the hits that are kept; the look is journalled."""
    told_hits(gate, {"state": state or None})
    since = gate.services.store.now() - gate.services.settings.tiers.ordinary
    return listed(request, gate, milliseconds(since), state, earlier=True)


def hit_at(connection: Connection, number: str) -> Hit:
    """The hit of an address; raises RefusalError."""
    found = find_hit(connection, int(number))
    if found is None:
        raise absent()
    return found


def show(request: Request, gate: Granted, number: str, fault: UsageError | None = None, **more: Any) -> Response:
    """One hit, with what was wrong with the last word on it."""
    store = gate.services.store
    with store.reading() as connection:
        hit = hit_at(connection, number)
        (one,) = shown_hits(connection, hit.matched.site, [hit])
        said = verdicts_of(connection, hit.seq)
        following = next_one(connection, gate, hit)
    may_judge = gate.may("confirm", thing_of(gate, hit))
    may_open = one.sighting is not None and gate.may("read", of_sighting(one.sighting.one, gate.services))
    facts: dict[str, Any] = {
        "said": said,
        "following": following,
        "may_judge": may_judge,
        "may_open": may_open,
        "pictures": pictures_of(gate, one),
    }
    return render(
        request,
        "hit.html",
        status=200 if fault is None else 422,
        fault=fault,
        one=one,
        **facts,
        **{"earlier": False, **more},
    )


def age_of(gate: Granted, one: ShownHit) -> Age:
    """How old a hit is."""
    return gate.services.settings.tiers.age(one.at, gate.services.store.now())


def pictures_of(gate: Granted, one: ShownHit) -> list[tuple[str, str]]:
    """Role and address of the pictures: with the plate for whoever may compare it, else covered."""
    if one.sighting is not None and one.sighting.one.photo is not None:
        may_see = gate.may("confirm", Thing("hit", one.sighting.one.site, age=age_of(gate, one)))
        return [("frame", f"/api/v1/hits/{one.seq}/pictures/frame")] if may_see else []
    if one.kept is None or one.passage is None:
        return []
    there = {evidence.role.value for evidence in one.kept.passage.evidence}
    if gate.may("confirm", Thing("hit", one.kept.site, age=age_of(gate, one))):
        return [(role, f"/api/v1/hits/{one.seq}/pictures/{role}") for role in ROLES if role in there]
    if gate.may("read", of_passage("picture", one.kept, gate.services)):
        return [(role, f"/api/v1/passages/{one.passage.id}/pictures/{role}") for role in ROLES if role in there]
    return list(one.passage.pictures)


def next_one(connection: Connection, gate: Granted, hit: Hit) -> int | None:
    """The number of another hit of the last day that nobody has looked at; the newest."""
    since_ms = milliseconds(gate.services.store.now() - gate.services.settings.tiers.fresh)
    wanted = HitFilter(hit.matched.site, since_ms, HitState.NEW)
    return next((one.seq for one in hits_where(connection, wanted, 2) if one.seq != hit.seq), None)


@routes.get("/earlier/{hit}", may="read hit", at=hit_in_path)
def one_earlier(request: Request, gate: Gate, hit: str) -> Response:
    """A hit and what became of it; the look is journalled."""
    told_hits(gate, {"hit": int(hit)})
    return show(request, gate, hit, earlier=True)


@routes.get("/{hit}", may="watch hit", at=hit_in_path)
def one_hit(request: Request, gate: Gate, hit: str) -> Response:
    """A hit of the last day: what was read beside what was watched for."""
    return show(request, gate, hit)


@routes.post("/{hit}/verdict", may="confirm hit", at=hit_in_path)
def say(request: Request, gate: Gate, hit: str, state: Annotated[HitState, Form()], reason: Said = "") -> Response:
    """Confirms or rejects a hit, and leads on to the next one."""
    try:
        with gate.services.store.writing() as transaction:
            judge(transaction, int(hit), state, author=str(gate.actor.person), reason=reason)
    except UsageError as fault:
        return show(request, gate, hit, fault)
    with gate.services.store.reading() as connection:
        following = next_one(connection, gate, hit_at(connection, hit))
    return RedirectResponse("/hits" if following is None else f"/hits/{following}", 303)
