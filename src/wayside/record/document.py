# SPDX-License-Identifier: Apache-2.0
"""The one place where a passage becomes JSON and JSON becomes a passage; the shape is `passage.schema.json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

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

Document = dict[str, Any]
"""A JSON object; unknown values are None, never left out."""

DIGITS = 4
"""Decimals of scores and probabilities: more would claim what no model knows."""


def time_text(time: datetime) -> str:
    """RFC 3339 in UTC to the millisecond; all have one length, so that their order as text is their order in time.

    Raises ValueError for a time without a zone.
    """
    if time.tzinfo is None:
        raise ValueError(f"{time.isoformat()} has no time zone; the record keeps aware times only")
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def share(value: float | None) -> float | None:
    """A score or probability as it is written."""
    return None if value is None else round(value, DIGITS)


def alternatives_document(alternatives: Sequence[Alternative]) -> list[Document]:
    """Other texts that a plate may carry."""
    return [{"text": other.text, "probability": share(other.probability)} for other in alternatives]


def registration_document(registration: Registration | None) -> Document | None:
    """What a plate's text means; None where there is no text."""
    if registration is None:
        return None
    return {
        "country": registration.country,
        "class": registration.plate_class.value,
        "sender_code": registration.sender_code,
        "rule": registration.rule,
    }


def occupants_document(occupants: Occupants) -> Document:
    """How many people, or why there is no number."""
    return {
        "status": occupants.status.value,
        "at_least": occupants.at_least,
        "best": occupants.best,
        "at_most": occupants.at_most,
        "probability": share(occupants.probability),
        "method": occupants.method,
    }


def direction_document(passage: Passage) -> Document:
    """Gates crossed with their wall-clock times, travel in the picture, and heading."""
    crossed = zip(passage.direction.crossings, passage.crossed_at, strict=True)
    heading = passage.direction.heading_deg_true
    return {
        "crossings": [{"gate": one.gate, "way": one.way, "at": time_text(at)} for one, at in crossed],
        "travel": passage.direction.travel and passage.direction.travel.value,
        "heading_deg_true": None if heading is None else round(heading, 1),
    }


def plate_document(plate: PlateReading) -> Document:
    """The text with its probability and alternatives, or why there is none."""
    return {
        "text": plate.text,
        "probability": share(plate.probability),
        "alternatives": alternatives_document(plate.alternatives),
        "reads": plate.reads,
        "reason_unread": plate.reason_unread and plate.reason_unread.value,
    }


def vehicle_document(vehicle: Vehicle) -> Document:
    """The kind with its score, and the colour where the looks agreed."""
    return {
        "kind": vehicle.kind.value,
        "score": share(vehicle.score),
        "colour": vehicle.colour and vehicle.colour.value,
    }


def passage_document(passage: Passage) -> Document:
    """A passage as the JSON object of one line."""
    return {
        "id": passage.id,
        "camera": passage.camera,
        "began_at": time_text(passage.began_at),
        "ended_at": time_text(passage.ended_at),
        "vehicle": vehicle_document(passage.vehicle),
        "plate": plate_document(passage.plate),
        "registration": registration_document(passage.registration),
        "direction": direction_document(passage),
        "occupants": occupants_document(passage.occupants),
        "evidence": [{"role": one.role.value, "sha256": one.sha256, "path": one.path} for one in passage.evidence],
    }


def unpublished_document(passage: Passage) -> Document:
    """What the record keeps of a passage beyond the published line."""
    registration = passage.registration
    return {
        "crossing_s": [crossing.time_s for crossing in passage.direction.crossings],
        "sender_name": registration and registration.sender_name,
        "registration_probability": registration and share(registration.probability),
    }


def read_plate(document: Document) -> PlateReading:
    """The inverse of `plate_document`."""
    reason = document["reason_unread"]
    return PlateReading(
        text=document["text"],
        probability=document["probability"],
        alternatives=tuple(Alternative(**other) for other in document["alternatives"]),
        reads=document["reads"],
        reason_unread=None if reason is None else Unread(reason),
    )


def read_registration(document: Document | None, unpublished: Document) -> Registration | None:
    """The inverse of `registration_document`."""
    if document is None:
        return None
    return Registration(
        country=document["country"],
        plate_class=PlateClass(document["class"]),
        sender_code=document["sender_code"],
        sender_name=unpublished["sender_name"],
        rule=document["rule"],
        probability=unpublished["registration_probability"],
    )


def read_direction(document: Document, unpublished: Document) -> Direction:
    """The inverse of `direction_document`."""
    crossed = zip(document["crossings"], unpublished["crossing_s"], strict=True)
    travel = document["travel"]
    return Direction(
        crossings=tuple(Crossing(one["gate"], one["way"], time_s) for one, time_s in crossed),
        travel=None if travel is None else Travel(travel),
        heading_deg_true=document["heading_deg_true"],
    )


def read_occupants(document: Document) -> Occupants:
    """The inverse of `occupants_document`."""
    stated = dict(document)
    return Occupants(OccupantStatus(stated.pop("status")), **stated)


def read_vehicle(document: Document) -> Vehicle:
    """The inverse of `vehicle_document`; lines from before colours were stated have none."""
    colour = document.get("colour")
    return Vehicle(VehicleKind(document["kind"]), document["score"], None if colour is None else VehicleColour(colour))


def read_passage(document: Document, unpublished: Document) -> Passage:
    """The inverse of `passage_document` and `unpublished_document` together."""
    direction = document["direction"]
    return Passage(
        id=document["id"],
        camera=document["camera"],
        began_at=datetime.fromisoformat(document["began_at"]),
        ended_at=datetime.fromisoformat(document["ended_at"]),
        vehicle=read_vehicle(document["vehicle"]),
        plate=read_plate(document["plate"]),
        registration=read_registration(document["registration"], unpublished),
        direction=read_direction(direction, unpublished),
        crossed_at=tuple(datetime.fromisoformat(one["at"]) for one in direction["crossings"]),
        occupants=read_occupants(document["occupants"]),
        evidence=tuple(Evidence(EvidenceRole(one["role"]), one["sha256"], one["path"]) for one in document["evidence"]),
    )
