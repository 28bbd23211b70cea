# SPDX-License-Identifier: Apache-2.0
"""Vehicles that stand in the picture: each is one passage, however often it is lost from sight and found again."""

from __future__ import annotations

from dataclasses import dataclass, field

from wayside.domain import PlateReading, Track

REMEMBERED_S = 600.0
"""After so long unseen it may have left and come back without having been seen to move."""
SCENERY_S = 2.0
"""What is hardly more than a plate and there so soon after a live camera began is a sign or parked: no passage."""


@dataclass(slots=True, eq=False)
class Standing:
    """What stood before one camera, by what it was read as."""

    live: bool
    last_s: dict[str, float] = field(default_factory=dict)
    """When each was seen last."""

    def known(self, track: Track, reading: PlateReading) -> bool:
        """Whether a vehicle is no new passage, because it stands where it stood; it is remembered from now on."""
        if reading.text is None or track.moved:
            return False
        before = self.last_s.get(reading.text, -REMEMBERED_S)
        self.last_s = {text: seen for text, seen in self.last_s.items() if track.began_s - seen < REMEMBERED_S}
        self.last_s[reading.text] = track.ended_s
        return track.began_s - before < REMEMBERED_S or self._scenery(track)

    def _scenery(self, track: Track) -> bool:
        return self.live and track.doubtful and track.began_s < SCENERY_S
