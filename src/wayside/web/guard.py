# SPDX-License-Identifier: Apache-2.0
"""The one gate: every route says what it needs, and nothing runs before the policy has said yes to it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from wayside.access import (
    STRANGER,
    Actor,
    Age,
    Decision,
    RefusalError,
    RequestError,
    Thing,
    Why,
    Work,
    approvals,
    decide,
    working,
)
from wayside.access.signing import Limit, sessions, throttle
from wayside.bootstrap import Services
from wayside.domain import Purpose
from wayside.web.body import limited
from wayside.web.csrf import check_same_origin, check_token
from wayside.web.identity import Identity, identify
from wayside.web.problems import API, answer

T = TypeVar("T")
SAFE = frozenset({"GET", "HEAD"})
OF_PASSAGE = "read picture"
"""What goes on with a passage that was opened."""
IMPERSONAL = frozenset({"read asset"})
"""What is the same for everybody: the policy is asked for a stranger, and nobody has to be looked up."""
ORDINARY_BODY = 64 * 1024
"""Bytes that a request may bring along where its route says nothing else."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is known of a request before its handler runs."""

    services: Services
    connection: Connection
    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]


Locate = Callable[[Ask], Thing]
"""Finds what a request is about; raises RefusalError (not here) where it is not there."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a route does: an action on a kind of object."""

    action: str
    object: str
    at: Locate | None
    """Finds the object before the handler runs; None: what it is stands in the body, and the handler must ask
    `Granted.check` itself."""

    @property
    def may(self) -> str:
        """As the table of permissions names it."""
        return f"{self.action} {self.object}"


@dataclass(slots=True)
class Granted:
    """What the gate found out, for the handler."""

    services: Services
    who: Identity
    work: Work | None
    """The purpose that the person, or the token, works under."""
    deed: Deed
    decision: Decision
    thing: Thing | None
    """None where the handler is to say what it is."""
    checked: bool

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.who.actor

    def check(
        self,
        thing: Thing,
        action: str | None = None,
        subject: Mapping[str, Any] | None = None,
        *,
        further: bool = False,
    ) -> Decision:
        """Asks the policy about an object; raises RefusalError.

        `subject`: what exactly is to be done, for which a second person's approval is used up where one is needed.
        `further`: it goes on with what was begun; the approval that the beginning used up holds for a while.
        """
        decision = decide(self.actor, action or self.deed.action, thing)
        if decision.why is Why.SECOND_PERSON and subject is not None:
            decision = self.use_approval(decision, action or self.deed.action, thing, subject, further=further)
        if not decision.allowed:
            raise RefusalError(decision)
        self.checked = True
        return decision

    def check_but_second_person(self, thing: Thing) -> None:
        """Asks the policy, where the room that does it will use up the approval itself; raises RefusalError."""
        decision = decide(self.actor, self.deed.action, thing)
        if not decision.allowed and decision.why is not Why.SECOND_PERSON:
            raise RefusalError(decision)
        self.checked = True

    def use_approval(
        self, refused: Decision, action: str, thing: Thing, subject: Mapping[str, Any], *, further: bool
    ) -> Decision:
        """The decision with the approval for exactly this, which is used up; as it was where there is none."""
        store, deed = self.services.store, f"{action} {thing.kind}"
        with store.reading() as connection:
            now_ms = self.services.sign_in.now_ms()
            going_on = further and approvals.continues(connection, self.actor, deed, thing, subject, now_ms)
            if deed == OF_PASSAGE:  # the approval that opened the passage is for what it shows
                opened = {"passage_id": subject["passage_id"]}
                going_on = approvals.continues(connection, self.actor, "read passage", thing, opened, now_ms)
        if going_on:
            return decide(self.actor, action, replace(thing, approved=True))
        try:
            with store.writing() as transaction:
                approvals.use(transaction, self.actor, action, thing, subject)
        except RequestError:
            return refused
        return decide(self.actor, action, replace(thing, approved=True))

    def only(self, some: Iterable[T], thing_of: Callable[[T], Thing]) -> list[T]:
        """Those of several things that the person may do this to."""
        self.checked = True
        return [one for one in some if self.may(self.deed.action, thing_of(one))]

    def leave_to_room(self) -> None:
        """Says that the room which does it asks the policy itself, in the transaction that does it."""
        self.checked = True

    def spend(self, limit: Limit) -> None:
        """Counts what may not be done too often, so that a restart forgives nothing; raises LimitError."""
        person = str(self.actor.person)
        early_ms = self.services.store.together(lambda transaction: throttle.spend(transaction, limit, person))
        throttle.enforce(limit, early_ms)

    def may(self, action: str, thing: Thing) -> bool:
        """Whether something else would be allowed, to show or leave out what leads there."""
        return decide(self.actor, action, thing).allowed

    def opens(self, deeds: Sequence[Deed]) -> list[bool]:
        """For each of several pages whose address names nothing, whether it would let the person in."""
        with self.services.store.reading() as connection:
            ask = Ask(self.services, connection, self.actor, {}, {})
            return [deed.at is not None and self.may(deed.action, deed.at(ask)) for deed in deeds]

    @property
    def purpose(self) -> Purpose:
        """Why the person looks; raises RefusalError where they work under no purpose."""
        if self.work is None:
            raise RefusalError(Decision(Why.PURPOSE))
        return self.work.purpose


