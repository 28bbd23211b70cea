# SPDX-License-Identifier: Apache-2.0
"""The live page under a thousand passages a minute: how late each is shown, what is lost, what memory grows.

`python -m bench.web.soak --minutes 10` serves a record of its own, records passages with pictures at that rate, and
watches with Chromium. A passage counts as arrived when its event is in the page. Memory is the page's JavaScript heap
after a collection, the number of its elements, and the server's resident memory, each minute. Figures go to
`bench/results/web-soak.json`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from statistics import quantiles
from typing import Any

from playwright.sync_api import CDPSession, Page

from bench.__main__ import table
from bench.record.common import keep
from wayside.domain import EvidenceRole, Passage
from wayside.record import Store, evidence_for

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from browser import browsing, site
from factories import full_passage
from unit.web.house import photograph

PER_MINUTE = 1000
COUNTING = """
window.arrived = {};
const Plain = window.EventSource;
window.EventSource = class extends Plain {
  constructor(...rest) {
    super(...rest);
    this.addEventListener("passage", (event) => {
      const id = /data-id="([0-9a-f]+)"/.exec(event.data)?.[1];
      if (id) window.arrived[id] ??= Date.now();
    });
  }
};
"""


def passing(number: int) -> tuple[Passage, dict[str, bytes]]:
    """A passage that ends now, with a picture of its own."""
    like, _ = full_passage(number)
    now = datetime.now(UTC)
    data = photograph(number % 256)
    picture = evidence_for(EvidenceRole.VEHICLE, data)
    passage = replace(
        like,
        id=token_hex(16),
        began_at=now - timedelta(seconds=2),
        ended_at=now,
        crossed_at=(now,),
        evidence=(picture,),
    )
    return passage, {picture.sha256: data}


def resident_mb(pid: int) -> float:
    """Memory of a process, MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def memory(page: Page, session: CDPSession, pid: int) -> dict[str, float]:
    """What the page and the server hold now; what was counted for us is taken out of the page first."""
    session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {"heap MB": metrics["JSHeapUsedSize"] / 1e6, "elements": metrics["Nodes"], "server MB": resident_mb(pid)}


def recorded(store: Store, page: Page, session: CDPSession, pid: int, minutes: int) -> tuple[Any, Any, Any]:
    """Records at an even rate; when each was acknowledged and when it arrived, ms, and memory minute by minute."""
    acknowledged: dict[str, int] = {}
    arrived: dict[str, int] = {}
    held = []
    began = time.monotonic()
    for number in range(minutes * PER_MINUTE):
        time.sleep(max(0.0, began + number * 60 / PER_MINUTE - time.monotonic()))
        passage, pictures = passing(number)
        store.add(passage, pictures)
        acknowledged[passage.id] = time.time_ns() // 1_000_000
        if (number + 1) % PER_MINUTE == 0:
            page.wait_for_timeout(2000)
            arrived |= page.evaluate("(() => { const all = window.arrived; window.arrived = {}; return all; })()")
            held.append(memory(page, session, pid))
            print(f"minute {len(held)}: {len(arrived)} of {len(acknowledged)}, {held[-1]}", flush=True)
    return acknowledged, arrived, held


def main() -> None:
    """Measures and keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        Store(Path(folder) / "data").close()
        with site(Path(folder), browser) as found, Store(Path(folder) / "data") as store:
            page = found.page(browser)
            page.add_init_script(COUNTING)
            page.goto("/live")
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            page.wait_for_timeout(3000)
            acknowledged, arrived, held = recorded(store, page, session, found.server.process.pid, minutes)
    late = sorted(arrived[one] - acknowledged[one] for one in arrived)
    cuts = quantiles(late, n=100)
    row = {
        "minutes": minutes, "passages": len(acknowledged), "lost": len(set(acknowledged) - set(arrived)),
        "p50 ms": cuts[49], "p95 ms": cuts[94], "most ms": late[-1],
        **{f"{name}, first": value for name, value in held[0].items()},
        **{f"{name}, last": value for name, value in held[-1].items()},
    }  # fmt: skip
    print(table({"live page": row}))
    keep("web-soak", row)


if __name__ == "__main__":
    main()
