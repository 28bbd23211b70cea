# SPDX-License-Identifier: Apache-2.0
"""What is bolted to a body: wheels, mirrors, seats, people and number plates."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.layers import Texture
from training.simulator.materials import Material
from training.simulator.mesh import Mesh, box, ellipsoid, joined, lathe, quad, tube, turn_y

Bytes = NDArray[np.uint8]

RIM_TEXELS = 160


def rim_texture(rng: np.random.Generator) -> Texture:
    """The face of a wheel: spokes, hub and the dark behind them."""
    picture = np.full((RIM_TEXELS, RIM_TEXELS), int(Material.TYRE), np.uint8)
    middle, full = RIM_TEXELS // 2, RIM_TEXELS // 2
    cv2.circle(picture, (middle, middle), int(full * 0.98), int(Material.RIM), -1)
    cv2.circle(picture, (middle, middle), int(full * 0.88), int(Material.DISC), -1)
    cv2.circle(picture, (middle, middle), int(full * 0.55), int(Material.METAL), 6)
    spokes, width = int(rng.integers(5, 13)), int(rng.integers(6, 17))
    for angle in np.arange(spokes) * 2 * np.pi / spokes:
        tip = (int(middle + full * 0.92 * np.cos(angle)), int(middle + full * 0.92 * np.sin(angle)))
        cv2.line(picture, (middle, middle), tip, int(Material.RIM), width)
    cv2.circle(picture, (middle, middle), int(full * 0.22), int(Material.RIM), -1)
    cv2.circle(picture, (middle, middle), int(full * 0.09), int(Material.TRIM), -1)
    return Texture(picture)


def wheel(radius: float, width: float, texture: int, roll: float = 0.0, rim: float = 0.68) -> Mesh:
    """A wheel about the y axis whose outer face looks to +y; `roll` in radians."""
    half, shoulder = width / 2, 0.03
    inner = radius * rim
    profile = [
        (inner, -half),
        (radius - shoulder, -half),
        (radius, -half + shoulder),
        (radius, half - shoulder),
        (radius - shoulder, half),
        (inner, half - 0.01),
        (inner * 0.97, half - 0.04),
    ]
    tyre = lathe(np.array(profile), Material.TYRE)
    reach = inner * 0.98
    corners = np.array([[reach, 0, reach], [-reach, 0, reach], [-reach, 0, -reach], [reach, 0, -reach]])
    face = quad(corners + np.array([0, half - 0.03, 0]), (RIM_TEXELS, RIM_TEXELS), texture)
    return joined([tyre, face]).turned(turn_y(roll))


def axle(u_x: float, track: float, radius: float, texture: int, roll: float, width: float = 0.22) -> list[Mesh]:
    """Both wheels of an axle at x = `u_x`; track is the distance between the outer faces."""
    left = wheel(radius, width, texture, roll).moved((u_x, track / 2 - width / 2, radius))
    right = wheel(radius, width, texture, -roll).turned(np.diag([-1.0, -1.0, 1.0]))
    bar = tube((u_x, -track / 2 + 0.1, radius), (u_x, track / 2 - 0.1, radius), 0.06, Material.CHASSIS, 6)
    return [left, right.moved((u_x, -track / 2 + width / 2, radius)), bar]


def single_wheel(x: float, radius: float, texture: int, roll: float, breadth: float) -> Mesh:
    """The wheel of a cycle, the same from both sides."""
    return joined(
        [
            wheel(radius, breadth, texture, roll, rim=0.86).moved((x, 0, radius)),
            wheel(radius, breadth, texture, -roll, rim=0.86).turned(np.diag([-1.0, -1.0, 1.0])).moved((x, 0, radius)),
        ]
    )


def mirror(x: float, y: float, z: float, size: tuple[float, float, float], material: Material) -> list[Mesh]:
    """An outside mirror at the left (y > 0) or right."""
    side = 1 if y > 0 else -1
    shell = ellipsoid((x, y + side * size[1] / 2, z), (size[0] / 2, size[1] / 2, size[2] / 2), material, 7)
    arm = tube(
        (x, y - side * 0.06, z - size[2] * 0.3), (x, y + side * 0.05, z - size[2] * 0.2), 0.025, Material.TRIM, 6
    )
    return [shell, arm]


def seat(x: float, y: float, z: float, width: float = 0.5) -> list[Mesh]:
    """A seat whose cushion's rear edge is at x; z of the cushion."""
    back = box((0, 0, 0.30), (0.12, width, 0.62), Material.SEAT).turned(turn_y(-0.22)).moved((x, y, z))
    rest = ellipsoid((x - 0.15, y, z + 0.73), (0.06, 0.13, 0.09), Material.SEAT, 6)
    return [back, box((x + 0.25, y, z - 0.05), (0.5, width, 0.14), Material.SEAT), rest]


def person(x: float, y: float, z: float, rng: np.random.Generator, size: float = 1.0) -> list[Mesh]:
    """Someone who sits: torso, shoulders, arms and head; (x, y, z) is the seat."""
    cloth = Material.CLOTH if rng.random() < 0.5 else Material.CLOTH_TWO
    lean, turn = rng.uniform(-0.03, 0.06), rng.uniform(-0.03, 0.03)
    top = z + 0.46 * size
    head = z + rng.uniform(0.68, 0.74) * size
    parts = [
        ellipsoid((x + 0.05, y, z + 0.25 * size), (0.13, 0.2 * size, 0.34 * size), cloth, 8),
        ellipsoid((x + 0.05, y, top), (0.10, 0.235 * size, 0.10), cloth, 8),
        tube((x + 0.05, y, top), (x + 0.06 + lean, y + turn, head), 0.055, Material.SKIN, 8),
        ellipsoid((x + 0.07 + lean, y + turn, head), (0.095, 0.078, 0.118), Material.SKIN, 9),
        ellipsoid((x + 0.045 + lean, y + turn, head + 0.03), (0.098, 0.086, 0.112), Material.HAIR, 9),
    ]
    for side in (-1, 1):
        elbow = (x + 0.22, y + side * 0.27 * size, z + 0.2)
        parts.append(tube((x + 0.05, y + side * 0.2 * size, top - 0.03), elbow, 0.05, cloth, 7))
        parts.append(tube(elbow, (x + 0.44, y + side * 0.15, z + 0.3), 0.04, Material.SKIN, 7))
    return parts


def steering_wheel(x: float, y: float, z: float) -> Mesh:
    """A ring that leans towards the driver, its middle at (x, y, z)."""
    ring = np.array([(0.17, -0.015), (0.19, -0.015), (0.19, 0.015), (0.17, 0.015), (0.17, -0.015)])
    facing = np.array([[0, 1.0, 0], [-1.0, 0, 0], [0, 0, 1.0]])
    return lathe(ring, Material.DASH, 16).turned(facing).turned(turn_y(-0.4)).moved((x, y, z))


def plate_quad(
    place: Sequence[float], size: tuple[float, float], ahead: bool, lean: float, texels: tuple[int, int], texture: int
) -> Mesh:
    """A number plate at `place` (x, y, z), `size` in metres; `lean` in radians tips its top edge towards the body."""
    half_w, half_h = size[0] / 2, size[1] / 2
    side = 1.0 if ahead else -1.0
    back = np.sin(lean) * half_h * -side
    up = np.cos(lean) * half_h
    corners = np.array(
        [
            [back, -side * half_w, up],
            [back, side * half_w, up],
            [-back, side * half_w, -up],
            [-back, -side * half_w, -up],
        ]
    )
    return quad(corners + np.asarray(place), texels, texture)
