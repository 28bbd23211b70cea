# SPDX-License-Identifier: Apache-2.0
"""Shapes of bodies: the table is sound, and the surface that is swept from it has its size and looks outwards."""

from __future__ import annotations

import numpy as np
import pytest

from training.simulator.bodypaint import flank_texture, make_design, strip_texture
from training.simulator.loft import body_meshes, half_width, outline_of
from training.simulator.materials import Material, standard_palette
from training.simulator.shapes import BodyShape, shapes, varied

SHAPES = sorted(shapes())


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> BodyShape:
    """Each shape of the table."""
    return shapes()[request.param]


def test_marks_follow_the_outline(shape: BodyShape) -> None:
    """Bonnet, windscreen, roof, rear glass and tail come in that order, on the outline."""
    marks = [shape.bonnet, shape.cowl, shape.header, shape.rear_header, shape.rear_glass_end, shape.tail]
    assert marks == sorted(marks)
    assert marks[-1] < len(shape.outline)


def test_fittings_lie_within_the_body(shape: BodyShape) -> None:
    """Axles, seats and side windows lie between bumper and bumper, plates and lamps below the windows."""
    places = [*shape.axles, *shape.seats, *shape.side_glass, *shape.doors]
    assert 0 < min(places) <= max(places) < shape.length
    assert 0.2 < shape.front_plate_z < min(shape.belt)
    assert 0.2 < shape.rear_plate_z < min(shape.belt)
    assert shape.lamp_z[0] < shape.lamp_z[1]


def test_surface_has_the_shapes_size(shape: BodyShape) -> None:
    """The swept body is as long, wide and high as its table says, within the roundings."""
    points = np.concatenate([mesh.vertices for mesh in body_meshes(outline_of(shape))])
    size = points.max(axis=0) - points.min(axis=0)
    assert size[0] == pytest.approx(shape.length, rel=0.03)
    assert size[1] == pytest.approx(shape.width, rel=0.03)
    assert points[:, 2].max() == pytest.approx(shape.height, rel=0.04)
    assert points[:, 2].min() > 0.1


def test_surface_looks_outwards(shape: BodyShape) -> None:
    """The nose looks ahead, the roof up, the tail back, and each flank to its own side."""
    strip, left, right = body_meshes(outline_of(shape))
    ahead, behind = strip.vertices[:, 0].argmax(), strip.vertices[:, 0].argmin()
    assert strip.normals[ahead, 0] > 0.6
    assert strip.normals[behind, 0] < -0.6
    assert strip.normals[strip.vertices[:, 2].argmax(), 2] > 0.8
    assert np.median(left.normals[:, 1]) > 0.8
    assert np.median(right.normals[:, 1]) < -0.8


def test_body_narrows_above_the_belt(shape: BodyShape) -> None:
    """Half a width at the roof is less than at the door handles, and never more than half the body."""
    middle = np.array([shape.length / 2])
    low = half_width(shape, middle, np.array([shape.belt[0] * 0.8]))
    high = half_width(shape, middle, np.array([shape.height - 0.1]))
    assert high < low <= shape.width / 2 + 1e-9


def test_paint_shows_glass_lamps_and_wheels(shape: BodyShape) -> None:
    """The strip has a windscreen and lamps at both ends; the flank windows and a hole a wheel; all are materials."""
    outline, design = outline_of(shape), make_design(np.random.default_rng(2))
    strip, flank = strip_texture(outline, design).materials, flank_texture(outline, design).materials
    assert {Material.GLASS, Material.HEAD_LAMP, Material.TAIL_LAMP, Material.PAINT} <= set(np.unique(strip))
    assert {Material.GLASS, Material.HOLE, Material.PAINT} <= set(np.unique(flank))
    assert max(strip.max(), flank.max()) < len(Material)
    assert flank_texture(outline, design).materials.shape[1] == pytest.approx(150 * shape.length, abs=2)


def test_varied_shapes_stay_sound() -> None:
    """A make's version differs a little from its shape, and fittings move with the body."""
    shape = shapes()["saloon"]
    other = varied(shape, np.random.default_rng(4))
    assert other.length != shape.length
    assert other.length == pytest.approx(shape.length, rel=0.07)
    assert other.axles[1] / other.length == pytest.approx(shape.axles[1] / shape.length)
    assert other.wheel_radius == shape.wheel_radius


def test_palette_changes_make_copies() -> None:
    """Painting, lighting and polishing leave the palette that they start from as it was."""
    before = standard_palette()
    after = before.painted(paint=(0.1, 0.2, 0.3)).glowing(tail_lamp=2.0).reflecting(0.2, Material.GLASS)
    assert np.allclose(after.albedo[Material.PAINT], [0.1, 0.2, 0.3])
    assert after.glow[Material.TAIL_LAMP] == 2.0
    assert after.reflectance[Material.GLASS] == pytest.approx(0.2)
    assert before.glow.max() == 0
    assert before.reflectance[Material.GLASS] != pytest.approx(0.2)
    with pytest.raises(KeyError):
        before.painted(velvet=(0, 0, 0))
