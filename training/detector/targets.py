# SPDX-License-Identifier: Apache-2.0
"""From a view's truth to what the network should answer at each location."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.detector.augment import View, bounds
from training.detector.data import PLATE

Array = NDArray[np.float32]

# Share of a box's half width that is one standard deviation of its heat, and where geometry is trained.
HEAT_SPREAD = 0.18
SIDES_FROM = 0.35
SMALLEST_PX = {"vehicle": 6.0, "plate": 7.0}


@dataclass(frozen=True, slots=True)
class Target:
    """heat, heat_weight: (classes, h, w); geometry: (4 or 12, h, w) pixels; weight, scale: (h, w)."""

    heat: Array
    heat_weight: Array
    geometry: Array
    weight: Array
    scale: Array


class _Canvas:
    def __init__(self, classes: int, corners: bool, size: tuple[int, int], stride: int) -> None:
        width, height = size[0] // stride, size[1] // stride
        self.stride = stride
        self.xs = (np.arange(width, dtype=np.float32) + 0.5) * stride
        self.ys = (np.arange(height, dtype=np.float32) + 0.5) * stride
        self.heat = np.zeros((classes, height, width), np.float32)
        self.heat_weight = np.ones_like(self.heat)
        self.geometry = np.zeros((12 if corners else 4, height, width), np.float32)
        self.weight = np.zeros((height, width), np.float32)
        self.scale = np.ones((height, width), np.float32)

    def inside(self, box: Array) -> NDArray[np.bool_]:
        """(h, w) locations inside the box."""
        across = (self.xs > box[0]) & (self.xs < box[2])
        down = (self.ys > box[1]) & (self.ys < box[3])
        return np.asarray(down[:, None] & across[None, :])

    def bump(self, box: Array) -> Array:
        """(h, w) a Gaussian over the box, exactly 1 at the location nearest its centre."""
        centre = (box[:2] + box[2:]) / 2
        spread = np.maximum((box[2:] - box[:2]) * HEAT_SPREAD, self.stride * 0.4)
        x = np.exp(-(((self.xs - centre[0]) / spread[0]) ** 2) / 2)
        y = np.exp(-(((self.ys - centre[1]) / spread[1]) ** 2) / 2)
        both = y[:, None] * x[None, :]
        at = np.unravel_index(int(both.argmax()), both.shape)
        both[at] = 1.0
        return np.asarray(both, np.float32)

    def place(self, label: int, quad: Array, box: Array, trust: float) -> None:
        """Write one object; smaller objects come later and win."""
        bump = self.bump(box)
        self.heat[label] = np.maximum(self.heat[label], bump)
        if trust < 1:  # the kind is doubtful: no other kind is wrong here
            self.heat_weight[:5][:, bump > 0.1] = 0
            self.heat_weight[label][bump >= 0.999] = trust
        core = bump >= SIDES_FROM
        x, y = np.broadcast_arrays(self.xs[None, :], self.ys[:, None])
        sides = np.stack([x - box[0], y - box[1], box[2] - x, box[3] - y])
        self.geometry[:4][:, core] = np.maximum(sides[:, core], 0.5)
        if len(self.geometry) > 4:
            offsets = np.stack([c - (x, y)[i % 2] for i, c in enumerate(quad.reshape(8))])
            self.geometry[4:][:, core] = offsets[:, core]
        # every object weighs about the same whatever its size
        self.weight[core] = bump[core] / bump[core].sum() * np.log2(2 + core.sum())
        self.scale[core] = max(4.0, float(box[3] - box[1]))


def build(view: View, task: str, classes: int, stride: int) -> Target:
    """The target of one view for the task "vehicle" (six classes, person last) or "plate" (one)."""
    height, width = view.picture.shape[:2]
    canvas = _Canvas(classes, task == "plate", (width, height), stride)
    boxes = bounds(view.quads) if len(view.quads) else np.zeros((0, 4), np.float32)
    wanted = view.labels == PLATE if task == "plate" else view.labels < PLATE
    if task == "plate":
        for box in view.silent:
            canvas.heat_weight[:, canvas.inside(box)] = 0
    order = np.argsort(-((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])))
    limits = np.array([width, height, width, height], np.float32)
    for index in order[wanted[order]]:
        seen = np.clip(boxes[index], 0, limits)
        _place(canvas, task, int(view.labels[index]), view.quads[index], boxes[index], seen, float(view.trust[index]))
    return Target(canvas.heat, canvas.heat_weight, canvas.geometry, canvas.weight, canvas.scale)


def _place(canvas: _Canvas, task: str, label: int, quad: Array, box: Array, seen: Array, trust: float) -> None:
    whole = float((box[2] - box[0]) * (box[3] - box[1]))
    left = float(max(0, seen[2] - seen[0]) * max(0, seen[3] - seen[1]))
    if left <= 0:
        return
    small = max(seen[2] - seen[0], seen[3] - seen[1]) < SMALLEST_PX[task]
    cut = left < (0.7 if task == "plate" else 0.25) * whole
    if trust == 0 or small or cut:
        inside = canvas.inside(seen)
        canvas.heat_weight[:, inside & (canvas.heat.max(0) < 0.999)] = 0
        return
    canvas.place(0 if task == "plate" else label, quad, box if task == "plate" else seen, trust)
