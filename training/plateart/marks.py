# SPDX-License-Identifier: Apache-2.0
"""What stands on a plate beside its text: bands, stars, flags, seals, shields, stickers, foreign script, bolts."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.plateart.lettering import Slot, face
from training.plateart.styles import Colour, colour

Image = NDArray[np.uint8]
_SEAL_GROUNDS = ("sky", "amber", "green", "red", "silver", "pink", "yellow", "white", "navy")


def fill(image: Image, left: float, top: float, width: float, height: float, paint: Colour) -> None:
    """Fill a rectangle given in pixels."""
    corner = round(left + width) - 1, round(top + height) - 1
    cv2.rectangle(image, (round(left), round(top)), corner, paint, -1)


def stars(image: Image, centre: tuple[float, float], radius: float, paint: Colour) -> None:
    """The ring of twelve stars, each a dot at this size."""
    for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        x, y = centre[0] + radius * np.cos(turn), centre[1] + radius * np.sin(turn)
        cv2.circle(image, (round(x), round(y)), max(round(radius * 0.16), 1), paint, -1, cv2.LINE_AA)


def flag(image: Image, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A small flag of three stripes in the box left, top, width, height."""
    left, top, width, height = box
    for index, name in enumerate(rng.choice(list(_SEAL_GROUNDS), 3)):
        fill(image, left, top + index * height / 3, width, height / 3 + 1, colour(str(name)))


