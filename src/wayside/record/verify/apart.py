# SPDX-License-Identifier: Apache-2.0
"""Reads SQLite's file by APSW, in processes that do nothing else with it.

APSW brings an SQLite of its own and hands rows over in half the time that Python's driver takes. Two copies of SQLite
that have one file open in one process take each other's locks away (sqlite.org/howtocorrupt.html, section 2.2): a
process that comes here has no connection of Python's driver to that file meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from wayside.record.engine import BUSY_S, READING

MAPPED = 1 << 40
"""Bytes of the file that are mapped at most; SQLite itself stops at 2 GB. A quarter of its own check is saved by that.
The process dies where the disk cannot read a page (SIGBUS), or the file becomes shorter."""
ALONE = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_NOMUTEX
"""One thread has the connection: without a lock around every column rows come a fifth faster."""
APART_ERRORS = (apsw.Error, UnicodeDecodeError)
"""What goes wrong; the second is what APSW makes of text that is damaged."""


@contextmanager
def opened_apart(path: Path) -> Iterator[Callable[[str], Iterable[tuple[Any, ...]]]]:
    """What carries statements out on one state of the file; raises APART_ERRORS, while rows are read too."""
    connection = apsw.Connection(str(path), flags=ALONE)
    try:
        connection.set_busy_timeout(int(BUSY_S * 1000))
        for setting in (f"mmap_size = {MAPPED}", *READING):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        yield connection.execute
    finally:
        connection.close(True)  # whatever has not been read to its end


def apart_code(error: BaseException) -> str:
    """SQLite's own name for what is wrong; never its message, which may quote a row."""
    code = getattr(error, "extendedresult", 0)
    known = apsw.mapping_extended_result_codes.get(code) or apsw.mapping_result_codes.get(code)
    return str(known) if code and known else type(error).__name__
