# SPDX-License-Identifier: Apache-2.0
"""Follows the record for all who watch: one reader, however many pages are open."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

from anyio import to_thread

from wayside.domain import WaysideError

POLL_S = 0.3
"""How often the record is asked: a passage is on the page well within a second."""
AT_ONCE = 200
WAITING_MOST = 500
"""Passages that wait for one page; a page that cannot follow loses the oldest of them, not the newest."""

logger = logging.getLogger(__name__)


class Numbered(Protocol):
    """What comes one after the other: a passage, a hit."""

    @property
    def seq(self) -> int:
        """Its number; what comes later has a larger one."""


One = TypeVar("One", bound=Numbered)


class Feed(Generic[One]):
    """Passages, or hits, as they are recorded, given to whoever listens."""

    def __init__(self, last: Callable[[], int], following: Callable[[int, int], list[One]]) -> None:
        """`last`: the number of the newest one; `following(seq, limit)`: those after a number."""
        self._last, self._following = last, following
        self._listeners: set[asyncio.Queue[One]] = set()
        self._reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[asyncio.Queue[One]]:
        """A queue into which each new passage is put while the block lasts."""
        queue: asyncio.Queue[One] = asyncio.Queue(WAITING_MOST)
        self._listeners.add(queue)
        if self._reader is None:
            self._reader = asyncio.create_task(self._follow(await to_thread.run_sync(self._last)))
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
            if not self._listeners and self._reader is not None:
                self._reader.cancel()
                self._reader = None

    async def _follow(self, position: int) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                found = await to_thread.run_sync(self._following, position, AT_ONCE)
            except WaysideError as error:
                logger.warning("the record cannot be followed at the moment: %s", error)
                continue
            for one in found:
                position = one.seq
                for queue in self._listeners:
                    offer(queue, one)


def offer(queue: asyncio.Queue[One], one: One) -> None:
    """Puts one into a queue, in place of the oldest one where it is full."""
    if queue.full():
        with contextlib.suppress(asyncio.QueueEmpty):
            queue.get_nowait()
    queue.put_nowait(one)
