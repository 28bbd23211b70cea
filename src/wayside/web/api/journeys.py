# SPDX-License-Identifier: Apache-2.0
"""Journeys of a registration or of a fleet, under a purpose; by POST, so that no plate stands in an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import StringConstraints

from wayside.watch import Journey, Leg, Stop
from wayside.web.api.forms import Answer, Form, Moment, Short, Site, api, encoded
from wayside.web.api.search import FoundPassage
from wayside.web.api.search import answered as found_answer
from wayside.web.following import criteria_for, follow
from wayside.web.guard import Gate

routes = api("/journeys", "journeys")
Plate = Annotated[str, StringConstraints(min_length=1, max_length=24)]


class JourneyAsked(Form):
    """What is followed: a registration or a sender code."""

    plate: Plate | None = None
    """`?` stands for one character and `*` for any number; `~` before it allows one error."""
    sender_code: Short | None = None
    since: Moment | None = None
    """Left out: as far back as ordinary searches reach."""
    until: Moment | None = None


class StopAnswer(FoundPassage):
    """One passage of a journey."""

    place: str
    rejected: bool
    """Whether somebody said that it is wrong: then no leg leads over it."""


class LegAnswer(Answer):
    """The way between two passages; null where a position is not known, or no time went by."""

    start: str
    """Id of the passage from which it leads."""
    end: str
    duration_s: float
    """From going out of the one view to coming into the next; negative where both saw it at once."""
    distance_m: float | None
    """Along the straight line: the least that was driven."""
    bearing_deg_true: float | None
    speed_kmh: float | None
    """The least that it takes."""
    implausible: bool
    """Whether no vehicle can have driven it."""


class JourneyAnswer(Answer):
    """The passages of one registration, oldest first."""

    plate: str
    """Empty for passages whose plate was not read."""
    stops: list[StopAnswer]
    legs: list[LegAnswer]


class JourneysAnswer(Answer):
    """Journeys, the one that was seen last first."""

    journeys: list[JourneyAnswer]
    has_earlier: bool
    """Whether there may be passages before the first: an answer holds the newest 500."""
    bound: str
    """What limited the search."""
    entry: int
    """Number of the journal's entry that tells of the search."""


def stop_answer(stop: Stop, site: str) -> StopAnswer:
    """As it is answered."""
    return StopAnswer(**dict(found_answer(stop.found, site)), place=stop.place.name, rejected=stop.rejected)


def leg_answer(leg: Leg) -> LegAnswer:
    """As it is answered."""
    return LegAnswer(
        start=leg.start.found.passage.id,
        end=leg.end.found.passage.id,
        duration_s=leg.duration.total_seconds(),
        distance_m=leg.distance_m,
        bearing_deg_true=leg.bearing_deg_true,
        speed_kmh=leg.speed_kmh,
        implausible=leg.implausible,
    )


def journey_answer(journey: Journey, site: str) -> JourneyAnswer:
    """As it is answered."""
    stops = [stop_answer(one, site) for one in journey.stops]
    return JourneyAnswer(plate=journey.text, stops=stops, legs=[leg_answer(one) for one in journey.legs])


@routes.post("", may="read journey", at=None, response_model=JourneysAnswer)
def read_journeys(gate: Gate, asked: JourneyAsked, site: Site = None) -> Response:
    """The journeys of a registration, or of all vehicles of a sender code."""
    where = site or gate.services.store.site.name
    criteria = criteria_for(where, asked.plate or "", asked.sender_code or "", asked.since, asked.until)
    followed = follow(gate, criteria)
    answer = JourneysAnswer(
        journeys=[journey_answer(one, where) for one in followed.journeys],
        has_earlier=followed.has_earlier,
        bound=str(followed.page.bound),
        entry=followed.page.journal_seq,
    )
    return encoded(answer)
