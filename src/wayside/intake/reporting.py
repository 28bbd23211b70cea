# SPDX-License-Identifier: Apache-2.0
"""Takes in what observers report: under a brief in force that they acknowledged, each report once, changes appended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from wayside.domain import (
    CERTAIN_OF,
    Brief,
    BriefState,
    Certainty,
    Occupants,
    OccupantStatus,
    PlateClass,
    SeenDirection,
    SeenPlace,
    Sighting,
    VehicleKind,
)
from wayside.intake import briefs
from wayside.intake.errors import BriefError, SightingError
from wayside.plates import normalise
from wayside.record import (
    SightingVersion,
    Store,
    Transaction,
    VersionKind,
    add_version,
    keep_photo,
    milliseconds,
    moment,
    sighting_versions,
)

EDITABLE = timedelta(minutes=10)
"""After the report came, its observer may change it without saying why."""
SLACK = timedelta(minutes=10)
"""How far a phone's clock may be off."""
LATEST_AFTER = timedelta(days=7)
"""How long after a brief ended a report that was written while it was in force is still taken."""
LONGEST_PLATE, LONGEST_NOTE, LONGEST_NAME, LONGEST_REASON, MOST_ABOARD = 12, 2000, 64, 1000, 200
NOWHERE, NO_WAY, NOT_COUNTED = SeenPlace(), SeenDirection(), Occupants(OccupantStatus.NOT_ATTEMPTED)
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SightingDraft:
    """What an observer says; times are aware."""

    seen_at: datetime
    place: SeenPlace = NOWHERE
    plate: str | None = None
    """As typed; `?` stands for a character that was not made out."""
    plate_class: PlateClass | None = None
    direction: SeenDirection = NO_WAY
    occupants: Occupants = NOT_COUNTED
    kind: VehicleKind | None = None
    colour: str | None = None
    note: str = ""
    certainty: Mapping[str, Certainty] | None = None


class Reported(NamedTuple):
    """What became of a report or of a change."""

    seq: int
    """Number of the journal entry."""
    version: int
    new: bool
    """False where exactly this was sent before."""


def plain_plate(written: str | None) -> str | None:
    """Capitals, digits and `?`; None for nothing. Raises SightingError."""
    if written is None or not written.strip():
        return None
    plate = "".join(one if one == "?" else normalise(one) for one in written)
    if not 0 < len(plate) <= LONGEST_PLATE:
        raise SightingError(f"a plate has 1 to {LONGEST_PLATE} letters, digits and ?; mend it, or leave it out")
    return plate if plate.strip("?") else None


def checked_place(place: SeenPlace) -> SeenPlace:
    """Raises SightingError for what is no place."""
    name = (place.name or "").strip() or None
    if name is not None and (len(name) > LONGEST_NAME or not name.isprintable()):
        raise SightingError(f"a place is named in up to {LONGEST_NAME} printable characters")
    if (place.latitude is None) != (place.longitude is None):
        raise SightingError("a position has a latitude and a longitude; give both or neither")
    inside = abs(place.latitude or 0) <= 90 and abs(place.longitude or 0) <= 180 and (place.accuracy_m or 0) >= 0
    if not inside:
        raise SightingError("the position is not on this earth; leave it out, and name the place")
    return replace(place, name=name)


def checked_occupants(aboard: Occupants) -> Occupants:
    """Raises SightingError where the three numbers do not grow."""
    if aboard.status is not OccupantStatus.COUNTED:
        return Occupants(aboard.status)
    counted = [one for one in (aboard.at_least, aboard.best, aboard.at_most) if one is not None]
    if len(counted) < 3 or counted != sorted(counted) or not 0 <= counted[0] <= counted[-1] <= MOST_ABOARD:
        raise SightingError(f"people aboard are at least, best and at most, growing, up to {MOST_ABOARD}; mend them")
    return replace(aboard, probability=None, method="observer")


def checked(draft: SightingDraft) -> SightingDraft:
    """The draft in the record's form; raises SightingError with what is wrong and the mend."""
    heading = draft.direction.heading_deg_true
    if heading is not None and not 0 <= heading < 360:
        raise SightingError("a heading is from 0 to less than 360 degrees")
    colour, way = (draft.colour or "").strip() or None, (draft.direction.way or "").strip() or None
    if any(one and (len(one) > LONGEST_NAME or not one.isprintable()) for one in (colour, way)):
        raise SightingError(f"colour and way have up to {LONGEST_NAME} printable characters")
    if len(draft.note) > LONGEST_NOTE:
        raise SightingError(f"a note has up to {LONGEST_NOTE} characters; make it shorter")
    if not set(draft.certainty or {}) <= set(CERTAIN_OF):
        raise SightingError(f"a certainty is stated for one of {', '.join(CERTAIN_OF)}")
    told = replace(
        draft,
        plate=plain_plate(draft.plate),
        place=checked_place(draft.place),
        direction=replace(draft.direction, way=way),
        occupants=checked_occupants(draft.occupants),
        colour=colour,
        note=draft.note.strip(),
        certainty={name: (draft.certainty or {})[name] for name in CERTAIN_OF if name in (draft.certainty or {})},
    )
    if not (told.plate or told.plate_class or told.kind or told.colour or told.note):
        raise SightingError("a report says something of a vehicle: a plate, a class, a kind, a colour or a note")
    return told


def as_sighting(draft: SightingDraft, sighting_id: str, brief: Brief, observer: str, written_at: datetime) -> Sighting:
    """The sighting that a checked draft is."""
    said = {one.name: getattr(draft, one.name) for one in fields(draft)}
    return Sighting(
        id=sighting_id, site=brief.site, observer=observer, brief_id=brief.id, written_at=in_ms(written_at),
        **{**said, "seen_at": in_ms(draft.seen_at), "certainty": dict(draft.certainty or {})},
    )  # fmt: skip


