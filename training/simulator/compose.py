# SPDX-License-Identifier: Apache-2.0
"""A moment of a scene as a picture: backdrop, shadows, vehicles by distance, glow, rain, sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.camera import Camera
from training.simulator.ground import Road, backdrop, haze_share, wetness
from training.simulator.layers import Layer, Model, render
from training.simulator.light import Condition, Light
from training.simulator.plates import shrunk
from training.simulator.scenery import roadside
from training.simulator.vehicles import FRONT_PLATE, Pose, Vehicle, in_world, placed
from training.simulator.weather import Sensor, bloom, expose, rain_streaks

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Pixel = TypeVar("Pixel", bound=np.generic)


@dataclass(frozen=True)
class Stage:
    """What does not move: camera, light, sensor, road, the finished backdrop and what may stand before vehicles."""

    camera: Camera
    light: Light
    sensor: Sensor
    road: Road
    picture: Floats
    before: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Actor:
    """A vehicle at one moment; velocity in metres a second along its heading."""

    vehicle: Vehicle
    pose: Pose
    speed_mps: float = 0.0


@dataclass(frozen=True)
class Seen:
    """How one vehicle shows: visible pixels (mask cut-out and its place), share of it that is not hidden."""

    left: int
    top: int
    mask: NDArray[np.bool_]
    visible_share: float


@dataclass(frozen=True)
class Shot:
    """A finished picture, uint8 (h, w, 3), and what is seen of each actor (None: nothing)."""

    picture: Bytes
    seen: tuple[Seen | None, ...]


def make_stage(
    camera: Camera, road: Road, light: Light, sensor: Sensor, rng: np.random.Generator, before: Sequence[Model] = ()
) -> Stage:
    """Render what stands still."""
    picture = backdrop(camera, road, light, rng)
    models = roadside(road, rng)
    for model in (*models, *before):
        _fallen_shadow(picture, camera, light, model.mesh.vertices, 0.12)
    for model in models:
        layer = render(model, camera, light, 1)
        if layer is not None:
            _lay(picture, _hazy(layer, light))
    layers = [render(model, camera, light, 2) for model in before]
    return Stage(camera, light, sensor, road, picture, tuple(layer for layer in layers if layer is not None))


def _hazy(layer: Layer, light: Light) -> Layer:
    """The layer seen through the air before it."""
    share = haze_share(np.array([layer.distance_m], np.float32))[0]
    veil = light.horizon * np.float32(0.8) * layer.coverage[..., None]
    return replace(layer, light=np.asarray(layer.light + (veil - layer.light) * share, np.float32))


def _part(picture: NDArray[Pixel], layer: Layer) -> NDArray[Pixel]:
    """The part of a picture that a cut-out lies on; a view."""
    height, width = layer.coverage.shape
    return picture[layer.top : layer.top + height, layer.left : layer.left + width]


def _lay(picture: Floats, layer: Layer) -> None:
    """Lay a cut-out over a picture, in place."""
    part = _part(picture, layer)
    part *= 1 - layer.coverage[..., None]
    part += layer.light


def _padded(layer: Layer, margin: int, width: int, height: int) -> Layer:
    """The layer with up to `margin` empty pixels more at each side, as far as the picture of width x height goes."""
    rows, columns = layer.coverage.shape
    left, top = min(margin, layer.left), min(margin, layer.top)
    right, bottom = min(margin, width - layer.left - columns), min(margin, height - layer.top - rows)

    def wider(values: Floats) -> Floats:
        return np.asarray(cv2.copyMakeBorder(values, top, bottom, left, right, cv2.BORDER_CONSTANT), np.float32)

    glow = None if layer.glow is None else wider(layer.glow)
    return Layer(
        layer.left - left, layer.top - top, wider(layer.light), wider(layer.coverage), glow, layer.distance_m
    )  # fmt: skip


def _line_kernel(dx: float, dy: float) -> Floats:
    """The path of a point while the shutter is open, as a filter of sum 1."""
    size = int(np.ceil(np.hypot(dx, dy))) | 1
    kernel = np.zeros((size + 2, size + 2), np.float32)
    middle = (size + 1) / 2
    for share in np.linspace(-0.5, 0.5, 4 * size):
        kernel[round(middle + share * dy), round(middle + share * dx)] += 1
    return np.asarray(kernel / kernel.sum(), np.float32)


def _streaked(layer: Layer, motion: tuple[float, float], camera: Camera) -> Layer:
    """The layer blurred along a motion in pixels."""
    if np.hypot(*motion) < 0.7:
        return layer
    kernel = _line_kernel(*motion)
    wide = _padded(layer, len(kernel) // 2, camera.width, camera.height)

    def smeared(values: Floats) -> Floats:
        return np.asarray(cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)

    glow = None if wide.glow is None else smeared(wide.glow)
    return replace(wide, light=smeared(wide.light), coverage=smeared(wide.coverage), glow=glow)


def motion_px(actor: Actor, camera: Camera, exposure_s: float) -> tuple[float, float]:
    """How far the vehicle's middle moves in the picture while the shutter is open."""
    ahead = np.array([np.cos(actor.pose.heading), np.sin(actor.pose.heading), 0]) * actor.speed_mps * exposure_s
    middle = np.array([actor.pose.x, actor.pose.y, 0.7])
    pixels, depth = camera.project(np.stack([middle - ahead / 2, middle + ahead / 2]))
    if depth.min() < 0.5:
        return 0.0, 0.0
    moved = np.clip(pixels[1] - pixels[0], -40, 40)
    return float(moved[0]), float(moved[1])


