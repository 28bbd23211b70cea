# SPDX-License-Identifier: Apache-2.0
"""Pictures of moments: shadows darken, near hides far, motion blurs, weather shows, and seeds repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.simulator.camera import Camera
from training.simulator.compose import Actor, Stage, make_stage, motion_px, take
from training.simulator.fleet import lamps_on
from training.simulator.ground import Road, backdrop, haze_share, make_road, wetness
from training.simulator.light import Condition, Light, make_light
from training.simulator.scenery import barrier_arm, gate_posts, roadside
from training.simulator.truth import seen_box
from training.simulator.vehicles import Pose, Vehicle
from training.simulator.weather import Sensor, bloom, expose, rain_streaks

TOWARDS = -np.pi / 2


def stage_of(camera: Camera, condition: Condition, seed: int = 4) -> Stage:
    rng = np.random.default_rng(seed)
    road = make_road(2, True, rng)
    return make_stage(camera, road, make_light(condition, rng, (180.0, 45.0)), Sensor.clean(condition), rng)


@pytest.fixture(scope="module")
def stage(camera: Camera) -> Stage:
    """A street by day."""
    return stage_of(camera, Condition.DAY)


def at(vehicle: Vehicle, y: float, x: float = 0.0, speed: float = 0.0) -> Actor:
    return Actor(vehicle, Pose(x, y, TOWARDS), speed)


def test_same_seed_same_picture(stage: Stage, car: Vehicle) -> None:
    """Two pictures from one seed are the same to the last bit."""
    first, second = (take(stage, [at(car, 14.0)], np.random.default_rng(0)) for _ in range(2))
    assert np.array_equal(first.picture, second.picture)


def test_vehicle_is_where_it_is_said_to_be(stage: Stage, car: Vehicle, camera: Camera) -> None:
    """The picture changes inside the vehicle's box, and far from it hardly at all but for its shadow."""
    empty = take(stage, [], np.random.default_rng(0)).picture.astype(int)
    shot = take(stage, [at(car, 16.0)], np.random.default_rng(0))
    change = np.abs(shot.picture.astype(int) - empty).max(axis=2)
    seen = shot.seen[0]
    assert seen is not None and seen.visible_share == 1.0
    left, top, right, bottom = (int(v) for v in seen_box(seen))
    assert np.median(change[top:bottom, left:right]) > 20
    assert change[: top - 12].max() < 12
    middle, _ = camera.project(np.array([[0.0, 16.0, 0.7]]))
    assert left < middle[0, 0] < right
    assert top < middle[0, 1] < bottom


def test_shadow_darkens_the_road(stage: Stage, car: Vehicle) -> None:
    """Just before the bumper the road is darker with the car than without."""
    empty = take(stage, [], np.random.default_rng(0)).picture
    shot = take(stage, [at(car, 16.0)], np.random.default_rng(0))
    seen = shot.seen[0]
    assert seen is not None
    left, _, right, bottom = (int(v) for v in seen_box(seen))
    strip = np.s_[bottom : bottom + 2, left + 5 : right - 5]
    assert shot.picture[strip].mean() < 0.8 * empty[strip].mean()


def test_near_hides_far(stage: Stage, car: Vehicle) -> None:
    """Of two cars in a row the farther one is partly hidden, whichever comes first."""
    for order in ((12.0, 19.0), (19.0, 12.0)):
        shot = take(stage, [at(car, y) for y in order], np.random.default_rng(0))
        shares = dict(zip(order, [seen.visible_share for seen in shot.seen if seen], strict=True))
        assert shares[12.0] > 0.97
        assert 0.2 < shares[19.0] < 0.95


def test_out_of_the_picture_is_not_seen(stage: Stage, car: Vehicle) -> None:
    """A car behind the camera is not seen."""
    assert take(stage, [at(car, -30.0)], np.random.default_rng(0)).seen == (None,)


def test_motion_blurs(stage: Stage, car: Vehicle, camera: Camera) -> None:
    """A moving car is less sharp than a standing one, and the blur grows with the shutter's time."""
    quick = at(car, 12.0, speed=20.0)
    assert motion_px(quick, camera, 0.02)[1] > 2
    assert motion_px(at(car, 12.0), camera, 0.02) == (0.0, 0.0)
    sharp, blurred = (take(stage, [quick], np.random.default_rng(0), each) for each in (0.0, 0.04))
    seen = sharp.seen[0]
    assert seen is not None
    left, top, right, bottom = (int(v) for v in seen_box(seen))
    edges = [
        np.abs(np.diff(each.picture[top:bottom, left:right].astype(int), axis=0)).mean() for each in (sharp, blurred)
    ]
    assert edges[1] < 0.8 * edges[0]


@pytest.mark.parametrize("condition", list(Condition))
def test_every_condition_gives_a_picture(camera: Camera, car: Vehicle, condition: Condition) -> None:
    """No weather leaves the picture black or white, and the vehicle is found in it."""
    vehicle = lamps_on(car, condition, np.random.default_rng(0))
    shot = take(stage_of(camera, condition), [at(vehicle, 14.0)], np.random.default_rng(0))
    assert shot.picture.shape == (160, 240, 3)
    assert 20 < shot.picture.mean() < 200
    assert shot.seen[0] is not None


