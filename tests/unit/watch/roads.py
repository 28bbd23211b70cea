# SPDX-License-Identifier: Apache-2.0
"""Passages at places of a made-up town, for tests of journeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from factories import bare_passage, full_passage

from wayside.record import Amendment, AmendmentKind, CameraPlace
from wayside.record.search import Found

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAMERAS = {
    "gate in": CameraPlace("gate in", "north gate", 50.0, 8.0, 180.0),
    "gate out": CameraPlace("gate out", "north gate", 50.0, 8.0002, 0.0),
    "bridge": CameraPlace("bridge", "bridge", 50.05, 8.0, 90.0),
    "yard": CameraPlace("yard", "yard"),
}
"""From the gate to the bridge it is 5.56 km straight; nobody stated where the yard is."""


def seen(
    number: int, camera: str, minutes: float, text: str | None = "LD52XYZ", *amendments: Amendment, lasts_s: float = 2
) -> Found:
    """A passage so many minutes after noon."""
    like = bare_passage(number) if text is None else full_passage(number)[0]
    began = NOON + timedelta(minutes=minutes)
    passage = replace(
        like,
        camera=camera,
        began_at=began,
        ended_at=began + timedelta(seconds=lasts_s),
        plate=like.plate if text is None else replace(like.plate, text=text, alternatives=()),
    )
    return Found(passage, number, None, amendments)


def said(kind: AmendmentKind, field: str | None = None, value: str | None = None) -> Amendment:
    """What a person says of a passage."""
    return Amendment("x", kind, field, value, "vera", "seen in the picture", NOON)
