# SPDX-License-Identifier: Apache-2.0
"""Places on the Earth, how far apart they are and which way one lies from another; on a sphere, true to half a percent.

Formulas: R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68 (1984), p. 159; the radius is the mean radius of
the GRS 80 ellipsoid (IUGG).
"""

from __future__ import annotations

from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

MEAN_RADIUS_M = 6_371_008.8


class Position(NamedTuple):
    """A place on the Earth in degrees, WGS 84; north and east are positive."""

    latitude: float
    longitude: float


def distance_m(one: Position, other: Position) -> float:
    """The way along the surface between two places, in metres: no road is shorter."""
    lower, upper = radians(one.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - one.longitude) / 2)
    share = sin((upper - lower) / 2) ** 2 + cos(lower) * cos(upper) * across**2
    return 2 * MEAN_RADIUS_M * asin(sqrt(min(1.0, share)))


def bearing_deg(one: Position, other: Position) -> float | None:
    """Where one sets out from `one` to get straight to `other`, clockwise from true north, 0 up to 360.

    None where both are the same place.
    """
    if one == other:
        return None
    lower, upper = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    east = sin(across) * cos(upper)
    north = cos(lower) * sin(upper) - sin(lower) * cos(upper) * cos(across)
    return degrees(atan2(east, north)) % 360
