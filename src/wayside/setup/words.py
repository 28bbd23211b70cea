# SPDX-License-Identifier: Apache-2.0
"""What a camera's process and the program that watches over it say to each other: one JSON object a line.

The program writes the camera, as `plan_text` has it, as the first line, and closes the pipe when it wants an end; so a
process whose program was killed ends too. The process writes what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import IO, TypeAlias

import msgspec

from wayside.domain import Box, Detection, Point, Track, TrackPoint, VehicleKind
from wayside.pipeline import Doubt, Seen

LONGEST_LINE = 8 * 2**20
"""Bytes; a picture has some 300 KB. A process that says more at once is not listened to any more."""
POINTS_MOST = 40
"""Points of a track that are told: enough for its course."""


class Task(StrEnum):
    """What a camera's process is started for."""

    RECORD = "record"
    STUDY = "study"
    """To tell tracks, and to record nothing."""
    LOOK = "look"
    """To tell one covered picture, and end."""


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """How the process does, every second."""

    frames: int
    fps: float
    """Frames a second over the last seconds."""
    dropped: int
    silent_s: float
    """Seconds since the last frame."""
    delay_s: float | None
    """How far behind the newest frame is; None for a recording."""
    total: int | None
    """Frames of a recording, as far as its container tells."""
    passages: int
    read: int
    """Passages whose plate was read."""
    unread: dict[str, int]
    """Why the others were not."""
    doubt: Doubt | None = None
    """Why the picture of a live camera cannot be trusted now."""


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The source gives frames."""

    width: int
    height: int
    live: bool


class Trail(msgspec.Struct, frozen=True, tag="trail"):
    """One vehicle that has gone past: where its box was, and where its plate was read."""

    points: list[tuple[float, float, float, float, float]]
    """Seconds, left, top, right, bottom."""
    plates: list[tuple[float, float]]


class Scenery(msgspec.Struct, frozen=True, tag="scenery"):
    """What the camera sees, covered, as a JPEG file."""

    jpeg: bytes


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """Why the process ends, in a sentence without a password."""

    sentence: str


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The recording is at its end, or the end that was asked for is reached."""


Word: TypeAlias = Beat | Opened | Trail | Scenery | Failed | Ended
_words: msgspec.json.Decoder[Word] = msgspec.json.Decoder(Word)
_encoder = msgspec.json.Encoder()


def said(word: Word) -> bytes:
    """A word as a line."""
    return _encoder.encode(word) + b"\n"


def listen(pipe: IO[bytes]) -> Iterator[Word]:
    """The words of a process until it ends; what is no word of ours is passed over."""
    while line := pipe.readline(LONGEST_LINE):
        try:
            yield _words.decode(line)
        except msgspec.DecodeError:
            if len(line) >= LONGEST_LINE:
                return


def trail_of(track: Track, plates: Sequence[Box]) -> Trail:
    """A track thinned out, with the places of its plates."""
    step = max(1, -(-len(track.points) // POINTS_MOST))
    kept = [*track.points[:-1:step], track.points[-1]]
    boxes = [(point.time_s, point.detection.box) for point in kept]
    return Trail(
        [(round(at, 2), round(b.left, 1), round(b.top, 1), round(b.right, 1), round(b.bottom, 1)) for at, b in boxes],
        [(round(box.centre.x, 1), round(box.centre.y, 1)) for box in plates],
    )


def seen_of(trail: Trail, number: int) -> Seen:
    """The vehicle that a trail tells of; its kind and score were not told."""
    points = (
        TrackPoint(at, Detection(VehicleKind.CAR, 1.0, Box(left, top, right, bottom)))
        for at, left, top, right, bottom in trail.points
    )
    return Seen(Track(number, tuple(points)), tuple(Point(x, y) for x, y in trail.plates))


def unread_of(words: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why plates were not read, the most frequent reason first."""
    return sorted(words.items(), key=lambda one: (-one[1], one[0]))
