# SPDX-License-Identifier: Apache-2.0
"""Where cameras stand, for the forms of export that put a passage on a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from wayside.record.tables import camera


@dataclass(frozen=True, slots=True)
class Place:
    """Where a camera stands: WGS 84, degrees; the name is what people call it."""

    name: str | None
    latitude_deg: float | None
    longitude_deg: float | None

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, the order of RFC 7946; None where the position is not known."""
        if self.longitude_deg is None or self.latitude_deg is None:
            return None
        return self.longitude_deg, self.latitude_deg


Places = Mapping[str, Place]
"""By name of the camera; a camera that is not there has no known place."""


def read_places(connection: Connection) -> Places:
    """The places of all cameras of a record."""
    rows = connection.execute(select(camera.c.name, camera.c.place, camera.c.latitude, camera.c.longitude))
    return {name: Place(place, latitude, longitude) for name, place, latitude, longitude in rows}
