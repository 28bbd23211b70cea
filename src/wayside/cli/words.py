# SPDX-License-Identifier: Apache-2.0
"""Passages and their parts in words, for people; programs read the JSON."""

from __future__ import annotations

from wayside.domain import Occupants, OccupantStatus, Passage, PlateReading, Registration

UNKNOWN = "–"


def printable(text: str) -> str:
    """The text without control characters, so that no file name and no plate can play with the terminal."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def percent(share: float | None) -> str:
    """A probability as people say it; what is less than certain is never called 100 %."""
    if share is None:
        return UNKNOWN
    return ">99 %" if 0.995 <= share < 1.0 else f"{100 * share:.0f} %"


def plate_words(plate: PlateReading) -> str:
    """The text, or why there is none."""
    if plate.text is not None:
        return plate.text
    return f"({plate.reason_unread.value.replace('_', ' ')})" if plate.reason_unread else UNKNOWN


def meaning_words(registration: Registration | None) -> str:
    """Country, class and sender code, as far as they are known: `GB diplomatic 101`."""
    if registration is None:
        return UNKNOWN
    stated = (registration.country, registration.plate_class.value.replace("_", " "), registration.sender_code)
    return " ".join(part for part in stated if part)


def direction_words(passage: Passage) -> str:
    """Gates crossed, else travel in the picture; with the heading where it is known."""
    direction = passage.direction
    crossed = ", ".join(f"{one.gate} {one.way}" for one in direction.crossings)
    way = crossed or (direction.travel.value if direction.travel else UNKNOWN)
    return way if direction.heading_deg_true is None else f"{way}, {direction.heading_deg_true:.0f}°"


def occupants_words(occupants: Occupants) -> str:
    """The range, or why there is none."""
    if occupants.status is not OccupantStatus.COUNTED:
        return occupants.status.value.replace("_", " ")
    return f"{occupants.best} ({occupants.at_least}–{occupants.at_most})"


def passage_words(passage: Passage) -> str:
    """A passage on one line."""
    parts = (
        f"{passage.began_at:%Y-%m-%d %H:%M:%S}",
        passage.camera,
        f"{plate_words(passage.plate):14}",
        f"{percent(passage.plate.probability):>5}",
        meaning_words(passage.registration),
        direction_words(passage),
        passage.vehicle.described,
    )
    return printable("  ".join(parts))
