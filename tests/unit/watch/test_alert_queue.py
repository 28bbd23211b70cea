# SPDX-License-Identifier: Apache-2.0
"""The queue of alerts and the post: what is due in which order, what leaves it, and what a webhook may answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import create_server
from threading import Event, Thread
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from sqlalchemy import insert, select
from watching import a_list, in_force, plated

from wayside.domain import RecordError, UsageError
from wayside.record import Hit, HitFilter, Store, hits_where
from wayside.watch import entries
from wayside.watch.alerts import (
    AT_ONCE,
    GIVEN_UP_AFTER_S,
    LEAST_KEY,
    Alerts,
    Due,
    alerts_of,
    body_of,
    due,
    poster,
    queue,
    read_key,
    send_all,
    settle,
    signature,
    wait_ms,
)
from wayside.watch.tables import alert
from wayside.watch.watcher import Watcher

KEY = b"k" * LEAST_KEY


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Iterator[Store]:
    """A site that tells a webhook of its hits."""
    (tmp_path / "site.toml").write_text('name = "north"\n[watch]\nwebhook = "https://hooks.example/wayside"\n')
    with Store(tmp_path, clock=time.clock()) as opened:
        yield opened


@pytest.fixture
def hit(store: Store) -> Hit:
    """One hit, which is queued."""
    in_force(store, a_list(store), "AB12CDE")
    watcher = Watcher(store)
    store.add(plated(1, "AB12CDE"), {})
    watcher.step()
    with store.reading() as connection:
        (found,) = hits_where(connection, HitFilter("north"), 9)
    return found


def rows(store: Store) -> list[tuple[int, int, int]]:
    """The queue: hit, tries, and when it is due."""
    with store.reading() as connection:
        return [(row.hit, row.tries, row.due_ms) for row in connection.execute(select(alert).order_by(alert.c.hit))]


def laid(store: Store, *some: tuple[int, int]) -> None:
    """Puts hits into the queue that are due at these times."""
    with store.writing() as transaction:
        values = [{"hit": hit, "tries": 0, "due_ms": due_ms} for hit, due_ms in some]
        transaction.connection.execute(insert(alert), values)


def test_nothing_is_queued_for_nothing(store: Store) -> None:
    """An empty turn of the watcher writes no row."""
    with store.writing() as transaction:
        queue(transaction, [])
    assert rows(store) == []


def test_a_hit_is_due_at_once(store: Store, hit: Hit, time: Time) -> None:
    """It is queued with the time at which it was made."""
    assert rows(store) == [(hit.seq, 0, int(time.now_s * 1000))]


def test_the_oldest_come_first_and_only_so_many(store: Store) -> None:
    """Those of one moment in the order of their numbers; what is not due yet waits."""
    laid(store, (900, 50), (7, 50), (8, 40), (9, 101), *((number, 60) for number in range(1000, 1000 + AT_ONCE)))
    with store.reading() as connection:
        found = due(connection, 100)
        assert due(connection, 39) == []
    assert [one.hit for one in found[:4]] == [8, 7, 900, 1000]
    assert len(found) == AT_ONCE
    assert 9 not in {one.hit for one in found}


def test_a_hit_that_is_no_more_leaves_the_queue_untold(store: Store) -> None:
    """It was erased: nothing is sent about what nobody may know any more."""
    laid(store, (4711, 0))
    sent: list[bytes] = []
    alerts = Alerts(store, lambda body, headers: sent.append(body) or 200, KEY)  # type: ignore[func-returns-value]
    assert (alerts.step(), sent, rows(store)) == (0, [], [])


@pytest.mark.parametrize(
    ("heard", "age_s", "left"),
    [(True, 0, False), (False, 0, True), (False, GIVEN_UP_AFTER_S - 1, True), (False, GIVEN_UP_AFTER_S + 1, False)],
)
def test_what_was_heard_or_is_old_leaves_the_queue(
    store: Store, hit: Hit, time: Time, heard: bool, age_s: int, left: bool
) -> None:
    """The rest is tried again, later each time."""
    time.now_s = hit.matched.received_ms / 1000 + age_s
    with store.writing() as transaction:
        settle(transaction, Due(hit.seq, 3), hit, heard=heard)
    expected = [(hit.seq, 4, int(time.now_s * 1000) + wait_ms(3))] if left else []
    assert rows(store) == expected


def test_one_that_is_not_heard_does_not_hold_up_the_others(store: Store, hit: Hit) -> None:
    """Each is settled by itself."""
    store.add(plated(2, "AB12CDE"), {})
    watcher = Watcher(store)
    watcher.step()
    waiting = [one for one, _, _ in rows(store)]
    assert len(waiting) == 2
    alerts = Alerts(store, lambda body, headers: 500 if json.loads(body)["hit"] == waiting[0] else 200, KEY)
    assert alerts.step() == 1
    assert [one for one, _, _ in rows(store)] == waiting[:1]


def test_the_body_tells_what_to_do_and_shows_no_picture(store: Store, hit: Hit) -> None:
    """A lead with its entry; without the entry what the hit itself knows."""
    with store.reading() as connection:
        entry = entries.version(connection, hit.matched.entry, hit.matched.version)
    told = body_of(hit, entry, "wanted")
    assert (told["watched_for"], told["priority"], told["label"]) == (["AB12CDE"], "normal", "the van")
    assert (told["site"], told["camera"], told["list"]) == ("north", "gate", "wanted")
    assert not any("picture" in name or "evidence" in name for name in told)
    bare = body_of(hit, None, None)
    assert (bare["list"], "instruction" in bare, bare["plate"]) == (None, False, "AB12CDE")
    assert json.loads(json.dumps(told)) == told


def test_letters_of_every_language_arrive_as_they_are(store: Store, hit: Hit) -> None:
    """What is signed is what is sent, byte by byte."""
    sent: list[tuple[bytes, dict[str, str]]] = []
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql("UPDATE watch_list SET name = 'Gesucht: Ä Ø 車'")
    alerts = Alerts(store, lambda body, headers: sent.append((body, headers)) or 200, KEY)  # type: ignore[func-returns-value]
    assert alerts.step() == 1
    ((body, headers),) = sent
    assert json.loads(body)["list"] == "Gesucht: Ä Ø 車"
    at_s = int(headers["Wayside-Signature"].split(",")[0].removeprefix("t="))
    assert headers["Wayside-Signature"] == signature(KEY, at_s, body)


@given(st.binary(max_size=60), st.integers(0, 2**33), st.binary(max_size=60), st.integers(0, 2**33))
def test_a_signature_is_of_one_body_at_one_time(one: bytes, at: int, other: bytes, later: int) -> None:
    """Neither may be exchanged."""
    assert (signature(KEY, at, one) == signature(KEY, later, other)) == ((one, at) == (other, later))
    assert signature(KEY, at, one) != signature(KEY + b"x", at, one)
    assert len(signature(KEY, at, one).rpartition("v1=")[2]) == 2 * sha256().digest_size


@given(st.integers(0, 10**6))
def test_no_number_of_tries_makes_the_wait_overflow(tries: int) -> None:
    """Nor makes it shorter."""
    assert 5000 <= wait_ms(tries) <= wait_ms(tries + 1) <= 3_600_000


@pytest.mark.parametrize("written", [f"{'s' * LEAST_KEY}", f"  {'s' * LEAST_KEY}\n", f"{'s' * LEAST_KEY}\r\n"])
def test_the_line_s_end_is_not_part_of_the_secret(tmp_path: Path, written: str) -> None:
    """Editors write one, and the receiver's file has none."""
    (tmp_path / "key").write_text(written)
    assert read_key(tmp_path / "key") == b"s" * LEAST_KEY


