# SPDX-License-Identifier: Apache-2.0
"""The phone page in a real browser, 390 pixels wide: reports outlive lost connections and answers, and come once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from e2e.web.test_browser import CHROMIUM, PASSWORD, WITHOUT
from e2e.web.test_serving import Served, served, stop
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect, sync_playwright

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=WITHOUT)

PHONE = {"width": 390, "height": 844}
SCRIPT = "<img src=x onerror=document.title='ran'>\"'><svg/onload=alert(2)>{{7*7}}"
LEAST_PX = 48
API = "/api/v1/sightings"


@dataclass
class Phone:
    """A browser context of a phone, signed in."""

    base: str
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def page(self) -> Page:
        """A page whose complaints and requests are written down."""
        made = self.context.new_page()
        made.on("pageerror", lambda error: self.complaints.append(str(error)))
        made.on("console", lambda said: self.complaints.append(said.text) if "Refused to" in said.text else None)
        made.on("request", lambda request: self.addresses.append(request.url))
        return made

    def opened(self) -> Page:
        """The phone page, once its parts are kept on the phone."""
        page = self.page()
        page.goto(f"{self.base}/report")
        expect(page.locator("body[data-ready=yes]")).to_be_attached()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        expect(page.locator("#line")).to_have_text("Connected")
        return page

    def reported(self) -> list[dict[str, Any]]:
        """The reports that the site has, of the last day."""
        answer = self.context.request.get(f"{self.base}{API}")
        assert answer.ok, answer.text()
        return [one["sighting"] for one in answer.json()["sightings"]]


@dataclass
class Site:
    """A program that serves, and who is signed in to it."""

    server: Served
    browser: Browser
    cookies: Any

    @property
    def base(self) -> str:
        """Where its pages begin."""
        return f"http://127.0.0.1:{self.server.port}"


def sign_up(page: Page, server: Served) -> None:
    """Makes the account of the one who works alone."""
    link = re.search(r"http://\S+/first-run#\S+", server.said())
    assert link is not None
    page.goto(link[0])
    page.fill("#name", "mary.hopkins")
    page.fill("#shown_as", "Mary Hopkins")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Mary Hopkins")).to_be_visible()


def sign_in(phone: Phone) -> None:
    """With a session of its own, which may be ended without ending that of the other tests."""
    phone.context.clear_cookies()
    page = phone.page()
    page.goto(f"{phone.base}/sign-in")
    page.fill("#name", "mary.hopkins")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)
    page.close()


def write_brief(page: Page, base: str, title: str) -> str:
    """Writes, publishes and acknowledges a brief; its address."""
    page.goto(f"{base}/briefs")
    if not page.locator("#title").is_visible():
        page.locator("summary", has_text="Write a brief").click()
    page.fill("#title", title)
    page.fill("#text", f"Record every vehicle.\n{SCRIPT}")
    page.fill("#places", f"North gate\n{SCRIPT}"[:64])
    now = page.evaluate("() => Date.now()")
    stamp = "(ms) => new Date(ms).toISOString().slice(0, 16)"
    page.fill("#begins", page.evaluate(stamp, now - 86_400_000))
    page.fill("#ends", page.evaluate(stamp, now + 20 * 86_400_000))
    page.get_by_role("button", name="Keep the draft").click()
    page.fill("#because", "The north gate is watched by people in November")
    page.get_by_role("button", name="Publish, or ask").click()
    page.get_by_role("button", name="I have read and understood it").click()
    expect(page.get_by_text("You acknowledged it.")).to_be_visible()
    return page.url


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A program that serves an empty record, with one brief in force."""
    server = served(tmp_path_factory.mktemp("phone"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            context = browser.new_context(viewport=PHONE, timezone_id="UTC")
            page = context.new_page()
            sign_up(page, server)
            found = Site(server, browser, None)
            write_brief(page, found.base, "North gate, mornings")
            found.cookies = context.storage_state()
            context.close()
            yield found
        finally:
            browser.close()
            stop(server)


@pytest.fixture
def phone(site: Site) -> Iterator[Phone]:
    """A phone that has never been here, signed in."""
    context = site.browser.new_context(
        viewport=PHONE, has_touch=True, timezone_id="UTC", storage_state=site.cookies, permissions=["geolocation"],
        geolocation={"latitude": 51.5, "longitude": -0.12, "accuracy": 12.0},
    )  # fmt: skip
    context.set_default_timeout(30_000)
    made = Phone(site.base, context)
    yield made
    context.close()
    assert made.complaints == []


def type_plate(page: Page, plate: str) -> None:
    """With the page's own keys."""
    for key in plate:
        page.locator(f'[data-key="{key}"]').tap()


def go_on(page: Page, steps: int = 1) -> None:
    """To the next steps."""
    for _ in range(steps):
        page.locator("#next").tap()


def send(page: Page) -> None:
    """Goes to the last step from the first and keeps the report."""
    go_on(page, 6)
    expect(page.locator("#told")).to_contain_text("Kept")


def test_a_report_is_tapped_with_every_field_and_comes_as_it_was_tapped(phone: Phone) -> None:
    """Plate with an unknown character, direction, people, vehicle, place, time, how sure; no plate in any address."""
    page = phone.opened()
    type_plate(page, "LD5?XYZ")
    page.locator('[data-pick="certainty.plate"][data-value="likely"]').tap()
    go_on(page)
    page.locator('[data-pick="heading"][data-value="90"]').tap()
    go_on(page)
    page.locator('[data-pick="best"][data-value="2"]').tap()
    page.locator('[data-bound="at_most"][data-by="1"]').tap()
    go_on(page)
    page.locator('[data-pick="kind"][data-value="car"]').tap()
    page.locator('[data-pick="colour"][data-value="black"]').tap()
    page.select_option("#plate_class", "diplomatic")
    page.fill("#note", SCRIPT)
    go_on(page)
    page.locator("#places button", has_text="North gate").first.tap()
    page.locator("#locate").tap()
    expect(page.locator("#position")).to_contain_text("12 m")
    page.locator('[data-ago="5"]').tap()
    go_on(page)
    expect(page.locator("#summary")).to_contain_text("LD5?XYZ")
    expect(page.locator("#summary")).to_contain_text("2 to 3 aboard")
    go_on(page)
    expect(page.locator("#told")).to_contain_text("Kept")
    expect(page.locator("#count")).to_have_text("0")
    told = next(one for one in phone.reported() if one["note"] == SCRIPT)
    assert (told["plate"], told["plate_class"], told["kind"], told["colour"]) == (
        "LD5?XYZ",
        "diplomatic",
        "car",
        "black",
    )
    assert told["direction"]["heading_deg_true"] == 90
    assert [told["occupants"][name] for name in ("at_least", "best", "at_most")] == [2, 2, 3]
    assert told["place"] == {"name": "North gate", "latitude": 51.5, "longitude": -0.12, "accuracy_m": 12.0}
    assert told["certainty"] == {"plate": "likely"}
    assert not [address for address in phone.addresses if "XYZ" in address]


def test_a_report_that_loses_the_connection_in_the_middle_comes_once(phone: Phone) -> None:
    """The phone is even switched off and on again meanwhile; what was tapped is still there."""
    page = phone.opened()
    type_plate(page, "OFF")
    lying = page.evaluate_handle("() => import('/static/report/outbox.js')")
    phone.context.set_offline(True)
    type_plate(page, "LINE1")
    page.wait_for_function("async (lying) => (await lying.kept('draft'))?.plate === 'OFFLINE1'", arg=lying)
    page.reload()
    expect(page.locator("body[data-ready=yes]")).to_be_attached()
    expect(page.locator("#line")).to_have_text("No connection")
    expect(page.locator("#plate")).to_have_text("OFFLINE1")
    send(page)
    expect(page.locator("#count")).to_have_text("1")
    page.locator("#show-outbox").tap()
    expect(page.locator('#reports [data-state="waiting"]')).to_contain_text("OFFLINE1")
    page.reload()
    expect(page.locator("#count")).to_have_text("1")
    phone.context.set_offline(False)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("#count")).to_have_text("0")
    assert [one["plate"] for one in phone.reported()].count("OFFLINE1") == 1
    page.locator("#show-outbox").tap()
    expect(page.locator('#reports [data-state="sent"]')).to_have_count(1)
    assert "OFFLINE1" not in page.content()


def test_a_report_whose_first_answer_is_lost_comes_once(phone: Phone) -> None:
    """The site took it, and nobody heard; sent again, it is answered as the first time."""
    page = phone.opened()
    lost: list[int] = []

    def lose(route: Route, request: Request) -> None:
        if request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(f"**{API}", lose)
    type_plate(page, "LOST1")
    send(page)
    while not lost:
        page.wait_for_timeout(50)
    assert lost == [201]
    expect(page.locator("#count")).to_have_text("1")
    page.locator("#show-outbox").tap()
    page.locator("#send-now").tap()
    expect(page.locator("#count")).to_have_text("0")
    assert [one["plate"] for one in phone.reported()].count("LOST1") == 1


def test_two_pages_that_send_at_once_send_once(phone: Phone) -> None:
    """They take turns, and the second finds nothing left."""
    first = phone.opened()
    phone.context.set_offline(True)
    for plate in ("TWO1", "TWO2"):
        type_plate(first, plate)
        send(first)
    expect(first.locator("#count")).to_have_text("2")
    phone.context.set_offline(False)
    second = phone.opened()
    for page in (first, second):
        page.evaluate("() => dispatchEvent(new Event('online'))")
    for page in (first, second):
        expect(page.locator("#count")).to_have_text("0")
    plates = [one["plate"] for one in phone.reported()]
    assert (plates.count("TWO1"), plates.count("TWO2")) == (1, 1)


def test_what_is_refused_says_why_and_can_be_mended(phone: Phone) -> None:
    """Its brief ended meanwhile; it stays on the phone, with the reason, until its observer mends or deletes it."""
    page = phone.opened()
    refused = {"status": 409, "body": '{"detail": "the brief was over when the report was written"}'}
    page.route(f"**{API}", lambda route: route.fulfill(**refused, content_type="application/problem+json"))
    type_plate(page, "REF1")
    send(page)
    page.locator("#show-outbox").tap()
    item = page.locator('#reports [data-state="refused"]')
    expect(item).to_contain_text("the brief was over")
    page.unroute(f"**{API}")
    item.get_by_role("button", name="Mend it").tap()
    expect(page.locator("#summary")).to_contain_text("REF1")
    page.locator("#next").tap()
    expect(page.locator("#told")).to_contain_text("Kept")
    expect(page.locator("#count")).to_have_text("0")
    assert [one["plate"] for one in phone.reported()].count("REF1") == 1


def photograph() -> bytes:
    """A picture of some size, with the place where it was taken and the name of the device."""
    exif = Image.Exif()
    exif[0x010F] = "Secret Maker"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    out = BytesIO()
    Image.new("RGB", (1200, 900), (90, 120, 150)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_is_kept_without_what_the_phone_wrote_into_it(phone: Phone) -> None:
    """Neither place nor device; the plate is proposed by the site, which finds none here."""
    assert b"Secret Maker" in photograph()
    page = phone.opened()
    page.set_input_files("#photo", {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    expect(page.locator("#told")).to_contain_text("No plate was read", timeout=60_000)
    type_plate(page, "PHOT1")
    send(page)
    expect(page.locator("#count")).to_have_text("0", timeout=60_000)
    told = next(one for one in phone.reported() if one["plate"] == "PHOT1")
    answer = phone.context.request.get(f"{phone.base}{API}/{told['id']}/photo")
    assert answer.headers["content-type"] == "image/jpeg"
    picture = Image.open(BytesIO(answer.body()))
    assert not picture.getexif()
    assert b"Secret Maker" not in answer.body()


def test_signing_out_warns_of_reports_that_were_not_sent_and_wipes_them(phone: Phone) -> None:
    """Whoever says no stays, and loses nothing; whoever says yes leaves nothing behind on the phone."""
    sign_in(phone)
    page = phone.opened()
    page.route(f"**{API}", lambda route: route.abort("connectionreset"))
    type_plate(page, "UNSENT1")
    send(page)
    expect(page.locator("#count")).to_have_text("1")
    other = phone.page()
    other.goto(f"{phone.base}/briefs")
    asked: list[str] = []

    def answering(accept: bool) -> Callable[[Any], None]:
        def answer(dialog: Any) -> None:
            asked.append(dialog.message)
            dialog.accept() if accept else dialog.dismiss()

        return answer

    there = "() => indexedDB.databases().then((all) => all.map((one) => one.name))"
    waiting = "async () => (await (await import('/static/report/outbox.js')).waiting()).length"
    other.once("dialog", answering(False))
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_timeout(500)
    assert other.evaluate(waiting) == 1
    assert other.evaluate(there) == ["wayside-report"]
    assert asked == ["1 reports on this phone have not been sent. Sign out and lose them?"]
    other.once("dialog", answering(True))
    other.get_by_role("button", name="Sign out", exact=True).click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    assert len(asked) == 2
    assert other.evaluate(waiting) == 0
    assert "UNSENT1" not in other.url


def test_everything_can_be_hit_with_a_thumb_and_nothing_scrolls_sideways(phone: Phone) -> None:
    """48 pixels each way, on every step, in light and dark; also on the pages of briefs."""
    page = phone.opened()
    small = """(least) => [...document.querySelectorAll('button, .key, select, input, textarea')]
      .filter((one) => one.offsetParent && !one.classList.contains('hidden'))
      .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
      .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
      .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for step in range(6):
            assert page.evaluate(small, LEAST_PX) == [], step
            assert page.evaluate(wide) <= 0, step
            go_on(page) if step < 5 else None
        for _ in range(5):
            page.locator("#previous").tap()
    for path in ("/briefs", "/sightings"):
        page.goto(phone.base + path)
        assert page.evaluate(wide) <= 0, path


def test_what_was_written_into_briefs_and_reports_stays_text(phone: Phone) -> None:
    """On every page that shows it."""
    page = phone.opened()
    type_plate(page, "XSS1")
    go_on(page, 3)
    page.fill("#note", SCRIPT)
    go_on(page)
    page.fill("#place_name", SCRIPT[:64])
    go_on(page, 2)
    expect(page.locator("#told")).to_contain_text("Kept")
    expect(page.locator("#count")).to_have_text("0")
    told = next(one for one in phone.reported() if one["plate"] == "XSS1")
    assert told["note"] == SCRIPT
    for path in (f"/sightings/{told['id']}", "/briefs", "/report"):
        page.goto(phone.base + path)
        assert page.title() != "ran"
        assert page.locator("img[src='x']").count() == 0
        assert page.locator("svg[onload]").count() == 0


def test_the_page_can_be_installed(phone: Phone, tmp_path: Path) -> None:
    """A manifest with our own icons, and a worker whose scope is the page alone."""
    request = phone.context.request
    manifest = request.get(f"{phone.base}/report/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/report", "/report", "standalone")
    for icon in manifest["icons"]:
        side = int(icon["sizes"].partition("x")[0])
        assert Image.open(BytesIO(request.get(phone.base + icon["src"]).body())).size == (side, side)
    page = phone.opened()
    scope = page.evaluate("() => navigator.serviceWorker.ready.then((one) => one.scope)")
    assert scope == f"{phone.base}/report"
    kept = "async () => (await (await caches.open('wayside-report')).match('/report')).text()"
    assert "mary.hopkins" not in page.evaluate(kept)
