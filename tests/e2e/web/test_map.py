# SPDX-License-Identifier: Apache-2.0
"""Maps, journeys, results and numbers in a real browser: with WebGL and without, and never a word to other machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from e2e.web import town
from e2e.web.test_browser import CHROMIUM, PASSWORD, WITHOUT
from e2e.web.test_serving import Served, served, stop
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=WITHOUT)
SOFTWARE_GL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
NO_GL = ["--disable-gpu", "--disable-3d-apis"]
HARMLESS = ("[DOM]", "GPU stall", "GL Driver Message")
"""What Chromium remarks on pages that are as they should be."""


@dataclass
class Visit:
    """Pages of one person in one browser, and everything that the browser complained of or asked others for."""

    base: str
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def page(self, path: str) -> Page:
        """A page of ours, listened to."""
        page = self.context.new_page()
        page.on("console", lambda said: self.note(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.note(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((self.base, "data:", "blob:")) else self.note(asked.url),
        )
        page.goto(self.base + path)
        return page

    def note(self, text: str) -> None:
        """Keeps a complaint."""
        if not any(one in text for one in HARMLESS):
            self.complaints.append(text)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A program that serves the record of the town."""
    folder = tmp_path_factory.mktemp("town")
    town.build(folder / "data")
    found = served(folder)
    yield found
    stop(found)


@pytest.fixture(scope="module")
def signed_in(server: Served) -> Iterator[tuple[Browser, Browser, str, object]]:
    """A browser with WebGL and one without, where the town is, and what keeps its owner signed in there."""
    with sync_playwright() as playwright:
        both = [
            playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", *more])
            for more in (SOFTWARE_GL, NO_GL)
        ]
        link = re.search(r"(http://[^/]+)/first-run#\S+", server.said())
        assert link is not None
        page = both[0].new_page()
        page.goto(link[0])
        for name, value in {"name": "mary", "shown_as": "Mary", "password": PASSWORD}.items():
            page.fill(f"#{name}", value)
        page.get_by_role("button", name="Make the account").click()
        page.get_by_role("link", name="No purpose").click()
        page.select_option("#reason", "offence")
        page.fill("#reference", "CR-2026/0123")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_text("Working under offence")).to_be_visible()
        yield both[0], both[1], link[1], page.context.storage_state()
        for one in both:
            one.close()


@pytest.fixture(params=["gl", "svg"])
def visit(request: pytest.FixtureRequest, signed_in: tuple[Browser, Browser, str, object]) -> Iterator[Visit]:
    """Of the town's owner, with WebGL or without."""
    with_gl, without, base, state = signed_in
    context = (with_gl if request.param == "gl" else without).new_context(storage_state=state)  # type: ignore[arg-type]
    made = Visit(base, context)
    yield made
    context.close()
    assert made.complaints == []


def kind(visit: Visit, page: Page) -> str:
    """How the map was drawn in the end."""
    expect(page.locator("[data-drawn]")).to_be_visible(timeout=30_000)
    return str(page.get_attribute("[data-map]", "data-drawn"))


def test_a_place_is_chosen_by_keyboard(visit: Visit, request: pytest.FixtureRequest) -> None:
    """On either map; what went past stands beside it, masked."""
    page = visit.page("/map")
    drawn = kind(visit, page)
    assert drawn in request.node.name
    bridge = page.locator('.pin-button[data-place="Bridge"]' if drawn == "gl" else 'a.pin[href$="Bridge"]')
    bridge.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place h2")).to_have_text("Bridge")
    expect(page.locator("#place")).to_contain_text("LD•••YZ")
    expect(page.locator("#place")).to_contain_text("main, in")
    if drawn == "gl":
        assert page.evaluate("document.querySelector('.map-gl canvas').width") > 0
        asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
        assert any(one.endswith("/map/regions/town.pmtiles") for one in asked)


