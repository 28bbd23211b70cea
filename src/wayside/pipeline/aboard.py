# SPDX-License-Identifier: Apache-2.0
"""When to look into a vehicle, and what all looks at it say of the people aboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from wayside.domain import Detection, Occupants, OccupantStatus, VehicleKind
from wayside.vision import COUNTED_KINDS, LOOKS_COUNTED, NOT_VISIBLE, CabinLook, count_occupants

# A windscreen is about six tenths of a car's width, and too small below some 40 pixels.
LEAST_VEHICLE_PX = 64.0
# Another look tells more where the vehicle has come nearer or time has changed what the glass mirrors.
LOOK_AGAIN_S = 0.25
LOOK_GROWN = 1.12
# One that has shown its seats as often as is counted, or none in as many looks running (a rear end, dark glass), is
# looked into more rarely; but not given up, for glare may pass, and it may turn.
UNSHOWN, LOOK_RARELY_S = 3, 1.0
LOOKS_AT_MOST = 24
LOOKS_PER_FRAME = 2
# A vehicle that is narrower in its later looks than this share of its width in the earlier ones drives away: what glass
# it shows is the rear window's, however much that looks like a windscreen.
DRIVES_AWAY = 0.85


@dataclass(slots=True, eq=False)
class Aboard:
    """What was seen so far of one vehicle's people; belongs to the camera that watches it."""

    country: str | None = None
    looks: list[CabinLook] = field(default_factory=list)
    last_s: float = -1e9
    widths: list[float] = field(default_factory=list)
    """Of the vehicle at each look, pixels."""

    def wants(self, time_s: float, detection: Detection) -> bool:
        """Whether another look now may tell more."""
        wide = detection.box.width
        if detection.kind not in COUNTED_KINDS or wide < LEAST_VEHICLE_PX or len(self.looks) >= LOOKS_AT_MOST:
            return False
        return time_s - self.last_s >= (LOOK_AGAIN_S / 2 if wide > self._last_width * LOOK_GROWN else self._wait_s)

    def looked(self, time_s: float, detection: Detection, look: CabinLook) -> None:
        """Take in one look."""
        self.last_s = time_s
        self.widths.append(detection.box.width)
        self.looks.append(look)

    def occupants(self, kind: VehicleKind) -> Occupants:
        """How many are aboard a vehicle that turned out to be of this kind."""
        if kind not in COUNTED_KINDS:
            return Occupants(OccupantStatus.NOT_ATTEMPTED)
        return NOT_VISIBLE if self._drives_away() else count_occupants(self.looks, self.country)

    @property
    def _wait_s(self) -> float:
        """Until a vehicle that has not come nearer is looked into again."""
        shown = [look.seats is not None for look in self.looks]
        settled = sum(shown) >= LOOKS_COUNTED or (len(shown) >= UNSHOWN and not any(shown[-UNSHOWN:]))
        return LOOK_RARELY_S if settled else LOOK_AGAIN_S

    @property
    def _last_width(self) -> float:
        return self.widths[-1] if self.widths else 0.0

    def _drives_away(self) -> bool:
        half = len(self.widths) // 2
        return half > 0 and fmean(self.widths[-half:]) < DRIVES_AWAY * fmean(self.widths[:half])


def choose_cabins(seen: Mapping[int, Detection], aboard: Mapping[int, Aboard], time_s: float) -> list[int]:
    """Numbers of the tracks to look into in this frame, those unseen for longest first."""
    wanting = [n for n, detection in seen.items() if aboard[n].wants(time_s, detection)]
    return sorted(wanting, key=lambda n: (aboard[n].last_s, -seen[n].box.width))[:LOOKS_PER_FRAME]
