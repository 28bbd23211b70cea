# SPDX-License-Identifier: Apache-2.0
"""A model rendered by itself: a cut-out of the picture with light, coverage and what shines."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.simulator.camera import Camera
from training.simulator.light import Light
from training.simulator.materials import Material, Palette
from training.simulator.mesh import Mesh
from training.simulator.raster import Fragments, Raster, lay_out, nearest
from training.simulator.shading import Surface, glazed, is_glass, lit

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Texture:
    """A picture of materials, uint8 (H, W); where it says PICTURE, `colours` uint8 (H, W, 3) BGR shows."""

    materials: NDArray[np.uint8]
    colours: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class Model:
    """A mesh in its own axes (x ahead, y to the left, z up), its textures and its palette."""

    mesh: Mesh
    textures: tuple[Texture, ...]
    palette: Palette


@dataclass(frozen=True)
class Layer:
    """A cut-out at (left, top) of the picture: light float32 (h, w, 3), already weighted by coverage;
    coverage float32 (h, w), 0-1; glow float32 (h, w, 3), the part of the light that lamps give off."""

    left: int
    top: int
    light: Floats
    coverage: Floats
    glow: Floats | None
    distance_m: float


def _linear(values: Floats) -> Floats:
    return np.asarray((values / 255.0) ** 2.2, np.float32)


def _bilinear(picture: NDArray[np.uint8], uv: Floats) -> Floats:
    """Colours at texture places (N, 2), linear light."""
    count = len(uv)
    rows = -(-count // 1024)
    places = np.zeros((rows * 1024, 2), np.float32)
    places[:count] = uv - 0.5
    across, down = places[:, 0].reshape(rows, 1024), places[:, 1].reshape(rows, 1024)
    values = cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return _linear(values.reshape(-1, 3)[:count].astype(np.float32))


def _look_up(model: Model, faces: Ints, uv: Floats) -> tuple[Ints, Floats]:
    """Material (N,) and albedo (N, 3) of samples."""
    textures = model.mesh.textures[faces]
    material = np.where(textures < 0, -1 - textures, 0).astype(np.int32)
    albedo = np.zeros((len(faces), 3), np.float32)
    for number, texture in enumerate(model.textures):
        chosen = np.flatnonzero(textures == number)
        if not len(chosen):
            continue
        height, width = texture.materials.shape
        column = np.clip(uv[chosen, 0].astype(np.int32), 0, width - 1)
        row = np.clip(uv[chosen, 1].astype(np.int32), 0, height - 1)
        material[chosen] = texture.materials[row, column]
    albedo = model.palette.albedo[material]
    for number, texture in enumerate(model.textures):
        if texture.colours is not None:
            chosen = np.flatnonzero((textures == number) & (material == Material.PICTURE))
            albedo[chosen] = _bilinear(texture.colours, uv[chosen]) if len(chosen) else 0
    return material, albedo


@dataclass(frozen=True)
class _Samples:
    """Fragments with what they show: corner weights (N, 3), material (N,) and albedo (N, 3)."""

    fragments: Fragments
    weights: Floats
    material: Ints
    albedo: Floats

    def only(self, chosen: NDArray[np.bool_] | Ints) -> _Samples:
        return _Samples(self.fragments.only(chosen), self.weights[chosen], self.material[chosen], self.albedo[chosen])


@dataclass(frozen=True)
class _Drawing:
    """A model laid out over samples for one camera and light. front: bool (F,), faces that show their outside."""

    model: Model
    camera: Camera
    light: Light
    raster: Raster
    front: NDArray[np.bool_]

    def interpolated(self, values: Floats, fragments: Fragments, weights: Floats) -> Floats:
        corners = self.model.mesh.faces[fragments.face]
        result = values[corners[:, 0]] * weights[:, :1]
        result += values[corners[:, 1]] * weights[:, 1:2]
        result += values[corners[:, 2]] * weights[:, 2:]
        return np.asarray(result, np.float32)

    def samples(self, fragments: Fragments) -> _Samples:
        """What the fragments show; the insides of shells are liner, and holes and inner panes are left out."""
        weights = self.raster.weights(fragments)
        uv = self.interpolated(self.model.mesh.uv, fragments, weights)
        material, albedo = _look_up(self.model, fragments.face, uv)
        inside = ~self.front[fragments.face]
        keep = np.flatnonzero((material != Material.HOLE) & ~(inside & is_glass(material))).astype(np.int32)
        material[inside] = int(Material.LINER)
        albedo[inside] = self.model.palette.albedo[Material.LINER]
        return _Samples(fragments, weights, material, albedo).only(keep)

    def surface(self, samples: _Samples) -> Surface:
        mesh = self.model.mesh
        position = self.interpolated(mesh.vertices, samples.fragments, samples.weights)
        normal = self.interpolated(mesh.normals, samples.fragments, samples.weights)
        to_eye = np.asarray(self.camera.position, np.float32) - position
        to_eye /= np.linalg.norm(to_eye, axis=1, keepdims=True)
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        return Surface(position, normal, to_eye, samples.material, samples.albedo)


def _facing(mesh: Mesh, camera: Camera) -> NDArray[np.bool_]:
    """Which faces show their outside to the camera."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    outward = np.cross(b - a, c - a)
    return np.asarray(np.einsum("ij,ij->i", outward, np.asarray(camera.position, np.float32) - a) > 0)


