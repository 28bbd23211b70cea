# SPDX-License-Identifier: Apache-2.0
"""What stands beside the road: houses, hedges, walls, fences, trees, lamp posts, gate posts and the barrier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.ground import Road
from training.simulator.layers import Model, Texture
from training.simulator.materials import Material, standard_palette
from training.simulator.mesh import box, joined, quad, tube

Bytes = NDArray[np.uint8]


def _picture(colours: Bytes, holes: NDArray[np.bool_] | None = None) -> Texture:
    materials = np.full(colours.shape[:2], int(Material.PICTURE), np.uint8)
    if holes is not None:
        materials[holes] = int(Material.HOLE)
    return Texture(materials, colours)


def _grained(shape: tuple[int, int], colour: tuple[float, ...], strength: float, rng: np.random.Generator) -> Bytes:
    noise = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 0.8)
    broad = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 12) * 12
    tone = 1 + strength * (noise + 0.8 * broad)
    return np.asarray(np.clip(tone[..., None] * np.array(colour), 0, 255), np.uint8)


@lru_cache(maxsize=24)
def house_front(seed: int) -> Texture:
    """A facade, 320 x 240 texels: brick or render, rows of windows frames."""
    rng = np.random.default_rng(seed)
    palette = ((70, 85, 130), (150, 165, 175), (185, 195, 205), (95, 105, 125), (120, 140, 160))
    colour = np.array(palette[int(rng.integers(len(palette)))]) * rng.uniform(0.75, 1.2)
    front = _grained((240, 320), tuple(colour), 0.06, rng)
    if rng.random() < 0.5:
        front[::6] = (front[::6] * 0.85).astype(np.uint8)
    columns, rows = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    frame = (230, 230, 230) if rng.random() < 0.7 else (60, 50, 45)
    for row in range(rows):
        for column in range(columns):
            wide, high = 320 / columns, 240 / rows
            left, top = int((column + 0.25) * wide), int((row + 0.25) * high)
            right, bottom = int((column + 0.72) * wide), int((row + 0.75) * high)
            cv2.rectangle(front, (left, top), (right, bottom), frame, -1)
            glass = tuple(float(v) for v in np.array([70, 62, 55]) * rng.uniform(0.5, 1.8))
            cv2.rectangle(front, (left + 3, top + 3), (right - 3, bottom - 3), glass, -1)
            cv2.line(front, ((left + right) // 2, top), ((left + right) // 2, bottom), frame, 2)
    return _picture(front)


@lru_cache(maxsize=48)
def leaves(seed: int, size: tuple[int, int], solid: bool) -> Texture:
    """Foliage of many small blots; the edge of a tree's crown is ragged, a hedge is solid. size: (h, w)."""
    rng = np.random.default_rng(seed)
    high, wide = size
    green = np.array([45, 105, 80]) * rng.uniform([0.6, 0.7, 0.6], [1.2, 1.2, 1.3])
    picture = np.zeros((high, wide, 3), np.uint8)
    picture[:] = green * 0.4
    cover = np.full((high, wide), 255 if solid else 0, np.uint8)
    for step in np.linspace(0, 1, 1400):
        across, down = (rng.uniform(-0.5, 0.5, 2)) if solid else _in_crown(rng)
        centre = int((0.5 + across) * wide), int((0.5 + down) * high)
        radius = int(rng.integers(2, 6))
        tone = green * rng.uniform(0.6, 1.25) * (0.55 + 0.6 * step) * (1.15 - 0.5 * (0.5 + down))
        cv2.circle(picture, centre, radius, tuple(float(v) for v in tone), -1)
        cv2.circle(cover, centre, radius, 255, -1)
    if solid:
        ragged = (2 + 5 * rng.random(wide)).astype(int)
        cover[np.arange(high)[:, None] < ragged[None, :]] = 0
    return _picture(picture, cover == 0)


def _in_crown(rng: np.random.Generator) -> tuple[float, float]:
    """A place in a tree's crown, -0.5 to 0.5 both ways."""
    angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1) ** 0.5
    lumpy = 0.36 + 0.06 * np.sin(5 * angle) + 0.04 * np.sin(9 * angle + 2)
    return float(far * lumpy * np.cos(angle) * 1.1), float(far * lumpy * np.sin(angle) * 1.1)


