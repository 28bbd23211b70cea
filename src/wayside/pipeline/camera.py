# SPDX-License-Identifier: Apache-2.0
"""One camera's frames become finished passages: detect, track, read plates, cross gates, count occupants, finish."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import fmean

from wayside.domain import (
    Detection,
    Evidence,
    Gate,
    Occupants,
    Passage,
    PlateRead,
    PlateReading,
    Track,
    Vehicle,
    VehicleKind,
)
from wayside.pipeline.aboard import Aboard, choose_cabins
from wayside.pipeline.attention import Attention, View, choose, own_plate, view_worth
from wayside.pipeline.direction import direction
from wayside.pipeline.evidence import pictures
from wayside.pipeline.plate_led import PlateLed, believed
from wayside.pipeline.sources import Frame, FrameSource, SourceError
from wayside.pipeline.standing import Standing
from wayside.plates import stated
from wayside.record import evidence_for
from wayside.vision import MARGINS, Look, Models, Picture, Scene, SceneMotion, Tracked, Tracker, look_at

# Looked at even when nothing moves: a vehicle that crept in below the motion threshold is found at last here.
IDLE_LOOK_S = 1.0
# After the last motion the detector goes on for a while, so that a vehicle that stops is tracked as standing.
AFTER_MOTION_S = 1.0
# Plates are searched in the vehicle's crop scaled to about this many pixels.
PLATE_SEARCH_PX = 288
PLATE_LEAST = 0.3
# Of two wheels one sees the rider and what lies behind, hardly any paint.
PAINTED = frozenset({VehicleKind.CAR, VehicleKind.TRUCK, VehicleKind.BUS})


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """What the site says of a camera."""

    name: str
    started_at: datetime
    """Aware time of the source's first frame."""
    gates: tuple[Gate, ...] = ()
    bearing_deg_true: float | None = None
    """Where the camera looks, for headings."""
    country: str | None = None
    """ISO code of the country most plates come from; only a prior."""
    privacy_blur: bool = True
    detect_hz: float = 15.0
    """Frames a second that are looked at; a source with more is thinned."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A passage and its pictures, ready for the record, with what it was made from; pictures: SHA-256 → JPEG bytes."""

    passage: Passage
    pictures: Mapping[str, bytes]
    track: Track
    reads: tuple[PlateRead, ...]
    """What each look at its plate said."""


