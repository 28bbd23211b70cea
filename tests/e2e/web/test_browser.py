# SPDX-License-Identifier: Apache-2.0
"""A real browser from the printed link to signing in again: forms, cookies and scripts get past our own borders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.web.test_serving import Served, served, stop
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
WITHOUT = "needs Chromium at /usr/bin/chromium (Debian: apt install chromium)"
PASSWORD = "gravel otter lantern"

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=WITHOUT)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A program that serves an empty record."""
    found = served(tmp_path)
    yield found
    stop(found)


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser that has never been here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser.new_page()
        finally:
            browser.close()


def test_from_the_printed_link_to_signing_in_again(server: Served, page: Page) -> None:
    """Without a word of complaint from the browser, about scripts, styles or anything else."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    link = re.search(r"http://\S+/first-run#\S+", server.said())
    assert link is not None
    page.goto(link[0])
    expect(page.locator("#key")).not_to_have_value("")
    assert "#" not in page.url
    page.fill("#name", "mary.hopkins")
    page.fill("#shown_as", "Mary Hopkins")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", name="Mary Hopkins")).to_be_visible()
    page.get_by_role("link", name="No purpose").click()
    page.select_option("#reason", "offence")
    page.fill("#reference", "CR-2026/0123")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Working under offence, CR-2026/0123")).to_be_visible()
    answer = page.evaluate(
        """async () => {
          const body = JSON.stringify({criteria: {plate: {text: "LD52XYZ"}}});
          const headers = {"Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf};
          return (await fetch("/api/v1/passages/search", {method: "POST", headers, body})).status;
        }"""
    )
    assert answer == 200
    for address in ("/permissions", "/api", "/account"):
        page.goto(f"http://127.0.0.1:{server.port}{address}")
        expect(page.locator("h1")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.fill("#name", "mary.hopkins")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="site")).to_be_visible()
    assert complaints == []
