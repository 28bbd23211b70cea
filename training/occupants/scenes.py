# SPDX-License-Identifier: Apache-2.0
"""Windscreens with a chosen number of people: real glass, real people set behind it, and what hides them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.occupants.data import Labelled, Picture, picture_of
from training.occupants.people import FACE, CutOut
from training.occupants.people import SIDE as CUT_OUT
from training.occupants.rendered import rendered
from training.occupants.wear import marked, worn
from wayside.domain import Box
from wayside.vision.glass import ABOVE, BELOW, HEIGHT, SIDE, WIDTH, straight

Floats = NDArray[np.float32]
Rng = np.random.Generator

# Columns and rows between which the glass lies in a straightened windscreen.
GLASS_X = (WIDTH * SIDE / (1 + 2 * SIDE), WIDTH * (1 + SIDE) / (1 + 2 * SIDE))
GLASS_Y = (HEIGHT * ABOVE / (1 + ABOVE + BELOW), HEIGHT * (1 + ABOVE) / (1 + ABOVE + BELOW))
GLASS_HIGH = GLASS_Y[1] - GLASS_Y[0]
# Standard deviation, in grey levels, below which a face is lost in noise; from twice that on it is seen.
DROWNED = 4.0
# So often something is before a face.
COVERED = 0.25
# Of the people who are added so many are drawn, and behind so many windscreens the seats are.
DRAWN, SEATED = 0.35, 0.3
# x, y and height, in pixels of the scene.
Face = tuple[float, float, float]

# Contrast left behind the glass, as a share: from the first on one can see through, below the second one cannot.
SEEN, UNSEEN = 0.5, 0.14


@dataclass(frozen=True, slots=True)
class Scene:
    """A windscreen uint8 (HEIGHT, WIDTH, 3) with targets (left, right, sight) 0–1 and their weights.

    faces: middle and height, in pixels, of every face that was put there; a side may have somebody without one.
    """

    picture: Picture
    target: tuple[float, float, float]
    weight: tuple[float, float, float]
    faces: tuple[Face, ...] = ()


def scene(one: Labelled, everybody: Sequence[CutOut], rng: Rng) -> Scene:
    """A view of a labelled windscreen with people added to the seats that are known to be empty."""
    view = straight(picture_of(one.file), jittered(one.windscreen or one.vehicle, rng))
    crop = np.asarray(view / 255, np.float32)
    # Glass through which nothing is seen may well hide somebody: it teaches sight only.
    seats = [(taken, taken is False and rng.random() < 0.5) for taken in (one.left, one.right)]
    glass = _glass(rng)
    crop, shown = dimmed(_furnished(crop, rng), glass, rng), []
    for number, (_, added) in enumerate(seats):
        if added:
            somebody = rendered(rng) if rng.random() < DRAWN else everybody[int(rng.integers(len(everybody)))]
            crop, face = _behind(crop, somebody, number, glass, rng)
            shown.append(face)
    left = float(np.exp(rng.uniform(np.log(0.02), 0))) if rng.random() < 0.35 else 1.0
    crop = veiled(crop, glass, left, rng) if left < 1 else crop
    crop = marked(crop, rng) if rng.random() < 0.35 else crop
    picture = worn(crop, rng)
    target = [float(taken or added) for taken, added in seats]
    known = 1.0 if left >= SEEN else 0.2 * (left >= UNSEEN)
    weight = [known * (taken is not None) for taken, _ in seats]
    sight, sure = _sight(one.sight, left, any(target))
    if rng.random() < 0.5:
        picture, target, weight = np.ascontiguousarray(picture[:, ::-1]), target[::-1], weight[::-1]
        shown = [(WIDTH - x, y, high) for x, y, high in shown]
    weight = [min(known, share) for known, share in zip(weight, shares(picture, shown), strict=True)]
    return Scene(picture, (target[0], target[1], sight), (weight[0], weight[1], sure), tuple(shown))


def shares(picture: Picture, faces: Sequence[Face]) -> list[float]:
    """How far each side teaches: less where the dimmest face that was put there is drowned, 0-1."""
    grey, found = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), [1.0, 1.0]
    for x, y, high in faces:
        top, left = max(0, int(y - high * 0.6)), max(0, int(x - high * 0.5))
        part = grey[top : int(y + high * 0.6) + 1, left : int(x + high * 0.5) + 1]
        side, spread = int(x * 2 >= WIDTH), float(part.std()) if part.size else 0.0
        found[side] = min(found[side], float(np.clip((spread - DROWNED) / DROWNED, 0, 1)))
    return found


def _sight(label: str, left: float, anybody: bool) -> tuple[float, float]:
    """Target and weight: between seen and unseen nothing is taught; where somebody shows, one can see."""
    if label == "none" or left < UNSEEN:
        return 0.0, 1.0
    return 1.0, float(left >= SEEN) * (1.0 if anybody else 0.5 * (label == "clear"))


def dimmed(crop: Floats, glass: Floats, rng: Rng) -> Floats:
    """Every other cabin darker than where it was parked."""
    dark = np.exp(rng.uniform(np.log(0.25), 0)) if rng.random() < 0.5 else 1.0
    return np.asarray(crop * (1 - glass[..., None] * (1 - dark)), np.float32)


def jittered(box: Box, rng: Rng) -> Box:
    wide, high = box.width, box.height
    a, b, c, d = rng.normal(0, 0.045, 4)
    return Box(box.left + a * wide, box.top + b * high, box.right + c * wide, box.bottom + d * high)


def _glass(rng: Rng) -> Floats:
    """Where the glass is: float32 (HEIGHT, WIDTH), soft at its edges."""
    inset = rng.uniform(0.03, 0.16) * WIDTH
    corners = [
        (GLASS_X[0] + inset, GLASS_Y[0] + 3), (GLASS_X[1] - inset, GLASS_Y[0] + 3),
        (GLASS_X[1] - 3, GLASS_Y[1]), (GLASS_X[0] + 3, GLASS_Y[1]),
    ]  # fmt: skip
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1.0)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5), np.float32)


def _behind(crop: Floats, person: CutOut, seat: int, glass: Floats, rng: Rng) -> tuple[Floats, Face]:
    """Somebody on the left (seat 0) or right, lit as dimly as a cabin is, with the glass's reflection before them."""
    picture, coverage, face = _placed(person, seat, rng)
    cover = (coverage * glass * rng.uniform(0.6, 1.0))[..., None]
    light = picture * (np.exp(rng.uniform(np.log(0.2), np.log(1.0))))
    tint = crop.mean((0, 1)) / max(float(crop.mean()), 1e-3)
    light = light * (1 + rng.uniform(0, 0.8) * (tint - 1))
    reflected = cv2.GaussianBlur(crop, (0, 0), rng.uniform(1.5, 9)) * rng.uniform(0, 0.85)
    shown = np.asarray(crop * (1 - cover) + cover * np.minimum(light + reflected, 1.0), np.float32)
    return (_steering_wheel(shown, seat, rng) if rng.random() < 0.4 else shown), face


