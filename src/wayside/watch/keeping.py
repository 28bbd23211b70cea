# SPDX-License-Identifier: Apache-2.0
"""The no-hit mode over watch lists: a passage is kept where an entry in force asks for it."""

from __future__ import annotations

from collections.abc import Callable

from wayside.domain import Passage
from wayside.record import Store, keep_of, milliseconds, newest_of
from wayside.watch import entries
from wayside.watch.entries import EntryState
from wayside.watch.matching import Matcher, probable


class KeepWatched:
    """Keeps what an entry in force asks for; reads the lists anew when they change."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._least = store.site.watch.least_percent / 100
        self._matcher = Matcher(())
        self._revision: int | None = None

    def __call__(self, passage: Passage) -> bool:
        """Raises RecordError where the lists cannot be read: then nobody can tell what may be kept."""
        now = self._store.now()
        self._refresh(milliseconds(now))
        return any(
            found.entry.state(now) is EntryState.IN_FORCE
            and found.entry.site == self._store.site.name
            and probable(found, self._least)
            for found in self._matcher.matches(passage)
        )

    def _refresh(self, now_ms: int) -> None:
        with self._store.reading() as connection:
            revision = newest_of(connection, "list")
            if revision != self._revision:
                self._matcher = Matcher(entries.watched(connection, revision, now_ms))
                self._revision = revision


def either(one: Callable[[Passage], bool], other: Callable[[Passage], bool]) -> Callable[[Passage], bool]:
    """Keeps what one of the two keeps."""
    return lambda passage: one(passage) or other(passage)


def would_keep(store: Store) -> Callable[[Passage], bool]:
    """What the site of a record keeps, for one that is open to be read alone; raises UsageError."""
    named = keep_of(store.data_dir, store.site)
    return either(named, KeepWatched(store)) if store.site.no_hit.on else named


def keep_watched(store: Store) -> None:
    """Where a site keeps only what matches a list: keeps what its watch lists ask for, beside what its file names."""
    store.keeps = would_keep(store)
