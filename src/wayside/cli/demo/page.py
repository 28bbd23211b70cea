# SPDX-License-Identifier: Apache-2.0
"""Writes what the demo found as one HTML page that needs nothing else: no script, no style sheet, no network."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jinja2

from wayside.cli.demo.score import Pair, Score
from wayside.cli.demo.truth import TrueVehicle
from wayside.cli.words import direction_words, meaning_words, occupants_words, percent, plate_words, printable
from wayside.domain import Passage

TEMPLATE = "page.html.j2"


@dataclass(frozen=True, slots=True)
class Card:
    """One passage, or one vehicle that was missed, as the page shows it."""

    verdict: str
    """`right`, `wrong`, `missed` or `invented`."""
    time: str
    camera: str
    kind: str
    plate: str
    true_plate: str | None
    probability: str
    probability_share: float
    reads: int
    registration: str
    true_registration: str | None
    """Where the stated one is wrong."""
    direction: str
    occupants: str
    pictures: dict[str, str]
    """Role → `data:` address of the picture."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A gate crossing on the time line; `at` is its place, 0–100."""

    at: float
    way: str
    label: str


def picture_address(path: Path) -> str:
    """A JPEG file as a `data:` address; raises OSError."""
    return f"data:image/jpeg;base64,{base64.b64encode(path.read_bytes()).decode()}"


def verdict(pair: Pair) -> str:
    """How a pair stands against the truth, in one word."""
    if pair.passage is None:
        return "missed"
    if pair.vehicle is None:
        return "invented"
    return "right" if pair.plate_merged or pair.vehicle.plate is None else "wrong"


def true_meaning(pair: Pair) -> str | None:
    """Country and class of the plate where a passage states others; None where it states them right."""
    if pair.passage is None or pair.vehicle is None or pair.vehicle.plate is None or pair.meaning_right:
        return None
    return f"{pair.vehicle.country} {(pair.vehicle.plate_class or '').replace('_', ' ')}".strip()


def missed(vehicle: TrueVehicle) -> Card:
    """What the page shows of a vehicle that no passage tells of."""
    return Card(
        verdict="missed",
        time=f"{vehicle.began_s:.1f} s",
        camera="",
        kind=vehicle.kind,
        plate="–",
        true_plate=vehicle.plate,
        probability="–",
        probability_share=0,
        reads=0,
        registration="–",
        true_registration=None,
        direction="–",
        occupants="–",
        pictures={},
    )


def card(pair: Pair, root: Path) -> Card:
    """What the page shows of one pair; `root` is the data directory of the pictures."""
    passage, vehicle = pair.passage, pair.vehicle
    if passage is None:
        assert vehicle is not None, "a pair has at least one side"
        return missed(vehicle)
    return Card(
        verdict=verdict(pair),
        time=f"{passage.began_at:%H:%M:%S}",
        camera=passage.camera,
        kind=passage.vehicle.kind.value,
        plate=printable(plate_words(passage.plate)),
        true_plate=None if vehicle is None else vehicle.plate,
        probability=percent(passage.plate.probability),
        probability_share=100 * (passage.plate.probability or 0),
        reads=passage.plate.reads,
        registration=meaning_words(passage.registration),
        true_registration=true_meaning(pair),
        direction=direction_words(passage),
        occupants=occupants_words(passage.occupants),
        pictures={one.role.value: picture_address(root / one.path) for one in passage.evidence},
    )


def marks(passages: Sequence[Passage], started_at: datetime, length_s: float) -> list[Mark]:
    """The crossings on the time line of a clip of this length."""
    return [
        Mark(
            at=100 * min(1.0, max(0.0, (at - started_at).total_seconds()) / max(length_s, 1e-9)),
            way=crossing.way,
            label=printable(f"{plate_words(passage.plate)}: {crossing.gate} {crossing.way} at {at:%H:%M:%S}"),
        )
        for passage in passages
        for crossing, at in zip(passage.direction.crossings, passage.crossed_at, strict=True)
    ]


def starts(pair: Pair, started_at: datetime) -> float:
    """Seconds into the clip at which a pair begins."""
    if pair.passage is not None:
        return (pair.passage.began_at - started_at).total_seconds()
    return pair.vehicle.began_s if pair.vehicle else 0.0


def page(pairs: Sequence[Pair], result: Score, started_at: datetime, length_s: float, root: Path) -> str:
    """The page as HTML; raises OSError where a picture is not there."""
    ordered = sorted(pairs, key=lambda pair: starts(pair, started_at))
    passages = [pair.passage for pair in ordered if pair.passage is not None]
    found = marks(passages, started_at, length_s)
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("wayside.cli.demo", "."), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template(TEMPLATE).render(
        cards=[card(pair, root) for pair in ordered],
        marks=found,
        ways=sorted({mark.way for mark in found}),
        score=result,
        length_s=length_s,
    )
