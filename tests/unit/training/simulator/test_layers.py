# SPDX-License-Identifier: Apache-2.0
"""Rendered cut-outs: right size and place, holes and glass let through, and pictures lie straight."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from training.simulator.camera import Camera
from training.simulator.layers import Layer, Model, Texture, render
from training.simulator.light import Light
from training.simulator.materials import Material, standard_palette
from training.simulator.mesh import joined, quad

BOARD = np.array([[-1, 10, 2], [1, 10, 2], [1, 10, 1], [-1, 10, 1.0]])


def board(material: Material, corners: np.ndarray = BOARD) -> Model:
    """An upright board of one material, 10 m off."""
    texture = Texture(np.full((20, 40), int(material), np.uint8))
    return Model(quad(corners, (40, 20)), (texture,), standard_palette())


def shown(model: Model, camera: Camera, light: Light) -> Layer:
    layer = render(model, camera, light)
    assert layer is not None
    return layer


def test_coverage_is_the_projected_area(camera: Camera, daylight: Light) -> None:
    """The sum of coverage is the area of the projected corners."""
    layer = shown(board(Material.WALL), camera, daylight)
    pixels, _ = camera.project(BOARD)
    assert layer.coverage.sum() == pytest.approx(cv2.contourArea(pixels), rel=0.02)
    assert 0 <= layer.coverage.min() <= layer.coverage.max() <= 1
    assert layer.distance_m == pytest.approx(10.3, abs=0.6)


def test_holes_show_nothing_and_glass_something(camera: Camera, daylight: Light) -> None:
    """A hole has no coverage; glass has some, less than a wall."""
    solid = shown(board(Material.WALL), camera, daylight).coverage.sum()
    pane = shown(board(Material.GLASS), camera, daylight).coverage.sum()
    assert shown(board(Material.HOLE), camera, daylight).coverage.sum() == 0
    assert 0.05 * solid < pane < 0.8 * solid


def test_glass_before_a_wall_darkens_it_but_shows_it(camera: Camera, daylight: Light) -> None:
    """Behind glass a bright wall stays brighter than a dark one."""
    pane = BOARD - np.array([0, 0.5, 0])
    means = []
    for tone in (0.05, 0.7):
        back = quad(BOARD, (40, 20), 0)
        front = quad(pane, (40, 20), 1)
        textures = tuple(Texture(np.full((20, 40), int(m), np.uint8)) for m in (Material.WALL, Material.GLASS))
        palette = standard_palette().painted(wall=(tone, tone, tone))
        means.append(shown(Model(joined([back, front]), textures, palette), camera, daylight).light.max())
    assert means[1] > 2 * means[0]


def test_nearer_board_hides_the_farther(camera: Camera, daylight: Light) -> None:
    """Of two boards one behind the other only the nearer one's colour shows, in whatever order they come."""
    palette = standard_palette().painted(wall=(0.8, 0, 0), wall_two=(0, 0, 0.8))
    back = quad(BOARD + np.array([0, 1.0, 0.1])).in_material(Material.WALL)
    front = quad(BOARD * np.array([1.5, 1, 1.5])).in_material(Material.WALL_TWO)
    for order in ([back, front], [front, back]):
        layer = shown(Model(joined(order), (), palette), camera, daylight)
        middle = layer.light[layer.light.shape[0] // 2, layer.light.shape[1] // 2]
        assert middle[2] > 5 * middle[0]


def test_picture_lies_straight(camera: Camera, daylight: Light) -> None:
    """A picture that is red on its left half and blue on the right shows so, and light above dark stays above."""
    colours = np.zeros((20, 40, 3), np.uint8)
    colours[:, :20, 2] = 255
    colours[:, 20:, 0] = 255
    colours[:10] //= 2
    texture = Texture(np.full((20, 40), int(Material.PICTURE), np.uint8), colours)
    layer = shown(Model(quad(BOARD, (40, 20)), (texture,), standard_palette()), camera, daylight)
    height, width = layer.coverage.shape
    left, right = layer.light[height // 2, width // 4], layer.light[height // 2, 3 * width // 4]
    assert left[2] > 3 * left[0]
    assert right[0] > 3 * right[2]
    assert layer.light[height // 4].mean() < 0.6 * layer.light[3 * height // 4].mean()


def test_out_of_sight_is_none(camera: Camera, daylight: Light) -> None:
    """What is behind the camera or beside the picture has no cut-out."""
    behind, beside = BOARD * np.array([1, -1, 1]), BOARD + np.array([40.0, 0, 0])
    assert render(board(Material.WALL, behind), camera, daylight) is None
    assert render(board(Material.WALL, beside), camera, daylight) is None


def test_backs_of_plain_faces_are_not_drawn(camera: Camera, daylight: Light) -> None:
    """A plain face seen from behind is skipped; a shell's inside shows its lining."""
    turned = BOARD[[1, 0, 3, 2]]
    plain = Model(quad(turned).in_material(Material.WALL), (), standard_palette())
    assert shown(plain, camera, daylight).coverage.sum() == 0
    lined = replace(board(Material.PAINT, turned), palette=standard_palette().painted(paint=(0.9, 0.9, 0.9)))
    assert 0 < shown(lined, camera, daylight).light.max() < 0.2
