# SPDX-License-Identifier: Apache-2.0
"""The live page: masked plates, how each camera did, and passages that arrive by themselves while one may watch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from unit.access.world import NOW, SITE
from unit.web.house import PLATE, House, passage_at

from wayside.domain import Unread
from wayside.record import CameraPlace, Glimpse
from wayside.web import streaming
from wayside.web.guard import Deed, grant
from wayside.web.pages import live
from wayside.web.things import newest_at_site


def monitor(house: House) -> str:
    """The session of somebody who watches."""
    house.world.person("milo", "monitor")
    return house.world.session("milo")


def test_passages_are_there_masked(house: House) -> None:
    """The newest of the last day; older ones are not for watching."""
    text = house.call("GET", "/live", session=monitor(house)).text
    assert PLATE not in text
    assert "LD•••YZ" in text
    assert text.count("<article") == 1
    assert f"{house.passages[SITE, 'fresh']}/pictures/vehicle/covered" in text
    assert "pictures/plate" not in text


def test_who_has_no_task_here_sees_nothing(house: House) -> None:
    """Nor does a stranger, who is led to the page for signing in."""
    house.world.person("otto", "observer")
    assert house.call("GET", "/live", session=house.world.session("otto")).status == 403
    assert house.call("GET", "/live").status == 303
    assert house.call("GET", "/live/events").status in {303, 401}


def glimpse(number: int, reason: Unread | None = None) -> Glimpse:
    """A passage of the camera `gate`, read or not."""
    return Glimpse("gate", NOW + timedelta(seconds=number), reason)


def test_a_tile_says_how_many_were_read_and_why_the_others_were_not() -> None:
    """The most frequent reason first; of a camera that saw nothing it says nothing."""
    found = [glimpse(at, why) for at, why in enumerate((None, *2 * (Unread.TOO_SMALL,), Unread.TOO_BLURRED))]
    tile = live.tile(CameraPlace("gate", "north"), found, None)
    assert (tile.count, tile.read, tile.place) == (4, "25 %", "north")
    assert [count for _, count in tile.unread] == [2, 1]
    assert tile.last == found[-1].began_at
    assert live.tile(CameraPlace("yard"), found, None).read is None


async def events(house: House, session: str, count: int) -> list[str]:
    """The first events of a page that watches, while a passage is recorded."""
    request, gate = asking(house, session)
    stream = cast(AsyncIterator[str], live.stream(request, gate, Deed("watch", "passage", newest_at_site("passage"))))
    got = [await anext(stream)]
    waiting = asyncio.create_task(anext(stream))
    await asyncio.sleep(0.05)
    passage, pictures = passage_at(300, "fresh")
    await asyncio.to_thread(house.world.store.add, replace(passage, began_at=NOW - timedelta(seconds=9)), pictures)
    got.append(await asyncio.wait_for(waiting, 10))
    while len(got) < count:
        got.append(await asyncio.wait_for(anext(stream), 10))
    await stream.aclose()  # type: ignore[attr-defined]
    return got


def asking(house: House, session: str) -> tuple[Any, Any]:
    """A request with a session, and what the gate found out about it."""
    request = SimpleNamespace(
        app=house.app, cookies={"wayside": session}, headers={"host": "localhost"}, path_params={}, query_params={},
        url=SimpleNamespace(scheme="http", path="/live/events"), client=None, method="GET", state=SimpleNamespace(),
        scope={"scheme": "http"},
    )  # fmt: skip
    return request, grant(cast(Any, request), Deed("watch", "passage", newest_at_site("passage")), house.services)


def test_a_passage_arrives_as_a_card_on_one_line(house: House) -> None:
    """Masked, named by its number, as the protocol of server-sent events wants it."""
    got = asyncio.run(events(house, monitor(house), 2))
    assert got[0] == "retry: 2000\n\n"
    assert re.fullmatch(r"id: \d+\nevent: passage\ndata: <article [^\n]+</article>\n\n", got[1])
    assert PLATE not in got[1]
    assert "LD•••YZ" in got[1]


def test_the_stream_ends_when_the_session_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a few seconds, however many passages come."""
    monkeypatch.setattr(streaming, "BEAT_S", 0.01)
    session = monitor(house)

    async def story() -> list[str]:
        request, gate = asking(house, session)
        await asyncio.to_thread(house.services.sign_in.sign_out, session)
        stream = live.stream(request, gate, Deed("watch", "passage", newest_at_site("passage")))
        return [one async for one in stream]

    assert asyncio.run(story())[-1] == "event: end\ndata: \n\n"
