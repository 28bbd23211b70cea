# SPDX-License-Identifier: Apache-2.0
"""Whoever listens gets each new passage once; nobody listening costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from factories import bare_passage

from wayside.domain import RecordError
from wayside.record import Kept
from wayside.web import feed as module
from wayside.web.feed import WAITING_MOST, Feed, offer


class Record:
    """Passages that come while pages are open."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.asked = 0
        self.broken = False

    def add(self, count: int = 1) -> None:
        """So many new ones."""
        for _ in range(count):
            self.kept.append(Kept(len(self.kept), "site", bare_passage(len(self.kept))))

    def last(self) -> int:
        """The newest number."""
        return len(self.kept) - 1

    def following(self, seq: int, limit: int) -> list[Kept]:
        """What came after a number."""
        self.asked += 1
        if self.broken:
            raise RecordError("the database went away")
        return self.kept[seq + 1 : seq + 1 + limit]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting in tests."""
    monkeypatch.setattr(module, "POLL_S", 0.001)


async def taken(queue: asyncio.Queue[Kept], count: int) -> list[int]:
    """The numbers of the next passages."""
    return [(await asyncio.wait_for(queue.get(), 10)).seq for _ in range(count)]


def run(story: Callable[[Record, Feed], object]) -> Record:
    """Plays a story over a record that has two passages already."""
    record = Record()
    record.add(2)
    asyncio.run(story(record, Feed(record.last, record.following)))  # type: ignore[arg-type]
    return record


def test_every_listener_gets_what_comes_and_nothing_that_was() -> None:
    """In order, once."""

    async def story(record: Record, feed: Feed) -> None:
        async with feed.listening() as one, feed.listening() as other:
            record.add(300)
            assert await taken(one, 300) == await taken(other, 300) == list(range(2, 302))

    run(story)


def test_the_record_is_left_alone_when_nobody_listens() -> None:
    """The reader ends with the last page, and begins anew with the next."""

    async def story(record: Record, feed: Feed) -> None:
        async with feed.listening():
            pass
        asked = record.asked
        await asyncio.sleep(0.05)
        assert record.asked == asked
        record.add()
        async with feed.listening() as queue:
            record.add()
            assert await taken(queue, 1) == [3]

    run(story)


def test_a_record_that_cannot_be_read_for_a_while_loses_nothing() -> None:
    """What came in the meantime follows."""

    async def story(record: Record, feed: Feed) -> None:
        async with feed.listening() as queue:
            record.broken = True
            record.add(2)
            await asyncio.sleep(0.02)
            record.broken = False
            assert await taken(queue, 2) == [2, 3]

    run(story)


def test_a_page_that_cannot_follow_loses_the_oldest() -> None:
    """Its queue has an end, so that one sleeping page does not fill the memory."""

    async def story(record: Record, feed: Feed) -> None:
        async with AsyncExitStack() as stack:
            queue = await stack.enter_async_context(feed.listening())
            record.add(WAITING_MOST + 5)
            for kept in record.kept[2:]:
                offer(queue, kept)
            assert queue.qsize() == WAITING_MOST
            assert (await queue.get()).seq > 2

    run(story)
