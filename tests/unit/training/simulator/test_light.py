# SPDX-License-Identifier: Apache-2.0
"""Light and shading: the sun's side is brighter, glass shows what is behind it, lamps shine."""

from __future__ import annotations

import numpy as np
import pytest

from training.simulator.light import Condition, Light, make_light, mirrored
from training.simulator.materials import Material, standard_palette
from training.simulator.shading import Surface, glazed, is_glass, lit


def surface(normal: tuple[float, float, float], material: Material, height: float = 1.0) -> Surface:
    """One sample that is looked at from straight above and before."""
    eye = np.array([[0.0, -0.6, 0.8]], np.float32)
    palette = standard_palette()
    return Surface(
        np.array([[0, 0, height]], np.float32),
        np.array([normal], np.float32),
        eye,
        np.array([int(material)], np.int32),
        palette.albedo[[int(material)]],
    )


@pytest.mark.parametrize("condition", list(Condition))
def test_light_is_sound(condition: Condition) -> None:
    """The sun stands above the ground, and nothing is darker than black."""
    light = make_light(condition, np.random.default_rng(0))
    assert light.sun_from[2] > 0.3
    assert np.linalg.norm(light.sun_from) == pytest.approx(1, abs=1e-5)
    assert min(light.sun.min(), light.zenith.min(), light.surroundings.min()) >= 0
    assert 0 <= light.shadow_share < 1


def test_conditions_differ_as_named() -> None:
    """Daylight casts shadows, a covered sky hardly any, and dusk is darkest."""
    lights = {each: make_light(each, np.random.default_rng(0)) for each in Condition}
    assert lights[Condition.DAY].shadow_share > 0.4
    assert lights[Condition.OVERCAST].shadow_share < 0.2
    darkest = min(lights.values(), key=lambda light: float(light.ambient_up.mean()))
    assert darkest.condition is Condition.DUSK


def test_same_seed_same_sky() -> None:
    """Two lights from one seed are alike, from another they differ."""
    first, second, other = (make_light(Condition.DAY, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first.surroundings, second.surroundings)
    assert not np.array_equal(first.surroundings, other.surroundings)


def test_sunny_side_is_brighter(daylight: Light) -> None:
    """Paint that looks to the sun is brighter than paint that looks away from it."""
    palette = standard_palette()
    sunny = lit(surface((0, -0.7, 0.7), Material.TRIM), daylight, palette)
    away = lit(surface((0, 0.7, 0.7), Material.TRIM), daylight, palette)
    assert sunny.mean() > 1.3 * away.mean()


def test_inside_and_underneath_are_darker(daylight: Light) -> None:
    """The same tone is darker inside a cabin than outside, and darker near the road than above it."""
    palette = standard_palette().painted(seat=(0.2, 0.2, 0.2), wall=(0.2, 0.2, 0.2))
    up = (0.0, 0.0, 1.0)
    seat, wall = surface(up, Material.SEAT), surface(up, Material.WALL)
    seat = Surface(seat.position, seat.normal, seat.to_eye, seat.material, np.full((1, 3), 0.2, np.float32))
    wall = Surface(wall.position, wall.normal, wall.to_eye, wall.material, np.full((1, 3), 0.2, np.float32))
    assert lit(seat, daylight, palette).mean() < lit(wall, daylight, palette).mean()
    low = Surface(wall.position * 0.05, wall.normal, wall.to_eye, wall.material, wall.albedo)
    assert lit(low, daylight, palette).mean() < lit(wall, daylight, palette).mean()


def test_lamps_glow(daylight: Light) -> None:
    """A lamp that is on gives off more light than one that is off."""
    lamp = surface((0, -1, 0), Material.HEAD_LAMP)
    off = lit(lamp, daylight, standard_palette())
    on = lit(lamp, daylight, standard_palette().glowing(head_lamp=10))
    assert on.mean() > 3 * off.mean()


def test_glass_lets_light_through_less_when_tinted_or_slanted(daylight: Light) -> None:
    """Clear glass shows most of what is behind, tinted glass less, and at a flat angle glass is a mirror."""
    palette = standard_palette()
    _, clear = glazed(surface((0, -0.6, 0.8), Material.GLASS), daylight, palette)
    _, tinted = glazed(surface((0, -0.6, 0.8), Material.GLASS_TINTED), daylight, palette)
    added, flat = glazed(surface((1, 0, 0), Material.GLASS), daylight, palette)
    assert tinted[0] < 0.5 < clear[0] < 0.9
    assert flat[0] < 0.1
    assert added.mean() > 0
    assert is_glass(np.array([Material.GLASS, Material.PAINT, Material.GLASS_TINTED])).tolist() == [True, False, True]


def test_mirrors_show_sky_above_and_road_below(daylight: Light) -> None:
    """A ray that goes up meets the sky, one that goes down the darker road."""
    rays = np.array([[0, 0.1, 0.99], [0, 0.1, -0.99]], np.float32)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    sky, road = mirrored(daylight, rays, np.zeros(2, np.float32))
    assert sky.mean() > 2 * road.mean()
