# SPDX-License-Identifier: Apache-2.0
"""Drawn plates for the reader: styles shuffled and bent, set into frames and bumpers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.plateart import (
    FontFile,
    Lettering,
    PlateStyle,
    StrokeFace,
    colour,
    draw_plate,
    face,
    face_names,
    forms_of,
    plain,
    styles,
)
from training.plateart.draw import write
from training.plateart.wear import cloud

_AMERICAS, _REST = ("US", "CA", "MX", "BR", "AR", "CU"), ("IN", "PK", "AU", "NZ", "ZA", "AE", "QA", "IL", "SG", "MY")
_ELSEWHERE = {*_REST, "TH", "CN", "ID", "KR"}
_PX_PER_MM = 0.6
_MANY_FORMS = "AGIJMQR01234679"
_FIGURES = ("figure", "figure", "shield", "round", "dots")
_SEALS = ("pair", "shield", "sticker", "round", "dots", "script")
_INKS = {
    "white": ("black", "navy", "red", "green", "blue"),
    "yellow": ("black", "navy"),
    "black": ("white", "silver"),
    "navy": ("white", "yellow", "silver"),
}


@dataclass(frozen=True, slots=True)
class Variety:
    """What is drawn how often."""

    british: float = 0.2
    continental: float = 0.38
    two_lines: float = 0.2
    diplomatic: float = 0.1
    americas: float = 0.05
    elsewhere: float = 0.07
    doubled: float = 0.0
    """Share of texts in which a character is made to stand twice in a row, half of those a one."""
    signs: float = 0.12
    """Share of plates with a country sign of its own beside them."""

    def shares(self) -> dict[str, float]:
        """Share of each group of styles, summing to 1."""
        groups = ("british", "continental", "two_lines", "diplomatic", "americas", "elsewhere")
        weights = {name: float(getattr(self, name)) for name in groups}
        return {name: weight / sum(weights.values()) for name, weight in weights.items()}


@dataclass(frozen=True)
class Drawn:
    """A drawn plate with its surroundings."""

    image: NDArray[np.uint8]
    """uint8 (H, W, 3)."""
    plate: NDArray[np.float32]
    """float32 (4, 2): corners of the plate in `image`, clockwise from top left, in pixels."""
    lines: tuple[str, str]
    """The text line by line; the second is empty on a one-line plate."""


def group_of(style: PlateStyle) -> str:
    """Which share of the drawn plates the style belongs to."""
    if style.lines == 2:
        return "two_lines"
    if style.kind in ("diplomatic", "consular"):
        return "diplomatic"
    if style.country in ("GB", "JE"):
        return "british"
    if style.country in _AMERICAS:
        return "americas"
    return "elsewhere" if style.country in _ELSEWHERE else "continental"


class Drawer:
    """Draws varied plates; `fonts` are outline fonts that add to our own letters where they are installed."""

    def __init__(self, fonts: Sequence[str], rng: np.random.Generator, variety: Variety | None = None) -> None:
        self._rng, self._variety = rng, variety or Variety()
        self._shares = self._variety.shares()
        self._fonts = [FontFile(path) for path in fonts]
        self._groups: dict[str, list[PlateStyle]] = {name: [] for name in self._shares}
        for style in styles().values():
            self._groups[group_of(style)].append(style)

    def draw(self) -> Drawn:
        """One plate in its surroundings."""
        rng = self._rng
        group = str(rng.choice(list(self._shares), p=list(self._shares.values())))
        family = self._groups[group]
        style = family[int(rng.integers(len(family)))]
        text = self._text(style, family)
        drawn = draw_plate(text, self._vary(style), rng, wear=float(rng.random() ** 1.5), px_per_mm=_PX_PER_MM)
        plate = framed(drawn.image, rng) if style.tags and rng.random() < 0.45 else drawn.image
        image, corners = surround(plate, rng, self._variety.signs)
        upper, _, lower = text.partition("|")
        return Drawn(image, corners, (plain(upper), plain(lower)))

    def _text(self, style: PlateStyle, family: Sequence[PlateStyle]) -> str:
        """Mostly the style's own syntax; sometimes another's, so that the net reads letters and not only rules."""
        if self._rng.random() < 0.2:
            style = replace(family[int(self._rng.integers(len(family)))], letters="ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        text = style.text(self._rng)
        text = self._harden(text) if self._rng.random() < 0.2 else text
        return self._stick(self._double(text) if self._rng.random() < self._variety.doubled else text)

    def _double(self, text: str) -> str:
        """Let one character stand twice in a row, as in D112ABC; narrow pairs are the first to be read as one."""
        pairs = [place for place in range(len(text) - 1) if text[place : place + 2].isalnum()]
        alike = [place for place in pairs if text[place].isdigit() == text[place + 1].isdigit()]
        if not alike:
            return text
        place = int(self._rng.choice(alike))
        one = text[place].isdigit() and self._rng.random() < 0.5
        return text[:place] + ("1" if one else text[place]) * 2 + text[place + 2 :]

    def _harden(self, text: str) -> str:
        """Put a letter or digit that is easily missed or mistaken in place of another."""
        place = int(self._rng.integers(len(text)))
        swap = str(self._rng.choice(list("IIQMWOG"))) if text[place].isalpha() else "1"
        return text[:place] + swap + text[place + 1 :] if text[place].isalnum() else text

    def _stick(self, text: str) -> str:
        """Sometimes a sticker before or after the upper line."""
        upper, bar, lower = text.partition("|")
        dice = self._rng.random() * (1.0 if bar else 3.0)
        return f":{upper}{bar}{lower}" if dice < 0.15 else f"{upper}:{bar}{lower}" if dice < 0.4 else text

    def _vary(self, style: PlateStyle) -> PlateStyle:
        rng = self._rng
        height, width = style.char
        wide = float(rng.uniform(0.85, 1.12 if style.lines == 1 else 1.4))
        changed = replace(
            style,
            lettering=self._lettering(style),
            char=(height * float(rng.uniform(0.9, 1.07 if style.lines == 1 else 1.2)), width * wide),
            gap=style.gap * float(rng.uniform(0.55, 1.35)),
            space=style.space * float(rng.uniform(0.5, 1.4)),
        )
        if style.tags and rng.random() < 0.6:
            changed = replace(changed, seal=str(rng.choice(_FIGURES)), ink=str(rng.choice(_INKS[style.ground])))
        elif rng.random() < 0.2 or not style.seal:
            changed = replace(changed, seal=str(rng.choice(["", *_SEALS])))
        if rng.random() < 0.1:
            letters = str(rng.choice(["D", "F", "I", "EU", "GB"]))
            changed = replace(changed, band="" if style.band else "blue", band_letters=letters)
        if rng.random() < 0.08:
            ground = str(rng.choice(list(_INKS)))
            changed = replace(changed, ground=ground, ink=str(rng.choice(list(_INKS[ground]))))
        return replace(changed, rim="") if rng.random() < 0.15 else changed

    def _lettering(self, style: PlateStyle) -> Lettering:
        rng, dice = self._rng, self._rng.random()
        if dice < 0.25 and self._fonts:
            return self._fonts[int(rng.integers(len(self._fonts)))]
        name = style.face if dice < 0.75 else str(rng.choice(list(face_names())))
        return _bend(face(name), rng)


def _bend(own: StrokeFace, rng: np.random.Generator) -> StrokeFace:
    """Another weight, roundness and slant of one of our faces."""
    weight = own.weight * float(rng.uniform(0.75, 1.2))
    roundness = own.round * float(rng.uniform(0.7, 1.3))
    slant = float(rng.uniform(-0.1, 0.12)) if rng.random() < 0.15 else 0.0
    chosen = tuple(str(rng.choice(list(forms_of(char)))) for char in rng.choice(list(_MANY_FORMS), 4))
    return replace(own, weight=weight, round=roundness, slant=slant, forms=(*chosen, *own.forms))


def surround(
    plate: NDArray[np.uint8], rng: np.random.Generator, signs: float = 0.12
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Set the plate into a holder and a bumper, in `signs` of the cases beside a country sign.

    Returns the picture and the plate's corners float32 (4, 2).
    """
    height, width = plate.shape[:2]
    pad = round(height * 0.45)
    image = _bodywork((height + 2 * pad, width + 2 * pad), rng)
    if rng.random() < 0.55:
        _holder(image, (pad, pad, width, height), rng)
    if rng.random() < signs:
        _neighbour(image, (pad, pad, width, height), rng)
    image[pad : pad + height, pad : pad + width] = plate
    right, bottom = pad + width, pad + height
    return image, np.array([(pad, pad), (right, pad), (right, bottom), (pad, bottom)], np.float32)


