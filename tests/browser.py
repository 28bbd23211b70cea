# SPDX-License-Identifier: Apache-2.0
"""A real browser for tests of the pages, and a served record in which somebody may see everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from e2e.web.test_serving import Served, served, stop
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
WITHOUT = "needs Chromium at /usr/bin/chromium (Debian: apt install chromium)"
needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=WITHOUT)
PASSWORD = "gravel otter lantern"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
"""As root there is no sandbox to be had; and a browser under test asks nobody for news."""


@dataclass(frozen=True)
class Site:
    """A program that serves, and the state of a browser in which its owner is signed in under a purpose."""

    server: Served
    address: str
    signed_in: Any

    def page(self, browser: Browser, **more: Any) -> Page:
        """A page of the owner's, at the first page of the site."""
        page = browser.new_context(storage_state=self.signed_in, base_url=self.address, **more).new_page()
        page.set_default_timeout(20_000)
        return page


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


def begin(page: Page, server: Served, name: str = "mary.hopkins") -> None:
    """Makes the first account by the printed link, for a site with one person, and begins to work under a purpose."""
    link = re.search(r"http://\S+/first-run#\S+", server.said())
    assert link is not None, server.said()
    page.goto(link[0])
    page.fill("#name", name)
    page.fill("#shown_as", "Mary Hopkins")
    page.fill("#password", PASSWORD)
    page.check("#alone")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="No purpose").click()
    page.select_option("#reason", "offence")
    page.fill("#reference", "CR-2026/0123")
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("Working under offence").wait_for()


@contextmanager
def site(folder: Path, browser: Browser) -> Iterator[Site]:
    """A site over the record in `folder/data`, which may be filled already, with its owner signed in."""
    server = served(folder)
    try:
        context = browser.new_context()
        begin(context.new_page(), server)
        state = context.storage_state()
        context.close()
        yield Site(server, f"http://127.0.0.1:{server.port}", state)
    finally:
        stop(server)