def _some_leaves(rng: np.random.Generator, size: tuple[int, int], solid: bool) -> Texture:
    return leaves(int(rng.integers(8)), size, solid)


def _sunlit(model: Model) -> Model:
    """Foliage is lit from above rather than from where its sheet looks."""
    mesh = model.mesh
    normals = mesh.normals * np.float32(0.4) + np.array([0, 0, 0.8], np.float32)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Model(replace(mesh, normals=normals.astype(np.float32)), model.textures, model.palette)


def railings(rng: np.random.Generator) -> Texture:
    """A fence one can see through, 60 x 240 texels for 1.5 x 6 m."""
    materials = np.zeros((60, 240), np.uint8)
    step = int(rng.integers(5, 12))
    materials[:, ::step] = int(Material.POST)
    materials[4:7] = materials[50:53] = int(Material.POST)
    materials[:, ::60] = materials[:, 1::60] = materials[:, 2::60] = int(Material.POST)
    return Texture(materials)


def _facing_wall(x: float, near: float, far: float, height: float, texture: Texture, road_side: int) -> Model:
    """An upright sheet along the road whose front looks towards the road (road_side +1: road lies at larger x)."""
    high, wide = texture.materials.shape
    first, last = (near, far) if road_side < 0 else (far, near)
    corners = np.array([[x, first, height], [x, last, height], [x, last, 0], [x, first, 0]])
    return Model(quad(corners[[1, 0, 3, 2]], (wide, high)), (texture,), standard_palette())


def _across_wall(x: float, y: float, wide: float, height: float, texture: Texture, base: float = 0.0) -> Model:
    """An upright sheet across the view, its front towards the camera."""
    rows, columns = texture.materials.shape
    corners = np.array([[x, y, base + height], [x + wide, y, base + height], [x + wide, y, base], [x, y, base]])
    return Model(quad(corners, (columns, rows)), (texture,), standard_palette())


