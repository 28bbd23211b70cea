# SPDX-License-Identifier: Apache-2.0
"""How long the pages take to come, and how large they are, over a record of a million passages, in a real Chromium.

`python -m bench.web.first --dir DIR` makes the record (see `bench.record.population`; one that lies in DIR already is
taken as it is), adds passages of this hour with pictures, serves it by `wayside serve`, and opens each page again and
again in a browser that has kept nothing. The time is from the start of the navigation to the load event, and of a
search from pressing Enter until its results stand in the page; the bytes are those that crossed the connection,
pictures apart: what was asked for until the load event, and what came afterwards, once the page stood. Figures go to
`bench/results/web-first.json`; the browser runs on the same cores as the server.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from bench.__main__ import table
from bench.record.common import keep, percentiles
from bench.record.population import Population, populated
from bench.web.load import keep_all, known_plates, serving, signed_in
from bench.web.soak import passing
from wayside.access import roles
from wayside.access.signing import sessions
from wayside.record import Store

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from browser import browsing

PAGES = ("/", "/live", "/find", "/hits", "/map", "/numbers")
RECENT = 200
BAR_MS, BAR_BYTES = 300, 200_000
SETTLED_MS = 300
"""After the load event, so that what the scripts ask for is counted too."""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"


@dataclass
class Crossed:
    """What crossed the connection for one page."""

    kinds: dict[str, str] = field(default_factory=dict)
    asked_s: dict[str, float] = field(default_factory=dict)
    loaded_s: float = inf
    """The load event, by the browser's own clock."""
    other: int = 0
    later: int = 0
    """What was asked for after the load event."""
    pictures: int = 0

    def watch(self, session: CDPSession) -> None:
        """Counts from now on."""
        for domain in ("Network", "Page"):
            session.send(f"{domain}.enable")
        session.on(
            "Network.requestWillBeSent", lambda told: self.asked_s.update({told["requestId"]: told["timestamp"]})
        )
        session.on("Network.responseReceived", lambda told: self.kinds.update({told["requestId"]: told["type"]}))
        session.on("Network.loadingFinished", self.count)
        session.on("Page.loadEventFired", self.loaded)

    def loaded(self, told: dict[str, Any]) -> None:
        """The page stands."""
        self.loaded_s = told["timestamp"]

    def count(self, told: dict[str, Any]) -> None:
        """One answer, with its head."""
        size = int(told["encodedDataLength"])
        if self.kinds.get(told["requestId"]) == "Image":
            self.pictures += size
        elif self.asked_s.get(told["requestId"], 0.0) > self.loaded_s:
            self.later += size
        else:
            self.other += size


@dataclass(frozen=True)
class Visit:
    """One page opened once."""

    ms: float
    bytes: int
    later_bytes: int
    picture_bytes: int


def fresh_page(browser: Browser, address: str, key: str) -> tuple[BrowserContext, Page, Crossed]:
    """A page of a browser that has kept nothing but who is signed in."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "wayside", "value": key, "url": address}])
    page, crossed = context.new_page(), Crossed()
    crossed.watch(context.new_cdp_session(page))
    return context, page, crossed


def opened(browser: Browser, address: str, key: str, path: str) -> Visit:
    """Opens a page."""
    context, page, crossed = fresh_page(browser, address, key)
    with closing(context):
        page.goto(path)
        assert page.url == address + path, f"{path} leads to {page.url}"
        taken = float(page.evaluate(LOADED))
        page.wait_for_timeout(SETTLED_MS)
        return Visit(taken, crossed.other, crossed.later, crossed.pictures)


def searched(browser: Browser, address: str, key: str, plate: str) -> Visit:
    """Looks for a plate, from pressing Enter until the results are there."""
    context, page, crossed = fresh_page(browser, address, key)
    with closing(context):
        page.goto("/find")
        page.wait_for_timeout(SETTLED_MS)
        page.fill("#q", f"{plate} last 80 days")
        crossed.other = crossed.later = crossed.pictures = 0
        began = time.perf_counter()
        page.keyboard.press("Enter")
        page.locator("#results .found").wait_for()
        taken = (time.perf_counter() - began) * 1000
        page.wait_for_timeout(SETTLED_MS)
        return Visit(taken, crossed.other + crossed.later, 0, crossed.pictures)


def told(visits: Sequence[Visit]) -> dict[str, Any]:
    """The figures of one page."""
    times = percentiles([one.ms for one in visits])
    sizes = {
        "bytes": max(one.bytes for one in visits),
        "bytes later": max(one.later_bytes for one in visits),
        "bytes of pictures": max(one.picture_bytes for one in visits),
    }
    return {"p50 ms": times["p50_ms"], "p95 ms": times["p95_ms"], "longest ms": max(one.ms for one in visits), **sizes}


def prepared(data: Path) -> str:
    """Adds passages of this hour, and somebody who may see all pages; the key of their session."""
    with Store(data) as store:
        for number in range(RECENT):
            store.add(*passing(number))
    (somebody,) = signed_in(data, 1)
    with Store(data) as store, store.writing() as transaction:
        for role in ("monitor", "administrator"):
            roles.enter(transaction, somebody.name, somebody.site, role, by="bench", request=None)
        return sessions.begin(transaction, somebody.name, second_factor=True)  # new tasks end the session before


def main() -> int:
    """Measures, prints and keeps; 1 where a page misses the bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.web.first", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    with populated(options.dir, "sqlite", Population(options.passages)) as data:
        keep_all(data)
        key, plates = prepared(data), known_plates(data, options.times)
        with serving(data) as port, browsing() as browser:
            address = f"http://127.0.0.1:{port}"
            opened(browser, address, key, "/live")  # the program has started once it has answered
            rows = {path: told([opened(browser, address, key, path) for _ in range(options.times)]) for path in PAGES}
            rows["a search"] = told([searched(browser, address, key, plate) for plate in plates])
    print(table(rows))
    keep("web-first", {"passages": options.passages, "times": options.times, "pages": rows})
    missed = [name for name, row in rows.items() if row["p95 ms"] > BAR_MS or row["bytes"] > BAR_BYTES]
    print(f"bar: {BAR_MS} ms and {BAR_BYTES:,} bytes without pictures; missed by: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
