# SPDX-License-Identifier: Apache-2.0
"""From heat maps to boxes: what both detectors share after the network has run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

MOST = 200
"""More peaks than this in one picture are noise; the strongest are kept."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """Candidates of one picture, strongest first, in network pixels."""

    scores: Array
    """(N, classes) 0–1 at the location of the peak."""
    boxes: Array
    """(N, 4) left, top, right, bottom."""
    corners: Array | None
    """(N, 4, 2) in reading order, for plates."""


def peaks(scores: Array, sides: Array, corners: Array | None, stride: int, least: float) -> Peaks:
    """Candidates whose best class scores at least `least`.

    scores (classes, h, w), zero off the local peaks; sides (4, h, w) distances from the location to left, top,
    right and bottom; corners (8, h, w) offsets from the location; all in network pixels.
    """
    best = scores.max(0)
    rows, columns = np.nonzero(best >= least)
    order = np.argsort(-best[rows, columns], kind="stable")[:MOST]
    rows, columns = rows[order], columns[order]
    x, y = (columns + 0.5) * stride, (rows + 0.5) * stride
    left, top, right, bottom = sides[:, rows, columns]
    boxes = np.stack([x - left, y - top, x + right, y + bottom], 1).astype(np.float32)
    quads = None
    if corners is not None:
        offsets = corners[:, rows, columns].T.reshape(-1, 4, 2)
        quads = (offsets + np.stack([x, y], 1)[:, None, :]).astype(np.float32)
    return Peaks(scores[:, rows, columns].T, boxes, quads)


def overlaps(box: Array, others: Array) -> tuple[Array, Array]:
    """Of one box (4,) with others (N, 4): intersection over union, and the share of the smaller that is shared."""
    size = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.clip(size[:, 0], 0, None) * np.clip(size[:, 1], 0, None)
    area = (box[2] - box[0]) * (box[3] - box[1])
    areas = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    union = np.maximum(area + areas - shared, 1e-6)
    return shared / union, shared / np.maximum(np.minimum(area, areas), 1e-6)


def keep_distinct(scores: Array, boxes: Array, iou: float, inside: float, alike: float) -> list[int]:
    """Indices that survive suppression, strongest first.

    A weaker box goes when it overlaps a kept one by more than `iou`, or when the smaller of the two lies inside
    the other by more than `inside` and is at least `alike` of its area (one vehicle found twice; a car that
    stands before a bus is much smaller than the bus and stays).
    """
    kept: list[int] = []
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    for index in np.argsort(-scores, kind="stable"):
        if kept:
            union, share = overlaps(boxes[index], boxes[kept])
            ratio = np.minimum(areas[kept], areas[index]) / np.maximum(np.maximum(areas[kept], areas[index]), 1e-6)
            if bool(((union > iou) | ((share > inside) & (ratio > alike))).any()):
                continue
        kept.append(int(index))
    return kept
