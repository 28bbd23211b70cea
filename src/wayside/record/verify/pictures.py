# SPDX-License-Identifier: Apache-2.0
"""Pictures as the passages name them, as their table lists them, and as they lie on the disk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wayside.record.evidence import picture_path
from wayside.record.rows import Row
from wayside.record.tables import picture
from wayside.record.verify.expected import WIDTH, Searched
from wayside.record.verify.part import Part, Task
from wayside.record.verify.source import RowReader

Picture = tuple[str, bytes, int, int]
"""Role, SHA-256, beginning of its passage in ms, size in bytes."""
Listed = dict[int, set[Picture]]
"""By the number of the passage."""


def listed_pictures(reader: RowReader, first: int, end: int) -> Listed:
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


def check_pictures(
    rows: Sequence[tuple[Any, ...]], mores: Sequence[Searched], listed: Listed, task: Task, part: Part
) -> None:
    """Compares the pictures that passages name with those that are listed, and those with their files.

    `rows` begin with the columns of `Row`. Takes from `listed` what it compares.
    """
    for row, more in zip(rows, mores, strict=True):
        if more.evidence or row[0] in listed:
            _check_pictures(Row._make(row[:WIDTH]), more, listed.pop(row[0], set()), task, part)


def _check_pictures(row: Row, more: Searched, there: set[Picture], task: Task, part: Part) -> None:
    held = [one for one in more.evidence if one[2] is not None]
    named = {(role, bytes.fromhex(digest), row.began_ms, size or 0) for role, digest, size in held}
    for role, unnamed, _, _ in sorted(there - named):
        part.find("picture-unnamed", "picture", row.seq, row.id, detail=f"{role} {unnamed.hex()}")
    part.unlisted += [(row.seq, row.id, missing.hex()) for _, missing, _, _ in sorted(named - there)]
    if task.pictures:
        _check_files(row, sorted({one.hex() for _, one, _, _ in there & named}), task, part)


def unnamed_pictures(listed: Listed, part: Part) -> None:
    """Names the pictures that were left when all passages had theirs."""
    for seq, left in listed.items():
        for role, unnamed, _, _ in sorted(left):
            part.find("picture-unnamed", "picture", seq, detail=f"{role} {unnamed.hex()}")


def _check_files(row: Row, digests: Sequence[str], task: Task, part: Part) -> None:
    for digest in digests:
        part.checked["pictures"] += 1
        damage = check_file(task.source.data_dir, digest)
        if damage:
            part.find(damage, "picture", row.seq, row.id, detail=digest)