def conceivable(actor: Actor, deed: Deed, site: str) -> Iterator[Decision]:
    """What the policy would say of this done to each sort of thing that there could be."""
    sites = sorted({site, *actor.roles}) or [site]
    owners = (None, actor.person, f"not {actor.person}")
    things = (Thing(deed.object, at, owner, Age.FRESH, True) for at, owner in product(sites, owners))
    return (decide(actor, deed.action, thing) for thing in things)


def best(decisions: Iterable[Decision]) -> Decision:
    """A yes if there is one, else the no that is nearest to it; raises RefusalError for that."""
    order = list(Why)
    found = max(decisions, key=lambda one: len(order) if one.why is None else order.index(one.why))
    if not found.allowed:
        raise RefusalError(found)
    return found


def grant(request: Request, deed: Deed, services: Services) -> Granted:
    """Who asks, for what, and that they may; raises RefusalError. Blocks: call it in a worker thread."""
    with services.store.reading() as connection:
        who = identify(request, services, connection)
        # Before the thing itself is looked for, so that nobody learns of it who could not see it anyway.
        conceived = best(conceivable(who.actor, deed, services.store.site.name))
        work = work_of(connection, who)
        # Only the API serves other sites than its own; a page that named one would be let in there and show its own.
        query = request.query_params if request.url.path.startswith(API) else {}
        ask = Ask(services, connection, who.actor, request.path_params, query)
        thing = None if deed.at is None else deed.at(ask)
    keep_alive(who, services)
    granted = Granted(services, who, work, deed, conceived, thing, checked=False)
    if thing is not None:
        granted.decision = first_check(request, granted, thing)
    return granted


def grant_anybody(deed: Deed, services: Services) -> Granted:
    """That even a stranger may; raises RefusalError. Each page brings some style sheets, scripts and signs along."""
    thing = Thing(deed.object)
    granted = Granted(services, Identity(STRANGER), None, deed, decide(STRANGER, deed.action, thing), thing, False)
    granted.check(thing)
    return granted


def first_check(request: Request, granted: Granted, thing: Thing) -> Decision:
    """Asks the policy about what the address names; raises RefusalError.

    Where only a second person is missing, the page that says so may know who asks, to offer to ask one.
    """
    try:
        return granted.check(thing, subject=request.path_params)
    except RefusalError as refused:
        if refused.decision.why is Why.SECOND_PERSON:
            request.state.granted = granted
        raise


def work_of(connection: Connection, who: Identity) -> Work | None:
    """The purpose that the person works under, or the token that they come with."""
    if who.actor.person is None:
        return None
    return working.at_hand(connection, who.actor.person, None if who.token is None else who.token.id)


