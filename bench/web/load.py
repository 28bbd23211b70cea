# SPDX-License-Identifier: Apache-2.0
"""How long searches take for 200 people who are signed in at once, at two sites of one record of a million passages.

`python -m bench.web.load --dir DIR` makes the record (see `bench.record.population`; one that lies in DIR already is
taken as it is), gives every second camera to another site, signs the people in, serves the API by `wayside serve`, and
lets each of them search, look, and search again after some seconds, as people do. Every result is looked at: none may
be of a camera of the other site. Then all search without a pause, to see how many searches a second there can be.
Figures go to `bench/results/web-load.json`; the clients run on the same cores as the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bench.record.common import START, keep, percentiles
from bench.record.population import Population, populated
from wayside.access import Purposes, people, roles, working
from wayside.access.signing import sessions
from wayside.access.tables import passkey, person
from wayside.domain import Purpose
from wayside.record import Store
from wayside.record.tables import camera, passage
from wayside.web.csrf import token_of

HERE, THERE = "site", "elsewhere"
WARM_UP_S = 10.0
STARTED_S = 120.0
PLATES = 2000
BAR_P95_MS = 300


@dataclass(frozen=True)
class Client:
    """Somebody who is signed in."""

    name: str
    site: str
    key: str


@dataclass
class Seen:
    """What all clients saw together."""

    taken_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    results: int = 0
    foreign: int = 0
    """Results of a camera of the other site."""


def keep_all(data: Path) -> None:
    """States periods in which nothing of the record is due, or `serve` would erase most of it meanwhile."""
    days = "\n".join(f"{what}_days = 365" for what in ("passages", "pictures"))
    (data / "site.toml").write_text(f"[retention]\n{days}\ndaily = false\n")


def split(data: Path) -> None:
    """Gives every second camera, with its passages, to another site; unless that was done."""
    with Store(data) as store, store.writing() as transaction:
        there = transaction.connection.execute(select(camera.c.name).limit(1)).first()
        if there is not None:
            return
        for number in range(10, 30):
            name, site = f"camera-{number}", THERE if number % 2 else HERE
            transaction.connection.execute(insert(camera), [{"name": name, "site": site}])
            if site == THERE:
                moved = update(passage).where(passage.c.camera == name).values(site=THERE)
                transaction.connection.execute(moved)


def signed_in(data: Path, count: int) -> list[Client]:
    """New people, half of them at each site, each under a purpose; passwords are left out, which take a second each."""
    clients, run = [], f"{int(time.time()):x}"
    with Store(data) as store:
        for number in range(count):
            name, site = f"load{run}-{number}", THERE if number % 2 else HERE
            with store.writing() as transaction:
                people.add(transaction, name, name, site, by="bench")
                roles.enter(transaction, name, site, "investigator", by="bench", request=None)
                values = {"trained_until_ms": transaction.now_ms + 10**10}
                transaction.connection.execute(update(person).where(person.c.name == name).values(**values))
                row = {"id": name.encode(), "person": name, "public_key": b"", "uses": 0, "label": "", "made_ms": 0}
                transaction.connection.execute(insert(passkey), [row])
                stated = Purpose("offence", f"CR-2026/{number:04}", name)
                working.begin(transaction, Purposes(), site, stated)
                clients.append(Client(name, site, sessions.begin(transaction, name, second_factor=True)))
    return clients


def known_plates(data: Path, count: int) -> list[str]:
    """Plates that went past."""
    with Store(data, writing=False) as store, store.reading() as connection:
        query = select(passage.c.plate).where(passage.c.plate.is_not(None)).limit(count)
        return list(connection.execute(query).scalars())


@contextmanager
def serving(data: Path) -> Iterator[int]:
    """`wayside serve` over a record; its port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    command = [str(Path(sys.executable).with_name("wayside")), "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + STARTED_S
        while time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        try:
            yield port
        finally:
            process.terminate()


def question(chance: random.Random, plates: Sequence[str], site: str) -> dict[str, Any]:
    """What somebody asks: mostly one plate, sometimes a part of one, or an hour before some cameras."""
    kind, text = chance.random(), chance.choice(plates)
    since = START + timedelta(days=30 + chance.random() * 40)
    window = {"since": since.isoformat(), "until": (since + timedelta(days=30)).isoformat()}
    if kind < 0.7:
        return {"plate": {"text": text}, "since": (START + timedelta(days=1)).isoformat()}
    if kind < 0.8:
        return {"plate": {"text": f"{text[:4]}*", "match": "pattern"}, **window}
    if kind < 0.9:
        return {"plate": {"text": text, "match": "near"}, **window}
    names = [f"camera-{number}" for number in range(10, 30) if (site == THERE) == bool(number % 2)]
    until = (since + timedelta(hours=1)).isoformat()
    return {"cameras": chance.sample(names, 3), "since": since.isoformat(), "until": until}


def request(client: Client, criteria: dict[str, Any], port: int) -> bytes:
    """A search as HTTP writes it."""
    body = json.dumps({"criteria": criteria}).encode()
    lines = (
        f"POST /api/v1/passages/search?site={client.site} HTTP/1.1",
        f"Host: localhost:{port}",
        f"Origin: http://localhost:{port}",
        f"Cookie: wayside={client.key}",
        f"X-CSRF-Token: {token_of(client.key)}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*lines, "", "")).encode() + body


class Line:
    """A connection that is kept, and opened again where the server has let go of it, as browsers do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def asked(self, data: bytes) -> tuple[int, bytes]:
        """Status and body of one request."""
        for _ in range(2):
            try:
                return await self._asked(data)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
        raise ConnectionError("the server answers no more")

    async def _asked(self, data: bytes) -> tuple[int, bytes]:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(data)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
        return int(head.split(" ", 2)[1]), await self.reader.readexactly(int(length.partition(":")[2]))

    def close(self) -> None:
        """Lets go of it."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


def look(client: Client, status: int, body: bytes, seen: Seen) -> None:
    """Notes an answer, and whether all of it is of the client's own site."""
    seen.statuses[status] += 1
    for one in json.loads(body)["results"] if status == 200 else ():
        odd = bool(int(one["passage"]["camera"].removeprefix("camera-")) % 2)
        seen.results += 1
        seen.foreign += odd != (client.site == THERE)


async def work(client: Client, port: int, plates: Sequence[str], pause_s: float, until: float, seen: Seen) -> None:
    """Somebody searches, looks for a while, and searches again."""
    chance = random.Random(client.name)
    line = Line(port)
    await asyncio.sleep(chance.random() * pause_s)
    while time.monotonic() < until:
        data = request(client, question(chance, plates, client.site), port)
        began = time.perf_counter()
        status, body = await line.asked(data)
        taken = (time.perf_counter() - began) * 1000
        look(client, status, body, seen)
        seen.taken_ms.append(taken)
        await asyncio.sleep(chance.expovariate(1 / pause_s) if pause_s else 0)
    line.close()


async def together(
    clients: Sequence[Client], port: int, plates: Sequence[str], pause_s: float, length_s: float
) -> Seen:
    """All of them at once, for some time."""
    seen, until = Seen(), time.monotonic() + length_s
    await asyncio.gather(*(work(one, port, plates, pause_s, until, seen) for one in clients))
    return seen


def told(seen: Seen, length_s: float) -> dict[str, Any]:
    """The figures of one run."""
    return {
        "searches": len(seen.taken_ms),
        "searches_per_s": round(len(seen.taken_ms) / length_s, 1),
        **percentiles(seen.taken_ms),
        "longest_ms": round(max(seen.taken_ms), 1),
        "statuses": dict(sorted(seen.statuses.items())),
        "results": seen.results,
        "results_of_the_other_site": seen.foreign,
    }


def main() -> int:
    """Measures, prints and keeps; 1 where the bar is missed or a site saw the other."""
    parser = argparse.ArgumentParser(prog="python -m bench.web.load", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pause", type=float, default=5.0, help="mean seconds between two searches of one person")
    parser.add_argument("--seconds", type=float, default=120.0)
    options = parser.parse_args()
    with populated(options.dir, "sqlite", Population(options.passages)) as data:
        keep_all(data)
        split(data)
        clients, plates = signed_in(data, options.people), known_plates(data, PLATES)
        load_before = os.getloadavg()[0]
        with serving(data) as port:
            asyncio.run(together(clients, port, plates, options.pause, WARM_UP_S))
            working_people = asyncio.run(together(clients, port, plates, options.pause, options.seconds))
            hurried = asyncio.run(together(clients[:20], port, plates, 0.0, WARM_UP_S))
    report = {
        "passages": options.passages,
        "people": options.people,
        "mean_pause_s": options.pause,
        "load_of_the_machine_before": round(load_before, 1),
        "bar_p95_ms": BAR_P95_MS,
        "people_at_work": told(working_people, options.seconds),
        "20 without a pause": told(hurried, WARM_UP_S),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    print(json.dumps(report, indent=1))
    keep("web-load", report)
    missed = report["people_at_work"]["p95_ms"] > BAR_P95_MS
    return int(missed or working_people.foreign > 0)


if __name__ == "__main__":
    sys.exit(main())
