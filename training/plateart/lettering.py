# SPDX-License-Identifier: Apache-2.0
"""Letters for plates: our own faces drawn from centre lines, or an outline font file for more variety."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from training.plateart.strokes import Path, fill_stroke, parse_path, round_corners

_ALPHABET = FilePath(__file__).with_name("alphabet.toml")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one character stands: left, top, width and height of its ink, in pixels."""

    left: float
    top: float
    width: float
    height: float


class Lettering(Protocol):
    """A source of letter shapes."""

    def breadth(self, char: str) -> float:
        """Width of the character's ink over the nominal character width."""
        ...

    def stamp(self, mask: NDArray[np.uint8], char: str, slot: Slot) -> None:
        """Draw the character into `mask`, uint8 (H, W), 255 = ink."""
        ...


@dataclass(frozen=True, slots=True)
class Glyph:
    """One form of a letter: its breadth and centre lines in the unit box."""

    width: float
    paths: tuple[Path, ...]


@functools.cache
def _alphabet() -> Mapping[str, Any]:
    return tomllib.loads(_ALPHABET.read_text(encoding="utf-8"))


@functools.cache
def _glyphs() -> Mapping[str, Glyph]:
    entries = _alphabet()["glyph"].items()
    return {name: Glyph(entry["width"], tuple(map(parse_path, entry["paths"]))) for name, entry in entries}


@dataclass(frozen=True, slots=True)
class StrokeFace:
    """Our own letters; `weight` and `round` are shares of the character height, `slant` is run over rise."""

    weight: float
    round: float
    caps: str
    forms: tuple[str, ...] = ()
    slant: float = 0.0
    aspect: float = 0.6
    """Nominal character width over height, from which thin glyphs get their breadth."""

    def _glyph(self, char: str) -> Glyph:
        chosen = next((form for form in self.forms if form.split("/")[0] == char), char)
        return _glyphs()[chosen]

    def breadth(self, char: str) -> float:
        stroke = self.weight / self.aspect
        return max(self._glyph(char).width, stroke)

    def stamp(self, mask: NDArray[np.uint8], char: str, slot: Slot) -> None:
        if self.caps == "flat":
            mask, slot = _cut(mask, slot)
        pen = self.weight * slot.height
        pen = min(pen, slot.width) if slot.width > 0 else pen
        inner = np.array([max(slot.width - pen, 0.0), slot.height - pen])
        origin = np.array([slot.left + pen / 2, slot.top + pen / 2])
        for path in self._glyph(char).paths:
            scaled = replace(path, points=path.points * inner)
            line = round_corners(scaled, self.round * slot.height)
            line[:, 0] += self.slant * (slot.height / 2 - line[:, 1])
            flat = self.caps == "flat"
            line = _reach_edges(line + origin, origin, inner, pen) if flat and not path.closed else line + origin
            fill_stroke(mask, line, pen, path.closed, not flat)


def _cut(mask: NDArray[np.uint8], slot: Slot) -> tuple[NDArray[np.uint8], Slot]:
    """The rows of `mask` that the slot covers, as a view: what is drawn there ends level at top and bottom."""
    top, bottom = max(round(slot.top), 0), max(round(slot.top + slot.height), 0)
    return mask[top:bottom], replace(slot, top=slot.top - top)


def _reach_edges(line: NDArray[np.float64], origin: Any, inner: Any, pen: float) -> NDArray[np.float64]:
    """Lengthen flat-ended lines beyond the rim where they end on it; the slot cuts them level."""
    line = line.copy()
    for end, neighbour in ((0, 1), (-1, -2)):
        height = (line[end, 1] - origin[1]) / max(inner[1], 1e-9)
        if min(abs(height), abs(height - 1)) < 1e-3:
            along = line[end] - line[neighbour]
            rise = max(abs(along[1]), 1e-9)
            if rise > abs(along[0]) * 0.3:
                line[end] += along / rise * pen
    return line


@functools.cache
def face(name: str) -> StrokeFace:
    """One of our faces by its name in alphabet.toml; KeyError names the faces there are."""
    faces = _alphabet()["face"]
    if name not in faces:
        raise KeyError(f"no face '{name}'; there are {', '.join(faces)}")
    entry = dict(faces[name])
    return StrokeFace(entry["weight"], entry["round"], entry["caps"], tuple(entry["forms"]))


def forms_of(char: str) -> tuple[str, ...]:
    """All forms of a character that alphabet.toml holds."""
    return tuple(name for name in _glyphs() if name.split("/")[0] == char)


def face_names() -> tuple[str, ...]:
    """Names of our own faces."""
    return tuple(_alphabet()["face"])


@dataclass(frozen=True)
class FontFile:
    """An outline font read by path (training only, never shipped); needs Pillow."""

    path: str

    def breadth(self, char: str) -> float:
        height, width = _font_glyph(self.path, char).shape
        return float(width / height / _font_aspect(self.path))

    def stamp(self, mask: NDArray[np.uint8], char: str, slot: Slot) -> None:
        top, left = round(slot.top), round(slot.left)
        height, width = max(round(slot.height), 1), max(round(slot.width), 1)
        if char in "-.":
            face("din").stamp(mask, char, slot)
            return
        ink = cv2.resize(_font_glyph(self.path, char), (width, height), interpolation=cv2.INTER_AREA)
        y0, x0 = max(top, 0), max(left, 0)
        into = mask[y0 : top + height, x0 : left + width]
        np.maximum(into, ink[y0 - top :, x0 - left :][: into.shape[0], : into.shape[1]], out=into)


@functools.lru_cache(maxsize=8192)
def _font_glyph(path: str, char: str) -> NDArray[np.uint8]:
    """The ink of one character, uint8 (H, W), cut to the height of a capital and to its own width."""
    from PIL import Image, ImageDraw, ImageFont  # type: ignore[import-not-found, unused-ignore]

    font = ImageFont.truetype(path, 120)
    sheet = Image.new("L", (320, 320))
    ImageDraw.Draw(sheet).text((80, 80), "H" if char in "-." else char, fill=255, font=font)
    ink = np.asarray(sheet)
    columns = np.flatnonzero(ink.max(axis=0) > 64)
    rows = np.flatnonzero(ink.max(axis=1) > 64)
    if not columns.size:
        raise ValueError(f"the font has no letter '{char}'; leave it out")
    return np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


@functools.cache
def _font_aspect(path: str) -> float:
    shapes = [_font_glyph(path, char).shape for char in "EHNUO"]
    return float(np.mean([width / height for height, width in shapes]))
