# SPDX-License-Identifier: Apache-2.0
"""Compares the dictionary of plate texts with the passages: no text is missing, and none is left of what was erased."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select

from wayside.record.plate_texts import pieces
from wayside.record.tables import candidate, passage, plate_piece, plate_text
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader, Source

MOST_NAMED = 20
"""Texts for which a passage is looked up, so that it can be named."""


def check_dictionary(source: Source) -> list[Finding]:
    """Compares the tables `plate_text` and `plate_piece` with the texts of passages and candidates."""
    with source.open() as reader:
        return list(_differences(reader))


def texts(reader: Reader, column: ColumnElement[Any]) -> Iterator[str]:
    """The distinct texts of a column, in order; both databases order them by their bytes."""
    query = select(column).where(column.is_not(None)).distinct().order_by(column)
    return (row[0] for row in reader.rows(query))


def _differences(reader: Reader) -> Iterator[Finding]:
    used = (text for text, _ in groupby(heapq.merge(texts(reader, passage.c.plate), texts(reader, candidate.c.text))))
    kept = reader.rows(select(plate_text.c.text, plate_text.c.reversed).order_by(plate_text.c.text))
    wanted_pieces, missing, left = 0, [], 0
    for text, is_used, backwards in merged(used, kept):
        if backwards is None:
            missing.append(text)
            continue
        left += not is_used or backwards != text[::-1]
        wanted_pieces += sum(hash((piece, text)) for piece in pieces(text))
    for text in missing[:MOST_NAMED]:
        yield Finding("derived-missing", "plate_text", _passage_with(reader, text))
    if len(missing) > MOST_NAMED:
        yield Finding("derived-missing", "plate_text", detail=f"{len(missing) - MOST_NAMED} more texts")
    if left:
        yield Finding("derived-inserted", "plate_text", detail="1 text" if left == 1 else f"{left} texts")
    if wanted_pieces != sum(map(hash, reader.rows(select(plate_piece.c.piece, plate_piece.c.text)))):
        yield Finding("derived-missing", "plate_piece", detail="the pieces are not those of the texts")


def merged(used: Iterator[str], kept: Iterator[tuple[Any, ...]]) -> Iterator[tuple[str, bool, str | None]]:
    """Every text of either side once: whether it is used, and how it is kept backwards (None: it is not kept)."""
    sides_in_order = ((text, 0, None) for text in used), ((text, 1, backwards) for text, backwards in kept)
    marked = heapq.merge(*sides_in_order, key=lambda one: one[:2])
    for text, both in groupby(marked, key=lambda one: one[0]):
        sides = {side: backwards for _, side, backwards in both}
        yield text, 0 in sides, sides.get(1)


def _passage_with(reader: Reader, text: str) -> int | None:
    """A passage that carries a text, so that it can be named without the text."""
    carried = select(passage.c.seq).where(passage.c.plate == text).limit(1)
    found: int | None = reader.one(carried)
    if found is None:
        found = reader.one(select(candidate.c.seq).where(candidate.c.text == text).limit(1))
    return found
