# SPDX-License-Identifier: Apache-2.0
"""Whole vehicles put together from body, fittings, people and plates, and placed in the world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.simulator.bodypaint import Design, flank_texture, make_design, strip_texture
from training.simulator.fittings import (
    axle,
    mirror,
    person,
    plate_quad,
    rim_texture,
    seat,
    single_wheel,
    steering_wheel,
)
from training.simulator.layers import Model, Texture
from training.simulator.loft import Outline, body_meshes, half_width, outline_of
from training.simulator.materials import Material, Palette, standard_palette
from training.simulator.mesh import Mesh, box, joined, turn_z
from training.simulator.plates import PlatePair
from training.simulator.shapes import BodyShape

Floats = NDArray[np.float32]

Paint = tuple[str, tuple[float, float, float]]
"""A colour's name and its albedo: linear blue, green, red."""

STRIP, FLANK, RIM, FRONT_PLATE, REAR_PLATE = range(5)


@dataclass(frozen=True)
class Axle:
    """Two wheels at x with their radius, the distance between their outer faces and their breadth; metres.

    A cycle's single wheel has a track of 0.
    """

    x: float
    radius: float
    track: float
    breadth: float = 0.22


@dataclass(frozen=True)
class Pose:
    """Where a vehicle stands: the middle of it on the ground, metres; heading in radians, 0 = along +x."""

    x: float
    y: float
    heading: float
    travelled_m: float = 0.0
    braking: bool = False


@dataclass(frozen=True)
class Vehicle:
    """A vehicle in its own axes (x ahead, y left, z up), ready to be placed.

    `kind` is one of the project's vehicle kinds; `design` the simulator's finer name.
    plate_corners: (ahead?, float32 (4, 3)) a plate, in reading order.
    """

    kind: str
    design: str
    colour: str
    plates: PlatePair | None
    occupants: int
    length: float
    width: float
    fixed: Mesh
    axles: tuple[Axle, ...]
    textures: tuple[Texture, ...]
    palette: Palette
    plate_corners: tuple[tuple[bool, Floats], ...] = ()
    lamps: tuple[tuple[float, float, float], ...] = ()
    """Head-lamps, in the vehicle's axes."""


def _rotation(pose: Pose) -> NDArray[np.float64]:
    return turn_z(pose.heading)


def in_world(points: Floats, pose: Pose) -> Floats:
    """Points (N, 3) of a vehicle's axes in the world."""
    return np.asarray(points @ _rotation(pose).T + np.array([pose.x, pose.y, 0.0]), np.float32)


def placed(vehicle: Vehicle, pose: Pose) -> Model:
    """The vehicle with rolled wheels, in the world."""
    parts = [vehicle.fixed]
    for each in vehicle.axles:
        roll = pose.travelled_m / each.radius
        if each.track:
            parts += axle(each.x, each.track, each.radius, RIM, roll, each.breadth)
        else:
            parts.append(single_wheel(each.x, each.radius, RIM, roll, each.breadth))
    mesh = joined(parts).turned(_rotation(pose)).moved((pose.x, pose.y, 0.0))
    palette = vehicle.palette.glowing(brake_lamp=1.6) if pose.braking else vehicle.palette
    return Model(mesh, vehicle.textures, palette)


# ---------------------------------------------------------------- colours and people

# name, blue, green, red (linear), weight
PAINTS = (
    ("white", (0.72, 0.74, 0.74), 16), ("black", (0.008, 0.008, 0.008), 18), ("grey", (0.10, 0.095, 0.09), 20),
    ("silver", (0.36, 0.35, 0.34), 13), ("blue", (0.22, 0.055, 0.02), 14), ("dark blue", (0.06, 0.017, 0.008), 6),
    ("red", (0.014, 0.014, 0.36), 10), ("dark red", (0.012, 0.008, 0.10), 3), ("green", (0.03, 0.07, 0.016), 4),
    ("beige", (0.24, 0.33, 0.38), 3), ("brown", (0.02, 0.04, 0.08), 3), ("orange", (0.01, 0.12, 0.55), 2),
    ("yellow", (0.01, 0.42, 0.66), 2), ("light blue", (0.5, 0.33, 0.16), 3), ("purple", (0.10, 0.015, 0.05), 1),
)  # fmt: skip
_SKINS = ((0.17, 0.25, 0.42), (0.22, 0.32, 0.5), (0.08, 0.13, 0.24), (0.025, 0.04, 0.08))


