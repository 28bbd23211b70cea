# SPDX-License-Identifier: Apache-2.0
"""A passage as pages show it: the plate drawn, the direction as an arrow, everything else in the site's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from markupsafe import Markup

from wayside.access import mask_passage
from wayside.domain import EvidenceRole, Occupants, OccupantStatus, Passage, Registration, Travel, Vehicle
from wayside.plates import draw
from wayside.web.catalogue import Catalogue, catalogue

ARROW_DEG = {Travel.AWAY: 0.0, Travel.RIGHT: 90.0, Travel.TOWARD: 180.0, Travel.LEFT: 270.0}
"""Where an arrow points for travel in the picture, clockwise from upwards."""
SHOWN_ROLES = (EvidenceRole.VEHICLE, EvidenceRole.PLATE, EvidenceRole.FRAME)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage made ready for a template."""

    id: str
    camera: str
    began_at: datetime
    masked: bool
    plate: str | None
    """The text, masked where it is to be."""
    drawing: Markup | None
    """The plate as its country draws it; None where it is masked or was not read."""
    probability: str | None
    unread: str | None
    """Why there is no plate."""
    plate_class: str
    """The class as the record writes it; empty where it is not known."""
    class_word: str | None
    country: str | None
    sender: str
    """Code and name of the mission or body."""
    meaning: str
    """Country, class and sender in words."""
    ways: tuple[str, ...]
    """Gates crossed, each with its way."""
    travel: str | None
    arrow_deg: float | None
    """Where the arrow points: the true heading where it is known, else travel in the picture."""
    heading: str | None
    occupants: str
    kind: str
    picture: str | None
    """Address of the picture of the vehicle."""
    pictures: tuple[tuple[str, str], ...]
    """Role and address of every picture that may be shown."""


def percent(share: float | None) -> str | None:
    """A probability as people say it; what is less than certain is never called 100 %."""
    if share is None:
        return None
    return ">99 %" if 0.995 <= share < 1.0 else f"{100 * share:.0f} %"


def word(texts: Catalogue, group: str, value: StrEnum | None) -> str | None:
    """The site's word for a value of the record."""
    return None if value is None else texts(f"{group}.{value.value}")


def occupants_words(texts: Catalogue, occupants: Occupants) -> str:
    """The range, or why there is none."""
    if occupants.status is not OccupantStatus.COUNTED:
        return texts(f"occupants.{occupants.status.value}")
    same = occupants.at_least == occupants.at_most
    name = "occupants.exact" if same else "occupants.range"
    return texts(name, best=occupants.best, at_least=occupants.at_least, at_most=occupants.at_most)


def meaning_words(texts: Catalogue, registration: Registration | None) -> str:
    """Country, class, code and name of the sender, as far as they are known."""
    if registration is None:
        return ""
    stated = (registration.country, word(texts, "class", registration.plate_class), registration.sender_code,
              registration.sender_name)  # fmt: skip
    return " · ".join(part for part in stated if part)


def arrow_of(passage: Passage) -> float | None:
    """Degrees clockwise from upwards."""
    direction = passage.direction
    if direction.heading_deg_true is not None:
        return direction.heading_deg_true
    return None if direction.travel is None else ARROW_DEG[direction.travel]


def pictures_of(passage: Passage, *, masked: bool) -> tuple[tuple[str, str], ...]:
    """Role and address of the pictures; what is masked is covered and has no close picture of the plate."""
    there = {one.role for one in passage.evidence}
    tail = "/covered" if masked else ""
    return tuple(
        (role.value, f"/api/v1/passages/{passage.id}/pictures/{role.value}{tail}")
        for role in SHOWN_ROLES
        if role in there and not (masked and role is EvidenceRole.PLATE)
    )


def vehicle_words(texts: Catalogue, vehicle: Vehicle) -> str:
    """Its colour, where one is stated, and its kind."""
    said = (word(texts, "colour", vehicle.colour), word(texts, "kind", vehicle.kind))
    return " ".join(part for part in said if part)


def shown(passage: Passage, *, masked: bool, texts: Catalogue | None = None) -> Shown:
    """A passage for a template."""
    texts = texts or catalogue()
    passage = mask_passage(passage) if masked else passage
    plate, meant, direction = passage.plate, passage.registration, passage.direction
    pictures = pictures_of(passage, masked=masked)
    heading = direction.heading_deg_true
    return Shown(
        id=passage.id,
        camera=passage.camera,
        began_at=passage.began_at,
        masked=masked,
        plate=plate.text,
        drawing=None if plate.text is None or masked else Markup(draw(plate.text, meant)),
        probability=percent(plate.probability),
        unread=word(texts, "unread", plate.reason_unread),
        plate_class="" if meant is None else meant.plate_class.value,
        class_word=None if meant is None else word(texts, "class", meant.plate_class),
        country=None if meant is None else meant.country,
        sender="" if meant is None else " ".join(part for part in (meant.sender_code, meant.sender_name) if part),
        meaning=meaning_words(texts, meant),
        ways=tuple(f"{one.gate} {one.way}" for one in direction.crossings),
        travel=word(texts, "travel", direction.travel),
        arrow_deg=arrow_of(passage),
        heading=None if heading is None else texts("shown.heading", degrees=f"{heading:.0f}"),
        occupants=occupants_words(texts, passage.occupants),
        kind=vehicle_words(texts, passage.vehicle),
        picture=next((address for role, address in pictures if role == EvidenceRole.VEHICLE), None),
        pictures=pictures,
    )
