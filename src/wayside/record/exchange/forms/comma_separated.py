# SPDX-License-Identifier: Apache-2.0
"""CSV after RFC 4180 that no spreadsheet takes for formulas."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.exchange.forms.columns import COLUMNS, EXPORT_ID, Value, plain
from wayside.record.exchange.forms.context import Context

FORMULA = re.compile(r"(?:\A|(?<=[;,\t\r\n]))(?=[=+\-@\t\r\n\0＝＋－＠])")
"""Where a spreadsheet could begin to read a formula: OWASP ASVS 5.0, 1.2.10, with the full-width signs that some take
alike, and also behind whatever another locale parts cells with."""


def safe(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would calculate."""
    return FORMULA.sub("'", text)


def cell(value: Value) -> str:
    """A value as the text of its cell; the unknown is empty."""
    shown = plain(value)
    return "" if shown is None else safe(str(shown))


def write_csv(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """A line of names, then one line a passage; every line carries the export's id.

    There is no line for the rest of the watermark: parsers would take a comment for data.
    """
    rows = csv.writer(codecs.getwriter("utf-8")(out, "replace"), lineterminator="\r\n")
    rows.writerow([EXPORT_ID, *(column.name for column in COLUMNS)])
    export_id = context.mark.export_id
    for passage in passages:
        rows.writerow([export_id, *(cell(column.value(passage)) for column in COLUMNS)])