def test_lamps_halo_at_dusk(camera: Camera, car: Vehicle) -> None:
    """At dusk a car with lamps on lights its surroundings."""
    dusk = stage_of(camera, Condition.DUSK)
    lit_car = lamps_on(car, Condition.DUSK, np.random.default_rng(0))
    off, on = (take(dusk, [at(each, 14.0)], np.random.default_rng(0)).picture for each in (car, lit_car))
    assert on.mean() > 1.1 * off.mean()
    assert on.max() > 240


def test_wet_roads_mirror(camera: Camera) -> None:
    """Only rain makes the road a mirror."""
    rng = np.random.default_rng(0)
    assert wetness(make_light(Condition.RAIN, rng)) > 0
    assert wetness(make_light(Condition.DAY, rng)) == 0


def test_backdrop_has_road_and_sky(daylight: Light) -> None:
    """The sky is brighter than the road, and white lines are brighter than the asphalt between them."""
    camera = Camera(240, 160, 200.0, (0.0, 0.0, 4.0), 0.0, 10.0, 0.0)
    road = replace(make_road(2, True, np.random.default_rng(0)), left=-3.0, right=3.0, edge_lines=True)
    picture = backdrop(camera, road, daylight, np.random.default_rng(0))
    assert picture.shape == (160, 240, 3)
    assert picture[:10].mean() > 1.5 * picture[-20:, 110:130].mean()
    pixels, _ = camera.project(np.array([[-2.75, 12.0, 0.0], [-2.2, 12.0, 0.0]]))
    line, beside = (picture[int(y), int(x)].mean() for x, y in pixels)
    assert line > 1.5 * beside


@pytest.mark.parametrize("left_hand", [True, False])
def test_roads_keep_their_side(left_hand: bool) -> None:
    """Away from the camera traffic keeps left in Britain, right elsewhere; lanes lie side by side."""
    road = make_road(2, left_hand, np.random.default_rng(3))
    away = next(x for x, way in road.lanes if way > 0)
    towards = next(x for x, way in road.lanes if way < 0)
    assert (away < towards) is left_hand
    assert road.left < min(away, towards) < road.centre < max(away, towards) < road.right


def test_haze_grows_with_distance() -> None:
    """The air hides nothing nearby and most of what is far."""
    near, far = haze_share(np.array([5.0, 3000.0], np.float32))
    assert near < 0.02
    assert far > 0.9


def test_roadside_leaves_the_road_free() -> None:
    """Within 100 m nothing of the roadside stands on the carriageway at the height of vehicles."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        road: Road = make_road(2, True, rng)
        for model in roadside(road, rng):
            points = model.mesh.vertices
            low = points[(points[:, 2] < 4.0) & (points[:, 1] < 100)]
            assert not ((low[:, 0] > road.left) & (low[:, 0] < road.right)).any()


def test_gate_posts_stand_beside_the_road() -> None:
    """Posts stand at the gate's distance, one at each side."""
    road = make_road(2, True, np.random.default_rng(0))
    left, right = gate_posts(road, 18.0)
    assert left.mesh.vertices[:, 0].max() < road.left
    assert right.mesh.vertices[:, 0].min() > road.right
    assert np.allclose(left.mesh.vertices[:, 1].mean(), 18.0, atol=0.1)


def test_arm_lies_or_stands() -> None:
    """Shut, the arm reaches over the lane; open, it stands above its post."""
    shut, open_ = (barrier_arm((3.0, 18.0), -3.2, share).mesh.vertices for share in (0.0, 1.0))
    assert shut[:, 0].min() == pytest.approx(-0.2, abs=0.1)
    assert shut[:, 2].max() < 1.1
    assert open_[:, 2].max() > 4
    assert open_[:, 0].min() > 2.3


def test_bloom_adds_light_round_lamps() -> None:
    """Light spreads from a lamp to its neighbourhood, and none comes from nowhere."""
    dark = np.zeros((60, 80, 3), np.float32)
    glow = dark.copy()
    glow[30, 40] = 50
    halo = bloom(dark, glow)
    assert halo[30, 46].sum() > halo[30, 70].sum() >= 0
    assert bloom(dark, dark).max() == 0


def test_rain_is_sparse() -> None:
    """Streaks cover a small part of the picture."""
    streaks = rain_streaks(200, 300, np.random.default_rng(0))
    assert 0 <= streaks.min() <= streaks.max() <= 1
    assert 0.001 < (streaks > 0.05).mean() < 0.2


def test_exposure_keeps_order_and_adds_noise() -> None:
    """Brighter light gives brighter pixels; a noisy sensor scatters them more than a clean one."""
    ramp = np.broadcast_to(np.linspace(0, 1.2, 64, dtype=np.float32)[None, :, None], (64, 64, 3))
    clean = replace(Sensor.clean(Condition.DAY), vignette=0.0, noise=0.0)
    columns = expose(ramp, clean, np.random.default_rng(0)).mean(axis=(0, 2))
    assert (np.diff(columns) >= -0.01).all()
    assert columns[-1] - columns[0] > 120
    grey = np.full((64, 64, 3), 0.3, np.float32)
    noisy = expose(grey, replace(clean, noise=4.0), np.random.default_rng(0))
    assert noisy.std() > expose(grey, clean, np.random.default_rng(0)).std() + 1


def test_sensors_by_chance_differ() -> None:
    """Any camera has an exposure above zero and is not the next one."""
    rng = np.random.default_rng(0)
    first, second = Sensor.by_chance(Condition.DAY, rng), Sensor.by_chance(Condition.DAY, rng)
    assert first != second
    assert min(first.exposure, second.exposure) > 0