def _pierced(model: Model) -> NDArray[np.bool_]:
    """Which faces hold a hole or glass somewhere in their part of a texture."""
    mesh = model.mesh
    found = np.zeros(len(mesh.faces), bool)
    for number, texture in enumerate(model.textures):
        chosen = np.flatnonzero(mesh.textures == number)
        special = (texture.materials == Material.HOLE) | is_glass(texture.materials.astype(np.int32))
        counts = cv2.integral(special.astype(np.uint8))
        uv = mesh.uv[mesh.faces[chosen]]
        limit = np.array(counts.shape[::-1]) - 1
        low = np.clip(np.floor(uv.min(axis=1)), 0, limit).astype(int)
        high = np.clip(np.ceil(uv.max(axis=1)) + 1, 0, limit).astype(int)
        held = counts[high[:, 1], high[:, 0]] - counts[low[:, 1], high[:, 0]]
        held = held - counts[high[:, 1], low[:, 0]] + counts[low[:, 1], low[:, 0]]
        found[chosen] = held > 0
    return found


def _crop(pixels: Floats, depth: Floats, camera: Camera) -> tuple[int, int, int, int] | None:
    """The picture's part that the corners fill: left, top, width, height."""
    seen = pixels[depth > 0.5]
    if not len(seen):
        return None
    left, top = np.clip(np.floor(seen.min(axis=0)) - 2, 0, (camera.width, camera.height)).astype(int)
    right, bottom = np.clip(np.ceil(seen.max(axis=0)) + 3, 0, (camera.width, camera.height)).astype(int)
    if right - left < 2 or bottom - top < 2:
        return None
    return int(left), int(top), int(right - left), int(bottom - top)


def _shrunk(values: Floats, width: int, height: int) -> Floats:
    return np.asarray(cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _paint(drawing: _Drawing, size: int) -> tuple[Floats, Floats]:
    """Light (size, 3) and coverage with glow (size, 2) at each place of the raster."""
    picture, cover = np.zeros((size, 3), np.float32), np.zeros((size, 2), np.float32)
    plain = drawing.model.mesh.textures < 0
    sure = drawing.front & (plain | ~_pierced(drawing.model))
    walls = drawing.raster.fragments(sure)
    behind = np.zeros(size, np.float32)
    np.maximum.at(behind, walls.place, walls.nearness)
    rest = drawing.raster.fragments(~sure & ~(plain & ~drawing.front))
    others = drawing.samples(rest.only(rest.nearness > behind[rest.place]))
    glass = is_glass(others.material)
    solid = _joined(drawing.samples(walls.only(walls.nearness >= behind[walls.place])), others.only(~glass))
    owner = nearest(solid.fragments, size)
    place = np.flatnonzero(owner >= 0)
    chosen = solid.only(owner[place])
    picture[place] = lit(drawing.surface(chosen), drawing.light, drawing.model.palette)
    cover[place, 0] = 1
    cover[place, 1] = drawing.model.palette.glow[chosen.material]
    beyond = np.zeros(size, np.float32)
    beyond[place] = chosen.fragments.nearness
    _glaze(drawing, others.only(glass), beyond, picture, cover)
    return picture, cover


def _joined(first: _Samples, second: _Samples) -> _Samples:
    a, b = first.fragments, second.fragments
    return _Samples(
        Fragments(
            np.concatenate([a.place, b.place]),
            np.concatenate([a.face, b.face]),
            np.concatenate([a.nearness, b.nearness]),
        ),
        np.concatenate([first.weights, second.weights]),
        np.concatenate([first.material, second.material]),
        np.concatenate([first.albedo, second.albedo]),
    )


def _glaze(drawing: _Drawing, panes: _Samples, beyond: Floats, picture: Floats, cover: Floats) -> None:
    """Lay the nearest glass over what is painted already, in place."""
    owner = nearest(panes.fragments, len(beyond), beyond)
    place = np.flatnonzero(owner >= 0)
    chosen = panes.only(owner[place])
    added, through = glazed(drawing.surface(chosen), drawing.light, drawing.model.palette)
    picture[place] = added + picture[place] * through[:, None]
    cover[place, 0] = 1 - through * (1 - cover[place, 0])


_MOST_SAMPLES = 900_000
"""Of one cut-out; a larger one gets fewer samples a pixel."""


def render(model: Model, camera: Camera, light: Light, samples: float = 2.0) -> Layer | None:
    """The model, already placed in the world, as the camera sees it; None where it is out of sight.

    Each pixel is the mean of about `samples` x `samples` samples.
    """
    pixels, depth = camera.project(model.mesh.vertices)
    crop = _crop(pixels, depth, camera)
    if crop is None:
        return None
    left, top, width, height = crop
    density = min(samples, max(1.0, float(np.sqrt(_MOST_SAMPLES / (width * height)))))
    fine = round(width * density), round(height * density)
    scale = np.array([fine[0] / width, fine[1] / height], np.float32)
    scaled = (pixels - np.array([left, top], np.float32)) * scale
    raster = lay_out(scaled, depth, model.mesh.faces, *fine)
    drawing = _Drawing(model, camera, light, raster, _facing(model.mesh, camera))
    light_values, cover = _paint(drawing, fine[0] * fine[1])
    picture = _shrunk(light_values.reshape(fine[1], fine[0], 3), width, height)
    share = _shrunk(cover.reshape(fine[1], fine[0], 2), width, height)
    glow = picture * np.clip(share[..., 1:], 0, 1) if share[..., 1].max() > 0.5 else None
    return Layer(left, top, picture, share[..., 0], glow, float(np.median(depth)))
