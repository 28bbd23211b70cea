# SPDX-License-Identifier: Apache-2.0
"""Briefs and reports for tests: one brief in force that one observer acknowledged, and reports under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from wayside.domain import (
    Brief,
    Certainty,
    Occupants,
    OccupantStatus,
    PlateClass,
    SeenDirection,
    SeenPlace,
    Travel,
    VehicleKind,
)
from wayside.intake import BriefDraft, Reported, SightingDraft, briefs, reporting
from wayside.record import Store, Transaction, VersionKind, add_version, keep_photo, moment

OBSERVER = "otto"
PHOTO = b"\xff\xd8 covered \xff\xd9" * 100
"""What the record keeps of a photo; it does not look inside."""


def brief_draft(now: datetime, **more: Any) -> BriefDraft:
    """An instruction for the day before and the month after a moment."""
    stated: dict[str, Any] = {
        "title": "North gate, mornings",
        "text": "Record every diplomatic plate.\nDo not follow anybody.",
        "places": ("the gate",),
        "begins_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=30),
    }
    return BriefDraft(**{**stated, **more})


def in_force(store: Store, *observers: str, acknowledged: bool = True, **more: Any) -> Brief:
    """A brief that was published to observers, and that they acknowledged."""
    with store.writing() as transaction:
        brief = briefs.write(transaction, store.site.name, brief_draft(store.now(), **more), by="lisa")
        briefs.publish(transaction, brief.id, observers or (OBSERVER,), by="lisa")
        for one in observers or (OBSERVER,):
            briefs.mark_read(transaction, brief.id, one)
            if acknowledged:
                briefs.acknowledge(transaction, brief.id, one)
        return briefs.known(transaction.connection, brief.id)


def draft(seen_at: datetime, **more: Any) -> SightingDraft:
    """A report with a value in every field."""
    stated: dict[str, Any] = {
        "seen_at": seen_at,
        "place": SeenPlace("the gate", 51.5, -0.12, 20.0),
        "plate": "101 D2?4",
        "plate_class": PlateClass.DIPLOMATIC,
        "direction": SeenDirection(90.0, Travel.TOWARD, "in"),
        "occupants": Occupants(OccupantStatus.COUNTED, 1, 2, 3),
        "kind": VehicleKind.CAR,
        "colour": "black",
        "note": "a pennant on the wing",
        "certainty": {"plate": Certainty.LIKELY, "time": Certainty.SURE},
    }
    return SightingDraft(**{**stated, **more})


def sent(
    store: Store, brief: Brief, number: int = 1, *, observer: str = OBSERVER, photo: bytes | None = None, **more: Any
) -> Reported:
    """Sends a report that was written this moment."""
    now = store.now()
    said = draft(now - timedelta(minutes=2), **more)
    return reporting.report(store, f"{number:032x}", brief.id, said, observer=observer, written_at=now, photo=photo)


def given_brief(transaction: Transaction, observer: str, site: str = "north") -> str:
    """The id of a brief that was given to somebody, and that they have read."""
    made = briefs.write(transaction, site, brief_draft(moment(transaction.now_ms)), by="lisa")
    briefs.publish(transaction, made.id, [observer], by="lisa")
    briefs.mark_read(transaction, made.id, observer)
    return made.id


def reported(
    store: Store, transaction: Transaction, observer: str, sighting_id: str, seen_at: datetime, photo: bytes
) -> str:
    """The id of a report under a brief of its own, whatever the brief says of it."""
    brief = briefs.known(transaction.connection, given_brief(transaction, observer))
    told = reporting.as_sighting(reporting.checked(draft(seen_at)), sighting_id, brief, observer, store.now())
    told = replace(told, photo=keep_photo(store, photo))
    add_version(transaction, VersionKind.REPORT, told, 1, transaction.now_ms)
    return sighting_id
