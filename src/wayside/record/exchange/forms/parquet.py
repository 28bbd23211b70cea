# SPDX-License-Identifier: Apache-2.0
"""Parquet with typed columns, for those who count and compare; needs the `parquet` extra."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from wayside.domain import Passage, UsageError
from wayside.record.exchange.forms.columns import COLUMNS, EXPORT_ID, Kind
from wayside.record.exchange.forms.context import Context
from wayside.record.exchange.mark import Mark

ROWS = 10_000
"""Of one row group: what is held in memory at one time."""


def arrow() -> Any:
    """The library; raises UsageError where it is not installed."""
    try:
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise UsageError(
            "Parquet needs pyarrow; install Wayside with the `parquet` extra, or choose --format csv"
        ) from None
    return pyarrow


def schema(pa: Any, mark: Mark) -> Any:
    """The columns with their types, and the watermark in the file's own metadata."""
    types = {
        Kind.TEXT: pa.string(),
        Kind.TIME: pa.timestamp("ms", tz="UTC"),
        Kind.NUMBER: pa.float64(),
        Kind.COUNT: pa.int32(),
    }
    fields = [pa.field(EXPORT_ID, pa.string()), *(pa.field(one.name, types[one.kind]) for one in COLUMNS)]
    said = {"wayside.export": json.dumps(mark.document, ensure_ascii=False), "wayside.notice": mark.notice}
    return pa.schema(fields, metadata=said)


def groups(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """The passages in lists of ROWS."""
    rest = iter(passages)
    while group := list(islice(rest, ROWS)):
        yield group


def write_parquet(passages: Iterable[Passage], out: BinaryIO, context: Context) -> None:
    """One row a passage, in row groups of ROWS; raises UsageError where pyarrow is missing."""
    pa = arrow()
    columns = schema(pa, context.mark)
    with pa.parquet.ParquetWriter(out, columns, compression="zstd") as writer:
        for group in groups(passages):
            values = {column.name: [column.value(one) for one in group] for column in COLUMNS}
            marked = {EXPORT_ID: [context.mark.export_id] * len(group), **values}
            writer.write_table(pa.table(marked, schema=columns))
