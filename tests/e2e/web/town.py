# SPDX-License-Identifier: Apache-2.0
"""A town with four places, and vehicles that went between them within the last hours, for tests with a browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from factories import full_passage
from tiles import region

from wayside.domain import Passage
from wayside.record import CameraPlace, Store, learn_camera

CAMERAS = (
    CameraPlace("gate in", "North gate", 52.5330, 13.3800, 180.0),
    CameraPlace("gate out", "North gate", 52.5331, 13.3801, 0.0),
    CameraPlace("bridge", "Bridge", 52.5180, 13.4010, 75.0),
    CameraPlace("harbour", "Harbour", 52.5090, 13.3600, 250.0),
    CameraPlace("yard", "Yard"),
)
ROUTES = {
    "248D101": ["gate in", "bridge", "harbour", "gate out"],
    "248D202": ["harbour", "bridge", "yard", "gate out"],
    "248D303": ["gate in", "harbour"],
    "LD52XYZ": ["bridge", "gate out", "harbour"],
}


def passage(number: int, text: str, camera: str, began: datetime) -> Passage:
    """One vehicle going past one camera."""
    like, _ = full_passage(number)
    meant = replace(like.registration, sender_code="248") if like.registration else None
    return replace(
        like,
        camera=camera,
        began_at=began,
        ended_at=began + timedelta(seconds=3),
        crossed_at=(began + timedelta(seconds=1),),
        plate=replace(like.plate, text=text, alternatives=()),
        registration=meant if text.startswith("248") else None,
        direction=replace(like.direction, heading_deg_true=float(number * 40 % 360)),
        evidence=(),
    )


def build(data: Path) -> None:
    """The record of the town; the last vehicle of all drove 2.5 km in five seconds."""
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
    with Store(data) as store:
        for camera in CAMERAS:
            learn_camera(store, camera)
        number = 0
        for vehicle, (text, cameras) in enumerate(ROUTES.items()):
            for at, camera in enumerate(cameras):
                number += 1
                minutes = vehicle * 13 + at * (37 if text != "LD52XYZ" else 0.14)
                store.add(passage(number, text, camera, begin + timedelta(minutes=minutes)), {})
    region(data / "maps" / "town.pmtiles")
