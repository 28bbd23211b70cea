# SPDX-License-Identifier: Apache-2.0
"""Who looked for what, when and under which purpose, as the journal tells it; never what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from wayside.domain import Purpose
from wayside.record import JournalEntry, Transaction, entries

KINDS = ("search", "export")
SLACK = timedelta(days=1)
"""The journal is in the order of its entries; a clock that was set may have put their times out of it by so much."""


class LookKind(StrEnum):
    """How somebody looked."""

    SEARCH = "search"
    REVEAL = "reveal"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Look:
    """One look into the record."""

    seq: int
    """Of the journal's entry."""
    kind: LookKind
    at: datetime
    site: str
    purpose: Purpose
    plate: str | None
    """The plate that was looked for or revealed, as it was given; None where it was no single one."""
    match: str | None
    """How plates were compared with it: exact, pattern or near."""
    asked: Mapping[str, Any]
    """Everything that was asked for."""
    continued: bool
    """Whether it is a further page of a search before it."""


def tell_reveal(transaction: Transaction, site: str, purpose: Purpose, passage_id: str, plate: str | None) -> int:
    """Tells the journal that a person saw a plate or picture unmasked; the number of the entry."""
    return tell_look(transaction, site, purpose, {"passage": passage_id}, plate)


def tell_look(
    transaction: Transaction, site: str, purpose: Purpose, asked: Mapping[str, str], plate: str | None
) -> int:
    """The same of anything else in which a vehicle can be seen; `asked` says what it was."""
    return transaction.append(
        "search",
        {
            "at": transaction.at,
            "person": purpose.person,
            "reason": purpose.reason,
            "reference": purpose.reference,
            "what": "reveal",
            "criteria": {"site": site, **asked} | ({"plate": told_plate(plate)} if plate else {}),
        },
    )


def told_plate(plate: str) -> dict[str, str]:
    """A plate as the criteria of a search name it."""
    return {"text": plate, "match": "exact"}


def look_of(entry: JournalEntry, home: str) -> Look | None:
    """The look that an entry tells of; None where it was erased or only finishes what another entry began.

    `home`: the site of the record, where the entry names none.
    """
    told = entry.payload
    if told is None or told.get("what") == "finished":
        return None
    asked: Mapping[str, Any] = told.get("criteria") or {}
    plate = asked.get("plate") or {}
    if isinstance(plate, str):  # exports name exactly one text
        plate = told_plate(plate)
    reveal = LookKind.REVEAL if told.get("what") == "reveal" else LookKind.SEARCH
    return Look(
        seq=entry.seq,
        kind=LookKind.EXPORT if entry.kind == "export" else reveal,
        at=datetime.fromisoformat(told["at"]),
        site=asked.get("site") or home,
        purpose=Purpose(told["reason"], told["reference"], told["person"]),
        plate=plate.get("text"),
        match=plate.get("match"),
        asked=asked,
        continued=told.get("after") is not None,
    )


def looks(connection: Connection, site: str, since: datetime, until: datetime, home: str) -> Iterator[Look]:
    """The looks at a site in a span of time (the end excluded), the newest first."""
    for entry in entries(connection, KINDS):
        found = look_of(entry, home)
        if found is None:
            continue
        if found.at < since - SLACK:
            return
        if since <= found.at < until and found.site == site:
            yield found


def look_at(connection: Connection, seq: int, home: str) -> Look | None:
    """The look of one entry; None where it was erased, or is no look."""
    entry = next(entries(connection, KINDS, before=seq + 1), None)
    return None if entry is None or entry.seq != seq else look_of(entry, home)