def _ground_polygon(points: Floats, camera: Camera) -> NDArray[np.int32] | None:
    """Convex outline of points on the ground in pixels; None if it reaches behind the camera."""
    pixels, depth = camera.project(points)
    if depth.min() < 0.5:
        return None
    return np.round(cv2.convexHull(pixels)).astype(np.int32)


def _shade(picture: Floats, outline: NDArray[np.int32], blur: float, strength: float) -> None:
    """Darken a soft-edged polygon of the picture, in place."""
    height, width = picture.shape[:2]
    margin = int(3 * blur) + 2
    left, top = np.maximum(outline.reshape(-1, 2).min(axis=0) - margin, 0)
    right, bottom = np.minimum(outline.reshape(-1, 2).max(axis=0) + margin, (width, height))
    if right - left < 2 or bottom - top < 2:
        return
    mask = np.zeros((bottom - top, right - left), np.float32)
    cv2.fillConvexPoly(mask, outline - (left, top), 1.0)
    soft = cv2.GaussianBlur(mask, (0, 0), blur)
    picture[top:bottom, left:right] *= 1 - strength * soft[..., None]


def _fallen_shadow(picture: Floats, camera: Camera, light: Light, points: Floats, soft_m: float) -> None:
    """The sun's shadow of the convex body round some points, blurred by `soft_m` metres, in place."""
    if light.shadow_share < 0.15:
        return
    lean = light.sun_from[:2] / max(float(light.sun_from[2]), 0.2)
    fallen = np.concatenate([points[:, :2] - points[:, 2:3] * lean, np.zeros((len(points), 1))], axis=1)
    outline = _ground_polygon(fallen.astype(np.float32), camera)
    if outline is not None:
        scale = camera.focal_px / max(float(points[:, 1].mean()) - camera.position[1], 3.0)
        _shade(picture, outline, max(soft_m * scale, 0.6), light.shadow_share * 0.92)


def _cast_shadows(picture: Floats, stage: Stage, actor: Actor) -> None:
    """The sun's shadow and the dark under a vehicle."""
    camera, light, vehicle = stage.camera, stage.light, actor.vehicle
    scale = camera.focal_px / max(actor.pose.y - camera.position[1], 3.0)
    _fallen_shadow(picture, camera, light, in_world(vehicle.fixed.vertices[::7], actor.pose), 0.05)
    half_l, half_w = vehicle.length / 2 - 0.05, vehicle.width / 2 - 0.05
    foot = np.array(
        [[half_l, half_w, 0], [half_l, -half_w, 0], [-half_l, -half_w, 0], [-half_l, half_w, 0]], np.float32
    )
    for grow, blur, strength in ((1.06, 0.18, 0.55), (0.96, 0.06, 0.6)):
        outline = _ground_polygon(in_world(foot * np.float32(grow), actor.pose), camera)
        if outline is not None:
            _shade(picture, outline, max(blur * scale, 0.6), strength)


def _headlight_pool(picture: Floats, stage: Stage, actor: Actor) -> None:
    """Light of the head-lamps on the road ahead."""
    glow = float(actor.vehicle.palette.glow.max())
    if glow < 3 or stage.light.condition is Condition.DAY:
        return
    angle = np.linspace(0, 2 * np.pi, 24)
    ahead = actor.vehicle.length / 2 + 6 + 5 * np.cos(angle)
    pool = np.stack([ahead, 1.7 * np.sin(angle), np.zeros(24)], axis=1).astype(np.float32)
    outline = _ground_polygon(in_world(pool, actor.pose), stage.camera)
    if outline is not None:
        scale = stage.camera.focal_px / max(actor.pose.y - stage.camera.position[1], 3.0)
        strength = 1.6 if stage.light.condition is Condition.DUSK else 0.15
        _shade(picture, outline, max(0.5 * scale, 1.0), -strength)


