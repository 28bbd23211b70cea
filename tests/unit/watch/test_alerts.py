# SPDX-License-Identifier: Apache-2.0
"""The webhook hears of every hit, signed, and again until it answers; without one nothing is queued or sent."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from record_times import Time
from sqlalchemy import func, select
from watching import a_list, in_force, plated

from wayside.domain import UsageError
from wayside.record import Store
from wayside.watch.alerts import (
    GIVEN_UP_AFTER_S,
    LONGEST_WAIT_S,
    SIGNATURE,
    Alerts,
    alerts_of,
    poster,
    read_key,
    signature,
    wait_ms,
)
from wayside.watch.running import watching
from wayside.watch.tables import alert
from wayside.watch.watcher import Watcher

KEY = b"0123456789abcdef0123456789abcdef"
Sent = list[tuple[bytes, dict[str, str]]]


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Iterator[Store]:
    """A site with a webhook, and one hit."""
    (tmp_path / "site.toml").write_text('[watch]\nwebhook = "http://127.0.0.1:9/hook"\n')
    with Store(tmp_path, clock=time.clock()) as opened:
        in_force(opened, a_list(opened), "AB12CDE")
        watcher = Watcher(opened)
        opened.add(plated(1, "AB12CDE"), {})
        watcher.step()
        yield opened


def queued(store: Store) -> int:
    """How many hits wait to be told."""
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(alert)).scalar_one()


def test_a_hit_is_told_once_with_a_signature(store: Store, time: Time) -> None:
    """Over the time and the body, so that nobody can forge or replay it."""
    sent: Sent = []
    alerts = Alerts(store, lambda body, headers: sent.append((body, headers)) or 204, KEY)  # type: ignore[func-returns-value]
    assert (alerts.step(), alerts.step(), queued(store)) == (1, 0, 0)
    ((body, headers),) = sent
    at = int(time.now_s)
    expected = hmac.new(KEY, f"{at}.".encode() + body, sha256).hexdigest()
    assert headers[SIGNATURE] == f"t={at},v1={expected}" == signature(KEY, at, body)
    told = json.loads(body)
    assert (told["event"], told["state"], told["plate"], told["list"]) == ("hit", "new", "AB12CDE", "wanted")
    assert told["instruction"] == "Ring the duty officer"


@pytest.mark.parametrize("answer", [500, 302, OSError("refused")])
def test_what_was_not_heard_is_told_again_later(store: Store, time: Time, answer: int | OSError) -> None:
    """Also after a restart, for the queue lies in the record; a day later nobody is told any more."""
    tries = []

    def send(body: bytes, headers: dict[str, str]) -> int:
        tries.append(body)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert (Alerts(store, send, KEY).step(), queued(store)) == (0, 1)
    assert (Alerts(store, send, KEY).step(), len(tries)) == (0, 1)
    time.now_s += 10
    assert (Alerts(store, send, KEY).step(), len(tries)) == (0, 2)
    time.now_s += GIVEN_UP_AFTER_S
    assert (Alerts(store, send, KEY).step(), queued(store)) == (0, 0)


def test_tries_grow_apart() -> None:
    """To an hour at most."""
    waits = [wait_ms(tries) for tries in range(40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (5000, LONGEST_WAIT_S * 1000)


def test_a_site_without_a_webhook_tells_nobody(tmp_path: Path) -> None:
    """Which is the default: nothing is queued either."""
    with Store(tmp_path) as store:
        assert alerts_of(store) is None
        in_force(store, a_list(store), "AB12CDE")
        store.add(plated(1, "AB12CDE"), {})
        assert len(Watcher(store).step() or []) <= 1
        assert queued(store) == 0


@pytest.mark.parametrize(("secret", "mend"), [(None, "cannot be read"), ("short", "32 characters"), ("é" * 40, "read")])
def test_a_webhook_needs_a_secret(tmp_path: Path, secret: str | None, mend: str) -> None:
    """Long enough, in a file of its own."""
    path = tmp_path / "webhook.key"
    if secret is not None:
        path.write_text(secret, "utf-8")
    with pytest.raises(UsageError, match=mend):
        read_key(path)


class Hook(BaseHTTPRequestHandler):
    """Hears of hits."""

    heard: Sent = []  # noqa: RUF012 - one server a test
    came = Event()

    def do_POST(self) -> None:
        """Answers as webhooks do."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.heard.append((body, {SIGNATURE: self.headers[SIGNATURE]}))
        self.send_response(200)
        self.end_headers()
        Hook.came.set()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_serving_makes_hits_and_tells_of_them(tmp_path: Path) -> None:
    """From the passage to the webhook, through the threads that serving runs."""
    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "site.toml").write_text(f'[watch]\nwebhook = "http://127.0.0.1:{server.server_port}/hook"\n')
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys/webhook.key").write_bytes(KEY)
    try:
        clock = Time().clock()
        with Store(tmp_path, clock=clock) as store, watching(store):
            in_force(store, a_list(store), "AB12CDE")
            store.add(plated(1, "AB12CDE"), {})
            assert Hook.came.wait(20)
        ((body, headers),) = Hook.heard
        assert json.loads(body)["plate"] == "AB12CDE"
        assert headers[SIGNATURE].startswith("t=")
    finally:
        server.shutdown()
        server.server_close()


def test_an_answer_that_is_no_http_counts_as_none() -> None:
    """And an address where nobody is."""
    with pytest.raises(OSError, match="refused"):
        poster("http://127.0.0.1:9/hook")(b"", {})
