# SPDX-License-Identifier: Apache-2.0
"""Journeys: the passages of one registration in order of time, with the ways between them and what is odd about those.

Between two places only the straight line is known: the distance is the least that was driven, and so is the speed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from wayside.domain import Position, bearing_deg, distance_m
from wayside.record import Amendment, AmendmentKind, CameraPlace
from wayside.record.search import Found
from wayside.watch.places import Place, name_of, places_of

FASTEST_KMH = 200.0
"""A straight line faster than this is not believed: one of the two plates was misread, copied, or a clock is wrong."""
NEAR_M = 300.0
"""So near to each other, two cameras may see one vehicle at the same time."""
UNREAD = ""
"""Stands for the registration of passages whose plate was not read."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One passage of a journey."""

    found: Found
    place: Place
    text: str
    """The plate: as a person corrected it, else as it was read."""
    rejected: bool
    """Whether the last word is that it is wrong, or of another plate than the one that was searched for: then no way
    leads over it."""

    @property
    def began_at(self) -> datetime:
        """When the vehicle came into view; aware."""
        return self.found.passage.began_at

    @property
    def ended_at(self) -> datetime:
        """When it went out of view; aware."""
        return self.found.passage.ended_at


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from one passage to the next."""

    start: Stop
    end: Stop
    duration: timedelta
    """From going out of the one view to coming into the next; negative where both saw it at once."""
    distance_m: float | None
    """Along the straight line; None where a position is not known."""
    bearing_deg_true: float | None
    speed_kmh: float | None
    """The least that it takes; None where the distance is not known, or no time went by."""
    implausible: bool
    """Whether no vehicle can have driven it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The passages of one registration in order of time."""

    text: str
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]
    """Between the passages that nobody rejected, in order."""

    @property
    def distance_m(self) -> float:
        """All straight lines together, as far as they are known and can be."""
        return sum(leg.distance_m or 0.0 for leg in self.legs if not leg.implausible)


def is_rejected(amendments: Iterable[Amendment]) -> bool:
    """Whether the last word on a passage as a whole is that it is wrong."""
    said = [one.kind for one in amendments if one.kind is not AmendmentKind.CORRECTION]
    return bool(said) and said[-1] is AmendmentKind.REJECTION


def corrected_text(found: Found) -> str | None:
    """The plate as it was corrected last; None where nobody corrected it."""
    said = [str(one.value) for one in found.amendments if one.field == "plate"]
    return said[-1] if said else None


def is_other(found: Found, registration: str | None) -> bool:
    """Whether somebody corrected the plate to another one than was searched for."""
    corrected = corrected_text(found)
    return None not in {registration, corrected} and corrected != registration


def speed_kmh(distance: float, duration: timedelta) -> float | None:
    """Kilometres an hour over some metres; None where no time went by."""
    seconds = duration.total_seconds()
    return distance / seconds * 3.6 if seconds > 0 else None


def is_implausible(distance: float, speed: float | None) -> bool:
    """Whether so many metres cannot have been driven at so many kilometres an hour (None: in no time)."""
    return distance > NEAR_M and (speed is None or speed > FASTEST_KMH)


def leg_of(start: Stop, end: Stop) -> Leg:
    """The way between two passages."""
    duration = end.began_at - start.ended_at
    here, there = start.place.position, end.place.position
    if here is None or there is None:
        return Leg(start, end, duration, None, None, None, False)
    distance = distance_m(here, there)
    speed = speed_kmh(distance, duration)
    return Leg(start, end, duration, distance, bearing_deg(here, there), speed, is_implausible(distance, speed))


def journey_of(text: str, stops: Iterable[Stop]) -> Journey:
    """The journey over some passages, in whatever order they come."""
    ordered = tuple(sorted(stops, key=lambda one: (one.began_at, one.found.seq)))
    driven = [one for one in ordered if not one.rejected]
    return Journey(text, ordered, tuple(leg_of(one, other) for one, other in pairwise(driven)))


def stops_of(found: Iterable[Found], cameras: Mapping[str, CameraPlace], registration: str | None = None) -> list[Stop]:
    """Passages with their places; a camera that the record does not know is a place without a position."""
    by_name = places_of(cameras.values())
    stops = []
    for one in found:
        camera = cameras.get(one.passage.camera) or CameraPlace(one.passage.camera)
        place = by_name.get(name_of(camera)) or Place(name_of(camera), None, (camera,))
        text = corrected_text(one) or one.passage.plate.text or UNREAD
        stops.append(Stop(one, place, text, is_rejected(one.amendments) or is_other(one, registration)))
    return stops


def journeys_of(
    found: Sequence[Found], cameras: Mapping[str, CameraPlace], registration: str | None = None
) -> tuple[Journey, ...]:
    """The journeys that some passages make, the one that was seen last first.

    `registration`: what was searched for, where all passages are of it, also those that were read a little otherwise;
    None: the passages of a fleet, each registration of which makes a journey of its own.
    """
    stops = stops_of(found, cameras, registration)
    if registration is not None:
        return (journey_of(registration, stops),) if stops else ()
    of_text: dict[str, list[Stop]] = {}
    for stop in stops:
        of_text.setdefault(stop.text, []).append(stop)
    made = [journey_of(text, some) for text, some in of_text.items()]
    return tuple(sorted(made, key=lambda one: (one.stops[-1].began_at, one.text), reverse=True))


def positions(journeys: Iterable[Journey]) -> list[Position]:
    """Everywhere that some journeys lead."""
    return [stop.place.position for journey in journeys for stop in journey.stops if stop.place.position is not None]