def keep_alive(who: Identity, services: Services) -> None:
    """Writes down that a session is in use, where it is time for that."""
    if who.session is not None and who.key is not None and sessions.wants_touch(who.session, services.store.now()):
        key = who.key
        services.store.together(lambda transaction: sessions.touch(transaction, key))


class GuardedRoute(APIRoute):
    """A route behind the gate; whatever goes wrong becomes an answer that gives nothing away."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, deed: Deed, most_bytes: int, **more: Any) -> None:
        self.deed, self.most_bytes = deed, most_bytes
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the gate."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await self.passed(request, handle)
            except ClientDisconnect:  # whoever asked is gone: nobody is there to be answered, and nothing is wrong here
                return Response(status_code=400)
            except Exception as error:
                return answer(request, error)

        return guarded

    async def passed(self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        """The handler's answer, once the gate has let the request through; raises what stood against it."""
        services: Services = request.app.state.services
        request = Request(request.scope, limited(request, self.most_bytes))
        request.state.granted = None
        granted = request.state.granted = await self.asked(request, services)
        if request.method not in SAFE and not granted.who.bearer:
            check_same_origin(request)
            await check_token(request, granted.who)
        response = await handle(request)
        if response.status_code < 400 and not granted.checked:
            raise AssertionError(f"{self.path} answered without having asked the policy about its object")
        return response

    async def asked(self, request: Request, services: Services) -> Granted:
        """What the gate finds out, in a thread where that may wait for the record; raises RefusalError."""
        if self.deed.may in IMPERSONAL:
            return grant_anybody(self.deed, services)
        return await to_thread.run_sync(grant, request, self.deed, services)


def granted_of(request: Request) -> Granted:
    """What the gate found out."""
    granted: Granted = request.state.granted
    return granted


Gate = Annotated[Granted, Depends(granted_of)]
"""The parameter of a handler that takes what the gate found out."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A route before it is put into an application."""

    path: str
    method: str
    endpoint: Callable[..., Any]
    deed: Deed
    most_bytes: int
    head: str | None
    """Name of the text under which the page stands in the head of all pages; None: it does not."""
    more: Mapping[str, Any]

    def route(self) -> GuardedRoute:
        """The route itself."""
        return GuardedRoute(
            self.path,
            self.endpoint,
            deed=self.deed,
            most_bytes=self.most_bytes,
            methods=[self.method],
            **self.more,
        )


@dataclass(frozen=True, slots=True)
class Routes:
    """Routes of one subject, declared by decorators: `@routes.get("/cameras", may="read camera", at=here)`."""

    prefix: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What FastAPI is told of each of them."""
    problems: Mapping[int, Any] = field(default_factory=dict)
    """What FastAPI is told that each may answer beside its own answers."""
    declared: list[Declared] = field(default_factory=list)

    def __iter__(self) -> Iterator[Declared]:
        return iter(self.declared)

    def add(
        self,
        method: str,
        path: str,
        may: str,
        at: Locate | None,
        most_bytes: int = ORDINARY_BODY,
        head: str | None = None,
        **more: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declares a route; `may` is ACTION OBJECT, `at` finds the object, None where the handler checks it.

        `head`: name of the text under which the page stands in the head of all pages.
        """
        action, _, kind = may.partition(" ")

        def declare(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            deed = Deed(action, kind, at)
            told = {**self.more, **more, "responses": {**self.problems, **more.get("responses", {})}}
            self.declared.append(Declared(self.prefix + path, method, endpoint, deed, most_bytes, head, told))
            return endpoint

        return declare

    def get(self, path: str, *, may: str, at: Locate | None, **more: Any) -> Callable[[Any], Any]:
        """Declares a route that changes nothing."""
        return self.add("GET", path, may, at, **more)

    def post(self, path: str, *, may: str, at: Locate | None, **more: Any) -> Callable[[Any], Any]:
        """Declares a route that changes something, or whose question must not stand in an address."""
        return self.add("POST", path, may, at, **more)

    def delete(self, path: str, *, may: str, at: Locate | None, **more: Any) -> Callable[[Any], Any]:
        """Declares a route that ends something."""
        return self.add("DELETE", path, may, at, **more)