def random_paint(rng: np.random.Generator) -> Paint:
    """A colour name and its albedo, as often as such cars are seen."""
    weights = np.array([row[2] for row in PAINTS], float)
    name, colour, _ = PAINTS[int(rng.choice(len(PAINTS), p=weights / weights.sum()))]
    varied = np.array(colour) * rng.uniform(0.8, 1.2, 3) ** 0.6 * rng.uniform(0.8, 1.15)
    return name, (float(varied[0]), float(varied[1]), float(varied[2]))


def _tone(rng: np.random.Generator, low: float, high: float) -> tuple[float, float, float]:
    grey = rng.uniform(low, high)
    tint = grey * rng.uniform(0.8, 1.2, 3)
    return float(tint[0]), float(tint[1]), float(tint[2])


def dressed(paint: tuple[float, float, float], rng: np.random.Generator) -> Palette:
    """A palette with this paint, clothes, skin and seats by chance, and glass that mirrors more or less."""
    skin = _SKINS[int(rng.integers(len(_SKINS)))]
    seat_tone = rng.uniform(0.012, 0.09)
    palette = standard_palette().painted(
        paint=paint,
        skin=skin,
        hair=_tone(rng, 0.005, 0.1),
        cloth=_tone(rng, 0.02, 0.6),
        cloth_two=_tone(rng, 0.02, 0.6),
        seat=(seat_tone * 0.9, seat_tone, seat_tone * 1.05),
        rim=_tone(rng, 0.03, 0.4) if rng.random() < 0.3 else (0.34, 0.33, 0.32),
        cargo=_tone(rng, 0.3, 0.8),
        cargo_two=_tone(rng, 0.02, 0.5),
    )
    return palette.reflecting(float(rng.uniform(0.02, 0.16)), Material.GLASS)


def _cabin(shape: BodyShape, people: int, right_hand: bool, rng: np.random.Generator) -> list[Mesh]:
    """Seats, steering wheel, dashboard, floor and people; the driver always, then the front, then the rear."""
    half = shape.length / 2
    side = shape.width * 0.21
    wheel_side = -side if right_hand else side
    places = [(half - shape.seats[0], wheel_side), (half - shape.seats[0], -wheel_side)]
    for row in shape.seats[1:]:
        places += [(half - row, wheel_side * 1.1), (half - row, -wheel_side * 1.1), (half - row, 0.0)]
    order = [0, *(1 + rng.permutation(len(places) - 1))] if rng.random() < 0.3 else list(range(len(places)))
    parts = [part for x, y in places for part in seat(x, y, shape.seat_z)]
    for index in order[:people]:
        x, y = places[int(index)]
        parts += person(x + 0.06, y, shape.seat_z + 0.05, rng, float(rng.uniform(0.92, 1.05)))
    front = half - shape.seats[0]
    dash = max(0.2 * shape.belt[0] + 0.8 * shape.belt[1] - 0.06, shape.seat_z + 0.32)
    parts.append(box((front + 0.86, 0, dash - 0.12), (0.5, shape.width * 0.8, 0.22), Material.DASH))
    parts.append(steering_wheel(front + 0.52, wheel_side, dash - 0.02))
    floor = shape.outline[0][1] + 0.06
    parts.append(box((0, 0, floor), (shape.length * 0.9, shape.width * 0.8, 0.04), Material.LINER))
    return parts


# ---------------------------------------------------------------- cars, vans, pick-ups, buses


