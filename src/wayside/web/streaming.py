# SPDX-License-Identifier: Apache-2.0
"""Streams of server-sent events, each asked again and again whether its person still may."""

from __future__ import annotations

import time
from asyncio import Queue, timeout
from collections.abc import AsyncIterator, Callable

from anyio import to_thread
from fastapi import Request

from wayside.access import RefusalError
from wayside.web.feed import Feed, One
from wayside.web.guard import Deed, Granted, grant

BEAT_S = 5.0
"""How often a page that watches is asked whether it still may, and shown that the line is open."""


async def told_of(
    request: Request, gate: Granted, deed: Deed, feed: Feed[One], event: Callable[[One], str | None]
) -> AsyncIterator[str]:
    """An event of each one that comes and is for this person, and `end` when they may watch no more."""
    asked_s = time.monotonic()
    yield "retry: 2000\n\n"
    async with feed.listening() as queue:
        while True:
            one = await next_one(queue)
            if time.monotonic() - asked_s >= BEAT_S:
                if not await to_thread.run_sync(still_may, request, gate, deed):
                    yield "event: end\ndata: \n\n"
                    return
                asked_s = time.monotonic()
            if one is None:
                yield ": here\n\n"
            elif (told := await to_thread.run_sync(event, one)) is not None:
                yield told


async def next_one(queue: Queue[One]) -> One | None:
    """The next one; None where none came for a while."""
    try:
        async with timeout(BEAT_S):
            return await queue.get()
    except TimeoutError:
        return None


def still_may(request: Request, gate: Granted, deed: Deed) -> bool:
    """Whether the session is still there and its roles still allow it."""
    try:
        grant(request, deed, gate.services)
    except RefusalError:
        return False
    return True


def line(text: str) -> str:
    """A text on one line, as events carry it."""
    return " ".join(text.split())
