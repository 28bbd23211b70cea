# SPDX-License-Identifier: Apache-2.0
"""Detections joined into tracks by a tracker that counts in seconds, not frames.

Association in two rounds, sure detections first and weak ones only to carry on what is known, follows
Zhang et al., "ByteTrack" (ECCV 2022). Vehicles that stand still are remembered for longer than moving ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from wayside.domain import Box, Detection, Track, TrackPoint
from wayside.vision.tracking.assignment import nearness, overlap, pairs
from wayside.vision.tracking.motion_model import MotionModel

Moves = Callable[[Box], bool]
"""Whether what moves in the picture fills a box of it (pixels), and not as much of what is around the box."""


def nothing_moves(_box: Box) -> bool:
    """Where nobody knows what moves."""
    return False


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """What may be tuned; seconds and scores."""

    start_score: float = 0.35
    """A track begins only with a detection at least this sure."""
    keep_score: float = 0.15
    """A weaker detection is not even used to carry a track on."""
    confirm_points: int = 3
    """A track surely seen less often than this was never a vehicle,"""
    confirm_s: float = 0.3
    """nor one that lasted less."""
    confirm_share: float = 0.35
    """One of which a smaller share was sure is doubtful: a pattern that now and then looks like a vehicle;"""
    confirm_share_still: float = 0.6
    """so is one that never moved and was often not sure: a barrier, a shadow, a sign,"""
    moving_points: int = 5
    moving_share: float = 0.5
    """unless it was so often, and in such a share of the frames, sure or filled by what moves in the picture,"""
    moving_far: float = 1.0
    """and came so many box sizes far: a vehicle seen steeply from above, of which the detector is never sure."""
    apart: float = 0.1
    """What only moves begins or carries on a track where it shares at most so much of the smaller box with another."""
    moved: float = 0.4
    """Box sizes from where a track began, from which on it has moved."""
    lost_s: float = 1.2
    """A moving vehicle unseen for so long has gone."""
    lost_still_s: float = 12.0
    """A standing one may be hidden by a queue for so long."""
    still_speed: float = 0.15
    """Box sizes per second under which a vehicle counts as standing."""


@dataclass(slots=True, eq=False)
class Live:
    """A track still under way; belongs to the tracker."""

    number: int
    model: MotionModel
    points: list[TrackPoint] = field(default_factory=list)
    last_s: float = 0.0
    sure: int = 0
    """How many of the points were sure detections, moved or had a plate;"""
    sure_vehicle: int = 0
    """how many were sure detections of a vehicle,"""
    moving_vehicle: int = 0
    """and how many either that or moving ones."""
    strayed: float = 0.0
    """How far it ever was from where it began, in box sizes of then."""

    @property
    def latest(self) -> Detection:
        return self.points[-1].detection

    @property
    def vehicle(self) -> Detection:
        """The last that was more than a plate, if any was."""
        seen = (point.detection for point in reversed(self.points) if not point.detection.supposed)
        return next(seen, self.latest)


@dataclass(frozen=True, slots=True)
class Tracked:
    """What one frame did: tracks seen in it with their newest detection, and tracks that ended."""

    seen: tuple[tuple[int, Detection], ...]
    ended: tuple[Track, ...]


class Tracker:
    """Joins the detections of one camera."""

    def __init__(self, settings: TrackerSettings | None = None) -> None:
        self._settings = settings or TrackerSettings()
        self._live: list[Live] = []
        self._now_s = -math.inf
        self._count = 0
        self._moves: Moves = nothing_moves

    def update(self, time_s: float, detections: Sequence[Detection], moves: Moves = nothing_moves) -> Tracked:
        """Take in one frame; `time_s` must not fall (a time step back is taken as no step)."""
        self._moves = moves
        passed = max(0.0, time_s - self._now_s)
        self._now_s = max(time_s, self._now_s)
        for live in self._live:
            live.model.predict(passed)
        self._associate(detections)
        self._drop_duplicates()
        ended = self._end([live for live in self._live if self._gone(live)])
        seen = tuple(
            (live.number, live.latest)
            for live in self._live
            if live.last_s == self._now_s and live.sure >= self._settings.confirm_points
        )
        return Tracked(seen, ended)

    def finish(self) -> tuple[Track, ...]:
        """End every open track, as at the end of the source."""
        return self._end(list(self._live))

    @property
    def open(self) -> frozenset[int]:
        """Numbers of the tracks under way; a number that leaves without having ended was a duplicate."""
        return frozenset(live.number for live in self._live)

    @property
    def expected(self) -> dict[int, Detection]:
        """Each open track as its vehicle was seen last, with the box where it was by the frame before."""
        return {live.number: replace(live.vehicle, box=live.model.box) for live in self._live}

    @property
    def moving(self) -> bool:
        """Whether any open track is not known to stand still."""
        return any(not self._still(live) for live in self._live)

    def _associate(self, detections: Sequence[Detection]) -> None:
        settings = self._settings
        sure = [d for d in detections if d.score >= settings.start_score]
        weak = [d for d in detections if settings.keep_score <= d.score < settings.start_score]
        open_tracks = list(self._live)
        open_tracks, sure = self._join(open_tracks, sure, overlap, 0.25)
        open_tracks, weak = self._join(open_tracks, weak, overlap, 0.35)
        # Few frames a second or a late frame: boxes need not overlap any more, but they are still near.
        open_tracks, sure = self._join(open_tracks, sure, nearness, 0.1)
        for detection in sure:
            self._begin(detection)
        self._associate_moving(open_tracks, [d for d in weak if self._moves(d.box)])

    def _associate_moving(self, open_tracks: list[Live], weak: list[Detection]) -> None:
        """What is seen weakly or not at all, while what moves in the picture tells where it is."""
        open_tracks, weak = self._join(open_tracks, weak, nearness, 0.1)
        for detection in weak:
            if self._apart(detection.box, self._live):
                self._begin(detection)
        for live in open_tracks:
            box, others = live.model.box, [other for other in self._live if other is not live]
            if self._moves(box) and self._apart(box, others):
                # Nothing was seen: no sight of it, and it is not lost any later.
                supposed = replace(live.vehicle, box=box, score=self._settings.keep_score)
                live.points.append(TrackPoint(self._now_s, supposed))

    def _apart(self, box: Box, others: Sequence[Live]) -> bool:
        boxes = [live.model.box for live in others]
        return all(box.intersection(other) <= self._settings.apart * min(box.area, other.area) for other in boxes)

    def _join(
        self, tracks: list[Live], found: list[Detection], likeness: Callable[[Box, Box], float], least: float
    ) -> tuple[list[Live], list[Detection]]:
        chosen = pairs([t.model.box for t in tracks], [d.box for d in found], likeness, least)
        for i, j in chosen:
            self._extend(tracks[i], found[j])
        used_tracks, used_found = {i for i, _ in chosen}, {j for _, j in chosen}
        return (
            [t for i, t in enumerate(tracks) if i not in used_tracks],
            [d for j, d in enumerate(found) if j not in used_found],
        )

    def _extend(self, live: Live, detection: Detection) -> None:
        live.model.correct(detection.box)
        self._append(live, detection)

    def _begin(self, detection: Detection) -> None:
        self._count += 1
        live = Live(self._count, MotionModel(detection.box))
        self._append(live, detection)
        self._live.append(live)

    def _append(self, live: Live, detection: Detection) -> None:
        live.points.append(TrackPoint(self._now_s, detection))
        live.last_s = self._now_s
        sure = detection.score >= self._settings.start_score
        moving = sure or self._moves(detection.box)
        live.sure += moving or detection.supposed
        live.sure_vehicle += sure and not detection.supposed
        live.moving_vehicle += moving and not detection.supposed
        live.strayed = max(live.strayed, strayed(live.points[0].detection, detection))

    def _drop_duplicates(self) -> None:
        """Of two tracks that lie on each other the younger was never a second vehicle."""
        ordered = sorted(self._live, key=lambda t: -len(t.points))
        kept: list[Live] = []
        for live in ordered:
            box = live.model.box
            if not any(live.last_s == other.last_s and box.iou(other.model.box) > 0.7 for other in kept):
                kept.append(live)
        self._live = [live for live in self._live if live in kept]

    def _still(self, live: Live) -> bool:
        return live.sure >= self._settings.confirm_points and live.model.speed < self._settings.still_speed

    def _confirmed(self, live: Live) -> bool:
        lasted = live.last_s - live.points[0].time_s
        return live.sure >= self._settings.confirm_points and lasted >= self._settings.confirm_s

    def _doubtful(self, live: Live) -> bool:
        settings = self._settings
        seen = sum(not point.detection.supposed for point in live.points)
        far = live.strayed >= settings.moving_far
        if far and live.moving_vehicle >= max(settings.moving_points, settings.moving_share * seen):
            return False
        share = settings.confirm_share if self._moved(live) else settings.confirm_share_still
        return live.sure_vehicle < max(settings.confirm_points, share * seen)

    def _moved(self, live: Live) -> bool:
        return live.strayed >= self._settings.moved

    def _gone(self, live: Live) -> bool:
        unseen = self._now_s - live.last_s
        if live.sure < self._settings.confirm_points:
            return unseen > self._settings.lost_s / 2
        return unseen > (self._settings.lost_still_s if self._still(live) else self._settings.lost_s)

    def _end(self, gone: list[Live]) -> tuple[Track, ...]:
        self._live = [live for live in self._live if live not in gone]
        confirmed = [live for live in gone if self._confirmed(live)]
        return tuple(
            Track(live.number, tuple(live.points), self._doubtful(live), self._moved(live)) for live in confirmed
        )


def strayed(first: Detection, now: Detection) -> float:
    """How far a vehicle is from where it was first, in sizes of its box then."""
    away = math.dist(first.box.centre, now.box.centre) / math.sqrt(max(first.box.area, 1.0))
    if now.supposed and first.box.area > 0:  # what comes straight on grows where it is; a sign does not
        away = max(away, abs(math.log(now.box.area / first.box.area)) / 2)
    return away
