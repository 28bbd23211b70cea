# SPDX-License-Identifier: Apache-2.0
"""Vehicles: each design is whole, carries its plates at its ends, and seats as many as it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.plateart import styles
from training.simulator.camera import Camera
from training.simulator.fleet import build, lamps_on, random_vehicle
from training.simulator.light import Condition
from training.simulator.materials import Material
from training.simulator.mix import drawn, mix
from training.simulator.plates import bike_pair, plate_pair, random_pair, rear_of, shrunk
from training.simulator.vehicles import REAR_PLATE, Pose, Vehicle, in_world, placed

KINDS = {"car", "truck", "bus", "motorcycle", "bicycle"}


@pytest.fixture(scope="module", params=sorted(mix()["designs"]))
def vehicle(request: pytest.FixtureRequest) -> Vehicle:
    """One vehicle of each design."""
    return build(request.param, "gb", np.random.default_rng(8))


def test_stands_on_the_road(vehicle: Vehicle) -> None:
    """Wheels touch the ground, nothing is below it, and the whole is as long as it says."""
    points = placed(vehicle, Pose(0.0, 0.0, 0.0)).mesh.vertices
    assert points[:, 2].min() == pytest.approx(0, abs=0.02)
    assert points[:, 0].max() - points[:, 0].min() == pytest.approx(vehicle.length, rel=0.08)
    assert 0.7 < points[:, 2].max() < 4.3


def test_kind_is_one_of_the_projects(vehicle: Vehicle) -> None:
    """The kind is one that the record knows, and at least the driver is aboard."""
    assert vehicle.kind in KINDS
    assert vehicle.occupants >= 1


def test_textures_fit_their_places(vehicle: Vehicle) -> None:
    """Every textured face names a texture that there is."""
    assert vehicle.fixed.textures.max() < len(vehicle.textures)


def test_plates_sit_at_the_ends(vehicle: Vehicle) -> None:
    """The front plate is at the front, the rear plate at the rear, both upright and looking outwards."""
    for ahead, corners in vehicle.plate_corners:
        side = 1 if ahead else -1
        assert side * corners[:, 0].mean() > 0.35 * vehicle.length
        outward = np.cross(corners[3] - corners[0], corners[1] - corners[0])
        assert side * outward[0] > 0.9 * np.linalg.norm(outward)
        assert corners[0, 2] > corners[3, 2]
    expected = {"bicycle": 0, "motorcycle": 1}.get(vehicle.design, 2)
    assert len(vehicle.plate_corners) == expected


def test_nothing_of_the_body_lies_before_a_plate(vehicle: Vehicle) -> None:
    """No part of the vehicle covers the middle of a plate as seen from straight ahead of it."""
    for ahead, corners in vehicle.plate_corners:
        side = 1 if ahead else -1
        y, z = np.abs(corners[:, 1]).max() * 0.9, corners[:, 2]
        inside = np.abs(vehicle.fixed.vertices[:, 1]) < y
        inside &= (vehicle.fixed.vertices[:, 2] > z.min()) & (vehicle.fixed.vertices[:, 2] < z.max())
        foremost = (side * vehicle.fixed.vertices[inside, 0]).max(initial=-np.inf)
        assert foremost <= (side * corners[:, 0]).max() + 0.012


def test_more_people_are_more_heads() -> None:
    """Each person more adds the same number of faces of skin, up to a full car."""
    counts = []
    for people in (1, 2, 5):
        car = build("saloon", "gb", np.random.default_rng(2), people=people)
        assert car.occupants == people
        counts.append(int((car.fixed.textures == -1 - Material.SKIN).sum()))
    assert counts[1] == 2 * counts[0]
    assert counts[2] == 5 * counts[0]


def test_driver_sits_on_the_side_of_the_country() -> None:
    """Alone in a British car one sits on the right, in a German one on the left (y is to the left)."""
    for style, side in (("gb", -1), ("de", 1)):
        rng = np.random.default_rng(2)
        car = build("hatchback", "gb", rng, plate_pair(style, rng), people=1)
        faces = car.fixed.faces[car.fixed.textures == -1 - Material.SKIN]
        assert side * car.fixed.vertices[faces.ravel(), 1].mean() > 0.2


def test_unknown_design_is_refused() -> None:
    """A design that there is none of raises KeyError."""
    with pytest.raises(KeyError):
        build("hovercraft", "gb", np.random.default_rng(0))


def test_pose_places_and_turns(car: Vehicle) -> None:
    """A vehicle that heads along +y has its front plate at larger y, at the place of its pose."""
    world = in_world(car.plate_corners[0][1], Pose(3.0, 20.0, np.pi / 2))
    assert world[:, 1].mean() == pytest.approx(20 + car.length / 2, abs=0.15)
    assert world[:, 0].mean() == pytest.approx(3.0, abs=0.02)


def test_wheels_roll_but_the_body_stays(car: Vehicle) -> None:
    """Half a metre of travel moves vertices of the wheels only."""
    rest, moved = (placed(car, Pose(0, 10, 0.0, metres)).mesh.vertices for metres in (0.0, 0.5))
    count = len(car.fixed.vertices)
    assert np.array_equal(rest[:count], moved[:count])
    assert np.abs(rest[count:] - moved[count:]).max() > 0.2


def test_braking_and_weather_light_lamps(car: Vehicle) -> None:
    """Brakes light the brake lamps, rain the head- and tail-lamps."""
    assert placed(car, Pose(0, 10, 0.0, braking=True)).palette.glow[Material.BRAKE_LAMP] > 0
    wet = lamps_on(car, Condition.RAIN, np.random.default_rng(0))
    assert wet.palette.glow[Material.HEAD_LAMP] > 5
    assert wet.palette.glow[Material.TAIL_LAMP] > 0


def test_random_vehicles_repeat_by_seed() -> None:
    """The same seed builds the same vehicle."""
    first, second = (random_vehicle("eu", np.random.default_rng(11)) for _ in range(2))
    assert first.design == second.design
    assert np.array_equal(first.fixed.vertices, second.fixed.vertices)


def test_plates_say_the_same_at_both_ends() -> None:
    """In Britain white before and yellow behind; a diplomat's class is known; the size is the style's."""
    pair = plate_pair("gb_diplomatic", np.random.default_rng(0), "147 D 263", wear=0.0)
    assert (pair.text, pair.country, pair.plate_class) == ("147D263", "GB", "diplomatic")
    assert pair.front is not None and pair.front.colours is not None and pair.rear.colours is not None
    front, rear = (each.reshape(-1, 3).max(axis=0).astype(int) for each in (pair.front.colours, pair.rear.colours))
    assert front[0] > 200
    assert rear[0] < 120
    assert rear[2] > 200
    assert pair.front_size == pytest.approx((0.52, 0.111))


def test_only_british_rear_plates_are_yellow() -> None:
    """German plates look alike at both ends."""
    assert rear_of(styles()["gb"]).ground == "yellow"
    assert rear_of(styles()["de"]) == styles()["de"]


def test_motorcycles_have_one_plate_of_two_lines() -> None:
    """A motorcycle has no front plate, and its rear plate is less than twice as wide as high."""
    pair = bike_pair("gb", np.random.default_rng(0), "KX66|TYH")
    assert pair.front is None
    assert pair.text == "KX66TYH"
    assert pair.rear_size[0] < 2 * pair.rear_size[1]


@pytest.mark.parametrize("region", ["gb", "eu"])
def test_random_plates_come_from_the_mix(region: str) -> None:
    """Most plates are of the region, and every style of the mix exists."""
    assert set(mix()["plates"][region]) <= set(styles())
    rng = np.random.default_rng(1)
    british = sum(random_pair(region, rng).country == "GB" for _ in range(30))
    assert british > 20 if region == "gb" else british < 12


def test_drawn_follows_the_weights() -> None:
    """A name of weight 0 never comes, and one of weight 3 about three times as often as one of weight 1."""
    rng = np.random.default_rng(0)
    names = [drawn({"a": 3.0, "b": 1.0, "c": 0.0}, rng) for _ in range(400)]
    assert names.count("c") == 0
    assert 2 < names.count("a") / names.count("b") < 4.5


def test_shrunk_plates_keep_their_looks() -> None:
    """A smaller copy has the asked size and the same mean colour; factor 1 changes nothing."""
    texture = plate_pair("de", np.random.default_rng(0), wear=0.0).rear
    assert texture.colours is not None
    small = shrunk(texture, 0.25)
    assert small.colours is not None
    assert small.materials.shape == small.colours.shape[:2]
    assert small.colours.shape[1] == round(texture.colours.shape[1] * 0.25)
    assert np.allclose(small.colours.mean(axis=(0, 1)), texture.colours.mean(axis=(0, 1)), atol=3)
    assert shrunk(texture, 1.0) is texture


def test_plate_in_the_picture_reads_left_to_right(car: Vehicle, camera: Camera) -> None:
    """Corners of a plate that faces the camera are projected in reading order, at either end."""
    for heading in (-np.pi / 2, np.pi / 2):
        for _, corners in car.plate_corners:
            pixels, _ = camera.project(in_world(corners, Pose(0.0, 15.0, heading)))
            outward = cv2.contourArea(pixels, oriented=True)
            ends = in_world(corners, Pose(0.0, 15.0, heading))[:, 1].mean()
            assert (outward > 0) == (ends < 15.0)


def test_lorry_has_one_rear_plate() -> None:
    """A lorry's cab keeps no rear plate of its own: only one face pair carries the rear plate."""
    lorry = build("articulated", "gb", np.random.default_rng(5))
    assert int((lorry.fixed.textures == REAR_PLATE).sum()) == 2