def framed(plate: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The plate in an American dealer's frame, whose broad lettered bars hide what stands above and below the text."""
    image = plate.copy()
    height, width = image.shape[:2]
    name = str(rng.choice(["black", "black", "black", "silver", "white", "navy", "wine"]))
    paint, ink = colour(name), colour("black" if name in ("silver", "white") else str(rng.choice(["white", "yellow"])))
    edge = max(round(width * float(rng.uniform(0.01, 0.035))), 1)
    cv2.rectangle(image, (0, 0), (width - 1, height - 1), paint, edge * 2)
    for upper in (True, False):
        bar = height * float(rng.uniform(0.06, 0.2))
        level = bar / 2 if upper else height - bar / 2
        cv2.rectangle(image, (0, round(level - bar / 2)), (width, round(level + bar / 2)), paint, -1)
        if bar > height * 0.09:
            letters = rng.choice(list("ABCDEFGHIKLMNOPRSTUVWZ.  "), int(rng.integers(4, 20)))
            size = bar * float(rng.uniform(0.5, 0.85))
            write(image, "".join(letters), (width / 2, level), size, ink, width * float(rng.uniform(0.5, 0.95)))
    return image


def _neighbour(image: NDArray[np.uint8], place: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """A country sign of its own right beside the plate."""
    left, top, width, height = place
    side, gap = height * float(rng.uniform(0.3, 0.55)), height * float(rng.uniform(0.0, 0.06))
    start = left + width + gap if rng.random() < 0.6 else left - gap - side
    ground, ink = ("blue", "white") if rng.random() < 0.7 else ("white", "black")
    corners = (round(start), top), (round(start + side), top + height)
    cv2.rectangle(image, *corners, colour(ground), -1)
    letters = str(rng.choice(["B", "D", "F", "I", "E", "A", "P", "L", "NL", "CH", "GB", "CZ", "PL"]))
    level = top + height * float(rng.uniform(0.4, 0.8))
    write(image, letters, (start + side / 2, level), height * float(rng.uniform(0.25, 0.5)), colour(ink), side * 0.8)


def _bodywork(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.uint8]:
    paint = rng.uniform(10, 240) + rng.uniform(-40, 40, 3) * (rng.random() < 0.5)
    level = np.linspace(float(rng.uniform(0.6, 1.2)), float(rng.uniform(0.6, 1.2)), shape[0], dtype=np.float32)[:, None]
    image = (level * (0.85 + 0.3 * cloud(shape, int(rng.integers(2, 9)), rng)))[..., None] * paint
    picture = np.clip(image, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 6))):
        y, shade = int(rng.integers(shape[0])), int(rng.integers(256))
        ends = (0, y), (shape[1], y + int(rng.integers(-6, 7)))
        cv2.line(picture, *ends, (shade, shade, shade), int(rng.integers(1, 6)), cv2.LINE_AA)
    return picture


def _holder(image: NDArray[np.uint8], place: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    """A plate holder, dark or bright, often with the dealer's name below the plate."""
    left, top, width, height = place
    edge = height * float(rng.uniform(0.02, 0.09))
    foot = edge + height * float(rng.uniform(0.0, 0.22))
    paint = colour(str(rng.choice(["black", "black", "black", "silver", "white", "grey"])))
    corners = (round(left - edge), round(top - edge)), (round(left + width + edge), round(top + height + foot))
    cv2.rectangle(image, *corners, paint, -1)
    if foot > height * 0.1:
        letters = rng.choice(list("ABCDEFGHIKLMNOPRSTUVWZ.- "), int(rng.integers(6, 24)))
        size = foot * float(rng.uniform(0.4, 0.75))
        ink = colour("white" if paint == colour("black") else "black")
        middle = left + width * float(rng.uniform(0.35, 0.65)), top + height + foot * 0.52
        write(image, "".join(letters), middle, size, ink, width * 0.7)
