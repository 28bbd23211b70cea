# SPDX-License-Identifier: Apache-2.0
"""What years and weather do to a plate: dirt, fading, scratches, and the faint pictures some plates carry."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


def cloud(shape: tuple[int, int], cells: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Smooth noise float32 (H, W), 0–1, with about `cells` blobs across."""
    rough = rng.random((max(cells // 2, 2), max(cells, 2))).astype(np.float32)
    return np.asarray(cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)


def weather(image: Image, wear: float, rng: np.random.Generator) -> Image:
    """Add dirt, fading and scratches, `wear` 0 (new) to 1; uint8 (H, W, 3) in and out."""
    if wear <= 0:
        return image
    height, width = image.shape[:2]
    soil = np.clip(cloud((height, width), int(rng.integers(3, 24)), rng) - 1.05 + wear * 0.7, 0, 1)
    mud = np.array([60, 80, 95], np.float32) * float(rng.uniform(0.5, 1.3))
    share = (soil * rng.uniform(0.2, 1.0))[..., None]
    worn = image.astype(np.float32) * (1 - share) + mud * share
    fade = float(rng.uniform(0, 0.3)) * wear
    worn = worn * (1 - fade) + 150 * fade
    worn *= 1 + (cloud((height, width), 3, rng)[..., None] - 0.5) * 0.3 * wear
    result = np.asarray(np.clip(worn, 0, 255), np.uint8)
    for _ in range(int(rng.integers(0, 4) * wear)):
        ends = rng.uniform(0, 1, (2, 2)) * (width, height)
        start, end = np.round(ends).astype(int).tolist()
        shade = int(rng.integers(60, 220))
        cv2.line(result, start, end, (shade, shade, shade), 1, cv2.LINE_AA)
    return result


def scene(image: Image, rng: np.random.Generator) -> Image:
    """A faint landscape behind the text, as on many American plates."""
    height, width = image.shape[:2]
    tint = rng.uniform(120, 255, 3).astype(np.float32)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] ** float(rng.uniform(0.5, 2))
    share = (cloud((height, width), 4, rng) * down * float(rng.uniform(0.1, 0.7)))[..., None]
    return np.asarray(np.clip(image * (1 - share) + tint * share, 0, 255), np.uint8)
