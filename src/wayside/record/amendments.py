# SPDX-License-Identifier: Apache-2.0
"""What people add to a passage afterwards: corrections, confirmations and rejections; the passage itself stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select

from wayside.domain import PlateClass, UsageError, VehicleKind
from wayside.record.among import among, listed
from wayside.record.bulk import SKIP, add_rows
from wayside.record.rows import moment
from wayside.record.tables import amendment, candidate, passage_key

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction


class AmendmentKind(StrEnum):
    """What a person says of a passage."""

    CORRECTION = "correction"
    CONFIRMATION = "confirmation"
    REJECTION = "rejection"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One statement of one person about one passage; a later one does not undo an earlier one, both are shown."""

    passage_id: str
    kind: AmendmentKind
    field: str | None
    """What is corrected, a key of CORRECTABLE; None for the passage as a whole."""
    value: str | int | None
    author: str
    reason: str
    at: datetime


CORRECTABLE: dict[str, tuple[str, type]] = {
    "plate": ("text of the plate, as the record writes it: capitals and digits only", str),
    "country": ("issuing country, ISO 3166 alpha-2", str),
    "class": ("class of the plate: " + ", ".join(PlateClass), str),
    "sender_code": ("code of the mission", str),
    "kind": ("kind of vehicle: " + ", ".join(VehicleKind), str),
    "occupants": ("number of people aboard", int),
}
"""The fields that a person may correct, with what their values are."""
ALLOWED: dict[str, set[str]] = {"class": set(PlateClass), "kind": set(VehicleKind)}
MOST_ABOARD = 200
LONGEST = 1000
"""Characters of a reason."""


def check_value(field: str, value: Any) -> None:
    """Raises UsageError for a field that cannot be corrected, or a value that it cannot have."""
    if field not in CORRECTABLE:
        raise UsageError(f"{field!r} cannot be corrected; correct one of {', '.join(CORRECTABLE)}")
    meaning, kind = CORRECTABLE[field]
    fits = isinstance(value, kind) and not isinstance(value, bool)
    if fits and field == "occupants":
        fits = 0 <= value <= MOST_ABOARD
    elif fits and field == "plate":
        fits = value.isalnum() and value == value.upper() and len(value) <= 16
    elif fits:
        fits = value in ALLOWED.get(field, {value}) and 0 < len(value) <= 32
    if not fits:
        raise UsageError(f"the corrected {field} is not a {meaning}")


def check(kind: AmendmentKind, field: str | None, value: Any, author: str, reason: str) -> None:
    """Raises UsageError for an amendment that says nothing, or more than its kind can."""
    if not author.strip() or not reason.strip() or len(reason) > LONGEST:
        raise UsageError(f"an amendment needs its author, and a reason of 1 to {LONGEST} characters")
    if kind is AmendmentKind.CORRECTION:
        check_value(field or "", value)
    elif field is not None or value is not None:
        raise UsageError(f"a {kind} is of the whole passage; a field with another value is a correction")


def amend(
    store: Store,
    passage_id: str,
    kind: AmendmentKind,
    *,
    author: str,
    reason: str,
    field: str | None = None,
    value: str | int | None = None,
) -> int:
    """Appends an amendment; its number in the journal. A corrected plate is found by search from then on.

    Raises UsageError for a passage that is not there, or for a statement that cannot be meant; RecordError.
    """
    check(kind, field, value, author, reason)
    with store.writing() as transaction:
        key = passage_key.c
        found = transaction.connection.execute(select(key.seq, key.began_ms).where(key.id == passage_id)).first()
        if found is None:
            raise UsageError(f"there is no passage {passage_id} in this record; it may have been erased")
        entry = {"passage_id": passage_id, "kind": kind.value, "field": field, "value": value, "reason": reason}
        seq = transaction.append("amendment", {"at": transaction.at, "person": author, **entry})
        row = {**entry, "value": json.dumps(value), "seq": seq, "author": author, "at_ms": transaction.now_ms}
        transaction.connection.execute(insert(amendment), [row])
        if field == "plate" and isinstance(value, str):
            make_findable(transaction, value, found.seq, found.began_ms)
        return seq


def make_findable(transaction: Transaction, text: str, seq: int, began_ms: int) -> None:
    """Lets search find a passage by a text that a person gave it."""
    add_rows(transaction.connection, candidate, [(text, began_ms, seq)], SKIP)
    transaction.texts.add(transaction.connection, [text])


def amendments_of(connection: Connection, passage_ids: Sequence[str]) -> dict[str, list[Amendment]]:
    """The amendments of some passages, by id, in the order in which they were made."""
    dialect = connection.dialect.name
    query = select(amendment).where(among(dialect, amendment.c.passage_id, "ids")).order_by(amendment.c.seq)
    found: dict[str, list[Amendment]] = {}
    for row in connection.execute(query, {"ids": listed(dialect, passage_ids)}):
        value = None if row.value is None else json.loads(row.value)
        kind = AmendmentKind(row.kind)
        one = Amendment(row.passage_id, kind, row.field, value, row.author, row.reason, moment(row.at_ms))
        found.setdefault(row.passage_id, []).append(one)
    return found
