# SPDX-License-Identifier: Apache-2.0
"""A sighting as pages show it: every field in words, each with the observer's own certainty."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from wayside.domain import SeenDirection, SeenPlace, Sighting
from wayside.plates import draw, stated
from wayside.record import SightingVersion
from wayside.web.catalogue import Catalogue, catalogue
from wayside.web.shown import ARROW_DEG, occupants_words, word

COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that was seen."""

    name: str
    """A field of CERTAIN_OF."""
    words: str
    certainty: str | None
    """`sure`, `likely` or `guess`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A version of a sighting made ready for a template."""

    version: SightingVersion
    drawing: Markup | None
    """The plate as its country draws it, where every character was made out."""
    fields: tuple[Field, ...]
    arrow_deg: float | None

    @property
    def one(self) -> Sighting:
        """The sighting itself."""
        return self.version.sighting


def direction_words(texts: Catalogue, direction: SeenDirection) -> str:
    """Way, compass and travel, as far as they were stated."""
    heading, parts = direction.heading_deg_true, [direction.way]
    if heading is not None:
        parts.append(texts(f"compass.{COMPASS[round(heading / 45) % 8]}"))
    parts.append(word(texts, "seen_travel", direction.travel))
    return ", ".join(part for part in parts if part)


def place_words(texts: Catalogue, place: SeenPlace) -> str:
    """Name and position."""
    if place.latitude is None or place.longitude is None:
        return place.name or ""
    at = texts("sighting.position", latitude=f"{place.latitude:.5f}", longitude=f"{place.longitude:.5f}")
    within = "" if place.accuracy_m is None else texts("sighting.within", metres=f"{place.accuracy_m:.0f}")
    return " · ".join(part for part in (place.name, f"{at} {within}".strip()) if part)


def fields_of(texts: Catalogue, one: Sighting) -> tuple[Field, ...]:
    """What was seen, each with its certainty; what was not stated is left out."""
    vehicle = " ".join(part for part in (one.colour, word(texts, "kind", one.kind)) if part)
    words = {
        "class": word(texts, "class", one.plate_class) or "",
        "direction": direction_words(texts, one.direction),
        "aboard": occupants_words(texts, one.occupants),
        "vehicle": vehicle,
        "place": place_words(texts, one.place),
    }
    return tuple(
        Field(name, said, None if name not in one.certainty else one.certainty[name].value)
        for name, said in words.items()
        if said
    )


def seen(version: SightingVersion) -> Seen:
    """A version for a template."""
    one, texts = version.sighting, catalogue()
    whole = one.plate is not None and "?" not in one.plate
    direction = one.direction
    arrow = direction.heading_deg_true
    if arrow is None and direction.travel is not None:
        arrow = ARROW_DEG[direction.travel]
    drawing = Markup(draw(one.plate, stated(one.plate))) if whole and one.plate else None
    return Seen(version, drawing, fields_of(texts, one), arrow)