def _plate_place(outline: Outline, ahead: bool) -> tuple[tuple[float, float, float], float]:
    """Where a plate sits, (x, y, z), and how far its top leans towards the body, radians."""
    shape = outline.shape
    z = shape.front_plate_z if ahead else shape.rear_plate_z
    find = outline.s_front if ahead else outline.s_rear
    low, high = outline.u_at(find(z - 0.05)), outline.u_at(find(z + 0.05))
    lean = float(np.arctan2(abs(high - low), 0.10)) * 0.6
    if ahead:
        return (shape.length / 2 - min(low, high) + 0.02, 0.0, z), lean
    return (shape.length / 2 - max(low, high) - 0.02, 0.0, z), lean


def _plate_meshes(outline: Outline, plates: PlatePair) -> tuple[list[Mesh], list[tuple[bool, Floats]]]:
    meshes: list[Mesh] = []
    corners: list[tuple[bool, Floats]] = []
    ends = ((True, plates.front, plates.front_size, FRONT_PLATE), (False, plates.rear, plates.rear_size, REAR_PLATE))
    for ahead, picture, size, texture in ends:
        if picture is None:
            continue
        place, lean = _plate_place(outline, ahead)
        high, wide = picture.materials.shape
        mesh = plate_quad(place, size, ahead, lean, (wide, high), texture)
        behind = (place[0] - (0.012 if ahead else -0.012), place[1], place[2] - 0.004)
        holder = plate_quad(behind, (size[0] + 0.025, size[1] + 0.028), ahead, lean, (1, 1), 0)
        meshes += [mesh, holder.in_material(Material.TRIM)]
        corners.append((ahead, mesh.vertices))
    return meshes, corners


def _mirrors(outline: Outline, palette_material: Material) -> list[Mesh]:
    shape = outline.shape
    u = shape.side_glass[0] + 0.22
    z = float(np.interp(u, [0, shape.length], shape.belt)) + 0.10
    y = float(half_width(shape, np.array([u]), np.array([z]))[0])
    tall = shape.height > 1.9
    size = (0.14, 0.2, 0.36) if tall else (0.14, 0.22, 0.16)
    x = shape.length / 2 - u - 0.1
    return mirror(x, y, z, size, palette_material) + mirror(x, -y, z, size, palette_material)


def _body_axles(shape: BodyShape) -> tuple[Axle, ...]:
    breadth = 0.3 if shape.wheel_radius > 0.42 else 0.22
    return tuple(Axle(shape.length / 2 - u, shape.wheel_radius, shape.width - 0.07, breadth) for u in shape.axles)


def _lamps(outline: Outline) -> tuple[tuple[float, float, float], ...]:
    shape = outline.shape
    z = sum(shape.lamp_z) / 2
    x = shape.length / 2 - 0.12
    return (x, shape.width * 0.39, z), (x, -shape.width * 0.39, z)


def build_body(
    shape: BodyShape,
    kind: str,
    plates: PlatePair | None,
    people: int,
    rng: np.random.Generator,
    right_hand: bool,
    paint: Paint | None = None,
    design: Design | None = None,
) -> Vehicle:
    """A vehicle with a body of one piece. `people` sit in it; `right_hand` places the driver on the right."""
    outline = outline_of(shape)
    look = design or make_design(rng)
    name, colour = paint or random_paint(rng)
    parts = body_meshes(outline) + _cabin(shape, people, right_hand, rng)
    parts += _mirrors(outline, Material.PAINT if rng.random() < 0.7 else Material.TRIM)
    textures = [strip_texture(outline, look), flank_texture(outline, look), rim_texture(rng)]
    corners: list[tuple[bool, Floats]] = []
    if plates is not None:
        meshes, corners = _plate_meshes(outline, plates)
        parts += meshes
        textures += [plates.front or plates.rear, plates.rear]
    return Vehicle(
        kind=kind, design=shape.name, colour=name, plates=plates, occupants=people,
        length=shape.length, width=shape.width, fixed=joined(parts), axles=_body_axles(shape),
        textures=tuple(textures), palette=dressed(colour, rng), plate_corners=tuple(corners), lamps=_lamps(outline),
    )  # fmt: skip
