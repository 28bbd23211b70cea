# SPDX-License-Identifier: Apache-2.0
"""Tells a site's webhook of hits: from a durable queue, signed, tried again until it answers; off by default.

The body is signed with HMAC-SHA-256 over the time, a full stop and the body, as `t=<seconds>,v1=<hex>` in the header
`Wayside-Signature`, so that the receiver can refuse what is forged or old.
"""

from __future__ import annotations

import hmac
import http.client
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from wayside.domain import UsageError, WaysideError
from wayside.record import Hit, Store, Transaction, find_hit
from wayside.watch import entries, lists
from wayside.watch.entries import Entry
from wayside.watch.tables import alert as table

TIMEOUT_S = 10.0
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 3600.0
GIVEN_UP_AFTER_S = 86_400
"""A hit of which nobody could be told for a day is told no more; it stands on the page of hits all the same."""
POLL_S = 0.5
AT_ONCE = 50
LEAST_KEY = 32
"""Characters of the secret."""
SIGNATURE = "Wayside-Signature"

logger = logging.getLogger(__name__)

Send = Callable[[bytes, dict[str, str]], int]
"""Posts a body with headers; the status of the answer. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Due:
    """A hit of which the webhook is to be told."""

    hit: int
    tries: int


def queue(transaction: Transaction, hits: Sequence[Hit]) -> None:
    """Notes hits to be told of, in the transaction that makes them."""
    if hits:
        rows = [{"hit": one.seq, "tries": 0, "due_ms": transaction.now_ms} for one in hits]
        transaction.connection.execute(insert(table), rows)


def due(connection: Connection, now_ms: int) -> list[Due]:
    """What is to be told now, the oldest first."""
    query = select(table).where(table.c.due_ms <= now_ms).order_by(table.c.due_ms, table.c.hit).limit(AT_ONCE)
    return [Due(row.hit, row.tries) for row in connection.execute(query)]


def body_of(hit: Hit, entry: Entry | None, list_name: str | None) -> dict[str, Any]:
    """What the webhook is told: a lead, not a fact; the picture is looked at in the pages."""
    found = hit.matched
    asked = {} if entry is None else {
        "label": entry.draft.label, "priority": entry.draft.priority.value, "instruction": entry.draft.instruction,
        "watched_for": [entries.shown(one) for one in entry.draft.terms],
    }  # fmt: skip
    return {
        "event": "hit", "hit": hit.seq, "state": hit.state.value, "site": found.site, "source": found.source.value,
        "source_id": found.source_id, "camera": found.camera, "at": hit.began_at.isoformat(), "plate": found.text,
        "probability": found.probability, "list": list_name, "entry": found.entry, **asked,
    }  # fmt: skip


def signature(key: bytes, at_s: int, body: bytes) -> str:
    """The value of the header."""
    return f"t={at_s},v1={hmac.new(key, str(at_s).encode() + b'.' + body, sha256).hexdigest()}"


def wait_ms(tries: int) -> int:
    """How long after so many tries the next one comes: doubled each time, an hour at most."""
    return int(min(FIRST_WAIT_S * 2.0 ** min(tries, 20), LONGEST_WAIT_S) * 1000)


def read_key(path: Path) -> bytes:
    """The secret; raises UsageError."""
    try:
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path}: cannot be read; write the secret of the webhook into it, in one line") from None
    if len(key) < LEAST_KEY:
        raise UsageError(f"{path}: is too short a secret; write {LEAST_KEY} characters at least")
    return key.encode()


def poster(address: str) -> Send:
    """Posts to an address; nothing is followed, and certificates are checked."""
    parts = urlsplit(address)

    def send(body: bytes, headers: dict[str, str]) -> int:
        made: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context()
            made = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S, context=context)
        else:
            made = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=TIMEOUT_S)
        try:
            made.request("POST", parts.path or "/", body, headers)
            return made.getresponse().status
        except http.client.HTTPException as error:
            raise OSError("the answer is no HTTP") from error
        finally:
            made.close()

    return send


class Alerts:
    """Sends what is queued; to be used from one thread."""

    def __init__(self, store: Store, send: Send, key: bytes) -> None:
        self._store, self._send, self._key = store, send, key

    def step(self) -> int:
        """Tells of what is due; of how many hits the webhook heard. Raises RecordError."""
        now_ms = int(self._store.now().timestamp() * 1000)
        with self._store.reading() as connection:
            some = due(connection, now_ms)
        return sum(self._tell(one) for one in some)

    def _tell(self, one: Due) -> bool:
        with self._store.reading() as connection:
            hit = find_hit(connection, one.hit)
            entry = None if hit is None else entries.version(connection, hit.matched.entry, hit.matched.version)
            listed = None if hit is None else lists.find_list(connection, hit.matched.list_id)
        heard = hit is None or self._posted(body_of(hit, entry, None if listed is None else listed.name))
        self._store.together(lambda transaction: settle(transaction, one, hit, heard=heard))
        return heard and hit is not None

    def _posted(self, told: dict[str, Any]) -> bool:
        body, at_s = json.dumps(told, ensure_ascii=False).encode(), int(self._store.now().timestamp())
        headers = {"Content-Type": "application/json", SIGNATURE: signature(self._key, at_s, body)}
        try:
            status = self._send(body, headers)
        except OSError as error:
            logger.warning("the webhook was not told of hit %s: %s", told["hit"], type(error).__name__)
            return False
        if not 200 <= status < 300:
            logger.warning("the webhook answered hit %s with %s", told["hit"], status)
        return 200 <= status < 300


def settle(transaction: Transaction, one: Due, hit: Hit | None, *, heard: bool) -> None:
    """Takes a hit from the queue, or says when it is tried again."""
    old = hit is None or transaction.now_ms - hit.matched.received_ms > GIVEN_UP_AFTER_S * 1000
    at = table.c.hit == one.hit
    if heard or old:
        transaction.connection.execute(delete(table).where(at))
    else:
        again = {"tries": one.tries + 1, "due_ms": transaction.now_ms + wait_ms(one.tries)}
        transaction.connection.execute(update(table).where(at).values(**again))


def alerts_of(store: Store) -> Alerts | None:
    """What tells the webhook of a site, None where it has none; raises UsageError where its secret is missing."""
    stated = store.site.watch
    if stated.webhook is None:
        return None
    return Alerts(store, poster(stated.webhook), read_key(store.data_dir / stated.webhook_key))


def send_all(alerts: Alerts, stop: threading.Event) -> None:
    """Goes on until it is stopped; what goes wrong is said in the log, and tried again."""
    while not stop.is_set():
        began_s = time.monotonic()
        try:
            alerts.step()
        except WaysideError as error:
            logger.warning("the queue of alerts cannot be read or written at the moment: %s", error)
        stop.wait(max(0.0, POLL_S - (time.monotonic() - began_s)))
