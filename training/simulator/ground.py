# SPDX-License-Identifier: Apache-2.0
"""The road, its markings and verges, and the sky: everything flat that a camera sees behind the vehicles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.camera import Camera
from training.simulator.light import Condition, Light

Floats = NDArray[np.float32]

_TILE = 512


@dataclass(frozen=True)
class Road:
    """A straight road along y. Lengths in metres.

    lanes: (x of the middle, +1 away from the camera or -1 towards it) each.
    """

    lanes: tuple[tuple[float, int], ...]
    left: float
    right: float
    pavement: float
    paved_verge: bool
    dashed_centre: bool
    edge_lines: bool
    shade: float
    stop_line_y: float | None = None

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


def make_road(lanes: int, left_hand_traffic: bool, rng: np.random.Generator, stop_line_y: float | None = None) -> Road:
    """A road of so many lanes, half of them (or one more) away from the camera."""
    breadth = float(rng.uniform(3.0, 3.7))
    offset = float(rng.uniform(-1.5, 1.5))
    left = offset - lanes * breadth / 2
    away = lanes // 2 if lanes > 1 else int(rng.integers(0, 2))
    ways = [1] * away + [-1] * (lanes - away)
    ways = ways if left_hand_traffic else ways[::-1]
    middles = tuple((left + breadth * (i + 0.5), way) for i, way in enumerate(ways))
    return Road(
        lanes=middles, left=left, right=left + lanes * breadth,
        pavement=float(rng.uniform(1.2, 3.0)), paved_verge=bool(rng.random() < 0.3),
        dashed_centre=bool(rng.random() < 0.8), edge_lines=bool(rng.random() < 0.5),
        shade=float(rng.uniform(0.055, 0.17)), stop_line_y=stop_line_y,
    )  # fmt: skip


def _tile(rng: np.random.Generator, sigma: float) -> Floats:
    """Smooth noise of mean 0 and deviation 1 that joins at its edges, (512, 512); one of a few of each kind."""
    return np.roll(_noise(int(rng.integers(4)), sigma), tuple(rng.integers(0, _TILE, 2)), axis=(0, 1))


@lru_cache(maxsize=64)
def _noise(seed: int, sigma: float) -> Floats:
    rng = np.random.default_rng(seed)
    wide = np.tile(rng.standard_normal((_TILE, _TILE)).astype(np.float32), (2, 2))
    soft = cv2.GaussianBlur(wide, (0, 0), sigma)[_TILE // 2 : _TILE // 2 + _TILE, _TILE // 2 : _TILE // 2 + _TILE]
    return np.asarray(soft / max(float(soft.std()), 1e-6), np.float32)


def _sampled(tile: Floats, x: Floats, y: Floats, texels_per_m: float) -> Floats:
    column = (x * texels_per_m).astype(np.int32) % _TILE
    row = (y * texels_per_m).astype(np.int32) % _TILE
    return np.asarray(tile[row, column], np.float32)


def _within(values: Floats, low: float, high: float, soft: Floats) -> Floats:
    """1 between two limits, falling to 0 over `soft` metres."""
    middle, half = (low + high) / 2, (high - low) / 2
    return np.asarray(np.clip((half - np.abs(values - middle)) / soft + 0.5, 0, 1), np.float32)


@dataclass(frozen=True)
class _Place:
    """Where each ground pixel lies, and how many metres it covers across."""

    x: Floats
    y: Floats
    metres: Floats


def _asphalt(road: Road, place: _Place, rng: np.random.Generator) -> Floats:
    fine, middle, broad = _tile(rng, 0.6), _tile(rng, 4), _tile(rng, 24)
    fade = np.clip(0.02 / place.metres, 0, 1)
    grain = _sampled(fine, place.x, place.y, 70) * 0.16 * fade + _sampled(middle, place.x, place.y, 40) * 0.07 * fade
    stains = _sampled(broad, place.x * 2.2, place.y * 0.35, 22) * 0.07 + _sampled(broad, place.x, place.y, 9) * 0.06
    tone = 1 + grain + stains
    for lane, _ in road.lanes:
        off = np.abs(place.x - lane)
        tone -= 0.07 * np.exp(-((off / 0.35) ** 2)) - 0.05 * np.exp(-(((off - 0.85) / 0.3) ** 2))
    for _ in range(int(rng.integers(0, 4))):
        tone *= 1 - rng.uniform(-0.15, 0.25) * _patch(place, road, rng)
    return np.asarray(np.clip(tone, 0.3, 1.8) * road.shade, np.float32)


def _patch(place: _Place, road: Road, rng: np.random.Generator) -> Floats:
    x, y = rng.uniform(road.left, road.right), rng.uniform(4, 40)
    wide, long = rng.uniform(0.3, 1.2), rng.uniform(0.5, 6)
    soft = np.maximum(place.metres, 0.02)
    return _within(place.x, x - wide, x + wide, soft) * _within(place.y, y - long, y + long, soft * 3)


def _markings(road: Road, place: _Place, rng: np.random.Generator) -> Floats:
    """Cover of white paint, 0-1."""
    soft = np.maximum(place.metres, 0.015)
    cover = np.zeros_like(place.x)
    dash = np.clip((0.25 - np.abs((place.y / 6.0) % 1.0 - 0.5)) * 6 / (soft * 4) + 0.5, 0, 1)
    breadth = (road.right - road.left) / len(road.lanes)
    for i in range(1, len(road.lanes)):
        line = _within(place.x, road.left + i * breadth - 0.06, road.left + i * breadth + 0.06, soft)
        cover = np.maximum(cover, line * (dash if road.dashed_centre else 1))
    if road.edge_lines:
        for x in (road.left + 0.25, road.right - 0.25):
            cover = np.maximum(cover, _within(place.x, x - 0.06, x + 0.06, soft))
    if road.stop_line_y is not None:
        across = _within(place.x, road.left + 0.2, road.right - 0.2, soft)
        cover = np.maximum(cover, across * _within(place.y, road.stop_line_y - 0.15, road.stop_line_y + 0.15, soft * 3))
    worn = _sampled(_tile(rng, 2.0), place.x, place.y, 40)
    return np.asarray(cover * np.clip(0.85 + 0.2 * worn, 0.35, 1), np.float32)


def _verge(road: Road, place: _Place, rng: np.random.Generator) -> Floats:
    """Colour beside the pavement: grass or paving, (h, w, 3)."""
    if road.paved_verge:
        tone = (
            1
            + 0.12 * _sampled(_tile(rng, 1.0), place.x, place.y, 50)
            + 0.1 * _sampled(_tile(rng, 20), place.x, place.y, 10)
        )
        return np.asarray(
            tone[..., None] * np.array([0.17, 0.18, 0.19], np.float32) * rng.uniform(0.6, 1.3), np.float32
        )
    blades = _sampled(_tile(rng, 0.7), place.x * 1.5, place.y * 0.7, 60) * np.clip(0.03 / place.metres, 0, 1)
    tufts = _sampled(_tile(rng, 6), place.x, place.y, 25) * 0.2 + _sampled(_tile(rng, 30), place.x, place.y, 12) * 0.25
    green = np.array([0.03, 0.085, 0.05], np.float32) * rng.uniform([0.7, 0.7, 0.6], [1.3, 1.3, 1.8])
    return np.asarray(np.clip(1 + 0.3 * blades + tufts, 0.2, 2.5)[..., None] * green, np.float32)


def _pavement(place: _Place, rng: np.random.Generator) -> Floats:
    soft = np.maximum(place.metres, 0.01)
    joints = np.zeros_like(place.x)
    for values, pitch in ((place.x, 0.6), (place.y, 0.9)):
        off = np.abs((values / pitch) % 1.0 - 0.5) * pitch
        joints = np.maximum(joints, np.clip((off - pitch / 2 + 0.02) / soft, 0, 1) * np.clip(0.1 / soft, 0, 1))
    tone = (
        1
        + 0.1 * _sampled(_tile(rng, 1.2), place.x, place.y, 50)
        + 0.08 * _sampled(_tile(rng, 14), place.x, place.y, 15)
    )
    grey = np.array([0.24, 0.26, 0.27], np.float32) * rng.uniform(0.7, 1.25)
    return np.asarray((tone * (1 - 0.4 * np.clip(joints, 0, 1)))[..., None] * grey, np.float32)


def _ground_albedo(road: Road, place: _Place, rng: np.random.Generator) -> Floats:
    albedo = _verge(road, place, rng)
    soft = np.maximum(place.metres, 0.02)
    walk = _within(place.x, road.left - road.pavement, road.right + road.pavement, soft)[..., None]
    albedo = albedo + (_pavement(place, rng) - albedo) * walk
    kerb = _within(place.x, road.left - 0.14, road.right + 0.14, soft)[..., None]
    albedo = albedo + (np.array([0.27, 0.28, 0.29], np.float32) - albedo) * kerb
    tint = np.array([1.0, 1.0, 0.97], np.float32)
    surface = _asphalt(road, place, rng)[..., None] * tint
    carriageway = _within(place.x, road.left, road.right, soft)[..., None]
    albedo = albedo + (surface - albedo) * carriageway
    paint = _markings(road, place, rng)[..., None]
    return np.asarray(albedo + (np.float32(0.62) - albedo) * paint, np.float32)


def _sky(camera: Camera, light: Light, rng: np.random.Generator) -> Floats:
    across, downward = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    up = camera.rays(np.stack([across.ravel(), downward.ravel()], 1))[:, 2].reshape(camera.height, camera.width)
    blend = np.clip(up * 2.2, 0, 1)[..., None] ** 0.7
    grain = rng.standard_normal((camera.height // 4 + 1, camera.width // 4 + 1))
    soft = np.asarray(cv2.GaussianBlur(grain, (0, 0), 14, sigmaY=5), np.float32)
    clouds = cv2.resize(soft / max(float(soft.std()), 1e-6), (camera.width, camera.height))[..., None]
    sky = light.horizon + (light.zenith - light.horizon) * blend
    white = light.horizon * 1.25
    return np.asarray(sky + (white - sky) * np.clip(clouds * 0.5, 0, 0.8), np.float32)


def haze_share(distance_m: Floats) -> Floats:
    """How much of what is so far away the air hides, 0-1."""
    return np.asarray(1 - np.exp(-distance_m / 700.0), np.float32)


def wetness(light: Light) -> float:
    """How strongly the road mirrors, 0-1."""
    return 0.55 if light.condition is Condition.RAIN else 0.0


def backdrop(camera: Camera, road: Road, light: Light, rng: np.random.Generator) -> Floats:
    """Ground and sky as linear light, float32 (height, width, 3)."""
    x, y, distance = camera.ground_grid()
    far = np.minimum(distance, 400.0)
    place = _Place(x, y, np.asarray(far / camera.focal_px, np.float32))
    sun = light.sun * max(float(light.sun_from[2]), 0.0)
    albedo = _ground_albedo(road, place, rng)
    ground = albedo * (light.ambient_up + sun)
    wet = wetness(light)
    if wet:
        grazing = np.clip(1 - camera.position[2] / far, 0, 1)[..., None] ** 3
        dulled = ground * (1 - 0.35 * wet) + light.horizon * wet * (0.06 + 0.5 * grazing)
        ground = np.asarray(dulled, np.float32)
    haze = haze_share(np.minimum(distance, 2000.0))[..., None]
    hazy = ground + (light.horizon * 0.8 - ground) * haze
    return np.where(np.isfinite(distance)[..., None], hazy, _sky(camera, light, rng)).astype(np.float32)
