# SPDX-License-Identifier: Apache-2.0
"""Which plates of the record fit a query: looked up in the dictionary of texts, before any passage is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from wayside.record.among import POSTGRESQL
from wayside.record.search.errors import UnboundedSearchError
from wayside.record.search.plates import PlateMatch, PlateQuery, anchor_of, glob_of, halves, is_near, like_of
from wayside.record.tables import plate_piece, plate_text

MOST_TEXTS = 5_000
"""Plates that may fit a query; each is looked up in the passages."""
MOST_READ = 200_000
"""Texts read from the dictionary to find those within one error."""


def texts_of(connection: Connection, query: PlateQuery) -> list[str]:
    """The texts to look for; raises UnboundedSearchError where too many fit."""
    if query.match is PlateMatch.EXACT:
        return [query.text]
    return near_texts(connection, query.text) if query.match is PlateMatch.NEAR else fitting(connection, query.text)


def begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """Whether a text begins so; both databases compare texts by code points, and none of a plate is the last."""
    return and_(column >= prefix, column < prefix + chr(0x10FFFF))


def fitting(connection: Connection, written: str) -> list[str]:
    """The texts that fit a pattern."""
    anchor = anchor_of(written)
    if anchor.piece:
        column, found = plate_piece.c.text, plate_piece.c.piece == anchor.piece
    else:
        column = plate_text.c.text
        found = begins(column, anchor.prefix) if anchor.prefix else begins(plate_text.c.reversed, anchor.suffix[::-1])
    query = select(column).where(found, fits(connection, column, written))
    return few(connection.execute(query.limit(MOST_TEXTS + 1)).scalars())


def fits(connection: Connection, column: ColumnElement[str], written: str) -> ColumnElement[bool]:
    """Whether a text fits a pattern, in the words of the database."""
    if connection.dialect.name == POSTGRESQL:
        return column.like(like_of(written), escape="\\")
    return column.op("GLOB", is_comparison=True)(glob_of(written))


def near_texts(connection: Connection, text: str) -> list[str]:
    """The texts within one error of one."""
    first, second = halves(text)
    found: set[str] = set()
    for begun in (begins(plate_text.c.text, first), begins(plate_text.c.reversed, second[::-1])):
        read = connection.execute(of_length(text).where(begun).limit(MOST_READ)).scalars().all()
        if len(read) == MOST_READ:
            raise too_many()
        found.update(other for other in read if is_near(text, other))
    return few(found)


def of_length(text: str) -> Select[Any]:
    """The texts that are as long as one, or a character longer or shorter."""
    length = func.length(plate_text.c.text)
    return select(plate_text.c.text).where(length >= len(text) - 1, length <= len(text) + 1)


def few(texts: Iterable[str]) -> list[str]:
    """The texts; raises UnboundedSearchError where there are too many."""
    found = sorted(texts)
    if len(found) > MOST_TEXTS:
        raise too_many()
    return found


def too_many() -> UnboundedSearchError:
    """What is told then."""
    return UnboundedSearchError(f"too many plates fit: more than {MOST_TEXTS:,}; state more of the plate")
