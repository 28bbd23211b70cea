# SPDX-License-Identifier: Apache-2.0
"""A JSON array written one element a line, so that it can be as long as it likes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from wayside.record.document import Document
from wayside.record.lines import encoded


def write_array(elements: Iterable[Document], out: BinaryIO) -> None:
    """Writes the elements as they come; raises OSError."""
    lead = b"[\n"
    for element in elements:
        out.write(lead + encoded(element).rstrip(b"\n"))
        lead = b",\n"
    out.write(b"[]" if lead == b"[\n" else b"\n]")
