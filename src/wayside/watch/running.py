# SPDX-License-Identifier: Apache-2.0
"""Keeps the threads alive that make hits and tell of them, while the pages are served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wayside.record import Store
from wayside.watch.alerts import alerts_of, send_all
from wayside.watch.watcher import Watcher, watch

PATIENCE_S = 15.0
"""How long a thread is waited for that is in the middle of something."""


@contextmanager
def watching(store: Store) -> Iterator[None]:
    """Compares passages with the lists while the block lasts, and tells the webhook of hits where the site has one.

    Raises RecordError, UsageError where the webhook has no secret.
    """
    stop, watcher, alerts = threading.Event(), Watcher(store), alerts_of(store)
    work: list[Callable[[], None]] = [lambda: watch(watcher, stop)]
    if alerts is not None:
        told = alerts
        work.append(lambda: send_all(told, stop))
    threads = [threading.Thread(target=one, name=f"watch-{at}", daemon=True) for at, one in enumerate(work)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
