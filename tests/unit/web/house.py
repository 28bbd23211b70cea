# SPDX-License-Identifier: Apache-2.0
"""A site with people, passages of every age and of another site, and a way to ask its pages without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from factories import full_passage
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import insert
from tiles import region
from unit.access.world import NOW, OTHER_SITE, SITE, Clock, World

from wayside.access import Binding, active_people, second_factor_waived, settings_of
from wayside.access.signing import Elsewhere, SignIn
from wayside.bootstrap import Covers, Services
from wayside.cli.serve import worker
from wayside.domain import EvidenceRole, Passage
from wayside.record import Store, evidence_for
from wayside.record.clock import Clock as RecordClock
from wayside.record.tables import camera
from wayside.setup import SiteCameras, Supervisor
from wayside.web import create_app
from wayside.web.app import serve
from wayside.web.csrf import token_of
from wayside.web.problems import PROBLEM_JSON

HOST = "localhost"
ORIGIN = f"http://{HOST}"
AGES = {
    "fresh": timedelta(hours=1),
    "ordinary": timedelta(days=30),
    "old": timedelta(days=120),
    "gone": timedelta(days=400),
}
PLATE = "LD52XYZ"
STREAM = b"text/event-stream; charset=utf-8"


def photograph(number: int) -> bytes:
    """A small JPEG picture that differs from those of other numbers."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (number * 37 % 256, 90, 120)).save(out, "JPEG")
    return out.getvalue()


def passage_at(number: int, age: str, plate: str = PLATE) -> tuple[Passage, dict[str, bytes]]:
    """A passage that began so long ago, with a picture in each role."""
    began = NOW - AGES[age]
    pictures = {role: photograph(number * 3 + at) for at, role in enumerate(EvidenceRole)}
    evidence = {evidence_for(role, data): data for role, data in pictures.items()}
    like, _ = full_passage(number)
    passage = replace(
        like,
        id=f"{number:032x}",
        began_at=began,
        ended_at=began + timedelta(seconds=2),
        crossed_at=(began + timedelta(seconds=1),),
        plate=replace(like.plate, text=plate),
        evidence=tuple(evidence),
    )
    return passage, {one.sha256: data for one, data in evidence.items()}


APPS: dict[tuple[tuple[str, ...], Binding], FastAPI] = {}


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def problem(self) -> str | None:
        """The word of the problem, where it is one."""
        if not self.headers.get("content-type", "").startswith(PROBLEM_JSON):
            return None
        return str(self.json["type"]).rpartition(":")[2]


@dataclass
class House:
    """Services, the application over them, and passages by site and age."""

    world: World
    services: Services
    passages: Mapping[tuple[str, str], str]
    """Ids by site and age."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @cached_property
    def app(self) -> FastAPI:
        """The application: one for all houses that are served alike, because it takes long to make."""
        served = (self.services.names, self.services.binding)
        if served not in APPS:
            APPS[served] = create_app(self.services)
        return APPS[served]

    def call(
        self,
        method: str,
        path: str,
        *,
        session: str | None = None,
        token: str | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        raw: bytes = b"",
        headers: Mapping[str, str] | None = None,
        own_page: bool = True,
        scheme: str = "http",
        client: str = "127.0.0.1",
    ) -> Answered:
        """Asks the application; with `own_page` as a page of ours would, with its origin and its token."""
        sent = {"host": HOST, **({"origin": f"{scheme}://{HOST}"} if own_page and method != "GET" else {})}
        body = raw
        if session is not None:
            sent["cookie"] = f"{'__Host-wayside' if scheme == 'https' else 'wayside'}={session}"
            if own_page:
                sent["x-csrf-token"] = token_of(session)
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if json_body is not None:
            sent["content-type"], body = "application/json", json.dumps(json_body).encode()
        if form is not None:
            sent["content-type"], body = "application/x-www-form-urlencoded", urlencode(form).encode()
        if body:
            sent["content-length"] = str(len(body))
        sent |= {name.casefold(): value for name, value in (headers or {}).items()}
        return self.loop.run_until_complete(self._asked(method, path, sent, body, scheme, client))

    async def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, scheme: str, client: str
    ) -> Answered:
        bare, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": scheme,
            "path": bare, "raw_path": bare.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.encode(), value.encode("utf-8")) for name, value in headers.items()],
            "client": (client, 40000), "server": (HOST, 80), "state": {},
        }  # fmt: skip
        told: list[Any] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            if waiting:
                return waiting.pop(0)
            while not (told and (b"content-type", STREAM) in told[0]["headers"]):
                await asyncio.sleep(0.02)
            return {"type": "http.disconnect"}  # which ends what would never end by itself

        async def send(message: Any) -> None:
            told.append(message)

        serve(self.app, self.services)
        await self.app(scope, receive, send)
        got = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in told[0]["headers"]]
        return Answered(told[0]["status"], dict(got), b"".join(one.get("body", b"") for one in told[1:]))


def services_of(
    world: World, binding: Binding | None = None, names: tuple[str, ...] = (), elsewhere: Elsewhere | None = None
) -> Services:
    """What the pages work with, over a world and its clock."""
    bound = binding or Binding()
    settings = settings_of(world.store)
    sign_in: SignIn = world.sign_in(
        limits=settings.sessions,
        waived=lambda connection: second_factor_waived(bound, [one.name for one in active_people(connection)]),
    )
    cameras, supervisor = SiteCameras(world.store), Supervisor(world.store.data_dir, worker, watching=False)
    cameras.on_change(supervisor.apply)
    supervisor.apply(cameras.plans())
    hosts = (HOST, "127.0.0.1", *names)
    return Services(world.store, sign_in, settings, bound, Covers(), cameras, supervisor, hosts, elsewhere)


def add_passages(folder: Path, site: str, first: int) -> dict[tuple[str, str], str]:
    """Passages of every age, recorded as those of a site in the database of this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(f'name = "{site}"\n')
    clock, made = Clock(), {}
    with Store(folder, clock=RecordClock(clock, clock)) as store:
        for at, age in enumerate(AGES):
            passage, pictures = passage_at(first + at, age)
            store.add(passage, pictures)
            made[site, age] = passage.id
    return made


def build(folder: Path) -> dict[tuple[str, str], str]:
    """The data directory of a house at `north`, with passages of `south` in the same database; ids by site and age."""
    passages = add_passages(folder, OTHER_SITE, 100) | add_passages(folder, SITE, 200)
    world = World.opened(folder)
    with world.store.writing() as transaction:
        rows = [{"name": f"gate-{site}", "site": site, "place": "the gate"} for site in (SITE, OTHER_SITE)]
        transaction.connection.execute(insert(camera), rows)
    world.store.close()
    region(folder / "maps" / "town.pmtiles")
    return passages


@contextmanager
def opened(
    folder: Path, passages: Mapping[tuple[str, str], str], binding: Binding | None = None, names: tuple[str, ...] = ()
) -> Iterator[House]:
    """A house over a data directory that was built."""
    world = World.opened(folder)
    house = House(world, services_of(world, binding, names), passages)
    serve(house.app, house.services)
    try:
        yield house
    finally:
        house.loop.close()
        world.store.close()