def test_a_journey_is_played_paused_and_drawn_by_hand(visit: Visit) -> None:
    """The list follows the film."""
    page = visit.page("/journeys")
    page.fill("#code", "248")
    page.evaluate("document.querySelector('#since').value = new Date(Date.now() - 864e5).toISOString().slice(0, 16)")
    page.get_by_role("button", name="Follow").click()
    kind(visit, page)
    expect(page.locator("ol.legs")).to_have_count(3)
    handle = page.locator("[data-player] input")
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    page.get_by_role("button", name="Play").click()
    expect(handle).to_have_value(re.compile(r"[1-9]\d\d"))
    page.get_by_role("button", name="Pause").click()
    held = handle.input_value()
    page.wait_for_timeout(300)
    assert handle.input_value() == held
    handle.focus()
    page.keyboard.press("End")
    expect(page.locator("[aria-current=step]")).to_have_count(3)
    assert page.locator(".vehicle-mark:visible, .vehicle[visibility=visible]").count() == 3
    for _ in range(2):  # to the last passage, which lasted three seconds, and to the one before it
        page.get_by_role("button", name="To the passage before").click()
    assert int(handle.input_value()) < 1000


def test_whoever_asked_for_less_motion_gets_steps(visit: Visit) -> None:
    """Play goes from passage to passage, and nothing in between."""
    page = visit.page("/journeys")
    page.emulate_media(reduced_motion="reduce")
    page.fill("#plate", "LD52XYZ")
    page.get_by_role("button", name="Follow").click()
    kind(visit, page)
    expect(page.locator(".way-to.odd")).to_have_count(2)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(700)
    assert page.locator("[data-player] input").input_value() == "0"
    expect(page.locator("[data-player] input")).not_to_have_value("0", timeout=5000)


def test_paper_gets_the_drawing_and_the_list(visit: Visit) -> None:
    """Whatever the screen shows; no controls."""
    page = visit.page("/journeys")
    page.fill("#plate", "LD52XYZ")
    page.get_by_role("button", name="Follow").click()
    kind(visit, page)
    page.emulate_media(media="print")
    expect(page.locator(".map-drawn")).to_be_visible()
    expect(page.locator(".map-gl")).to_be_hidden()
    expect(page.locator("[data-player]")).to_be_hidden()
    expect(page.locator(".legs .stop")).to_have_count(3)


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(visit: Visit, width: int) -> None:
    """Neither on a phone nor on a desk."""
    page = visit.page("/map")
    page.set_viewport_size({"width": width, "height": 800})
    kind(visit, page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_results_are_shown_as_somebody_chose_before(visit: Visit) -> None:
    """As a table at first; what was chosen holds for the next visit; and nobody is searched for twice by it."""
    page = visit.page("/find")
    page.fill("#q", "code 248 last 24 hours")
    page.keyboard.press("Enter")
    expect(page.locator(".found tbody tr")).to_have_count(10)
    entry = page.locator("#results > .hint").inner_text()
    page.locator("label[for=view-cards]").click()
    expect(page.locator(".found tbody")).to_have_css("display", "grid")
    page.locator("label[for=view-map]").click()
    expect(page.locator('[data-drawn="gl"], [data-drawn="svg"]')).to_be_visible(timeout=30_000)
    assert page.locator("#results > .hint").inner_text() == entry
    again = visit.page("/find")
    expect(again.locator("#view-map")).to_be_checked()


def test_results_are_walked_through_by_keyboard(visit: Visit) -> None:
    """Down from the box to the first and on, up again to the box, and into a passage."""
    page = visit.page("/find")
    page.fill("#q", "LD52XYZ")
    page.keyboard.press("Enter")
    expect(page.locator(".found tbody tr")).to_have_count(3)
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".found tbody tr").nth(1).locator("a").first
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/passages/*")


def test_numbers_are_charts_with_tables_behind_them(visit: Visit) -> None:
    """On paper they are what the server drew."""
    page = visit.page("/numbers")
    expect(page.locator(".plot canvas")).to_have_count(3)
    first = page.locator("section.across")
    first.get_by_text("The numbers").click()
    expect(first.locator("details tbody tr")).to_have_count(7)
    page.emulate_media(media="print")
    expect(first.locator("canvas")).to_be_hidden()
    expect(first.locator("svg.bars")).to_be_visible()