def _mirror_on_road(picture: Floats, stage: Stage, model: Model) -> None:
    """What a wet road mirrors of a vehicle."""
    flipped = replace(model, mesh=model.mesh.turned(np.diag([1.0, 1.0, -1.0])))
    layer = render(flipped, stage.camera, stage.light, 1)
    if layer is None:
        return
    share = 0.5 * wetness(stage.light)
    blur = max(layer.coverage.shape[0] / 40, 1.0)
    soft = [
        np.asarray(cv2.GaussianBlur(v, (0, 0), blur * 0.5, sigmaY=blur), np.float32)
        for v in (layer.light, layer.coverage)
    ]
    _lay(picture, replace(layer, light=soft[0] * share, coverage=soft[1] * share))


def _sized_plates(vehicle: Vehicle, pose: Pose, camera: Camera) -> Vehicle:
    """The vehicle with plate pictures about twice as fine as they will be seen, so that they shrink well."""
    distance = max(pose.y - camera.position[1] - vehicle.length / 2, 2.0)
    textures = list(vehicle.textures)
    for index in range(FRONT_PLATE, len(textures)):
        wide = textures[index].materials.shape[1]
        textures[index] = shrunk(textures[index], 0.52 * camera.focal_px / distance * 1.6 / wide)
        factor = textures[index].materials.shape[1] / wide
        if factor != 1:
            vehicle = _with_plate_scale(vehicle, index, factor, textures[index].materials.shape[0])
    return replace(vehicle, textures=tuple(textures))


def _with_plate_scale(vehicle: Vehicle, index: int, factor: float, rows: int) -> Vehicle:
    """Texture places of one plate changed to a smaller picture."""
    mesh = vehicle.fixed
    corners = np.unique(mesh.faces[mesh.textures == index])
    uv = mesh.uv.copy()
    if not len(corners):
        return vehicle
    uv[corners] *= np.array([factor, rows / max(float(uv[corners, 1].max()), 1.0)], np.float32)
    return replace(vehicle, fixed=replace(mesh, uv=uv))


def take(
    stage: Stage,
    actors: Sequence[Actor],
    rng: np.random.Generator,
    exposure_s: float = 0.004,
    gate: Sequence[Layer] = (),
) -> Shot:
    """The picture of one moment."""
    picture = stage.picture.copy()
    models = [placed(_sized_plates(a.vehicle, a.pose, stage.camera), a.pose) for a in actors]
    for actor, model in zip(actors, models, strict=True):
        if wetness(stage.light):
            _mirror_on_road(picture, stage, model)
        _cast_shadows(picture, stage, actor)
        _headlight_pool(picture, stage, actor)
    layers: list[tuple[float, int, Layer]] = [(layer.distance_m, -1, layer) for layer in (*stage.before, *gate)]
    for index, (actor, model) in enumerate(zip(actors, models, strict=True)):
        layer = render(model, stage.camera, stage.light, 2)
        if layer is not None:
            motion = motion_px(actor, stage.camera, exposure_s)
            layers.append((layer.distance_m, index, _streaked(layer, motion, stage.camera)))
    layers.sort(key=lambda item: -item[0])
    owner = _lay_all(picture, layers)
    picture = _finish(picture, stage, [layer for _, _, layer in layers], rng)
    seen = tuple(_seen(index, layers, owner) for index in range(len(actors)))
    return Shot(expose(picture, stage.sensor, rng), seen)


def _lay_all(picture: Floats, layers: Sequence[tuple[float, int, Layer]]) -> NDArray[np.int16]:
    """Lay the layers, far to near; returns which actor owns each pixel (-1: none)."""
    owner = np.full(picture.shape[:2], -1, np.int16)
    for _, index, layer in layers:
        _lay(picture, layer)
        _part(owner, layer)[layer.coverage > 0.5] = index
    return owner


def _finish(picture: Floats, stage: Stage, layers: Sequence[Layer], rng: np.random.Generator) -> Floats:
    """Halo of lamps and falling rain."""
    shining = [(layer, layer.glow) for layer in layers if layer.glow is not None]
    if shining and stage.light.condition is not Condition.DAY:
        glow = np.zeros_like(picture)
        for layer, light in shining:
            part = _part(glow, layer)
            part += light
        picture = bloom(picture, glow)
    if stage.light.condition is Condition.RAIN:
        streaks = rain_streaks(picture.shape[0], picture.shape[1], rng)[..., None]
        picture = picture + (stage.light.horizon * 1.1 - picture) * streaks * 0.6
    return picture


def _seen(index: int, layers: Sequence[tuple[float, int, Layer]], owner: NDArray[np.int16]) -> Seen | None:
    for _, number, layer in layers:
        if number == index:
            whole = layer.coverage > 0.5
            mask = whole & (_part(owner, layer) == index)
            if not mask.any():
                return None
            return Seen(layer.left, layer.top, mask, float(mask.sum() / whole.sum()))
    return None
