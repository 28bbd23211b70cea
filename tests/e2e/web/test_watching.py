# SPDX-License-Identifier: Apache-2.0
"""From an entry through the second signature to a hit that is confirmed with the keyboard, each by another person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from browser import browsing, needs_browser
from e2e.web.test_serving import Served, served, stop
from factories import full_passage
from playwright.sync_api import Browser, Page, expect
from unit.access.world import SITE, Clock, World
from unit.web.house import photograph

from wayside.domain import EvidenceRole
from wayside.record import HitFilter, HitState, Store, evidence_for, hits_where

pytestmark = needs_browser
AT_MOST_S = 5.0
"""From the passage to its card on a machine that does much else; on a quiet one it takes less than one."""


@dataclass(frozen=True)
class Desk:
    """A program that serves, and the pages of three people."""

    server: Served
    data: Path
    pages: dict[str, Page]

    def open(self, who: str, path: str) -> Page:
        """A page of theirs."""
        page = self.pages[who]
        page.goto(f"http://127.0.0.1:{self.server.port}{path}")
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all three."""
    with browsing() as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """Somebody who keeps the lists, somebody who signs, and somebody who watches."""
    world = World.opened(tmp_path / "data", Clock(datetime.now(UTC)))
    keys = {}
    for name, role in (("lena", "list-manager"), ("petra", "approver"), ("mona", "monitor")):
        world.person(name, role)
        if role != "approver":
            world.under_purpose(name)
        keys[name] = world.session(name)
    world.store.close()
    server = served(tmp_path)
    pages = {}
    for name, key in keys.items():
        context = browser.new_context()
        context.add_cookies([{"name": "wayside", "value": key, "url": f"http://127.0.0.1:{server.port}"}])
        pages[name] = context.new_page()
    yield Desk(server, tmp_path / "data", pages)
    for page in pages.values():
        page.context.close()
    stop(server)


def went_past(data: Path, plate: str) -> None:
    """A passage of now, recorded by another process than the one that serves."""
    like, _ = full_passage()
    began = datetime.now(UTC)
    pictures = {role: photograph(at) for at, role in enumerate(EvidenceRole)}
    passage = replace(
        like, id=token_hex(16), began_at=began, ended_at=began + timedelta(seconds=1), crossed_at=(began,),
        plate=replace(like.plate, text=plate),
        evidence=tuple(evidence_for(role, picture) for role, picture in pictures.items()),
    )  # fmt: skip
    with Store(data) as store:
        store.add(passage, {one.sha256: pictures[one.role] for one in passage.evidence})


def ask_and_sign(desk: Desk) -> None:
    """An entry for 101D234, asked for by one and signed by another."""
    page = desk.open("lena", "/lists")
    page.fill("#name", "Wanted")
    page.get_by_role("button", name="Begin a list").click()
    page.fill("#written", "101 D 234")
    page.fill("#label", "The grey car")
    page.fill("#instruction", "Do not stop it; ring the duty officer")
    page.fill("#because", "Asked for by the ministry this morning")
    page.get_by_role("button", name="Ask for the signature").first.click()
    expect(page.get_by_text("waits for a signature")).to_be_visible()
    page = desk.open("petra", "/approvals")
    page.get_by_role("link", name="Look out for a vehicle").click()
    expect(page.get_by_text("101D234")).to_be_visible()
    expect(page.get_by_text("plate", exact=True)).to_be_visible()
    page.locator('form[action$="/approve"] button').first.click()
    expect(page.get_by_text("signed", exact=True)).to_be_visible()
    expect(desk.open("lena", "/lists").get_by_text("1 in force")).to_be_visible()


def test_from_an_entry_to_a_hit_that_is_confirmed_with_the_keyboard(desk: Desk) -> None:
    """The card arrives by itself with its sound, and the plate stands in no address."""
    ask_and_sign(desk)
    page = desk.open("mona", "/live")
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("body")).to_have_attribute("data-sounded", "1")
    began_s = time.monotonic()
    went_past(desk.data, "101D234")
    card = page.locator("#hits article.hit")
    expect(card).to_be_visible(timeout=AT_MOST_S * 1000)
    assert time.monotonic() - began_s < AT_MOST_S
    expect(page.locator("body")).to_have_attribute("data-sounded", "2")
    expect(card).to_contain_text("ring the duty officer")
    card.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", name="Compared")).to_be_visible()
    assert "101D234" not in page.url
    picture = page.locator("figure.plate img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.keyboard.press("c")
    expect(page.get_by_text("No hits here")).to_be_visible()
    with Store(desk.data, writing=False) as store, store.reading() as connection:
        (found,) = hits_where(connection, HitFilter(SITE), 9)
    assert found.state is HitState.CONFIRMED
