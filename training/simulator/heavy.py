# SPDX-License-Identifier: Apache-2.0
"""Lorries and cycles: vehicles whose bodies are put together from several pieces."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from training.simulator.fittings import RIM_TEXELS, plate_quad
from training.simulator.layers import Texture
from training.simulator.materials import Material
from training.simulator.mesh import Mesh, box, ellipsoid, joined, tube
from training.simulator.plates import PlatePair
from training.simulator.shapes import shapes, varied
from training.simulator.vehicles import REAR_PLATE, Axle, Floats, Paint, Vehicle, build_body, dressed, random_paint


def _cargo_box(rear: float, front: float, floor: float, roof: float, width: float) -> list[Mesh]:
    """A closed load body from x = rear to x = front, with frame, doors and underside."""
    middle, long = (rear + front) / 2, front - rear
    high = roof - floor
    parts = [box((middle, 0, (floor + roof) / 2), (long, width, high), Material.CARGO)]
    for z in (floor, roof - 0.04):
        parts.append(box((middle, 0, z + 0.02), (long + 0.03, width + 0.03, 0.08), Material.METAL))
    for x in (rear, front):
        for side in (-1, 1):
            parts.append(box((x, side * width / 2, (floor + roof) / 2), (0.08, 0.08, high), Material.METAL))
    for y in (0.0, -width * 0.22, width * 0.22):
        thick = 0.02 if y == 0.0 else 0.035
        parts.append(
            box(
                (rear - 0.02, y, (floor + roof) / 2),
                (0.03, thick, high * 0.96),
                Material.GAP if y == 0.0 else Material.METAL,
            )
        )
    for side in (-1, 1):
        stripe = box(
            (middle, side * width / 2, floor + high * 0.5), (long * 0.7, 0.02, high * 0.28), Material.CARGO_TWO
        )
        parts.append(stripe)
    return parts


def _chassis(rear: float, front: float, width: float, deck: float) -> list[Mesh]:
    middle, long = (rear + front) / 2, front - rear
    parts = [box((middle, 0, deck - 0.15), (long, 0.9, 0.3), Material.CHASSIS)]
    parts.append(box((rear + 0.06, 0, 0.55), (0.1, width * 0.94, 0.14), Material.METAL))
    for side in (-1, 1):
        parts.append(box((rear + 0.03, side * width * 0.4, 0.78), (0.08, 0.36, 0.14), Material.TAIL_LAMP))
        parts.append(box((rear + 0.02, side * width * 0.33, 0.78), (0.08, 0.1, 0.12), Material.INDICATOR))
        parts.append(box((middle, side * width * 0.46, 0.72), (long * 0.35, 0.06, 0.3), Material.TRIM))
    return parts


def build_lorry(
    plates: PlatePair,
    people: int,
    rng: np.random.Generator,
    right_hand: bool,
    articulated: bool,
    paint: Paint | None = None,
) -> Vehicle:
    """A box lorry, or a tractor with a long trailer."""
    cab = build_body(varied(shapes()["cab"], rng), "truck", plates, people, rng, right_hand, paint)
    load = float(rng.uniform(12.5, 13.6) if articulated else rng.uniform(4.5, 7.2))
    gap = 0.9 if articulated else 0.12
    total = cab.length + gap + load
    roof = float(rng.uniform(3.5, 4.0) if articulated else rng.uniform(3.0, 3.7))
    width, deck = 2.5, 1.12
    rear, front = -total / 2, -total / 2 + load
    shift = total / 2 - cab.length / 2
    parts = [
        _cab_ahead(cab.fixed, shift),
        *_cargo_box(rear, front, deck, roof, width),
        *_chassis(rear, total / 2 - 1.0, width, deck),
    ]
    parts += _rear_plate(rear, plates)
    radius, track = 0.48, 2.42
    first = cab.axles[0].x + shift
    places = [first, *([first - 3.4, rear + 1.6, rear + 2.9, rear + 4.2] if articulated else [rear + load * 0.28])]
    corners = tuple((ahead, _ahead(c, shift)) for ahead, c in cab.plate_corners if ahead)
    rear_corners = ((False, parts[-2].vertices),)
    return replace(
        cab, design="articulated" if articulated else "lorry", length=total, width=width, fixed=joined(parts),
        axles=tuple(Axle(x, radius, track, 0.34 if x != first else 0.3) for x in places),
        plate_corners=corners + rear_corners, lamps=tuple((x + shift, y, z) for x, y, z in cab.lamps),
    )  # fmt: skip


def _cab_ahead(mesh: Mesh, shift: float) -> Mesh:
    """A cab's mesh moved ahead, without the rear plate that a lone cab would carry."""
    keep = mesh.textures != REAR_PLATE
    return replace(mesh, faces=mesh.faces[keep], textures=mesh.textures[keep]).moved((shift, 0, 0))


