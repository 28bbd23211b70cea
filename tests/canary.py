# SPDX-License-Identifier: Apache-2.0
"""A plate that is planted everywhere, and looked for in every byte below some folders."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

CANARY = "QX77CNRY"
"""Stands for the plate that must be gone."""


@contextmanager
def contents(path: Path) -> Iterator[bytes | mmap.mmap]:
    """A file's bytes, mapped."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def files_with(text: str, folders: Iterable[Path]) -> list[str]:
    """The files in which a text stands, as it is, in small letters, in hex, backwards, or in their names."""
    wanted = [text.encode(), text.lower().encode(), text.encode().hex().encode(), text[::-1].encode()]
    found = []
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file()):
            with contents(path) as data:
                if text in path.name or any(data.find(one) >= 0 for one in wanted):
                    found.append(str(path.relative_to(folder)))
    return found
