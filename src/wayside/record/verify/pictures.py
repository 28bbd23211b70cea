# SPDX-License-Identifier: Apache-2.0
"""Pictures as the passages name them, as their table lists them, and as they lie on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select

from wayside.record.evidence import picture_path
from wayside.record.tables import picture
from wayside.record.verify.source import Reader

Picture = tuple[str, bytes, int, int]
"""Role, SHA-256, beginning of its passage in ms, size in bytes."""
Listed = dict[int, set[Picture]]
"""By the number of the passage."""


def listed_pictures(reader: Reader, first: int, end: int) -> Listed:
    """What the table has for a range of entries."""
    column, found = picture.c, Listed()
    query = select(column.seq, column.role, column.sha256, column.began_ms, column.size)
    for seq, *one in reader.rows(query.where(column.seq >= first, column.seq < end)):
        found.setdefault(seq, set()).add((one[0], one[1], one[2], one[3]))
    return found


def check_file(data_dir: Path, digest: str) -> str | None:
    """What is wrong with the file of a picture: a kind of damage, or None."""
    try:
        with (data_dir / picture_path(digest)).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "picture-missing"
    return None if found == digest else "picture-edited"
