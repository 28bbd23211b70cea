# SPDX-License-Identifier: Apache-2.0
"""Views of a sample as a camera might have given it: geometry first, then light, optics and compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.detector.data import PLATE, Sample

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """A picture of the training size with its truth in its own pixels."""

    picture: Picture
    quads: NDArray[np.float32]
    labels: NDArray[np.int64]
    trust: NDArray[np.float32]
    silent: NDArray[np.float32]
    """(M, 4) boxes inside which a missing plate label means nothing."""


def warp(sample: Sample, picture: Picture, matrix: NDArray[np.float64], size: tuple[int, int]) -> View:
    """The sample seen through a 3×3 homography in a picture of `size` (width, height)."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    while scale < 0.6:  # halving first is an area filter; one bilinear step would alias
        picture = np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix @ np.diag([2.0, 2.0, 1.0])
        sample = _halved(sample)
        scale *= 2
    fill = tuple(int(v) for v in picture.reshape(-1, 3)[:: max(1, picture.size // 999)].mean(0))
    image = cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=fill)
    quads = sample.quads
    if len(quads):
        quads = cv2.perspectiveTransform(quads.reshape(1, -1, 2), matrix).reshape(-1, 4, 2)
    return View(np.asarray(image, np.uint8), quads, sample.labels, sample.trust, _silent(sample, quads))


def _halved(sample: Sample) -> Sample:
    return Sample(
        sample.file, sample.quads / 2, sample.labels, sample.trust, sample.plates_complete,
        sample.vehicles_complete, sample.plates_labelled, sample.simulated,
    )  # fmt: skip


def bounds(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 4, 2) corners → (N, 4) upright boxes left, top, right, bottom."""
    return np.concatenate([quads.min(1), quads.max(1)], 1).astype(np.float32)


def _silent(sample: Sample, quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vehicles without a plate label in a picture whose plate labels are not complete."""
    if sample.plates_complete or not len(quads):
        return np.zeros((0, 4), np.float32)
    boxes = bounds(quads)
    plates = boxes[sample.labels == PLATE]
    centres = (plates[:, :2] + plates[:, 2:]) / 2
    empty = [
        box for box in boxes[sample.labels < PLATE]
        if not ((centres > box[:2]) & (centres < box[2:])).all(1).any()
    ]  # fmt: skip
    return np.array(empty, np.float32).reshape(-1, 4)


def mirrored(sample: Sample, width: int) -> Sample:
    """The sample as in a mirror; corners keep their reading order."""
    quads = sample.quads.copy()
    quads[..., 0] = width - quads[..., 0]
    return Sample(
        sample.file, quads[:, [1, 0, 3, 2]], sample.labels, sample.trust, sample.plates_complete,
        sample.vehicles_complete, sample.plates_labelled, sample.simulated,
    )  # fmt: skip


def homography(
    rng: Generator, centre: tuple[float, float], scale: float, size: tuple[int, int], tilt_deg: float, bend: float
) -> NDArray[np.float64]:
    """A random view: `centre` of the source lands near the middle of a picture of `size` (width, height).

    tilt_deg: standard deviation of the roll; bend: standard deviation of the perspective over the picture.
    """
    width, height = size
    angle = np.deg2rad(rng.normal(0, tilt_deg))
    stretch = np.exp(rng.normal(0, 0.08))
    shear = rng.normal(0, 0.06)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    linear = np.array([[cos * stretch, -sin + shear * scale, 0], [sin, cos / stretch, 0], [0, 0, 1]])
    towards = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1]])
    bent = np.eye(3)
    bent[2, :2] = rng.normal(0, bend, 2) / max(size)
    x, y = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.7)
    back = np.array([[1, 0, x], [0, 1, y], [0, 0, 1]])
    return back @ bent @ linear @ towards


def photograph(picture: Picture, rng: Generator) -> Picture:
    """Light, optics, sensor and compression, each with its own chance."""
    image = picture.astype(np.float32)
    if rng.random() < 0.8:
        image = _light(image, rng)
    if rng.random() < 0.12:
        image = _night(image, rng)
    if rng.random() < 0.3:
        image = _blur(image, rng)
    if rng.random() < 0.15:
        image = _low_resolution(image, rng)
    if rng.random() < 0.35:
        grain = rng.normal(0, rng.uniform(1, 14), (*image.shape[:2], 1 if rng.random() < 0.5 else 3))
        image = image + grain.astype(np.float32)
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))]
        result = np.asarray(cv2.imdecode(cv2.imencode(".jpg", result, quality)[1], cv2.IMREAD_COLOR), np.uint8)
    return result


def _light(image: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    gain = np.exp(rng.normal(0, 0.25)) * np.exp(rng.normal(0, 0.08, 3))
    image = (image * gain.astype(np.float32) - 128) * np.float32(np.exp(rng.normal(0, 0.2))) + 128
    image = image + np.float32(rng.normal(0, 15))
    if rng.random() < 0.15:
        grey = image.mean(2, keepdims=True)
        image = np.repeat(grey, 3, 2) * np.float32(1.0)
    return image


def _night(image: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    """Dark with a gamma curve and a few head-lamp glares."""
    dark = 255 * (np.clip(image, 0, 255) / 255) ** rng.uniform(1.3, 2.6) * rng.uniform(0.3, 0.8)
    height, width = image.shape[:2]
    glare = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(0, 4)):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(glare, at, int(rng.integers(2, 10)), float(rng.uniform(150, 400)), -1)
    sigma = float(rng.uniform(3, 12))
    return np.asarray(dark + cv2.GaussianBlur(glare, (0, 0), sigma)[..., None], np.float32)


def _blur(image: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    if rng.random() < 0.5:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.4, 1.8))), np.float32)
    length = int(rng.integers(2, 8))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
    cv2.line(kernel, *_ends(length, dx, dy), 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.float32)


def _ends(length: int, dx: float, dy: float) -> tuple[tuple[int, int], tuple[int, int]]:
    first = (round(length - dx), round(length - dy))
    return first, (round(length + dx), round(length + dy))


def _low_resolution(image: NDArray[np.float32], rng: Generator) -> NDArray[np.float32]:
    factor = rng.uniform(0.35, 0.8)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
