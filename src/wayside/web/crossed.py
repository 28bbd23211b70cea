# SPDX-License-Identifier: Apache-2.0
"""Gates that a passage crossed, as lines and arrows to be drawn over the frame that is kept of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from wayside.config import CameraPlan
from wayside.domain import Gate, Passage

SHARE = 100
"""The arrow and the letters are so many times smaller than the longest side of the picture."""


@dataclass(frozen=True, slots=True)
class CrossedGate:
    """One gate over a picture; pixels."""

    gate: Gate
    arrow: str
    """Path of the arrow that points the way the vehicle went."""
    label: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is drawn over a frame."""

    width: int
    height: int
    gates: tuple[CrossedGate, ...]
    unit: float
    """A hundredth of the longest side, pixels."""


def size_of(path: Path) -> tuple[int, int] | None:
    """Width and height of a stored picture; None where it is gone or none."""
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None


def overlay_of(passage: Passage, plan: CameraPlan | None, frame: Path | None) -> Overlay | None:
    """The gates that a passage crossed, where they are drawn now; None where none of them is known any more."""
    size = None if plan is None or frame is None else size_of(frame)
    if plan is None or size is None:
        return None
    unit = max(size) / SHARE
    gates = tuple(crossed(passage, plan, unit))
    return Overlay(*size, gates, unit) if gates else None


def crossed(passage: Passage, plan: CameraPlan, unit: float) -> Iterator[CrossedGate]:
    """Each gate of a camera that a passage crossed, once for each way."""
    known = {gate.name: gate for gate in plan.gates}
    for name, way in dict.fromkeys((one.gate, one.way) for one in passage.direction.crossings):
        gate = known.get(name)
        if gate is not None and way in {gate.forward, gate.backward}:
            yield with_arrow(gate, way, unit)


def with_arrow(gate: Gate, way: str, unit: float) -> CrossedGate:
    """A gate with an arrow across it; forward is to the right-hand side of one who looks from its start to its end."""
    along_x, along_y = gate.end.x - gate.start.x, gate.end.y - gate.start.y
    length = math.hypot(along_x, along_y) or 1.0
    along_x, along_y = along_x / length, along_y / length
    sign = 1 if way == gate.forward else -1
    ahead_x, ahead_y = -along_y * sign, along_x * sign
    x, y = (gate.start.x + gate.end.x) / 2, (gate.start.y + gate.end.y) / 2
    points = (
        (x + 7 * unit * ahead_x, y + 7 * unit * ahead_y),
        (x + unit * (ahead_x + 1.6 * along_x), y + unit * (ahead_y + 1.6 * along_y)),
        (x + unit * (ahead_x - 1.6 * along_x), y + unit * (ahead_y - 1.6 * along_y)),
    )
    arrow = "M" + " L".join(f"{px:.1f} {py:.1f}" for px, py in points) + " Z"
    label = f"{gate.name} {way}"
    return CrossedGate(gate, arrow, label, round(x + 9.5 * unit * ahead_x, 1), round(y + 9.5 * unit * ahead_y, 1))
