# SPDX-License-Identifier: Apache-2.0
"""Compares the dictionary of plate texts with the passages: no text is missing, and none is left of what was erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from wayside.record.plate_texts import PIECE
from wayside.record.tables import candidate, passage, plate_piece, plate_text
from wayside.record.verify.report import Finding
from wayside.record.verify.source import RowReader, Source

WINDOW = 100_000
"""Texts that are compared at a time."""
MOST_NAMED = 20
"""Texts for which a passage is looked up, so that it can be named."""
USED: tuple[ColumnElement[Any], ...] = (passage.c.plate, candidate.c.text)
"""Where texts come from."""


def check_dictionary(source: Source) -> list[Finding]:
    """Compares the tables `plate_text` and `plate_piece` with the texts of passages and candidates."""
    with source.read() as reader:
        return list(_differences(reader))


def _differences(reader: RowReader) -> Iterator[Finding]:
    missing: list[str] = []
    left = wanted_pieces = 0
    for kept, used in windows(reader):
        missing += sorted(used - kept.keys())
        left += sum(text not in used or backwards != text[::-1] for text, backwards in kept.items())
        wanted_pieces += pieces_sum(kept)
    for text in missing[:MOST_NAMED]:
        yield Finding("derived-missing", "plate_text", _passage_with(reader, text))
    if len(missing) > MOST_NAMED:
        yield Finding("derived-missing", "plate_text", detail=f"{len(missing) - MOST_NAMED} more texts")
    if left:
        yield Finding("derived-inserted", "plate_text", detail="1 text" if left == 1 else f"{left} texts")
    if wanted_pieces != sum(map(hash, reader.rows(select(plate_piece.c.piece, plate_piece.c.text)))):
        yield Finding("derived-missing", "plate_piece", detail="the pieces are not those of the texts")


def pieces_sum(texts: Iterable[str]) -> int:
    """The sum of the hashes of what `plate_piece` must hold because of these texts: each of their pieces with the text.

    Texts of one length go place by place, which takes a quarter less than text by text.
    """
    alike: dict[int, list[str]] = {}
    for text in texts:
        alike.setdefault(len(text), []).append(text)
    return sum(_sum_of_alike(some) for some in alike.values())


def _sum_of_alike(texts: Sequence[str]) -> int:
    """The same for texts of one length."""
    places = range(max(1, len(texts[0]) - PIECE + 1))
    columns = [[text[at : at + PIECE] for text in texts] for at in places]
    total = sum(sum(map(hash, zip(column, texts, strict=True))) for column in columns)
    for text, cut in zip(texts, zip(*columns, strict=True), strict=True):
        if len(set(cut)) < len(cut):  # a piece that stands twice in a text is kept once
            total -= sum((times - 1) * hash((piece, text)) for piece, times in Counter(cut).items())
    return total


def windows(reader: RowReader) -> Iterator[tuple[dict[str, str], set[str]]]:
    """The texts that are kept, with how they are kept backwards, and those that are used; a stretch of both at a time.

    Both databases order texts by their bytes, so that a stretch of one is a stretch of the other.
    """
    query = select(plate_text.c.text, plate_text.c.reversed).order_by(plate_text.c.text).limit(WINDOW)
    after: str | None = None
    while True:
        kept = dict(reader.all(query if after is None else query.where(plate_text.c.text > after)))
        last = max(kept) if len(kept) == WINDOW else None
        yield kept, {text for column in USED for text in texts(reader, column, after, last)}
        if last is None:
            return
        after = last


def texts(reader: RowReader, column: ColumnElement[Any], after: str | None, last: str | None) -> Iterator[str]:
    """The distinct texts of a column, above one text and up to another."""
    query = select(column).where(column.is_not(None)).distinct()
    query = query if after is None else query.where(column > after)
    query = query if last is None else query.where(column <= last)
    return (row[0] for row in reader.rows(query))


def _passage_with(reader: RowReader, text: str) -> int | None:
    """A passage that carries a text, so that it can be named without the text."""
    carried = select(passage.c.seq).where(passage.c.plate == text)
    found: int | None = reader.one(carried)
    if found is None:
        found = reader.one(select(candidate.c.seq).where(candidate.c.text == text))
    return found
