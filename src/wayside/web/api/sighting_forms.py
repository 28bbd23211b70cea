# SPDX-License-Identifier: Apache-2.0
"""The shapes of what programs and phones send and get of sightings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from wayside.domain import (
    Certainty,
    Occupants,
    OccupantStatus,
    PlateClass,
    SeenDirection,
    SeenPlace,
    Sighting,
    Travel,
    VehicleKind,
)
from wayside.intake import SightingDraft, reporting
from wayside.record import VersionKind
from wayside.web.api.forms import Answer, Form, Id, Moment, Said, Short

MOST_PHOTO = 8 * 2**20
"""Bytes of a photo, before it is made smaller."""
MOST_BYTES = MOST_PHOTO * 4 // 3 + 64 * 1024
"""Bytes of a report with one."""
Plate = Annotated[str, StringConstraints(max_length=24)]
Count = Annotated[int, Field(ge=0, le=reporting.MOST_ABOARD)]


class SeenPlaceAsked(Form):
    """Where it was seen."""

    name: Short | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e6)] | None = None


class SeenDirectionAsked(Form):
    """Which way it went."""

    heading_deg_true: Annotated[float, Field(ge=0, lt=360)] | None = None
    travel: Travel | None = None
    """As seen by the observer, who looks at the road."""
    way: Short | None = None
    """One of the site's own names for ways."""


class SeenAboardAsked(Form):
    """How many people were aboard."""

    status: OccupantStatus
    at_least: Count | None = None
    best: Count | None = None
    at_most: Count | None = None


class SightingAsked(Form):
    """What an observer says of one vehicle; what is left out was not seen."""

    seen_at: Moment
    place: SeenPlaceAsked = SeenPlaceAsked()
    plate: Plate | None = None
    """`?` for each character that was not made out."""
    plate_class: PlateClass | None = None
    direction: SeenDirectionAsked = SeenDirectionAsked()
    occupants: SeenAboardAsked = SeenAboardAsked(status=OccupantStatus.NOT_ATTEMPTED)
    kind: VehicleKind | None = None
    colour: Short | None = None
    note: Annotated[str, StringConstraints(max_length=reporting.LONGEST_NOTE)] = ""
    certainty: dict[str, Certainty] = Field(default_factory=dict)
    """By field: plate, class, direction, aboard, vehicle, place, time."""

    def draft(self) -> SightingDraft:
        """As the room takes it."""
        return SightingDraft(
            seen_at=self.seen_at,
            place=SeenPlace(**self.place.model_dump()),
            plate=self.plate,
            plate_class=self.plate_class,
            direction=SeenDirection(**self.direction.model_dump()),
            occupants=Occupants(**self.occupants.model_dump()),
            kind=self.kind,
            colour=self.colour,
            note=self.note,
            certainty=self.certainty,
        )


class Reporting(SightingAsked):
    """A report; sent again under the same id, it is answered as the first time."""

    id: Id
    """Made by whoever reports."""
    brief_id: Id
    """In force when the report was written, and acknowledged before."""
    written_at: Moment
    photo: Annotated[str, StringConstraints(max_length=MOST_BYTES)] | None = None
    """A picture (JPEG, PNG, WebP) in Base64; people are made unrecognisable in it before it is kept."""


class Changing(SightingAsked):
    """One's own report as it should be; the version before stays."""

    after: Annotated[int, Field(ge=1)]
    """The version that was changed."""
    reason: Annotated[str, StringConstraints(max_length=reporting.LONGEST_REASON)] = ""
    """Needed once ten minutes have gone by since the report came."""


class ReportedAnswer(Answer):
    """What became of a report."""

    id: str
    version: int
    entry: int
    """Number of the journal's entry."""
    new: bool
    """False: exactly this had come before."""


class VersionAnswer(Answer):
    """A report as it stood after one change."""

    version: int
    what: VersionKind
    at: datetime
    reason: str | None
    sighting: Sighting


class LinkAnswer(Answer):
    """What somebody said of a sighting and a passage; the last word on a pair holds."""

    passage_id: str
    stands: bool
    author: str
    reason: str
    at: datetime


class SightingAnswer(Answer):
    """A report with all its versions, the first one first, and what it was linked to."""

    id: str
    versions: list[VersionAnswer]
    links: list[LinkAnswer]


class Sightings(Answer):
    """Reports as they stand, newest first."""

    sightings: list[VersionAnswer]


class SightingsAsked(Form):
    """What to look for; what is left out is not asked for."""

    since: Moment
    until: Moment | None = None
    plate: Plate | None = None
    """`?` for an unknown character; one wrong character is allowed, and a report's own `?` may be any."""
    plate_class: PlateClass | None = None
    place: Short | None = None
    observer: Short | None = None


class FoundSightings(Sightings):
    """A page of results."""

    more: bool
    """Whether there may be older ones; ask again with an earlier `until`."""
    entry: int
    """Number of the journal's entry that tells of the search."""


class ProposalAnswer(Answer):
    """A passage that may be of the same vehicle."""

    passage_id: str
    camera: str
    began_at: datetime
    plate: str | None
    unlike: float | None
    """By how many whole characters the plates differ."""
    apart_s: float
    """How much later than the sighting."""
    same_place: bool | None


class Linking(Form):
    """A passage of the same vehicle, or that is not, after all."""

    passage_id: Id
    stands: bool = True
    reason: Said


class Noted(Answer):
    """What was noted."""

    entry: int


class PlateSeen(Answer):
    """A plate that a photo shows, for the person to take or leave."""

    text: str
    probability: float | None
    country: str | None
    plate_class: PlateClass