def _houses(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * (road.pavement + rng.uniform(1.5, 7))
    models, y = [], rng.uniform(8, 25)
    while y < 130:
        long, high, deep = rng.uniform(7, 16), rng.uniform(4.5, 9), rng.uniform(8, 14)
        models.append(_facing_wall(edge, y, y + long, high, house_front(int(rng.integers(16))), -side))
        left = edge if side > 0 else edge - deep
        models.append(_across_wall(left, y, deep, high, house_front(int(rng.integers(16)))))
        y += long + rng.uniform(1, 14)
    return models


def _hedge(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * (road.pavement + rng.uniform(0.4, 2.5))
    near, far, high = rng.uniform(5, 14), rng.uniform(30, 120), rng.uniform(0.9, 2.4)
    steps = np.arange(near, far, 6.0)
    texture = _some_leaves(rng, (120, 400), solid=True)
    models = [_sunlit(_facing_wall(edge, float(y), float(y + 6.0), high, texture, -side)) for y in steps]
    deep = rng.uniform(0.6, 1.5)
    models.append(_across_wall(edge if side > 0 else edge - deep, near, deep, high, texture))
    top = np.array(
        [[edge, far, high], [edge + side * deep, far, high], [edge + side * deep, near, high], [edge, near, high]]
    )
    corners = top if side > 0 else top[[1, 0, 3, 2]]
    models.append(Model(quad(corners, (400, 120)), (texture,), standard_palette()))
    return models


def _fence(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * (road.pavement + rng.uniform(0.1, 1.0))
    texture, near = railings(rng), rng.uniform(4, 10)
    return [
        _facing_wall(edge, float(y), float(y + 6), rng.uniform(1.2, 2.2), texture, -side)
        for y in near + 6 * np.arange(8)
    ]


def _brick_wall(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * (road.pavement + rng.uniform(0.2, 1.5))
    colour = np.array([62, 80, 135]) * rng.uniform(0.6, 1.3) + rng.uniform(0, 60)
    bricks = _grained((96, 480), tuple(colour), 0.12, rng)
    bricks[::8] = np.clip(bricks[::8] * 0.6 + 60, 0, 255).astype(np.uint8)
    texture, near = _picture(bricks), rng.uniform(4, 14)
    high = rng.uniform(0.8, 2.3)
    models = [
        _facing_wall(edge, float(y), float(y + 8), high, texture, -side)
        for y in near + 8 * np.arange(int(rng.integers(2, 9)))
    ]
    models.append(_across_wall(edge if side > 0 else edge - 0.3, near, 0.3, high, texture))
    return models


def _trees(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * (road.pavement + rng.uniform(1.0, 5))
    models, y = [], rng.uniform(9, 22)
    while y < 110:
        wide, trunk = rng.uniform(3, 7), rng.uniform(1.5, 2.6)
        x = edge + side * rng.uniform(0, 2)
        stem = tube((x, y, 0), (x, y, trunk + 1.5), 0.14, Material.POST, 7)
        models.append(Model(stem, (), standard_palette().painted(post=(0.02, 0.035, 0.05))))
        crown = _across_wall(x - wide / 2, y - 0.1, wide, wide * 1.1, _some_leaves(rng, (200, 200), solid=False), trunk)
        models.append(_sunlit(crown))
        y += rng.uniform(6, 18)
    return models


def _lamp_posts(road: Road, side: int, rng: np.random.Generator) -> list[Model]:
    edge = (road.right if side > 0 else road.left) + side * rng.uniform(0.4, 1.0)
    models = []
    for y in rng.uniform(8, 20) + 28 * np.arange(4):
        arm = tube((edge, y, 7), (edge - side * 1.6, y, 7.3), 0.05, Material.POST, 6)
        models.append(
            Model(joined([tube((edge, y, 0), (edge, y, 7), 0.08, Material.POST, 8), arm]), (), standard_palette())
        )
    return models


_KINDS: tuple[Callable[[Road, int, np.random.Generator], list[Model]], ...] = (
    _houses, _hedge, _fence, _brick_wall, _trees, _lamp_posts,
)  # fmt: skip


def roadside(road: Road, rng: np.random.Generator) -> list[Model]:
    """What stands behind the vehicles' space on both sides and at the end of the road, the farthest first."""
    models = []
    for y in (420.0, 200.0):
        edge = rng.uniform(-160, 20) if y < 300 else -600.0
        wide = rng.uniform(60, 300) if y < 300 else 1200.0
        models.append(
            _sunlit(_across_wall(edge, y, wide, rng.uniform(7, 16), _some_leaves(rng, (60, 1600), solid=True)))
        )
    for side in (-1, 1):
        for kind in _KINDS:
            if rng.random() < 0.45:
                models += kind(road, side, rng)
    return sorted(models, key=lambda model: -float(model.mesh.vertices[:, 1].mean()))


def gate_posts(road: Road, y: float) -> list[Model]:
    """Posts and a hut at a gate across the road."""
    palette = standard_palette()
    models = []
    for x in (road.left - 0.45, road.right + 0.45):
        post = box((x, y, 0.55), (0.34, 0.34, 1.1), Material.POST)
        band = box((x, y, 0.95), (0.36, 0.36, 0.12), Material.BARRIER_RED)
        models.append(Model(joined([post, band]), (), palette))
    return models


def barrier_arm(pivot: tuple[float, float], reach_m: float, open_share: float) -> Model:
    """The striped arm: `pivot` (x, y), `reach_m` signed along x, open_share 0 (lying) to 1 (upright)."""
    angle = open_share * np.pi * 0.47
    side = np.sign(reach_m)
    stripes = []
    count = 10
    for i in range(count):
        at = np.array([i, i + 1]) / count * abs(reach_m)
        ends = [(pivot[0] + side * r * np.cos(angle), pivot[1], 0.95 + r * np.sin(angle)) for r in at]
        stripes.append(tube(ends[0], ends[1], 0.05, Material.BARRIER_RED if i % 2 else Material.BARRIER_WHITE, 8))
    return Model(joined(stripes), (), standard_palette())
