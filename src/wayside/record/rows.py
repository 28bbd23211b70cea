# SPDX-License-Identifier: Apache-2.0
"""Between passages and rows of the record; the row is what the journal commits to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from wayside.domain import (
    Alternative,
    Crossing,
    Direction,
    Evidence,
    EvidenceRole,
    Occupants,
    OccupantStatus,
    Passage,
    PlateClass,
    PlateReading,
    Registration,
    Travel,
    Unread,
    Vehicle,
    VehicleColour,
    VehicleKind,
)
from wayside.record.document import share
from wayside.record.evidence import picture_path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Row(NamedTuple):
    """A passage as the `passage` table keeps it, in the order of its columns."""

    seq: int
    id: str
    site: str
    camera: str
    began_ms: int
    ended_ms: int
    received_ms: int
    kind: str
    colour: str | None
    plate: str | None
    country: str | None
    class_: str | None
    sender_code: str | None
    status: str
    at_least: int | None
    best: int | None
    at_most: int | None
    more: str


class More(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a passage beside the columns that are searched: a JSON array, in this order."""

    score: float
    plate: tuple[float | None, int, str | None]
    """Probability, reads, why unread."""
    alternatives: tuple[tuple[str, float], ...] = ()
    registration: tuple[str, float | None, str | None, str | None] | None = None
    """Rule, probability, name of the sender, text supposed."""
    crossings: tuple[tuple[str, str, int, float], ...] = ()
    """Gate, way, wall-clock time in ms, seconds since the start of the source."""
    travel: str | None = None
    heading: float | None = None
    occupants: tuple[float | None, str | None] = (None, None)
    """Probability, method."""
    evidence: tuple[tuple[str, str, int | None], ...] = ()
    """Role, SHA-256 in hex, bytes of the file; None where the picture was named to us but never taken in."""


ENCODER = msgspec.json.Encoder()
MORE = msgspec.json.Decoder(More)


def milliseconds(time: datetime) -> int:
    """Milliseconds since 1970 in UTC, the rest cut off; raises ValueError for a time without a zone."""
    if time.tzinfo is None:
        raise ValueError(f"{time.isoformat()} has no time zone; the record keeps aware times only")
    return (time - EPOCH) // MILLISECOND


def moment(time_ms: int) -> datetime:
    """The inverse of `milliseconds`."""
    return EPOCH + time_ms * MILLISECOND


def rounded(value: float) -> float:
    """A score or probability with the digits that the record keeps."""
    return share(value) or 0.0


def number(value: float | None) -> float | None:
    """`rounded`, for what may be unknown."""
    return None if value is None else rounded(value)


def more_of(passage: Passage, sizes: Mapping[str, int]) -> More:
    """What does not stand in a column of its own; `sizes`: bytes of the pictures that are kept, by SHA-256."""
    plate, meant, direction = passage.plate, passage.registration, passage.direction
    return More(
        score=rounded(passage.vehicle.score),
        plate=(number(plate.probability), plate.reads, plate.reason_unread and plate.reason_unread.value),
        alternatives=tuple((other.text, rounded(other.probability)) for other in plate.alternatives),
        registration=None
        if meant is None
        else (meant.rule, number(meant.probability), meant.sender_name, meant.supposed_text),
        crossings=tuple(
            (one.gate, one.way, milliseconds(at), one.time_s)
            for one, at in zip(direction.crossings, passage.crossed_at, strict=True)
        ),
        travel=direction.travel and direction.travel.value,
        heading=None if direction.heading_deg_true is None else round(direction.heading_deg_true, 1),
        occupants=(number(passage.occupants.probability), passage.occupants.method),
        evidence=tuple((one.role.value, one.sha256, sizes.get(one.sha256)) for one in passage.evidence),
    )


def check_texts(passage: Passage) -> None:
    """Raises ValueError for a text that is no Unicode, or holds a NUL: PostgreSQL has none in its texts."""
    alternatives = (other.text for other in passage.plate.alternatives)
    crossings = (f"{one.gate}{one.way}" for one in passage.direction.crossings)
    meant = passage.registration
    sender = () if meant is None else (meant.country, meant.sender_code)
    texts = (passage.id, passage.camera, passage.plate.text, *alternatives, *crossings, *sender)
    if b"\0" in "".join(text or "" for text in texts).encode():
        raise ValueError("one of its texts holds the character NUL, which no database keeps; leave it out")


def row_of(passage: Passage, seq: int, site: str, received_ms: int, sizes: Mapping[str, int]) -> Row:
    """A passage as a row; `sizes` as for `more_of`.

    Raises ValueError for a time without a zone, and for text that not every database can hold.
    """
    check_texts(passage)
    meant, occupants = passage.registration, passage.occupants
    return Row(
        seq=seq,
        id=passage.id,
        site=site,
        camera=passage.camera,
        began_ms=milliseconds(passage.began_at),
        ended_ms=milliseconds(passage.ended_at),
        received_ms=received_ms,
        kind=passage.vehicle.kind.value,
        colour=passage.vehicle.colour and passage.vehicle.colour.value,
        plate=passage.plate.text,
        country=None if meant is None else meant.country,
        class_=None if meant is None else meant.plate_class.value,
        sender_code=None if meant is None else meant.sender_code,
        status=occupants.status.value,
        at_least=occupants.at_least,
        best=occupants.best,
        at_most=occupants.at_most,
        more=ENCODER.encode(more_of(passage, sizes)).decode(),
    )


def payload(row: tuple[Any, ...]) -> bytes:
    """What the journal commits to for a passage: a JSON array of its columns after `seq`, in the order of the table."""
    return ENCODER.encode(row[1:])


def registration_of(row: Row, more: More) -> Registration | None:
    """What the plate means."""
    if more.registration is None or row.class_ is None:
        return None
    rule, probability, sender_name, supposed = more.registration
    return Registration(
        row.country, PlateClass(row.class_), row.sender_code, sender_name, rule, probability, supposed_text=supposed
    )


def reading_of(row: Row, more: More) -> PlateReading:
    """What the plate says."""
    probability, reads, reason = more.plate
    return PlateReading(
        text=row.plate,
        probability=probability,
        alternatives=tuple(Alternative(text, share) for text, share in more.alternatives),
        reads=reads,
        reason_unread=None if reason is None else Unread(reason),
    )


def unread_of(more: str) -> Unread | None:
    """Why a plate was not read, from what is kept beside the columns."""
    _, _, reason = MORE.decode(more).plate
    return None if reason is None else Unread(reason)


def passage_of(row: Row) -> Passage:
    """The inverse of `row_of`, to the millisecond and four digits; raises ValueError for a damaged row."""
    more = MORE.decode(row.more)
    probability, method = more.occupants
    return Passage(
        id=row.id,
        camera=row.camera,
        began_at=moment(row.began_ms),
        ended_at=moment(row.ended_ms),
        vehicle=Vehicle(VehicleKind(row.kind), more.score, None if row.colour is None else VehicleColour(row.colour)),
        plate=reading_of(row, more),
        registration=registration_of(row, more),
        direction=Direction(
            crossings=tuple(Crossing(gate, way, time_s) for gate, way, _, time_s in more.crossings),
            travel=None if more.travel is None else Travel(more.travel),
            heading_deg_true=more.heading,
        ),
        crossed_at=tuple(moment(at_ms) for _, _, at_ms, _ in more.crossings),
        occupants=Occupants(OccupantStatus(row.status), row.at_least, row.best, row.at_most, probability, method),
        evidence=tuple(Evidence(EvidenceRole(role), digest, picture_path(digest)) for role, digest, _ in more.evidence),
    )
