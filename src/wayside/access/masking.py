# SPDX-License-Identifier: Apache-2.0
"""Plates and passages as they are shown to people who watch the road and need no plate: AB•• •23."""

from __future__ import annotations

from dataclasses import replace

from wayside.domain import EvidenceRole, Passage, PlateReading, Registration

DOT = "•"
MOST_SHOWN = 4
LEAST_HIDDEN = 3


def mask_plate(text: str) -> str:
    """The text with its middle dotted out, of the same length.

    At most two characters stay at either end, at least three are hidden (all, where there are no more); spaces and
    strokes stay, so that the plate is still recognised by somebody who sees the vehicle.
    """
    at = [place for place, character in enumerate(text) if character.isalnum() or character == DOT]
    shown = max(0, min(MOST_SHOWN, len(at) - LEAST_HIDDEN))
    head, tail = (shown + 1) // 2, shown // 2
    hidden = set(at[head : len(at) - tail])
    return "".join(DOT if place in hidden else character for place, character in enumerate(text))


def mask_reading(reading: PlateReading) -> PlateReading:
    """The reading with its text masked; the alternatives are left out, because together they would give it away."""
    return replace(reading, text=reading.text and mask_plate(reading.text), alternatives=())


def mask_registration(registration: Registration | None) -> Registration | None:
    """Country, class and sender code, which name no single vehicle, without the text that they suppose."""
    return registration and replace(registration, supposed_text=None)


def mask_passage(passage: Passage) -> Passage:
    """The passage as a person may watch it who may not see its plate.

    The close picture of the plate is left out; the other pictures still show it and are covered by whoever serves them
    (`watch picture` is decided with `masked`).
    """
    return replace(
        passage,
        plate=mask_reading(passage.plate),
        registration=mask_registration(passage.registration),
        evidence=tuple(one for one in passage.evidence if one.role is not EvidenceRole.PLATE),
    )
