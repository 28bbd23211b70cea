# SPDX-License-Identifier: Apache-2.0
"""Every page in a real browser: accessible, whole on a phone, small, silent, deaf to scripts in what is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Site, browsing, needs_browser, site
from factories import full_passage
from playwright.sync_api import Browser, Page, Response
from unit.web.house import photograph

from wayside.domain import Crossing, EvidenceRole, Passage
from wayside.record import Store, evidence_for
from wayside.web.pages import EVERYTHING

pytestmark = needs_browser

SCRIPT = """<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'"`${1}"""
NO_PAGES = ("/events", "/file", "/healthz", "/elsewhere/done", "/state", "/tiles", "manifest.webmanifest", "/worker.js")
"""How addresses end that answer with something else than a page, or only with what somebody else sends along."""
PAGES = sorted(
    one.path
    for some in EVERYTHING
    for one in some
    if one.method == "GET" and "{" not in one.path and not one.path.endswith(NO_PAGES)
)
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}
MOST_BYTES = 200_000
"""Of a page without its pictures."""


def recent(number: int, text: str) -> tuple[Passage, dict[str, bytes]]:
    """A passage of this hour, with words of our choosing wherever a camera's owner chooses words."""
    like, _ = full_passage(number)
    began = datetime.now(UTC) - timedelta(minutes=number)
    pictures = {role: photograph(number * 3 + at) for at, role in enumerate(EvidenceRole)}
    assert like.registration is not None
    passage = replace(
        like,
        id=token_hex(16),
        camera=text,
        began_at=began,
        ended_at=began + timedelta(seconds=2),
        crossed_at=(began + timedelta(seconds=1),),
        direction=replace(like.direction, crossings=(Crossing(text, text, 1.0),)),
        registration=replace(like.registration, sender_name=text),
        evidence=tuple(evidence_for(role, data) for role, data in pictures.items()),
    )
    return passage, {one.sha256: pictures[one.role] for one in passage.evidence}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all pages."""
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Site]:
    """A site with a few passages, in every word of which a script tries its luck."""
    folder: Path = tmp_path_factory.mktemp("screens")
    with Store(folder / "data") as store:
        for number in range(1, 6):
            store.add(*recent(number, SCRIPT if number % 2 else "north gate"))
    with site(folder, browser) as found:
        yield found


def is_complaint(kind: str, text: str) -> bool:
    """Whether a line of the console is one; that WebGL is slow without a graphics card is none."""
    return kind in {"error", "warning"} and "GL Driver Message" not in text


def shown(page: Page, path: str) -> list[str]:
    """Opens a page; what the browser complained of."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if is_complaint(said.type, said.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path} answers {answer.status}"
    return complaints


def faults(page: Page) -> list[str]:
    """What axe finds of WCAG 2.2 A and AA that is serious or worse, with the elements."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=rules).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_fits_and_runs_nothing_strange(home: Site, browser: Browser, path: str, look: str) -> None:
    """In light, dark and on a phone: no serious fault, nothing wider than the screen, no complaint, no script."""
    page = home.page(browser, **LOOKS[look])
    try:
        complaints = shown(page, path)
        assert faults(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} pixels wider than the screen"
        assert page.evaluate("window.hurt") is None
        assert complaints == []
        assert page.title().endswith("Wayside")
    finally:
        page.context.close()


def test_a_search_and_a_passage_are_accessible_and_run_nothing_strange(home: Site, browser: Browser) -> None:
    """All by keyboard: the words, the first result, its page."""
    page = home.page(browser, **LOOKS["phone"])
    complaints = shown(page, "/find")
    page.keyboard.type("diplomatic today")
    page.keyboard.press("Enter")
    page.locator("#results a[href^='/passages/']").first.wait_for()
    assert faults(page) == []
    page.locator("#results a[href^='/passages/']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/passages/*")
    page.wait_for_load_state("networkidle")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate("window.hurt") is None
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("path", ["/", "/live", "/find"])
def test_a_first_visit_takes_little(home: Site, browser: Browser, path: str) -> None:
    """Everything but the pictures of vehicles, with nothing in the browser's store yet."""
    page = home.page(browser)
    sizes: list[int] = []

    def count(answer: Response) -> None:
        if "/pictures/" not in answer.url and "/events" not in answer.url:
            sizes.append(len(answer.body()))

    page.on("response", count)
    page.goto(path, wait_until="load")
    page.wait_for_timeout(500)
    page.context.close()
    assert 0 < sum(sizes) <= MOST_BYTES


def test_nothing_of_a_page_comes_from_elsewhere(home: Site, browser: Browser) -> None:
    """No font, no script, no picture, no count of who was here."""
    page = home.page(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/live", "/find", "/numbers"):
        page.goto(path)
    page.context.close()
    assert asked
    assert {url for url in asked if not url.startswith((home.address, "data:", "blob:"))} == set()