def seal(image: Image, kind: str, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """Draw what stands at a seal's place into the box left, top, width, height."""
    left, top, width, height = box
    if kind == "pair":
        size = float(rng.uniform(0.32, 0.5))
        for share in (0.28, 0.74):
            if rng.random() < 0.92:
                _sticker(image, (left + width / 2, top + height * share), min(width * size, height * 0.26), rng)
    elif kind == "dots":
        _dots(image, box, rng)
    elif kind == "round":
        _sticker(image, (left + width / 2, top + height / 2), width * 0.45, rng)
    elif kind == "shield":
        _shield(image, (left, top + height * 0.14, width, height * 0.66), rng)
    elif kind == "sticker":
        shape = left + width * 0.1, top + height * 0.2, width * 0.8, height * float(rng.uniform(0.35, 0.6))
        fill(image, *shape, colour(str(rng.choice(list(_SEAL_GROUNDS)))))
        (_script if rng.random() < 0.5 else _number)(image, shape, colour("black"), rng)
    elif kind == "figure":
        figure(image, (left - width * 0.15, top, width * 1.3, height), rng)
    elif kind == "script":
        _script(image, (left, top + height * 0.1, width, height * 0.8), colour("black"), rng)


def tag(image: Image, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A sticker of the month or the year, in the box left, top, width, height."""
    fill(image, *box, colour(str(rng.choice([*_SEAL_GROUNDS, "orange", "blue"]))))
    ink = colour(str(rng.choice(["black", "white", "navy"])))
    (_script if rng.random() < 0.3 else _number)(image, box, ink, rng)


def figure(image: Image, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A picture between the characters: a fruit, a tree, the outline of a state; it may reach behind them."""
    left, top, width, height = box
    for _ in range(int(rng.integers(1, 4))):
        turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
        reach = rng.uniform(0.25, 0.6, 9)
        outline = np.stack([np.cos(turns), np.sin(turns)], axis=1) * reach[:, None] + 0.5
        points = np.round(outline * (width, height) + (left, top)).astype(np.int32)
        cv2.fillPoly(image, [points], colour(str(rng.choice([*_SEAL_GROUNDS, "orange", "grey"]))), cv2.LINE_AA)


def _sticker(image: Image, centre: tuple[float, float], radius: float, rng: np.random.Generator) -> None:
    middle = round(centre[0]), round(centre[1])
    radius = max(radius, 1.0)
    cv2.circle(image, middle, round(radius), colour(str(rng.choice(list(_SEAL_GROUNDS)))), -1, cv2.LINE_AA)
    inner = colour(str(rng.choice(list(_SEAL_GROUNDS))))
    cv2.circle(image, middle, max(round(radius * float(rng.uniform(0.3, 0.7))), 1), inner, -1, cv2.LINE_AA)
    for turn in rng.uniform(0, 2 * np.pi, 4):
        spot = round(centre[0] + radius * 0.7 * np.cos(turn)), round(centre[1] + radius * 0.7 * np.sin(turn))
        cv2.circle(image, spot, max(round(radius * 0.12), 1), colour("black"), -1, cv2.LINE_AA)


def _dots(image: Image, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    """A dash with a small stamp above and below it."""
    left, top, width, height = box
    ink = colour(str(rng.choice(["black", "wine", "navy"])))
    fill(image, left + width * 0.25, top + height * 0.46, width * 0.5, height * 0.1, ink)
    for share in (float(rng.uniform(0.15, 0.32)), float(rng.uniform(0.68, 0.85))):
        if rng.random() < 0.7:
            middle = round(left + width / 2), round(top + height * share)
            paint = colour(str(rng.choice(list(_SEAL_GROUNDS))))
            cv2.circle(image, middle, max(round(width * float(rng.uniform(0.1, 0.24))), 1), paint, -1, cv2.LINE_AA)


def _shield(image: Image, box: tuple[float, float, float, float], rng: np.random.Generator) -> None:
    left, top, width, height = box
    outline = np.array([(0, 0), (1, 0), (1, 0.6), (0.5, 1), (0, 0.6)]) * (width, height) + (left, top)
    points = np.round(outline).astype(np.int32)
    cv2.fillConvexPoly(image, points, colour(str(rng.choice(list(_SEAL_GROUNDS)))), cv2.LINE_AA)
    charge = colour(str(rng.choice(["red", "white", "black", "yellow", "navy"])))
    dice = rng.random()
    if dice < 0.3:
        fill(image, left + width * 0.4, top, width * 0.2, height * 0.8, charge)
        fill(image, left, top + height * 0.3, width, height * 0.2, charge)
    elif dice < 0.6:
        beast = rng.uniform(0.15, 0.85, (7, 2)) * (width, height * 0.75) + (left, top)
        cv2.fillPoly(image, [np.round(beast).astype(np.int32)], charge, cv2.LINE_AA)
    elif dice < 0.8:
        _chequers(image, box, charge)
    else:
        centre = round(left + width / 2), round(top + height * 0.42)
        cv2.ellipse(image, centre, (max(round(width * 0.3), 1), max(round(height * 0.3), 1)), 0, 0, 360, charge, -1)
    if rng.random() < 0.3:
        fill(image, left + width * 0.2, top - height * 0.2, width * 0.6, height * 0.2, charge)
    cv2.polylines(image, [points], True, colour("black"), 1, cv2.LINE_AA)


def _chequers(image: Image, box: tuple[float, float, float, float], paint: Colour) -> None:
    left, top, width, height = box
    for row, column in np.ndindex(3, 4):
        if (row + column) % 2:
            fill(image, left + column * width / 4, top + row * height / 5, width / 4 + 1, height / 5 + 1, paint)


def _script(image: Image, box: tuple[float, float, float, float], ink: Colour, rng: np.random.Generator) -> None:
    """Strokes that look like lettering but are no Latin letter."""
    left, top, width, height = box
    pen = max(round(width * 0.09), 1)
    for _ in range(int(rng.integers(3, 6))):
        points = rng.uniform(0.1, 0.9, (3, 2)) * (width, height) + (left, top)
        cv2.polylines(image, [np.round(points).astype(np.int32)], False, ink, pen, cv2.LINE_AA)


def _number(image: Image, box: tuple[float, float, float, float], ink: Colour, rng: np.random.Generator) -> None:
    """A month or a fee class: one or two small digits."""
    left, top, width, height = box
    mask = np.zeros(image.shape[:2], np.uint8)
    digits = str(rng.integers(1, 32))
    pitch = width * 0.8 / len(digits)
    for index, digit in enumerate(digits):
        slot = Slot(left + width * 0.1 + (index + 0.15) * pitch, top + height * 0.2, pitch * 0.7, height * 0.6)
        face("din").stamp(mask, digit, slot)
    image[mask > 127] = ink


def bolt(image: Image, centre: tuple[float, float], radius: float, rng: np.random.Generator) -> None:
    """A screw head or its cap."""
    paint = colour(str(rng.choice(["silver", "black", "yellow", "white", "grey"])))
    middle = round(centre[0]), round(centre[1])
    cv2.circle(image, middle, max(round(radius), 1), paint, -1, cv2.LINE_AA)
    cv2.circle(image, middle, max(round(radius), 1), colour("grey"), 1, cv2.LINE_AA)
