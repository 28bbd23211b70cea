# SPDX-License-Identifier: Apache-2.0
"""Reads lines as `watch --output` writes them, strictly: a line is a passage, or it is refused with what is wrong.

What is said of a refused line never holds anything that stood in it: a plate must not get into a log that way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

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
from wayside.record.evidence import picture_path

LONGEST_LINE = 1 << 20
"""Bytes; a line of `watch` has one or two thousand."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z"

Digits = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Time = Annotated[str, Meta(pattern=TIME)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=1000)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Words = Annotated[str, Meta(max_length=200)]
Heading = Annotated[float, Meta(ge=0, le=360)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object in which every key must stand and no other may."""


class VehiclePart(Part, frozen=True):
    """`vehicle`."""

    kind: VehicleKind
    score: Share
    colour: VehicleColour | None = None
    """May be left out: lines from before colours were stated do not have it."""


class AlternativePart(Part, frozen=True):
    """One of `plate.alternatives`."""

    text: Name
    probability: Share


class PlatePart(Part, frozen=True):
    """`plate`."""

    text: Name | None
    probability: Share | None
    alternatives: Annotated[tuple[AlternativePart, ...], Meta(max_length=100)]
    reads: Annotated[int, Meta(ge=0, le=1_000_000)]
    reason_unread: Unread | None


class RegistrationPart(Part, frozen=True, rename={"plate_class": "class"}):
    """`registration`."""

    country: Name | None
    plate_class: PlateClass
    sender_code: Name | None
    rule: Words


class CrossingPart(Part, frozen=True):
    """One of `direction.crossings`."""

    gate: Words
    way: Words
    at: Time


class DirectionPart(Part, frozen=True):
    """`direction`."""

    crossings: Annotated[tuple[CrossingPart, ...], Meta(max_length=100)]
    travel: Travel | None
    heading_deg_true: Heading | None


class OccupantsPart(Part, frozen=True):
    """`occupants`."""

    status: OccupantStatus
    at_least: Count | None
    best: Count | None
    at_most: Count | None
    probability: Share | None
    method: Words | None


class EvidencePart(Part, frozen=True):
    """One of `evidence`."""

    role: EvidenceRole
    sha256: Sha256
    path: str


class Line(Part, frozen=True):
    """A whole line."""

    id: Digits
    camera: Name
    began_at: Time
    ended_at: Time
    vehicle: VehiclePart
    plate: PlatePart
    registration: RegistrationPart | None
    direction: DirectionPart
    occupants: OccupantsPart
    evidence: Annotated[tuple[EvidencePart, ...], Meta(max_length=100)]


DECODER = msgspec.json.Decoder(Line)


class Fault(NamedTuple):
    """What is wrong with a line."""

    where: str
    """The key, as `plate.text`; empty for the line as a whole."""
    what: str
    """What is wrong there, and the mend; nothing that stood in the line."""


class FaultError(ValueError):
    """A line that is no passage."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(what)
        self.fault = Fault(where, what)


SAYINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), saying)
    for pattern, saying in (
        (r"Expected `([a-z |]+)`, got `([a-z]+)`", r"must be of type \1, not \2; write it as the reference says"),
        (r"Object missing required field `([a-z0-9_]+)`", r"lacks the key `\1`; write null where nothing is known"),
        (r"Object contains unknown field .*", "has a key that the format does not know; leave it out"),
        (r"Invalid enum value .*", "is none of the words that may stand there; the reference lists them"),
        (r"Expected `str` matching regex .*", "is not written in the form that the reference asks for"),
        (r"Expected `(str|array)` of length ([<>]= [0-9]+)", r"must have a length \2"),
        (r"Expected `(?:int|float)` ([<>]= [0-9.]+)", r"must be \1"),
        (r"Number out of range|Integer value out of range", "is no number that can be kept"),
        (r"JSON is malformed: [a-z0-9 -]+ \(byte [0-9]+\)|Input data was truncated", "is not a whole JSON object"),
    )
)
"""What the decoder says, and what we say instead: only what cannot hold anything of the line is handed on."""


def fault_of(message: str) -> Fault:
    """What is told of a line that the decoder refused."""
    said, _, path = message.partition(" - at `$")
    where = path.rstrip("`").lstrip(".")
    for pattern, saying in SAYINGS:
        found = pattern.fullmatch(said)
        if found:
            return Fault(where, found.expand(saying))
    return Fault(where, "cannot be read; write it as the reference says")


def printable(text: str | None) -> bool:
    """Whether a text can be shown anywhere."""
    return text is None or text.isprintable()


