# SPDX-License-Identifier: Apache-2.0
"""The names of gates and ways that a site knows, remembered where finding them out takes long.

They are read out of the counts of all hours that the record keeps: a quarter of a second for a million passages.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from wayside.record import Store, gates_and_ways

CHEAP_S = 0.02
"""What takes no longer is found out each time anew."""
FRESH_S = 60.0
"""What is older is found out anew behind the page that asks for it, which shows what was known."""

Found = tuple[list[str], list[str]]


@dataclass(slots=True)
class Known:
    """What one record's site knows."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    found: Found | None = None
    took_s: float = 0.0
    at_s: float = 0.0

    def find_out(self, store: Store) -> Found:
        """Reads them; raises RecordError."""
        began_s = time.monotonic()
        with store.reading() as connection:
            found = gates_and_ways(connection, store.site.name)
        self.found, self.at_s = found, time.monotonic()
        self.took_s = self.at_s - began_s
        return found

    def find_out_alone(self, store: Store) -> None:
        """The same, unless another thread is at it."""
        if self.turn.acquire(blocking=False):
            try:
                self.find_out(store)
            finally:
                self.turn.release()


_known: WeakKeyDictionary[Store, Known] = WeakKeyDictionary()


def known_gates(store: Store) -> Found:
    """The names of gates, and of ways across them, that passages of the site have; raises RecordError."""
    known = _known.setdefault(store, Known())
    found = known.found
    if found is None or known.took_s < CHEAP_S:
        return known.find_out(store)
    if time.monotonic() - known.at_s > FRESH_S:
        threading.Thread(target=known.find_out_alone, args=(store,), name="known-gates", daemon=True).start()
    return found
