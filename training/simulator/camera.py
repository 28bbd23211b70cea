# SPDX-License-Identifier: Apache-2.0
"""A pin-hole camera above a road: from metres of the world to pixels of the picture and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Camera:
    """World axes: x across the road to the right, y along the road away from the camera, z up; metres.

    `yaw_deg` turns the view to the right, `pitch_deg` downward, `roll_deg` clockwise.
    """

    width: int
    height: int
    focal_px: float
    position: tuple[float, float, float]
    yaw_deg: float = 0.0
    pitch_deg: float = 20.0
    roll_deg: float = 0.0

    @cached_property
    def axes(self) -> NDArray[np.float64]:
        """Rows: the camera's right, down and forward axis in the world."""
        yaw, pitch, roll = np.radians([self.yaw_deg, self.pitch_deg, self.roll_deg])
        forward = np.array([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), -np.sin(pitch)])
        right = np.array([np.cos(yaw), -np.sin(yaw), 0.0])
        down = np.cross(forward, right)
        turned = np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right
        return np.stack([*turned, forward])

    def project(self, points: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Points (N, 3) in metres → pixels (N, 2) and depth (N,) in metres; behind the camera: depth <= 0."""
        local = (np.asarray(points, np.float64) - np.array(self.position)) @ self.axes.T
        depth = local[:, 2]
        safe = np.where(np.abs(depth) < 1e-3, 1e-3, depth)
        pixels = local[:, :2] / safe[:, None] * self.focal_px + (self.width / 2, self.height / 2)
        return pixels.astype(np.float32), depth.astype(np.float32)

    def rays(self, pixels: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels (N, 2) → unit directions (N, 3) in the world."""
        flat = (np.asarray(pixels, np.float64) - (self.width / 2, self.height / 2)) / self.focal_px
        local = np.concatenate([flat, np.ones((len(flat), 1))], axis=1)
        world = local @ self.axes
        return np.asarray(world / np.linalg.norm(world, axis=1, keepdims=True))

    def ground_grid(self) -> tuple[Floats, Floats, Floats]:
        """For each pixel (height, width): where its ray meets the ground (x, y) and how far off; inf above it."""
        across, downward = np.meshgrid(np.arange(self.width) + 0.5, np.arange(self.height) + 0.5)
        rays = self.rays(np.stack([across.ravel(), downward.ravel()], axis=1))
        distance = np.where(rays[:, 2] < -1e-4, -self.position[2] / np.minimum(rays[:, 2], -1e-4), np.inf)
        reach = np.minimum(distance, 5000.0)
        shape = (self.height, self.width)
        x = (self.position[0] + rays[:, 0] * reach).reshape(shape).astype(np.float32)
        y = (self.position[1] + rays[:, 1] * reach).reshape(shape).astype(np.float32)
        return x, y, distance.reshape(shape).astype(np.float32)
