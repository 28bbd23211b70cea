# SPDX-License-Identifier: Apache-2.0
"""Erases what is due once a day, beside whatever a process does for long; what kept it from that is noted.

Several processes over one record share the day: the journal tells when what was due was last erased.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from wayside.domain import WaysideError
from wayside.record.document import time_text
from wayside.record.entries import entries
from wayside.record.partitions import DAY_MS
from wayside.record.retention.erase import Manner, Report
from wayside.record.retention.failure import Failure, note_failure
from wayside.record.rows import milliseconds

if TYPE_CHECKING:
    from wayside.record.store import Store

LOOK_S = 900.0
"""How often it is asked whether a day has gone by; after a failure it is tried again then."""
LOG = logging.getLogger(__name__)

Work = Callable[["Store", Manner], Report]


def last_ms(store: Store) -> int | None:
    """When what was due was last erased, in ms since 1970; None: never. Raises RecordError."""
    with store.reading() as connection:
        for one in entries(connection, ("erasure",)):
            if one.payload is not None and one.payload.get("rule") == "retention":
                return milliseconds(datetime.fromisoformat(one.payload["at"]))
    return None


def is_time(store: Store) -> bool:
    """Whether a day has gone by since; also where the clock was set back behind it. Raises RecordError."""
    last = last_ms(store)
    return last is None or not 0 <= milliseconds(store.now()) - last < DAY_MS


def try_once(store: Store, work: Work, manner: Manner) -> Report | None:
    """Erases what is due if it is time, and notes what kept it from being done; None where nothing was done."""
    try:
        return work(store, manner) if is_time(store) else None
    except (WaysideError, OSError) as error:
        LOG.warning("what is due could not be erased: %s", error)
        with suppress(OSError):  # a full disk takes no note either; the warning was given
            note_failure(store.data_dir, Failure(time_text(store.now()), str(error)))
        return None


@contextmanager
def erasing_daily(store: Store, work: Work, look_s: float = LOOK_S) -> Iterator[None]:
    """Erases what is due at once and then every day, in a thread of its own, as long as the block lasts.

    The end of the block waits for the batch at hand only. Does nothing where the site's policy says so.
    """
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            try_once(store, work, Manner(ended.is_set))
            ended.wait(look_s)

    thread = threading.Thread(target=go_on, name="erasing-daily", daemon=True)
    if store.site.retention.daily:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread.is_alive():
            thread.join()