def texts(line: Line) -> list[tuple[str, str | None]]:
    """The free texts of a line with their keys."""
    meant, plate = line.registration, line.plate
    found = [("camera", line.camera), ("plate.text", plate.text), ("occupants.method", line.occupants.method)]
    found += [("plate.alternatives", other.text) for other in plate.alternatives]
    found += [("direction.crossings", text) for one in line.direction.crossings for text in (one.gate, one.way)]
    if meant is not None:
        found += [("registration", text) for text in (meant.country, meant.sender_code, meant.rule)]
    return found


def counted(occupants: OccupantsPart) -> bool:
    """Whether the range suits its status."""
    at_least, best, at_most = occupants.at_least, occupants.best, occupants.at_most
    if occupants.status is not OccupantStatus.COUNTED:
        return (at_least, best, at_most, occupants.probability) == (None, None, None, None)
    return at_least is not None and best is not None and at_most is not None and at_least <= best <= at_most


RULES: tuple[tuple[str, Callable[[Line], bool], str], ...] = (
    ("plate", lambda line: (line.plate.text is None) == (line.plate.reason_unread is not None),
     "must have either a text or a reason_unread"),
    ("registration", lambda line: line.registration is None or line.plate.text is not None,
     "means nothing without a plate.text; write null"),
    ("occupants", lambda line: counted(line.occupants),
     "must have at_least <= best <= at_most where counted, and null everywhere where not"),
    ("evidence", lambda line: all(one.path == picture_path(one.sha256) for one in line.evidence),
     "must have paths of the form evidence/aa/bb/SHA256.jpg that follow from sha256"),
)  # fmt: skip
"""What the types cannot say: key, test, and what is wrong where it fails."""


def check(line: Line) -> None:
    """Raises FaultError for a line that contradicts itself or cannot be shown."""
    for where, test, what in RULES:
        if not test(line):
            raise FaultError(where, what)
    for where, text in texts(line):
        if not printable(text):
            raise FaultError(where, "has a control character in it; leave it out")


def time_of(text: str, where: str) -> datetime:
    """An aware time; raises FaultError for one that no calendar has."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise FaultError(where, "is no time that a calendar has") from None
    if time < EARLIEST:
        raise FaultError(where, "lies before 1970; set the clock that it came from")
    return time


def direction_of(part: DirectionPart, began_at: datetime) -> tuple[Direction, tuple[datetime, ...]]:
    """The direction with its wall-clock times.

    A line does not tell when its source began, so `Crossing.time_s` counts from `began_at`.
    """
    at = tuple(time_of(one.at, "direction.crossings") for one in part.crossings)
    crossings = tuple(
        Crossing(one.gate, one.way, (time - began_at).total_seconds())
        for one, time in zip(part.crossings, at, strict=True)
    )
    return Direction(crossings, part.travel, part.heading_deg_true), at


def registration_of(part: RegistrationPart | None) -> Registration | None:
    """What the plate means; the line has no name of the sender and no probability of the meaning."""
    if part is None:
        return None
    return Registration(part.country, part.plate_class, part.sender_code, None, part.rule, None)


def passage_of(line: Line) -> Passage:
    """The passage of a line; raises FaultError."""
    check(line)
    began_at, ended_at = time_of(line.began_at, "began_at"), time_of(line.ended_at, "ended_at")
    if ended_at < began_at:
        raise FaultError("ended_at", "lies before began_at")
    plate, occupants = line.plate, line.occupants
    direction, crossed_at = direction_of(line.direction, began_at)
    return Passage(
        id=line.id,
        camera=line.camera,
        began_at=began_at,
        ended_at=ended_at,
        vehicle=Vehicle(line.vehicle.kind, line.vehicle.score, line.vehicle.colour),
        plate=PlateReading(
            text=plate.text,
            probability=plate.probability,
            alternatives=tuple(Alternative(other.text, other.probability) for other in plate.alternatives),
            reads=plate.reads,
            reason_unread=plate.reason_unread,
        ),
        registration=registration_of(line.registration),
        direction=direction,
        crossed_at=crossed_at,
        occupants=Occupants(*msgspec.structs.astuple(occupants)),
        evidence=tuple(Evidence(one.role, one.sha256, one.path) for one in line.evidence),
    )


def read_line(data: bytes) -> Passage:
    """The passage that a line tells of; raises FaultError, which says nothing of what stood there."""
    if len(data) > LONGEST_LINE:
        raise FaultError("", f"is longer than {LONGEST_LINE} bytes; a passage has a line to itself")
    try:
        line = DECODER.decode(data)
    except UnicodeDecodeError:
        raise FaultError("", "is not UTF-8; save the file as UTF-8") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise FaultError(*fault_of(str(error))) from None
    return passage_of(line)
