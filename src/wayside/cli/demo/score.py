# SPDX-License-Identifier: Apache-2.0
"""Compares recorded passages with the truth of a clip: found, missed, invented; plates and crossings right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from wayside.bootstrap import normalise
from wayside.cli.demo.truth import TrueCrossing, TrueVehicle
from wayside.domain import Passage

CROSSING_TOLERANCE_S = 1.0
"""A crossing counts as right when gate and way are, and its time is at most this far from the true crossing."""
LEAST_LIKENESS = 0.8
"""Less speaks against one and the same vehicle: see `likeness`."""
LEAST_PLATES_RIGHT = 0.95
MERGED = str.maketrans("OI", "01")
"""Many plates draw the letters O and I like the digits 0 and 1."""


def merged(text: str) -> str:
    """A plate's letters and digits with O and 0, I and 1 taken for one."""
    return normalise(text).translate(MERGED)


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage and the vehicle that it shows; one is None where it was invented or missed."""

    passage: Passage | None
    vehicle: TrueVehicle | None

    @property
    def texts(self) -> tuple[str, str] | None:
        """The plate as read and as it truly is; None where either is not there."""
        read = self.passage and self.passage.plate.text
        true = self.vehicle and self.vehicle.plate
        return (read, true) if read and true else None

    @property
    def plate_exact(self) -> bool:
        """Whether the text is right, letter by letter."""
        return self.texts is not None and normalise(self.texts[0]) == normalise(self.texts[1])

    @property
    def plate_merged(self) -> bool:
        """The same with O and 0, I and 1 taken for one."""
        return self.texts is not None and merged(self.texts[0]) == merged(self.texts[1])

    @property
    def meaning_right(self) -> bool:
        """Whether country and class of the plate are stated as they truly are."""
        said = self.passage.registration if self.passage else None
        if said is None or self.vehicle is None:
            return False
        return (said.country, said.plate_class.value) == (self.vehicle.country, self.vehicle.plate_class)

    def crossings_right(self, started_at: datetime) -> int:
        """How many of the vehicle's crossings the passage tells, with the right way and about the right time."""
        if self.passage is None or self.vehicle is None:
            return 0
        told = zip(self.passage.direction.crossings, self.passage.crossed_at, strict=True)
        seen = [(one.gate, one.way, (at - started_at).total_seconds()) for one, at in told]
        return sum(
            any((gate, way) == (true.gate, true.way) and during(at_s, true) for gate, way, at_s in seen)
            for true in self.vehicle.crossings
        )


def during(at_s: float, true: TrueCrossing) -> bool:
    """Whether a time can be that of a crossing."""
    return true.began_s - CROSSING_TOLERANCE_S <= at_s <= true.ended_s + CROSSING_TOLERANCE_S


def overlap(passage: Passage, vehicle: TrueVehicle, started_at: datetime) -> float:
    """The time that passage and vehicle have in common over the time of both, 0–1."""
    began_s, ended_s = ((time - started_at).total_seconds() for time in (passage.began_at, passage.ended_at))
    shared = min(ended_s, vehicle.ended_s) - max(began_s, vehicle.began_s)
    whole = max(ended_s, vehicle.ended_s) - min(began_s, vehicle.began_s)
    return max(0.0, shared) / whole if whole > 0 else float(shared >= 0)


def alike(one: str, other: str) -> float:
    """How much two plates have in common, 0–1."""
    return SequenceMatcher(None, merged(one), merged(other)).ratio()


def likeness(pair: Pair, started_at: datetime) -> float:
    """How much speaks for one vehicle: its time (0–1), its crossings (0–1), its plate (0–1)."""
    if pair.passage is None or pair.vehicle is None:
        return 0.0
    shared = overlap(pair.passage, pair.vehicle, started_at)
    if shared == 0:
        return 0.0
    crossed = pair.crossings_right(started_at) / max(1, len(pair.vehicle.crossings))
    return shared + crossed + (alike(*pair.texts) if pair.texts else 0.0)


def match(passages: Sequence[Passage], vehicles: Sequence[TrueVehicle], started_at: datetime) -> list[Pair]:
    """Each passage with its vehicle, the likeliest pairs first; then what was missed, then what was invented."""
    pairs = [Pair(passage, vehicle) for passage in passages for vehicle in vehicles]
    found: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: -likeness(pair, started_at)):
        taken = any(pair.passage is one.passage or pair.vehicle is one.vehicle for one in found)
        if not taken and likeness(pair, started_at) >= LEAST_LIKENESS:
            found.append(pair)
    missed = [Pair(None, vehicle) for vehicle in vehicles if all(vehicle is not pair.vehicle for pair in found)]
    invented = [Pair(passage, None) for passage in passages if all(passage is not pair.passage for pair in found)]
    return found + missed + invented


@dataclass(frozen=True, slots=True)
class Score:
    """What came out against what is true, counted."""

    vehicles: int
    found: int
    invented: int
    plates: int
    plates_exact: int
    plates_merged: int
    meanings_right: int
    crossings: int
    crossings_right: int

    @property
    def passed(self) -> bool:
        """Whether the demo's bar is held: every vehicle found, and nearly all plates right."""
        return self.found == self.vehicles and self.plates_merged >= LEAST_PLATES_RIGHT * self.plates


def score(pairs: Sequence[Pair], started_at: datetime) -> Score:
    """Counts the pairs that `match` made."""
    vehicles = [pair.vehicle for pair in pairs if pair.vehicle is not None]
    both = [pair for pair in pairs if pair.passage is not None and pair.vehicle is not None]
    return Score(
        vehicles=len(vehicles),
        found=len(both),
        invented=sum(pair.vehicle is None for pair in pairs),
        plates=sum(vehicle.plate is not None for vehicle in vehicles),
        plates_exact=sum(pair.plate_exact for pair in both),
        plates_merged=sum(pair.plate_merged for pair in both),
        meanings_right=sum(pair.meaning_right for pair in both if pair.vehicle and pair.vehicle.plate),
        crossings=sum(len(vehicle.crossings) for vehicle in vehicles),
        crossings_right=sum(pair.crossings_right(started_at) for pair in both),
    )