def _placed(person: CutOut, seat: int, rng: Rng) -> tuple[Floats, Floats, Face]:
    """The cut-out in its seat: picture 0–1 (HEIGHT, WIDTH, 3), coverage 0–1 (HEIGHT, WIDTH), and the face."""
    scale = rng.uniform(0.2, 0.42) * GLASS_HIGH / FACE
    across = scale * rng.uniform(0.8, 1.3) * (-1 if rng.random() < 0.5 else 1)
    share = rng.uniform(0.62, 0.84) if seat else rng.uniform(0.16, 0.38)
    middle = GLASS_X[0] + share * (GLASS_X[1] - GLASS_X[0])
    # Seen from high above, a head hides behind the roof or the sun visor, and only the chest shows.
    face_top = GLASS_Y[0] + GLASS_HIGH * (rng.uniform(-0.35, 0.0) if rng.random() < 0.15 else rng.uniform(0.0, 0.45))
    lean = rng.normal(0, 0.12)
    matrix = np.array([[across, lean, middle - across * CUT_OUT / 2], [0, scale, face_top - 0.75 * FACE * scale]])
    size, flat = (WIDTH, HEIGHT), matrix.astype(np.float32)
    person = _covered(person, rng) if rng.random() < COVERED else person
    picture = cv2.warpAffine(person[0], flat, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    coverage = cv2.warpAffine(person[1], flat, size, flags=cv2.INTER_AREA)
    middle_of_face = (middle + lean * FACE * 1.25, face_top + scale * FACE / 2, scale * FACE)
    return np.asarray(picture / 255, np.float32), np.asarray(coverage / 255, np.float32), middle_of_face


def _covered(person: CutOut, rng: Rng) -> CutOut:
    """A hand, a cup or a sun visor before part of the face: as light as the face, or dark."""
    picture, coverage = person[0].copy(), person[1].copy()
    top, middle = round(0.75 * FACE), CUT_OUT // 2
    skin = picture[top : top + round(FACE), middle - 8 : middle + 8].mean((0, 1))
    if rng.random() < 0.6:
        place = (middle + round(rng.normal(0, 0.3) * FACE), top + round(rng.uniform(0.1, 1.0) * FACE))
        axes = (round(rng.uniform(0.25, 0.5) * FACE), round(rng.uniform(0.25, 0.5) * FACE))
        turn, colour = float(rng.uniform(0, 180)), skin * rng.uniform(0.6, 1.2)
        cv2.ellipse(picture, place, axes, turn, 0, 360, [float(v) for v in colour], -1, cv2.LINE_AA)
        cv2.ellipse(coverage, place, axes, turn, 0, 360, 255.0, -1, cv2.LINE_AA)
    else:
        edge = top + round(rng.uniform(0.1, 0.7) * FACE)
        picture[:edge] = picture[:edge] * 0.2 + np.full(3, rng.uniform(5, 120)) * 0.8
        coverage[max(0, edge - round(FACE)) : edge, 8:-8] = 255
    return picture, coverage


def _steering_wheel(crop: Floats, seat: int, rng: Rng) -> Floats:
    share = rng.uniform(0.66, 0.82) if seat else rng.uniform(0.18, 0.34)
    middle = (round(GLASS_X[0] + share * (GLASS_X[1] - GLASS_X[0])), round(GLASS_Y[1] - rng.uniform(-6, 15)))
    axes = (int(rng.integers(13, 25)), int(rng.integers(10, 23)))
    shade = float(rng.uniform(0.0, 0.2))
    return np.asarray(cv2.ellipse(crop.copy(), middle, axes, 0, 180, 360, (shade,) * 3, 3, cv2.LINE_AA), np.float32)


def _furnished(crop: Floats, rng: Rng) -> Floats:
    """Seats with head-rests, papers and ornaments: what a careless counter takes for people."""
    crop = _seats(crop, rng) if rng.random() < SEATED else crop
    for _ in range(int(rng.integers(0, 3))):
        shape = crop.copy()
        middle = (int(rng.uniform(*GLASS_X)), int(rng.uniform(GLASS_Y[0] + 12, GLASS_Y[1])))
        axes = (int(rng.integers(3, 14)), int(rng.integers(3, 12)))
        colour = tuple(float(v) for v in np.clip(rng.uniform(0, 0.8) + rng.normal(0, 0.05, 3), 0, 1))
        if rng.random() < 0.5:
            cv2.ellipse(shape, middle, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
        else:
            opposite = (middle[0] + axes[0], middle[1] + axes[1])
            cv2.rectangle(shape, middle, opposite, colour, -1)
        share = rng.uniform(0.1, 0.7)
        crop = np.asarray(crop * (1 - share) + shape * share, np.float32)
    return crop


def _seats(crop: Floats, rng: Rng) -> Floats:
    """Both backs with their head-rests, alike."""
    shape, share = crop.copy(), rng.uniform(0.4, 0.95)
    colour = np.clip(rng.uniform(0.02, 0.8) + rng.normal(0, 0.05, 3), 0, 1)
    top, wide, high = GLASS_Y[0] + rng.uniform(0.1, 0.4) * GLASS_HIGH, rng.uniform(6, 11), rng.uniform(5, 10)
    apart, back = rng.uniform(0.2, 0.28) * (GLASS_X[1] - GLASS_X[0]), rng.uniform(1.5, 2.2)
    for side in (-1, 1):
        x = WIDTH / 2 + side * apart
        shoulders, low = top + high + rng.uniform(3, 7), GLASS_Y[1]
        corners = [
            (x - wide * back, low),
            (x - wide * 1.3, shoulders),
            (x + wide * 1.3, shoulders),
            (x + wide * back, low),
        ]
        cv2.fillPoly(shape, [np.round(corners).astype(np.int32)], [float(v) for v in colour], cv2.LINE_AA)
        middle, axes = (round(x), round(top + high / 2)), (round(wide), round(high))
        shade = [float(v) for v in colour * rng.uniform(0.7, 1.2)]
        cv2.ellipse(shape, middle, axes, 0, 0, 360, shade, -1, cv2.LINE_AA)
    return np.asarray(crop * (1 - share) + shape * share, np.float32)


def veiled(crop: Floats, glass: Floats, left: float, rng: Rng) -> Floats:
    """The contrast behind the glass brought down to the share `left`: tinted, unlit, or reflecting the sky."""
    level = np.exp(rng.uniform(np.log(0.02), np.log(0.75)))
    down, across = np.linspace(-1, 1, HEIGHT)[:, None], np.linspace(-1, 1, WIDTH)[None]
    slope = down * rng.normal(0, 0.1) + across * rng.normal(0, 0.05)
    sky = np.clip(level * (1 + slope), 0, 1)[..., None] * np.clip(1 + rng.normal(0, 0.06, 3), 0.7, 1.3)
    veiled = sky + (crop - crop.mean()) * left
    return np.asarray(np.clip(crop * (1 - glass[..., None]) + veiled * glass[..., None], 0, 1), np.float32)