def test_blanks_do_not_make_a_short_secret_long(tmp_path: Path) -> None:
    """It is counted without them; and the complaint does not repeat it."""
    (tmp_path / "key").write_text("hunter2" + " " * LEAST_KEY)
    with pytest.raises(UsageError) as told:
        read_key(tmp_path / "key")
    assert "hunter2" not in str(told.value)


def test_a_site_with_a_webhook_and_no_secret_does_not_start(store: Store) -> None:
    """Rather than send what nobody can check."""
    with pytest.raises(UsageError, match="write the secret"):
        alerts_of(store)
    path = store.data_dir / store.site.watch.webhook_key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(KEY)
    assert isinstance(alerts_of(store), Alerts)


class Broken:
    """Alerts whose record cannot be read the first time."""

    def __init__(self, stop: Event) -> None:
        self.stop, self.steps = stop, 0

    def step(self) -> int:
        """Fails once, then ends the test."""
        self.steps += 1
        if self.steps == 1:
            raise RecordError("the record is locked")
        self.stop.set()
        return 0


def test_a_record_that_cannot_be_read_does_not_end_the_alerts(caplog: pytest.LogCaptureFixture) -> None:
    """It is said in the log, and tried again."""
    stop = Event()
    broken = Broken(stop)
    send_all(cast(Alerts, broken), stop)
    assert broken.steps == 2
    assert "at the moment: the record is locked" in caplog.text


def test_what_was_stopped_before_it_began_sends_nothing() -> None:
    """The server ends at once."""
    stop = Event()
    stop.set()
    broken = Broken(stop)
    send_all(cast(Alerts, broken), stop)
    assert broken.steps == 0


@contextmanager
def answering(status: int, **headers: str) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server that answers so; its address, and what was asked of it."""
    asked: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answers."""
            asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("path", ["/hook", "/a/b%20c", ""])
def test_the_address_is_posted_to_as_it_is_written(path: str) -> None:
    """An empty path is the root."""
    with answering(204) as (address, asked):
        assert poster(address + path)(b"body", {}) == 204
    assert asked == [(path or "/", b"body")]


def test_nothing_is_followed() -> None:
    """Who redirects could lead what is told anywhere."""
    with answering(307, Location="/elsewhere") as (address, asked):
        assert poster(f"{address}/hook")(b"", {}) == 307
    assert [path for path, _ in asked] == ["/hook"]


def test_what_does_not_speak_http_is_an_error_like_any_other() -> None:
    """So that the hit is told again later."""
    with create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

        thread = Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(OSError, match="no HTTP"):
            poster(f"http://127.0.0.1:{server.getsockname()[1]}/hook")(b"", {})
        thread.join(5)


def test_a_certificate_is_asked_for() -> None:
    """An address with https at a port that speaks no TLS is not told anything."""
    with answering(200) as (address, asked), pytest.raises(OSError):
        poster(address.replace("http:", "https:"))(b"secret", {})
    assert asked == []


@pytest.mark.parametrize("failing", [lambda body, headers: 404, None])
def test_the_log_names_the_hit_and_nothing_of_it(
    store: Store, hit: Hit, caplog: pytest.LogCaptureFixture, failing: Callable[[bytes, dict[str, str]], int] | None
) -> None:
    """Neither its plate nor the address of the webhook."""

    def refused(body: bytes, headers: dict[str, str]) -> int:
        raise ConnectionRefusedError("hooks.example refused")

    assert Alerts(store, failing or refused, KEY).step() == 0
    assert str(hit.seq) in caplog.text
    assert "AB12CDE" not in caplog.text
    assert "hooks.example" not in caplog.text
