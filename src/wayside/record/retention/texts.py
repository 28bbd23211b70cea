# SPDX-License-Identifier: Apache-2.0
"""Takes plate texts out of the dictionary once no passage names them any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, exists, select

from wayside.record.plate_texts import pieces
from wayside.record.retention.removing import remove
from wayside.record.tables import candidate, passage, plate_piece, plate_text

Value = TypeVar("Value")

AT_ONCE = 900
"""Values of one query: SQLite took at most 999 parameters for long."""


def portions(values: Collection[Value]) -> Iterator[list[Value]]:
    """The values in parts that one query can name."""
    rest = iter(values)
    while part := list(islice(rest, AT_ONCE)):
        yield part


def unnamed(connection: Connection, texts: Sequence[str]) -> list[str]:
    """Those of the texts that no passage names."""
    text = plate_text.c.text
    query = select(text).where(
        text.in_(texts),
        ~exists().where(passage.c.plate == text),
        ~exists().where(candidate.c.text == text),
    )
    return list(connection.execute(query).scalars())


def forget_texts(connection: Connection, texts: Collection[str]) -> None:
    """Removes those texts, with their pieces, that no passage names; call it after the passages are gone."""
    for part in portions(sorted(texts)):
        gone = unnamed(connection, part)
        remove(connection, [plate_text.c.text], [(text,) for text in gone])
        cut = [(piece, text) for text in gone for piece in sorted(pieces(text))]
        remove(connection, [plate_piece.c.piece, plate_piece.c.text], cut)
