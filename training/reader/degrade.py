# SPDX-License-Identifier: Apache-2.0
"""What lens, light, motion, sensor and compression do to a plate on its way to the reader."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.plateart.wear import cloud
from wayside.vision.reader import HEIGHT, WIDTH

Image = NDArray[np.uint8]
Quad = NDArray[np.float32]


def loosen(corners: Quad, rng: np.random.Generator, *, inset: float, outset: float, shake: float) -> Quad:
    """Move the corners as a detector gets them wrong; float32 (4, 2) in and out, shares of the plate's height.

    A fifth of the quads become upright boxes around the plate, as from a detector without corners.
    """
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    rise = float(np.hypot(*down))
    right, below = across / max(float(np.hypot(*across)), 1e-6) * rise, down
    left, top, far, low = rng.uniform(-inset, outset, 4)
    moved = corners + np.stack(
        [-left * right - top * below, far * right - top * below, far * right + low * below, low * below - left * right]
    )
    return np.asarray(moved + rng.normal(0, shake * rise, (4, 2)), np.float32)


def turn(corners: Quad, degrees: float, shear: float) -> Quad:
    """The quad from which a straight cut shows the plate rotated and sheared; float32 (4, 2) in and out."""
    middle = corners.mean(axis=0)
    angle = np.deg2rad(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle) + shear], [np.sin(angle), np.cos(angle)]])
    return np.asarray((corners - middle) @ matrix.T + middle, np.float32)


def cut(image: Image, corners: Quad, height: int, rng: np.random.Generator) -> Image:
    """Straighten the quad into a picture `height` pixels high in the reader's shape, as a camera that far would."""
    width = max(round(height * WIDTH / HEIGHT), 8)
    target = np.array([(0, 0), (2 * width, 0), (2 * width, 2 * height), (0, 2 * height)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    border = cv2.BORDER_REPLICATE if rng.random() < 0.7 else cv2.BORDER_REFLECT
    large = cv2.warpPerspective(image, matrix, (2 * width, 2 * height), flags=cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def light(image: Image, rng: np.random.Generator) -> Image:
    """Exposure, contrast, colour cast, shadow edges and glare; uint8 in and out."""
    pixels = image.astype(np.float32) / 255
    if rng.random() < 0.3:
        pixels = np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2)
    pixels = pixels ** float(np.exp(rng.normal(0, 0.35)))
    gain = float(np.exp(rng.normal(-0.05, 0.25)))
    contrast = float(rng.uniform(0.4, 1.1))
    pixels = (pixels - 0.5) * contrast + 0.5
    pixels = pixels * gain * rng.normal(1, 0.08, 3).astype(np.float32)
    shape = image.shape[:2]
    if rng.random() < 0.3:
        pixels = pixels * _shadow(shape, rng)
    if rng.random() < 0.15:
        pixels = pixels + np.clip(cloud(shape, 4, rng) - 0.6, 0, 1)[..., None] * float(rng.uniform(0.3, 1.3))
    if rng.random() < 0.05:
        pixels = 1 - pixels
    return np.clip(pixels * 255, 0, 255).astype(np.uint8)


def _shadow(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A straight shadow edge across the picture."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    angle = float(rng.uniform(0, 2 * np.pi))
    across, down = x / shape[1] - rng.uniform(0.1, 0.9), y / shape[0] - rng.uniform(0.1, 0.9)
    distance = across * np.cos(angle) + down * np.sin(angle)
    edge = 1 / (1 + np.exp(-distance * float(rng.uniform(8, 80))))
    return np.asarray((1 - edge * float(rng.uniform(0.2, 0.75)))[..., None], np.float32)


def blur(image: Image, rng: np.random.Generator) -> Image:
    """Defocus or motion, measured against the height of the picture; uint8 in and out."""
    dice, height = rng.random(), image.shape[0]
    if dice < 0.35:
        return image
    if dice < 0.7:
        sigma = max(height * float(rng.uniform(0.004, 0.032)), 0.2)
        return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)
    length = max(int(height * rng.uniform(0.04, 0.16)), 2)
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    angle = float(rng.normal(0, 0.5)) if rng.random() < 0.7 else float(rng.uniform(0, np.pi))
    dx, dy = length / 2 * np.cos(angle), length / 2 * np.sin(angle)
    start, end = (round(length - dx), round(length - dy)), (round(length + dx), round(length + dy))
    cv2.line(kernel, start, end, 1.0, 1)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def sense(image: Image, rng: np.random.Generator) -> Image:
    """Sensor noise, sharpening and JPEG; uint8 in and out."""
    if rng.random() < 0.5:
        noise = rng.standard_normal(image.shape, dtype=np.float32) * float(rng.uniform(2, 13))
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        soft = cv2.GaussianBlur(image, (0, 0), 1.2)
        image = np.asarray(cv2.addWeighted(image, 2.0, soft, -1.0, 0), np.uint8)
    if rng.random() < 0.6:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 90))]
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_COLOR), np.uint8)
    return image


def present(image: Image, rng: np.random.Generator) -> Image:
    """Bring the picture to the reader's input size, uint8 (48, 176, 3)."""
    way = cv2.INTER_AREA if image.shape[0] > HEIGHT else [cv2.INTER_LINEAR, cv2.INTER_CUBIC][int(rng.integers(2))]
    return np.asarray(cv2.resize(image, (WIDTH, HEIGHT), interpolation=way), np.uint8)
