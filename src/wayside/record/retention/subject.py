# SPDX-License-Identifier: Apache-2.0
"""Finds everything that the record knows of one plate, so that it can be erased when its owner asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, or_, select

from wayside.record.plate_texts import squeezed
from wayside.record.retention.due import Condition
from wayside.record.retention.payloads import said
from wayside.record.tables import amendment, candidate, passage

WHOLE = 5
"""A plate of fewer letters is looked for as a whole word, since it is part of too many others."""


def about(plate: str) -> Condition:
    """Passages whose plate, one of whose alternatives, or whose corrected or supposed text is this one."""
    within = msgspec.json.encode(plate).decode()
    return or_(
        passage.c.plate == plate,
        exists().where(
            candidate.c.text == plate,
            candidate.c.seq == passage.c.seq,
            candidate.c.began_ms == passage.c.began_ms,
        ),
        passage.c.more.contains(within, autoescape=True),
    )


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in (*value, *value.values()):
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)


def names(text: str, plate: str) -> bool:
    """Whether a text names a plate, however it is spaced."""
    if len(plate) < WHOLE:
        return plate in {squeezed(word) for word in text.split()} | {squeezed(text)}
    return plate in squeezed(text)


def payloads_about(connection: Connection, plate: str) -> list[int]:
    """Journal entries of searches, exports and the like that name the plate."""
    return [seq for seq, payload in said(connection) if any(names(text, plate) for text in texts_in(payload))]


def amendments_about(connection: Connection, plate: str) -> list[int]:
    """Amendments that name the plate, also those of other vehicles' passages."""
    query = select(amendment.c.seq, amendment.c.value, amendment.c.reason)
    return [
        seq for seq, value, reason in connection.execute(query) if names(value or "", plate) or names(reason, plate)
    ]
