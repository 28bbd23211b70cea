# SPDX-License-Identifier: Apache-2.0
"""Room on the disk: the oldest pictures go before it is full, rows never, and a reserve lets journal and erasure go on.

The bounds are the site's, or a twentieth of a small disk: half of that is no room to work in.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, select
from sqlalchemy.exc import DBAPIError

from wayside.domain import RecordError
from wayside.record.evidence import sync_folder
from wayside.record.site import Disk, Site
from wayside.record.tables import hold, passage, picture, sighting

if TYPE_CHECKING:
    from wayside.record.retention import Leftovers
    from wayside.record.store import Store, Transaction

RESERVE = "reserve"
MIB = 1 << 20
SHARE = 20
"""No bound is more than this part of the disk."""
SLACK = 20
"""So much more than needed is made free, as a part of what is kept free, so that not every passage makes room."""
AT_ONCE = 500
"""Pictures that go to make room for one passage, at most."""
FULL = {errno.ENOSPC, errno.EDQUOT}
SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
"""The second: there is not even room for the index of the log, without which SQLite neither reads nor writes."""
OPENING = MIB // 4
"""Bytes that opening a record for writing, a few journal entries and closing it may take."""


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk has no room."""
    if isinstance(error, OSError):
        return error.errno in FULL
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in SQLITE_FULL
    return getattr(cause, "sqlstate", None) == "53100"  # disk_full


def let_in(data_dir: Path) -> None:
    """Gives the reserve up where the disk has not even room to open a record that somebody means to write to."""
    care = DiskCare(data_dir, Disk())
    if care.reserved and care.free < OPENING:
        care.let_go()


class DiskCare:
    """Watches the room of one data directory."""

    def __init__(self, data_dir: Path, bounds: Disk) -> None:
        self._data_dir, self._bounds = data_dir, bounds
        self._left: list[Leftovers] = []

    @property
    def free(self) -> int:
        """Bytes that we may still write."""
        found = os.statvfs(self._data_dir)
        return found.f_bavail * found.f_frsize

    def _bound(self, mib: int) -> int:
        found = os.statvfs(self._data_dir)
        return min(mib * MIB, found.f_blocks * found.f_frsize // SHARE)

    @property
    def keep_free(self) -> int:
        """Below so many bytes the oldest pictures go."""
        return self._bound(self._bounds.keep_free_mib)

    @property
    def reserve_bytes(self) -> int:
        """How large the reserve is."""
        return self._bound(self._bounds.reserve_mib)

    @property
    def reserved(self) -> bool:
        """Whether the reserve is there."""
        return (self._data_dir / RESERVE).exists()

    def keep_reserve(self) -> bool:
        """Lays the reserve by where there is room; whether it is there."""
        path, size = self._data_dir / RESERVE, self.reserve_bytes
        if self.reserved or size == 0:
            return self.reserved
        if self.free < 2 * size:
            return False
        draft = path.with_suffix(".draft")
        try:
            with draft.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, size)
            draft.rename(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            return False
        return True

    def let_go(self) -> bool:
        """Gives the reserve up, so that what must be written can be; whether there was one."""
        try:
            (self._data_dir / RESERVE).unlink()
        except OSError:
            return False
        sync_folder(self._data_dir)
        return True

    def check_room(self) -> None:
        """Raises RecordError where what is left of the disk is for the journal and for erasure."""
        if not self.keep_reserve() and self.free < self.reserve_bytes:
            raise RecordError(
                f"{self._data_dir}: the disk is full but for what the journal and erasure need; free some space"
            )

    def make_room(self, transaction: Transaction, site: Site) -> None:
        """Erases the oldest pictures, within the caller's transaction, where the disk is nearly full."""
        lacking = self.keep_free - self.free
        if lacking > 0:
            from wayside.record.retention import Ground, forget_pictures

            shown = oldest_pictures(transaction, lacking + self.keep_free // SLACK)
            self._left.append(forget_pictures(transaction, shown, Ground("low space", site.digest())))

    def remove_left(self, store: Store) -> None:
        """Removes the files of what `make_room` erased, once that is kept."""
        if self._left:
            from wayside.record.retention import remove_files

            left, self._left = self._left, []
            for one in left:
                remove_files(store, one)

    def forget(self) -> None:
        """After a failed transaction: what it would have erased is still there."""
        self._left.clear()


def oldest_pictures(transaction: Transaction, size: int) -> list[tuple[bytes, int, str]]:
    """The oldest pictures (digest, passage, role) that make up so many bytes, but for those held for a case."""
    from wayside.record.retention.sightings import held as sightings_held

    reported = select(sighting.c.seq).where(sightings_held(transaction.now_ms))
    kept = picture.c.seq.in_(reported) | exists().where(
        passage.c.seq == picture.c.seq,
        passage.c.began_ms == picture.c.began_ms,
        hold.c.passage_id == passage.c.id,
        and_(hold.c.released_ms.is_(None), hold.c.expires_ms > transaction.now_ms),
    )
    query = select(picture).where(~kept).order_by(picture.c.began_ms, picture.c.seq).limit(AT_ONCE)
    found: list[tuple[bytes, int, str]] = []
    for row in transaction.connection.execute(query):
        if size <= 0:
            break
        found.append((bytes(row.sha256), row.seq, row.role))
        size -= row.size
    return found
