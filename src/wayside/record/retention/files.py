# SPDX-License-Identifier: Apache-2.0
"""Removes files that the record names no more, and finds those that a kill has left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from wayside.record.evidence import FOLDER, picture_path, sync_folder
from wayside.record.exchange import kept, strays
from wayside.record.retention.forgetting import Leftovers, unused
from wayside.record.tables import picture

if TYPE_CHECKING:
    from wayside.record.store import Store

DIGEST_LETTERS = 64
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Orphans:
    """What does not belong together: files without a row, rows without a file."""

    files: tuple[Path, ...] = ()
    """Relative to the data directory; a kill between a row's end and its file's leaves them."""
    rows: tuple[str, ...] = ()
    """SHA-256 of pictures that should be there: something else than Wayside removed them."""


def remove_file(path: Path) -> bool:
    """Unlinks a file so that it stays away after a power cut; whether it was there. Raises OSError."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def remove_files(store: Store, left: Leftovers) -> int:
    """Unlinks what an erasure left, but for pictures that another passage names by now; how many pictures.

    The record is held alone meanwhile, since a writer that finds a picture there does not write it again.
    """
    if not left.pictures and not left.exports:
        return 0
    with store.writing() as transaction:
        gone = unused(transaction.connection, left.pictures)
        kept.remove(store.data_dir, left.exports)
        return sum(remove_file(store.data_dir / picture_path(digest.hex())) for digest in gone)


def picture_files(data_dir: Path) -> Iterator[tuple[bytes, Path]]:
    """Every picture below `evidence/` with the digest that it is called."""
    for first in sorted((data_dir / FOLDER).glob("??")):
        for folder in sorted(first.glob("??")):
            with os.scandir(folder) as found:
                for one in found:
                    digest = one.name.removesuffix(".jpg")
                    if len(digest) == DIGEST_LETTERS and one.name != digest:
                        yield bytes.fromhex(digest), Path(one.path)


def batches(found: Iterator[tuple[bytes, Path]]) -> Iterator[dict[bytes, Path]]:
    """Files in portions, by digest."""
    batch: dict[bytes, Path] = {}
    for digest, path in found:
        batch[digest] = path
        if len(batch) == BATCH:
            yield batch
            batch = {}
    if batch:
        yield batch


def sweep_pictures(store: Store, *, remove: bool) -> list[Path]:
    """The picture files that no row names; removed with `remove`, while the record is held alone."""
    swept: list[Path] = []
    for batch in batches(picture_files(store.data_dir)):
        with store.reading() as connection:
            suspects = unused(connection, batch)
        if suspects and remove:
            with store.writing() as transaction:
                suspects = unused(transaction.connection, suspects)
                for digest in suspects:
                    remove_file(batch[digest])
        swept += [batch[digest].relative_to(store.data_dir) for digest in sorted(suspects)]
    return swept


def sweep_exports(store: Store, *, remove: bool) -> list[Path]:
    """The files among the kept exports that no row names; removed with `remove`."""
    with store.reading() as connection:
        found = strays(connection, store.data_dir)
    for path in found if remove else ():
        remove_file(path)
    return [path.relative_to(store.data_dir) for path in found]


def missing_pictures(store: Store) -> Iterator[str]:
    """SHA-256 of the pictures that rows name and that are not there."""
    last = b""
    query = select(picture.c.sha256).distinct().order_by(picture.c.sha256).limit(BATCH)
    while True:
        with store.reading() as connection:
            page = [bytes(one) for one in connection.execute(query.where(picture.c.sha256 > last)).scalars()]
        yield from (one.hex() for one in page if not (store.data_dir / picture_path(one.hex())).exists())
        if len(page) < BATCH:
            return
        last = page[-1]


def sweep(store: Store, *, remove: bool) -> Orphans:
    """Finds orphans of both kinds; with `remove`, files without a row go. Raises RecordError."""
    files = (*sweep_pictures(store, remove=remove), *sweep_exports(store, remove=remove))
    return Orphans(files, tuple(missing_pictures(store)))
