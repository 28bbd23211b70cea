# SPDX-License-Identifier: Apache-2.0
"""Places as people know them: the cameras that share one, and where on the Earth it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from wayside.domain import Position
from wayside.record import CameraPlace


@dataclass(frozen=True, slots=True)
class Place:
    """One place with its cameras, by name."""

    name: str
    """A camera for which nobody stated a place is a place of its own."""
    position: Position | None
    """The middle of its cameras' positions; None where nobody stated any."""
    cameras: tuple[CameraPlace, ...]


def name_of(camera: CameraPlace) -> str:
    """What the place of a camera is called."""
    return camera.place or camera.name


def position_of(camera: CameraPlace) -> Position | None:
    """Where a camera stands, if somebody stated it."""
    if camera.latitude is None or camera.longitude is None:
        return None
    return Position(camera.latitude, camera.longitude)


def middle(positions: Iterable[Position | None]) -> Position | None:
    """The middle of positions that are near each other, also across the date line; None where there is none."""
    stated = [one for one in positions if one is not None]
    if not stated:
        return None
    longitudes = [one.longitude for one in stated]
    if max(longitudes) - min(longitudes) > 180:  # on both sides of the date line
        longitudes = [longitude % 360 for longitude in longitudes]
    east = fmean(longitudes)
    return Position(fmean(one.latitude for one in stated), east - 360 if east > 180 else east)


def places_of(cameras: Iterable[CameraPlace]) -> dict[str, Place]:
    """The places of some cameras by name, in the order of their names."""
    standing: dict[str, list[CameraPlace]] = {}
    for camera in cameras:
        standing.setdefault(name_of(camera), []).append(camera)
    return {
        name: Place(name, middle(map(position_of, there)), tuple(there)) for name, there in sorted(standing.items())
    }
