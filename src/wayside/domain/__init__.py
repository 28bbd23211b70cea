# SPDX-License-Identifier: Apache-2.0
"""The words of the project as frozen types and pure functions; standard library only, no I/O."""

from wayside.domain.brief import Brief, BriefCopy, BriefState
from wayside.domain.direction import Crossing, Direction, Gate, Travel
from wayside.domain.earth import Position, bearing_deg, distance_m
from wayside.domain.errors import AccessError, RecordError, SourceError, UsageError, WaysideError
from wayside.domain.geometry import Box, Point, Quad, along, side_of
from wayside.domain.occupants import Occupants, OccupantStatus
from wayside.domain.passage import Evidence, EvidenceRole, Passage, Vehicle
from wayside.domain.plate import (
    Alternative,
    Characters,
    PlateClass,
    PlateRead,
    PlateReading,
    Registration,
    Unread,
)
from wayside.domain.purpose import Purpose
from wayside.domain.sighting import (
    CERTAIN_OF,
    UNKNOWN_CHARACTER,
    Certainty,
    Photo,
    SeenDirection,
    SeenPlace,
    Sighting,
)
from wayside.domain.track import Detection, Track, TrackPoint, VehicleColour, VehicleKind

__all__ = [
    "CERTAIN_OF",
    "UNKNOWN_CHARACTER",
    "AccessError",
    "Alternative",
    "Box",
    "Brief",
    "BriefCopy",
    "BriefState",
    "Certainty",
    "Characters",
    "Crossing",
    "Detection",
    "Direction",
    "Evidence",
    "EvidenceRole",
    "Gate",
    "OccupantStatus",
    "Occupants",
    "Passage",
    "Photo",
    "PlateClass",
    "PlateRead",
    "PlateReading",
    "Point",
    "Position",
    "Purpose",
    "Quad",
    "RecordError",
    "Registration",
    "SeenDirection",
    "SeenPlace",
    "Sighting",
    "SourceError",
    "Track",
    "TrackPoint",
    "Travel",
    "Unread",
    "UsageError",
    "Vehicle",
    "VehicleColour",
    "VehicleKind",
    "WaysideError",
    "along",
    "bearing_deg",
    "distance_m",
    "side_of",
]