@dataclass(slots=True, eq=False)
class _Camera:
    """State of one run; belongs to `watch`."""

    fingerprint: str
    settings: CameraSettings
    models: Models
    standing: Standing
    tracker: Tracker = field(default_factory=Tracker)
    motion: SceneMotion = field(default_factory=SceneMotion)
    plate_led: PlateLed = field(default_factory=PlateLed)
    attention: dict[int, Attention] = field(default_factory=dict)
    aboard: dict[int, Aboard] = field(default_factory=dict)
    frame_size: tuple[int, int] = (0, 0)
    detected_s: float = -1e9
    moved_s: float = -1e9

    def take(self, frame: Frame) -> list[Finished]:
        """Take in one frame; what ended by it."""
        if not self._due(frame):
            return []
        self.detected_s = frame.time_s
        height, width = frame.image.shape[:2]
        finished = []
        if self.frame_size not in ((0, 0), (width, height)):  # another picture size: old boxes mean nothing now
            finished = self.end()
            self.tracker = Tracker()
        self.frame_size = (width, height)
        scene = self.models.vehicles.detect(frame.image)
        if self.plate_led.due(frame.time_s):
            scene = self.plate_led.add(frame.image, frame.time_s, scene, self.tracker.expected, self.models)
        tracked = self.tracker.update(frame.time_s, scene.vehicles, self.motion.fills)
        self._attend(frame, scene, tracked)
        finished += self._finished(tracked.ended)
        self.attention = {n: a for n, a in self.attention.items() if n in self.tracker.open}
        self.aboard = {n: a for n, a in self.aboard.items() if n in self.tracker.open}
        return finished

    def end(self) -> list[Finished]:
        """Close the open tracks."""
        return self._finished(self.tracker.finish())

    def _due(self, frame: Frame) -> bool:
        """Whether the detector must run on this frame."""
        since = frame.time_s - self.detected_s
        if self.motion.changed(frame.image) or self.tracker.moving:
            self.moved_s = frame.time_s
        if since < 0.9 / self.settings.detect_hz:
            return False
        return frame.time_s - self.moved_s <= AFTER_MOTION_S or since >= IDLE_LOOK_S

    def _attend(self, frame: Frame, scene: Scene, tracked: Tracked) -> None:
        seen = dict(tracked.seen)
        for number in seen:
            self.attention.setdefault(number, Attention(self.settings.country))
            self.aboard.setdefault(number, Aboard(self.settings.country))
        chosen = choose(seen, self.attention, frame.time_s)
        looks = {n: self._look(frame.image, n, seen) for n in chosen}
        for number, look in looks.items():
            self.attention[number].looked_at(frame.time_s, seen[number].box, look)
        for number, detection in seen.items():
            self._keep(frame.image, scene, number, detection, looks.get(number))
        for number in choose_cabins(seen, self.aboard, frame.time_s):
            inside = self.models.cabins.look(frame.image, seen[number].box)
            self.aboard[number].looked(frame.time_s, seen[number], inside)

    def _look(self, image: Picture, number: int, seen: Mapping[int, Detection]) -> Look | None:
        height, width = image.shape[:2]
        region = seen[number].box.grown(0.05).clipped(width, height)
        plate = own_plate(number, seen, self.models.plates.find(image, region, PLATE_SEARCH_PX, PLATE_LEAST))
        if plate is None:
            return None
        margin = MARGINS[self.attention[number].looked % len(MARGINS)]
        return look_at(image, plate, self.models.reader, (margin,))[0]

    def _keep(self, image: Picture, scene: Scene, number: int, detection: Detection, look: Look | None) -> None:
        worth = view_worth(detection.box, image, look)
        self.attention[number].keep(View(image, scene, detection.box, look, worth))
        if detection.kind in PAINTED and not detection.supposed:
            self.attention[number].paint.see(image, detection.box)

    def _finished(self, ended: Iterable[Track]) -> list[Finished]:
        """What of the ended tracks is a passage."""
        known = [(track, self.attention.pop(track.number, Attention(self.settings.country))) for track in ended]
        read = [(track, attention, attention.reading()) for track, attention in known]
        return [
            self._finish(track, attention, reading)
            for track, attention, reading in read
            if believed(track, reading) and not self.standing.known(track, reading)
        ]

    def _finish(self, track: Track, attention: Attention, reading: PlateReading) -> Finished:
        files = list(pictures(attention.best, self.settings.privacy_blur)) if attention.best else []
        evidence = tuple(evidence_for(role, data) for role, data in files)
        vehicle = replace(vehicle_of(track), colour=attention.paint.colour())
        aboard = self.aboard.pop(track.number, None) or Aboard(self.settings.country)
        passage = self._passage(track, vehicle, reading, aboard.occupants(vehicle.kind), evidence)
        found = {e.sha256: data for e, (_, data) in zip(evidence, files, strict=True)}
        return Finished(passage, found, track, tuple(attention.reads))

    def _passage(
        self,
        track: Track,
        vehicle: Vehicle,
        reading: PlateReading,
        occupants: Occupants,
        evidence: tuple[Evidence, ...],
    ) -> Passage:
        settings = self.settings
        went = direction(track, settings.gates, self.frame_size, settings.bearing_deg_true)
        return Passage(
            id=self._id(track),
            camera=settings.name,
            began_at=self._at(track.began_s),
            ended_at=self._at(track.ended_s),
            vehicle=vehicle,
            plate=reading,
            registration=None if reading.text is None else stated(reading.text, country=settings.country),
            direction=went,
            crossed_at=tuple(self._at(c.time_s) for c in went.crossings),
            occupants=occupants,
            evidence=evidence,
        )

    def _at(self, time_s: float) -> datetime:
        return self.settings.started_at.astimezone(UTC) + timedelta(seconds=round(time_s, 3))

    def _id(self, track: Track) -> str:
        """The same source under the same camera name and time gives the same ids, so that nothing is stored twice."""
        began = self._at(track.began_s).isoformat()
        text = f"{self.fingerprint}|{self.settings.name}|{began}|{track.number}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def vehicle_of(track: Track) -> Vehicle:
    """The kind that most of the evidence speaks for, and the mean score of the detections that say so.

    A vehicle of which only the plate was ever seen is supposed to be a car, with a score of 0.
    """
    points = [point for point in track.points if not point.detection.supposed]
    if not points:
        return Vehicle(track.points[0].detection.kind, 0.0)
    totals: dict[VehicleKind, float] = {}
    for point in points:
        kind = point.detection.kind
        # A near view tells the kind better than a far one.
        totals[kind] = totals.get(kind, 0.0) + point.detection.score * point.detection.box.area**0.5
    kind = max(sorted(totals), key=lambda k: totals[k])
    return Vehicle(kind, fmean(p.detection.score for p in points if p.detection.kind == kind))


def watch(
    source: FrameSource,
    settings: CameraSettings,
    models: Models,
    stop: Callable[[], bool] = lambda: False,
    on_frame: Callable[[Frame], None] = lambda frame: None,
) -> Iterator[Finished]:
    """Passages of one source as they close; when `stop` says so or the source ends, open tracks are closed too.

    Raises SourceError as the source does, after the open tracks were closed and yielded.
    """
    camera = _Camera(source.fingerprint, settings, models, Standing(source.live))
    failure: SourceError | None = None
    try:
        for frame in source.frames():
            yield from camera.take(frame)
            on_frame(frame)
            if stop():
                break
    except SourceError as error:
        failure = error
    finally:
        source.close()
    yield from camera.end()
    if failure is not None:
        raise failure
