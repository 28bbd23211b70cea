# SPDX-License-Identifier: Apache-2.0
"""What passages are searched for: every field that is not None must hold."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from wayside.domain import PlateClass, UsageError, VehicleKind
from wayside.record.document import time_text
from wayside.record.search.plates import PlateMatch, PlateQuery

MOST_CAMERAS = 32
"""Each is looked up by itself."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Criteria:
    """What passages must have; times are aware.

    A plate is found in the reading, in its alternatives and in corrections. The other fields are those of the passage
    as it was recorded.
    """

    plate: PlateQuery | None = None
    country: str | None = None
    """Issuing country, ISO 3166 alpha-2."""
    plate_class: PlateClass | None = None
    sender_code: str | None = None
    site: str | None = None
    cameras: tuple[str, ...] = ()
    """Any of them; empty: of every camera."""
    place: str | None = None
    """Where the camera stands."""
    gate: str | None = None
    way: str | None = None
    """Way across the gate, or across any gate."""
    since: datetime | None = None
    """First moment at which the passage may have begun."""
    until: datetime | None = None
    """First moment at which it may no more."""
    kind: VehicleKind | None = None
    colour: str | None = None
    occupants_at_least: int | None = None
    """The count allows this many or more: nobody is lost by a count that is unsure."""
    occupants_at_most: int | None = None
    """The count allows this many or fewer."""
    confirmed: bool | None = None
    """Whether a person confirmed it against the picture, and nobody rejected it since."""
    read: bool | None = None
    """Whether the plate could be read."""

    def __post_init__(self) -> None:
        """Raises UsageError for what cannot be meant."""
        for name in ("since", "until"):
            time = getattr(self, name)
            if time is not None and time.tzinfo is None:
                raise UsageError(f"the time {time.isoformat()} has no zone; write it as 2026-11-22T13:05:00+01:00")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise UsageError("the search ends before it begins; give --from before --to")
        if len(self.cameras) > MOST_CAMERAS:
            raise UsageError(f"more than {MOST_CAMERAS} cameras are named; search in two goes, or by place")
        for text in (*self.cameras, *(value for value in map(self.value, TEXTS) if value is not None)):
            if not text or len(text) > LONGEST_NAME or not text.isprintable():
                raise UsageError(f"a name to search for is not of 1 to {LONGEST_NAME} printable characters; mend it")

    def value(self, name: str) -> Any:
        """A field by its name."""
        return getattr(self, name)

    @property
    def special_class(self) -> PlateClass | None:
        """The class of the plate, where it is one that has few."""
        return None if self.plate_class is PlateClass.CIVIL else self.plate_class

    def document(self) -> dict[str, Any]:
        """What was asked for, as the journal keeps it: JSON, without what was not asked."""
        given = {one.name: self.value(one.name) for one in fields(self)}
        return {name: told(value) for name, value in given.items() if value is not None and value != ()}


TEXTS = ("country", "sender_code", "site", "place", "gate", "way", "colour")


def told(value: Any) -> Any:
    """One value as JSON."""
    if isinstance(value, PlateQuery):
        return {"text": value.text, "match": value.match.value}
    if isinstance(value, datetime):
        return time_text(value)
    return list(value) if isinstance(value, tuple) else value


def criteria_of(document: dict[str, Any]) -> Criteria:
    """The inverse of `Criteria.document`, to the millisecond; raises UsageError, ValueError."""
    stated = dict(document)
    if "plate" in stated:
        stated["plate"] = PlateQuery(stated["plate"]["text"], PlateMatch(stated["plate"]["match"]))
    for name, kind in (("plate_class", PlateClass), ("kind", VehicleKind)):
        if name in stated:
            stated[name] = kind(stated[name])
    for name in ("since", "until"):
        if name in stated:
            stated[name] = datetime.fromisoformat(stated[name])
    return Criteria(**{**stated, "cameras": tuple(stated.get("cameras", ()))})
