# SPDX-License-Identifier: Apache-2.0
"""What cameras and storage do to a picture: colour, light, blur, noise, blocks; and boxes that others drew on it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rng = np.random.Generator


def worn(picture: Floats, rng: Rng) -> NDArray[np.uint8]:
    """A picture 0–1 (H, W, 3) as a poor camera would have stored it, uint8."""
    if rng.random() < 0.35:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    else:
        picture = picture * rng.uniform(0.85, 1.15, 3).astype(np.float32)
    picture = np.clip(picture, 0, 1) ** np.exp(rng.normal(0, 0.3)) * np.exp(rng.normal(-0.1, 0.28))
    if rng.random() < 0.5:
        picture = _coarse(np.asarray(picture, np.float32), rng.uniform(1.0, 3.2))
    if rng.random() < 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    noise = rng.normal(0, rng.uniform(0, 0.03), picture.shape)
    stored = np.clip((picture + noise) * 255, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, data = cv2.imencode(".jpg", stored, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 90))])
        stored = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return stored


def _coarse(picture: Floats, times: float) -> Floats:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(8, int(width / times)), max(8, int(height / times))), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def stretched(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture uint8 (H, W, 3) with its grey levels spread over nearly all there are."""
    low, high = np.percentile(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (2, 97))
    spread = (picture.astype(np.float32) - low) / max(float(high - low), 20.0)
    return np.clip(spread * 230 + 10, 0, 255).astype(np.uint8)


def marked(picture: Floats, rng: Rng) -> Floats:
    """Painted boxes and bars, as on pictures that went through somebody's detector; they mean nothing."""
    drawn = picture.copy()
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        left, right = sorted(int(v) for v in rng.integers(0, width, 2))
        top, bottom = sorted(int(v) for v in rng.integers(0, height, 2))
        colour = tuple(float(v) for v in rng.uniform(0, 1, 3))
        if rng.random() < 0.7:
            cv2.rectangle(drawn, (left, top), (right, bottom), colour, int(rng.integers(1, 3)))
        else:
            cv2.rectangle(drawn, (left, top), (right, min(bottom, top + height // 5)), colour, -1)
    return drawn
