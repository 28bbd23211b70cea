# SPDX-License-Identifier: Apache-2.0
"""The dictionary of plate texts: every text that a passage may carry, once, cut into pieces for search."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from wayside.record.among import those_in
from wayside.record.bulk import COPIED, SKIP, add_rows
from wayside.record.tables import plate_piece, plate_text

PIECE = 3
"""Letters of a piece: few plates share three in a row, and most patterns hold three."""
KEPT = 200_000
"""Texts remembered as written, so that a vehicle that comes every day costs nothing."""


def pieces(text: str) -> set[str]:
    """All runs of three letters of a text; a shorter text is its own piece."""
    return {text[at : at + PIECE] for at in range(max(1, len(text) - PIECE + 1))}


def squeezed(text: str) -> str:
    """A text as plates are compared, however people space them: letters and digits only, in capitals."""
    return "".join(character for character in text.upper() if character.isalnum())


class PlateTexts:
    """Adds texts to the dictionary, most of them without asking the database."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def forget(self) -> None:
        """After an erasure or a failed transaction nothing is known to be there."""
        self._known.clear()

    def add(self, connection: Connection, texts: Iterable[str]) -> None:
        """Makes sure that each text is in the dictionary; of many, only the new are written with their pieces."""
        new = set(texts) - self._known
        if len(new) >= COPIED:
            new -= those_in(connection, plate_text.c.text, list(new))
        add_rows(connection, plate_text, [(text, text[::-1]) for text in sorted(new)], SKIP)
        cut = sorted((piece, text) for text in new for piece in pieces(text))  # as they will lie
        add_rows(connection, plate_piece, cut, SKIP)
        if len(self._known) > KEPT:
            self._known.clear()
        self._known.update(new)
