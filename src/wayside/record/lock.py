# SPDX-License-Identifier: Apache-2.0
"""Lets one writer in at a time, of all threads and processes that use one data directory."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wayside.domain import RecordError

LOCK = "writer.lock"
PATIENCE_S = 120.0
"""How long another writer is waited for: longer than folding a large log or rewriting a large file takes."""
PAUSE_S = 0.0005
"""Between two tries of the one who comes next."""
QUEUE_S = 0.004
"""Between two tries of the others."""


@contextmanager
def alone(path: Path, patience_s: float = PATIENCE_S) -> Iterator[bool]:
    """Holds the lock file for the length of the block, which is told whether it had to be waited for.

    SQLite would let writers of several processes in by itself, but before 3.51.3 two that commit and fold the log at
    one moment can damage the file (sqlite.org/wal.html#walresetbug); Debian 12 has 3.40.1.
    Whoever waits stands in a second lock file, the head of the queue, which the others must pass: so a writer that
    comes back at once does not take the lock before somebody who has been waiting for one transaction.
    Raises RecordError after `patience_s`; OSError.
    """
    deadline = time.monotonic() + patience_s
    with path.open("a") as lock:
        try:
            with path.with_suffix(".queue").open("a") as queue:
                waited = [wait_for(queue.fileno(), QUEUE_S, deadline), wait_for(lock.fileno(), PAUSE_S, deadline)]
        except TimeoutError:
            raise RecordError(
                f"{path.parent}: another Wayside has been writing for {patience_s:.0f} s; try again when it is done"
            ) from None
        yield any(waited)


def wait_for(descriptor: int, pause_s: float, deadline: float) -> bool:
    """Takes a lock as soon as it is free; whether it was not so at once. Raises TimeoutError after the deadline."""
    waited = False
    while not taken(descriptor):
        if time.monotonic() > deadline:
            raise TimeoutError
        waited = True
        time.sleep(pause_s)
    return waited


def taken(descriptor: int) -> bool:
    """Whether the lock could be had at once; it goes when the file is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