def _ahead(points: Floats, shift: float) -> Floats:
    return np.asarray(points + np.array([shift, 0, 0]), np.float32)


def _rear_plate(rear: float, plates: PlatePair, z: float = 0.62) -> list[Mesh]:
    high, wide = plates.rear.materials.shape
    plate = plate_quad((rear - 0.03, 0.0, z), plates.rear_size, False, 0.0, (wide, high), REAR_PLATE)
    size = plates.rear_size[0] + 0.03, plates.rear_size[1] + 0.03
    holder = plate_quad((rear - 0.02, 0.0, z), size, False, 0.0, (1, 1), 0).in_material(Material.TRIM)
    return [plate, holder]


# ---------------------------------------------------------------- cycles


def _open_wheel(rng: np.random.Generator, thin: bool) -> Texture:
    """A wheel that one sees through."""
    picture = np.full((RIM_TEXELS, RIM_TEXELS), int(Material.HOLE), np.uint8)
    middle = RIM_TEXELS // 2
    spokes = 18 if thin else int(rng.integers(5, 9))
    for angle in np.arange(spokes) * 2 * np.pi / spokes:
        tip = (int(middle * (1 + 0.97 * np.cos(angle))), int(middle * (1 + 0.97 * np.sin(angle))))
        cv2.line(picture, (middle, middle), tip, int(Material.METAL if thin else Material.RIM), 1 if thin else 7)
    cv2.circle(picture, (middle, middle), middle - 4, int(Material.RIM), 5)
    cv2.circle(picture, (middle, middle), 8 if thin else 42, int(Material.DISC), -1 if thin else 7)
    return Texture(picture)


def _rider(
    x: float, z: float, rng: np.random.Generator, helmet: Material, hands: tuple[float, float, float]
) -> list[Mesh]:
    """Someone astride at the seat (x, z); hands (x, half the span, z) on the bars."""
    cloth, legs = Material.CLOTH, Material.CLOTH_TWO
    lean = float(rng.uniform(0.12, 0.3))
    chest = (x + lean, 0.0, z + 0.48)
    parts = [
        ellipsoid((x + lean * 0.5, 0, z + 0.27), (0.15, 0.18, 0.33), cloth, 8),
        ellipsoid(chest, (0.13, 0.24, 0.12), cloth, 8),
        ellipsoid((x + lean + 0.06, 0, z + 0.74), (0.14, 0.12, 0.15), helmet, 9),
        ellipsoid((x + lean + 0.13, 0, z + 0.73), (0.085, 0.09, 0.07), Material.GLOSS_BLACK, 7),
    ]
    for side in (-1, 1):
        elbow = (x + lean + 0.2, side * 0.32, z + 0.28)
        parts.append(tube((chest[0], side * 0.22, chest[2]), elbow, 0.06, cloth, 7))
        parts.append(tube(elbow, (hands[0], side * hands[1], hands[2]), 0.048, cloth, 7))
        knee = (x + 0.38, side * 0.24, z - 0.02)
        parts.append(tube((x + 0.02, side * 0.12, z + 0.04), knee, 0.085, legs, 8))
        parts.append(tube(knee, (x + 0.12, side * 0.2, z - 0.44), 0.065, legs, 8))
        parts.append(box((x + 0.18, side * 0.2, z - 0.48), (0.27, 0.1, 0.1), Material.TRIM))
    return parts


