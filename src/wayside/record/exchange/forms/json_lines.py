# SPDX-License-Identifier: Apache-2.0
"""JSON Lines: exactly what `watch --output` writes, so that `import` takes it in again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from wayside.domain import Passage
from wayside.record.document import passage_document
from wayside.record.exchange.forms.context import Context
from wayside.record.lines import encoded


def write_lines(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """One object a line and nothing else: the watermark stands in the manifest only."""
    for passage in passages:
        out.write(encoded(passage_document(passage)))