def in_ms(time: datetime) -> datetime:
    """A time to the millisecond, in UTC, as the record keeps it."""
    return moment(milliseconds(time))


def draft_of(one: Sighting) -> SightingDraft:
    """What its observer said, to be changed."""
    return SightingDraft(**{field.name: getattr(one, field.name) for field in fields(SightingDraft)})


def check_times(draft: SightingDraft, written_at: datetime, now: datetime) -> None:
    """Raises SightingError where the phone's clock must be wrong."""
    if written_at > now + SLACK:
        raise SightingError("the report was written later than now; set the phone's clock, and send it again")
    if draft.seen_at > written_at + SLACK:
        raise SightingError("the vehicle was seen later than the report was written; mend the time")


def check_brief(connection: Connection, brief_id: str, observer: str, written_at: datetime, now: datetime) -> Brief:
    """The brief that a report is made under; raises BriefError with what to do where it cannot be."""
    brief, copy = briefs.find(connection, brief_id), briefs.copy_for(connection, brief_id, observer)
    if brief is None or copy is None or brief.state(now) is BriefState.DRAFT:
        raise BriefError("you were not given that brief; open your briefs and report under one of them")
    if copy.acknowledged_at is None or copy.acknowledged_at > written_at + SLACK:
        raise BriefError("the report was written before you acknowledged its brief; read and acknowledge it first")
    if written_at < brief.begins_at - SLACK:
        raise BriefError("the report was written before its brief came into force; report again once it is")
    if written_at > brief.last_moment + SLACK:
        raise BriefError("the brief was over when the report was written; acknowledge its next version first")
    if now > brief.last_moment + LATEST_AFTER:
        raise BriefError(f"the brief ended more than {LATEST_AFTER.days} days ago; hand the report over by word")
    return brief


def report(
    store: Store,
    sighting_id: str,
    brief_id: str,
    draft: SightingDraft,
    *,
    observer: str,
    written_at: datetime,
    photo: bytes | None = None,
) -> Reported:
    """Takes a report in, once: sent again, it is answered as the first time.

    `photo`: JPEG, covered and without what the phone wrote into it. Raises SightingError, BriefError, RecordError.
    """
    if not ID.fullmatch(sighting_id):
        raise SightingError("the id of a report has 32 small hexadecimal digits")
    told = checked(draft)
    with store.writing() as transaction:
        there = sighting_versions(transaction.connection, sighting_id)
        now = moment(transaction.now_ms)
        if there:
            return same_again(there, told, brief_id, observer, written_at)
        check_times(told, written_at, now)
        brief = check_brief(transaction.connection, brief_id, observer, written_at, now)
        sighting = as_sighting(told, sighting_id, brief, observer, written_at)
        if photo is not None:
            sighting = replace(sighting, photo=keep_photo(store, photo))
        seq = add_version(transaction, VersionKind.REPORT, sighting, 1, transaction.now_ms)
        return Reported(seq, 1, new=True)


def same_again(
    there: list[SightingVersion], draft: SightingDraft, brief_id: str, observer: str, written_at: datetime
) -> Reported:
    """The answer to a report whose id is known; raises SightingError where it says something else."""
    first = there[0].sighting
    said = {one.name: getattr(draft, one.name) for one in fields(draft)} | {"seen_at": in_ms(draft.seen_at)}
    same = all(getattr(first, name) == value for name, value in said.items())
    if first.observer != observer or first.brief_id != brief_id or first.written_at != in_ms(written_at) or not same:
        raise SightingError("a report of this id says something else; correct that one, or send this under a new id")
    return Reported(there[0].seq, 1, new=False)


def may_edit(there: SightingVersion, now: datetime) -> bool:
    """Whether a report is so new that its observer may change it without saying why."""
    return now - there.received_at <= EDITABLE


def change(
    store: Store, sighting_id: str, draft: SightingDraft, *, observer: str, after: int, reason: str = ""
) -> Reported:
    """Appends another version of one's own report: an edit within ten minutes, a correction with its reason later.

    `after`: the version that was changed, so that of two changes at once one is refused. Raises SightingError,
    RecordError.
    """
    told, reason = checked(draft), reason.strip()
    with store.writing() as transaction:
        there = sighting_versions(transaction.connection, sighting_id)
        if not there or there[-1].sighting.observer != observer:
            raise SightingError("there is no such report of yours; it may have been erased")
        if there[-1].version != after:
            raise SightingError("the report was changed meanwhile; look at it again")
        return appended(transaction, there[-1], told, reason)


def appended(transaction: Transaction, last: SightingVersion, told: SightingDraft, reason: str) -> Reported:
    """The next version, in the transaction that saw the last one; raises SightingError."""
    now, before = moment(transaction.now_ms), last.sighting
    edit = may_edit(last, now)
    if not edit and not 0 < len(reason) <= LONGEST_REASON:
        raise SightingError(f"after ten minutes a correction needs its reason, in up to {LONGEST_REASON} characters")
    check_times(told, now, now)
    said = {one.name: getattr(told, one.name) for one in fields(told)}
    sighting = replace(before, **{**said, "seen_at": in_ms(told.seen_at), "certainty": dict(told.certainty or {})})
    if sighting == before:
        return Reported(last.seq, last.version, new=False)
    what = VersionKind.EDIT if edit else VersionKind.CORRECTION
    received_ms = milliseconds(last.received_at)
    seq = add_version(transaction, what, sighting, last.version + 1, received_ms, reason or None)
    return Reported(seq, last.version + 1, new=True)
