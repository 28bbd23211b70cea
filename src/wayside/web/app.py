# SPDX-License-Identifier: Apache-2.0
"""Makes the web application: every route behind the gate, or there is no application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from wayside import __version__
from wayside.access import permissions
from wayside.bootstrap import Services
from wayside.record import Hit, Kept, following, hits_after, last_hit, last_number
from wayside.web import api, pages
from wayside.web.feed import Feed
from wayside.web.guard import Declared, GuardedRoute, Routes
from wayside.web.middleware import Hosts, Proxies, SecurityHeaders
from wayside.web.problems import answer
from wayside.web.warming import warm_behind

THREADS = 12
"""Requests that work on the record at one time; the rest wait. SQLite has no use for more on two cores."""
EVERYTHING: tuple[Routes, ...] = (*pages.EVERYTHING, *api.EVERYTHING)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Bounds the threads while the application runs, and makes ready what its pages need."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    warming = warm_behind(app.state.services.store)
    yield
    await to_thread.run_sync(warming.join)


async def failed(request: Request, error: Exception) -> Response:
    """What becomes of a request that no route took."""
    request.state.granted = None
    return answer(request, error)


def create_app(services: Services, routes: Iterable[Routes] = EVERYTHING) -> FastAPI:
    """The application over some services; raises ValueError where a route does not say what it needs."""
    app = FastAPI(
        title="Wayside",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    serve(app, services)
    declared = [one for some in routes for one in some]
    app.state.head = [one for one in declared if one.head is not None]
    app.router.routes.extend(one.route() for one in declared)
    check(declared, app.router.routes)
    app.add_exception_handler(HTTPException, failed)
    app.add_middleware(Hosts, names=services.names)
    app.add_middleware(Proxies, proxies=services.binding.proxies)
    app.add_middleware(SecurityHeaders)
    return app


def serve(app: FastAPI, services: Services) -> None:
    """Gives the application what its routes work with."""
    app.state.services = services
    app.state.feed = feed_of(services)
    app.state.hits = hits_of(services)


def feed_of(services: Services) -> Feed[Kept]:
    """Follows the record for the pages that watch."""

    def last() -> int:
        with services.store.reading() as connection:
            return last_number(connection)

    def after(seq: int, limit: int) -> list[Kept]:
        with services.store.reading() as connection:
            return following(connection, seq, limit)

    return Feed(last, after)


def hits_of(services: Services) -> Feed[Hit]:
    """Follows the hits of the site that serves."""
    store = services.store

    def last() -> int:
        with store.reading() as connection:
            return last_hit(connection)

    def after(seq: int, limit: int) -> list[Hit]:
        with store.reading() as connection:
            return hits_after(connection, store.site.name, seq, limit)

    return Feed(last, after)


def check(declared: Sequence[Declared], routes: Sequence[BaseRoute]) -> None:
    """Raises ValueError for a route that is open, or needs what the table of permissions does not know."""
    for route in routes:
        if not isinstance(route, GuardedRoute):
            raise ValueError(f"{route} does not say what it needs; declare it through wayside.web.guard.Routes")
        if (route.deed.action, route.deed.object) not in permissions().by_pair:
            raise ValueError(f"{route.path} needs {route.deed.may!r}, which no rule of permissions.toml allows anybody")
    taken = [(one.method, one.path) for one in declared]
    for twice in {one for one in taken if taken.count(one) > 1}:
        raise ValueError(f"{' '.join(twice)} is declared twice")
