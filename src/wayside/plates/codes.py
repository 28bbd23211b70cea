# SPDX-License-Identifier: Apache-2.0
"""Who stands behind the number of a diplomatic plate: tables of sender codes, shipped and loaded by a site."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from wayside.plates.errors import TableError
from wayside.plates.tables import GRADES

COLUMNS: Final = ("table", "code", "name", "source", "date", "grade")
"""Of a code file; the first line names them in this order."""

_CODE: Final = re.compile(r"[A-Z0-9]{1,4}")
_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_TABLE: Final = re.compile(r"[a-z]{2}")
_MOST_CHARACTERS: Final = 200
_MOST_BYTES: Final = 2**20


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a mission, with who says so and when."""

    table: str
    """Country that gave out the code, ISO 3166 alpha-2 in small letters."""
    code: str
    name: str
    source: str
    date: str
    grade: str


Senders = Mapping[tuple[str, str], Sender]
"""By table and code."""


def read_codes(text: str, file: str) -> dict[tuple[str, str], Sender]:
    """The senders of one CSV file, wholly checked.

    Args:
        text: CSV with the columns of `COLUMNS`.
        file: its name, for the errors.

    Raises:
        TableError: names the first line that is wrong, and how; nothing of the file is used then.
    """
    found: dict[tuple[str, str], Sender] = {}
    for line, sender in _lines(text, file):
        key = (sender.table, sender.code)
        if key in found:
            raise TableError(file, line, f"code {sender.code} of table {sender.table} stands twice; remove one line")
        found[key] = sender
    if not found:
        raise TableError(file, None, f"no code in it; give one line for each code under {','.join(COLUMNS)}")
    return found


def _lines(text: str, file: str) -> Iterator[tuple[int, Sender]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        for number, cells in enumerate(reader):
            line = reader.line_num
            if number == 0:
                _check_header(cells, file)
            elif any(cell.strip() for cell in cells):
                yield line, _sender([cell.strip() for cell in cells], file, line)
    except csv.Error as error:
        raise TableError(file, reader.line_num, f"not CSV: {error}; check the quotation marks") from error


def _check_header(cells: list[str], file: str) -> None:
    if tuple(cell.strip().lower() for cell in cells) != COLUMNS:
        raise TableError(file, 1, f"the first line must be {','.join(COLUMNS)}")


def _sender(cells: list[str], file: str, line: int) -> Sender:
    if len(cells) != len(COLUMNS):
        raise TableError(file, line, f"{len(cells)} cells instead of {len(COLUMNS)}; quote a name that holds a comma")
    sender = Sender(*cells)
    for what, fault in _faults(sender):
        if fault:
            raise TableError(file, line, what)
    return sender


def _faults(sender: Sender) -> Iterator[tuple[str, bool]]:
    yield f"table {sender.table[:20]!r} is no country code in small letters", not _TABLE.fullmatch(sender.table)
    yield f"code {sender.code[:20]!r} must be 1 to 4 capital letters or digits", not _CODE.fullmatch(sender.code)
    unfit = not sender.name or len(sender.name) > _MOST_CHARACTERS or not sender.name.isprintable()
    yield f"the name must have 1 to {_MOST_CHARACTERS} printable characters", unfit
    yield "the source is missing; say where the line comes from", not sender.source
    yield f"date {sender.date[:20]!r} must be YYYY, YYYY-MM or YYYY-MM-DD", not _DATE.fullmatch(sender.date)
    yield f"grade {sender.grade[:20]!r} is none of {', '.join(GRADES)}", sender.grade not in GRADES


@cache
def shipped_codes() -> Senders:
    """The tables in the package; loaded once."""
    folder = resources.files("wayside.plates") / "data" / "codes"
    senders: dict[tuple[str, str], Sender] = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name):
        senders.update(read_codes(file.read_text(encoding="utf-8"), file.name))
    return senders


def senders_with(file: Path | None) -> Senders:
    """The shipped tables, overruled by those of a site's own file where it exists.

    Raises:
        TableError: a line of the file is wrong; see `read_codes`.
    """
    if file is None or not file.exists():
        return shipped_codes()
    return {**shipped_codes(), **load_codes(file)}


def load_codes(file: Path) -> dict[tuple[str, str], Sender]:
    """A site's CSV file of sender codes, at most 1 MiB.

    Raises:
        TableError: it cannot be read as UTF-8 text, or a line is wrong.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise TableError(file.name, None, "larger than 1 MiB; a code table is not")
        return read_codes(file.read_text(encoding="utf-8"), file.name)
    except UnicodeDecodeError as error:
        raise TableError(file.name, None, "not UTF-8 text; save it as CSV UTF-8") from error
    except OSError as error:
        raise TableError(file.name, None, f"cannot be read ({error.strerror}); check the name") from error