def build_motorcycle(plates: PlatePair, rng: np.random.Generator, paint: Paint | None = None) -> Vehicle:
    """A motorcycle with its rider; the plate is at the rear only."""
    radius, half_base = 0.31, 0.72
    bar = 1.05
    parts = [
        ellipsoid((0.14, 0, 0.84), (0.32, 0.16, 0.17), Material.PAINT, 9),
        box((0.05, 0, 0.45), (0.5, 0.3, 0.36), Material.CHASSIS),
        ellipsoid((-0.35, 0, 0.8), (0.36, 0.14, 0.08), Material.SEAT, 8),
        ellipsoid((-0.72, 0, 0.84), (0.24, 0.1, 0.09), Material.PAINT, 8),
        tube((-half_base, 0.14, radius), (-0.1, 0.14, 0.42), 0.035, Material.METAL),
        tube((-0.9, -0.17, 0.42), (0.2, -0.16, 0.3), 0.055, Material.CHROME),
        tube((bar - 0.45, -0.36, 1.02), (bar - 0.45, 0.36, 1.02), 0.018, Material.TRIM),
        ellipsoid((0.62, 0, 0.86), (0.12, 0.12, 0.13), Material.PAINT, 8),
        ellipsoid((0.70, 0, 0.86), (0.06, 0.095, 0.1), Material.HEAD_LAMP, 8),
        ellipsoid((half_base, 0, radius + 0.2), (0.3, 0.07, 0.14), Material.PAINT, 8),
        box((-0.93, 0, 0.82), (0.06, 0.16, 0.06), Material.TAIL_LAMP),
        tube((-0.8, 0, 0.75), (-0.98, 0, 0.6), 0.04, Material.TRIM),
    ]
    for side in (-1, 1):
        parts.append(tube((half_base, side * 0.1, radius), (0.5, side * 0.09, 1.0), 0.03, Material.METAL))
        parts.append(ellipsoid((bar - 0.42, side * 0.38, 1.16), (0.03, 0.08, 0.05), Material.TRIM, 6))
        parts.append(ellipsoid((-0.92, side * 0.2, 0.74), (0.04, 0.05, 0.035), Material.INDICATOR, 6))
    parts += _rider(-0.3, 0.86, rng, Material.PAINT_TWO, (bar - 0.47, 0.33, 1.04))
    parts += _rear_plate(-0.97, plates, 0.56)
    return _cycle("motorcycle", plates, parts, radius, half_base, 0.15, rng, paint)


def build_bicycle(rng: np.random.Generator) -> Vehicle:
    """A bicycle with its rider."""
    radius, half_base = 0.34, 0.52
    crank, seat_top, head = (0.0, 0.0, 0.3), (-0.2, 0.0, 0.92), (0.36, 0.0, 0.86)
    joint = (-0.16, 0.0, 0.8)
    frame = (
        (crank, seat_top, 0.018), (crank, head, 0.022), (joint, head, 0.02), ((-half_base, 0, radius), crank, 0.014),
        ((-half_base, 0, radius), joint, 0.012), ((half_base, 0, radius), head, 0.018),
    )  # fmt: skip
    parts = [tube(start, end, thick, Material.PAINT, 7) for start, end, thick in frame]
    parts += [
        tube(head, (0.36, 0, 1.02), 0.015, Material.METAL, 7),
        tube((0.4, -0.27, 1.04), (0.4, 0.27, 1.04), 0.014, Material.TRIM, 7),
        ellipsoid((-0.22, 0, 0.95), (0.14, 0.08, 0.03), Material.SEAT, 6),
        ellipsoid((-0.24, 0, 0.84), (0.03, 0.03, 0.03), Material.TAIL_LAMP, 6),
    ]
    parts += _rider(-0.2, 0.97, rng, Material.PAINT_TWO, (0.38, 0.26, 1.06))
    return _cycle("bicycle", None, parts, radius, half_base, 0.045, rng)


def _cycle(
    kind: str,
    plates: PlatePair | None,
    parts: list[Mesh],
    radius: float,
    half_base: float,
    breadth: float,
    rng: np.random.Generator,
    paint: Paint | None = None,
) -> Vehicle:
    name, colour = paint or random_paint(rng)
    _, second = random_paint(rng)
    palette = dressed(colour, rng).painted(paint_two=second)
    blank = Texture(np.full((1, 1), int(Material.TRIM), np.uint8))
    textures = [blank, blank, _open_wheel(rng, kind == "bicycle")]
    corners: tuple[tuple[bool, Floats], ...] = ()
    if plates is not None:
        textures += [plates.rear, plates.rear]
        corners = ((False, parts[-2].vertices),)
    wheels = tuple(Axle(x, radius, 0.0, breadth) for x in (half_base, -half_base))
    return Vehicle(
        kind=kind, design=kind, colour=name, plates=plates, occupants=1, length=2 * (half_base + radius), width=0.7,
        fixed=joined(parts), axles=wheels, textures=tuple(textures), palette=palette, plate_corners=corners,
        lamps=((0.7, 0.0, 0.86),) if kind == "motorcycle" else (),
    )  # fmt: skip
