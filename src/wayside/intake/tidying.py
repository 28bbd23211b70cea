# SPDX-License-Identifier: Apache-2.0
"""Clears briefs away after their time, and takes plates out of them that are erased at somebody's request."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update

from wayside.intake.tables import brief, brief_copy
from wayside.plates import normalise
from wayside.record import Store, Transaction

DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)
TAKEN_OUT = "[taken out]"
LEAST = 5
"""A shorter plate is part of too many words to be looked for within them."""


def tidy(store: Store) -> int:
    """Removes the briefs that ended before the journal's own memory does, with the copies; how many. Once a day.

    Raises RecordError.
    """
    with store.writing() as transaction:
        connection = transaction.connection
        before = transaction.now_ms - store.site.retention.journal_days * DAY_MS
        gone = list(connection.execute(select(brief.c.id).where(brief.c.ends_ms < before)).scalars())
        for one in gone:
            connection.execute(delete(brief_copy).where(brief_copy.c.brief == one))
            connection.execute(delete(brief).where(brief.c.id == one))
        return len(gone)


def forget_plate(transaction: Transaction, plate: str) -> int:
    """Blanks the words of briefs that name a plate which is erased at somebody's request; how many there were."""
    rows = transaction.connection.execute(select(brief.c.id, brief.c.title, brief.c.text, brief.c.places)).all()
    naming = [row.id for row in rows if any(names(text, plate) for text in (row.title, row.text, row.places))]
    blank = {"title": TAKEN_OUT, "text": TAKEN_OUT, "places": "[]"}
    for one in naming:
        transaction.connection.execute(update(brief).where(brief.c.id == one).values(**blank))
    return len(naming)


def names(text: str, plate: str) -> bool:
    """Whether a text names a plate, however it is spaced."""
    if len(plate) < LEAST:
        return plate in {normalise(word) for word in text.split()}
    return plate in normalise(text)
