# SPDX-License-Identifier: Apache-2.0
"""Meshes: every primitive looks outwards, and turning, mirroring and joining keep it so."""

from __future__ import annotations

import numpy as np
import pytest

from training.simulator.fittings import mirror, person, seat, single_wheel, steering_wheel, wheel
from training.simulator.materials import Material
from training.simulator.mesh import Mesh, box, ellipsoid, grid, joined, lathe, quad, tube, turn_y, turn_z

CLOSED = {
    "box": box((1, 2, 3), (2.0, 1.0, 0.5), Material.TRIM),
    "ellipsoid": ellipsoid((0, 0, 1), (1.0, 0.5, 0.3), Material.TRIM, 12),
}


def face_normals(mesh: Mesh) -> np.ndarray:
    """Twice the area of each face along its normal by the order of its corners."""
    a, b, c = (mesh.vertices[mesh.faces[:, i]].astype(float) for i in range(3))
    return np.cross(b - a, c - a)


def volume(mesh: Mesh) -> float:
    """Of a closed mesh; negative where it is inside out."""
    a = mesh.vertices[mesh.faces[:, 0]].astype(float)
    return float((a * face_normals(mesh)).sum() / 6)


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_closed_bodies_look_outwards(name: str) -> None:
    """The volume that the faces enclose is positive and about right."""
    expected = {"box": 1.0, "ellipsoid": 4 / 3 * np.pi * 0.15}[name]
    assert volume(CLOSED[name]) == pytest.approx(expected, rel=0.06)


@pytest.mark.parametrize(
    "mesh",
    [
        *CLOSED.values(),
        tube((0, 0, 0), (1, 1, 0.5), 0.1, Material.TRIM),
        lathe(np.array([(0.2, -0.1), (0.3, -0.1), (0.3, 0.1), (0.2, 0.1)]), Material.TYRE),
        wheel(0.3, 0.2, 0),
        single_wheel(0.5, 0.3, 0, 0.4, 0.1),
        joined(mirror(0.0, 0.9, 1.0, (0.14, 0.2, 0.16), Material.TRIM)),
        joined(seat(0.0, 0.3, 0.5)),
        joined(person(0.0, 0.3, 0.5, np.random.default_rng(0))),
        steering_wheel(0.5, 0.3, 0.9),
    ],
)
def test_faces_and_normals_agree(mesh: Mesh) -> None:
    """The order of a face's corners says the same side as the normals at its corners."""
    outward = face_normals(mesh)
    area = np.linalg.norm(outward, axis=1)
    shade = mesh.normals[mesh.faces].mean(axis=1)
    agree = np.einsum("ij,ij->i", outward, shade)[area > 1e-7] > 0
    assert agree.mean() > 0.97


def test_normals_are_of_length_one() -> None:
    """A person's normals are unit vectors, so that shading needs no second look."""
    mesh = joined(person(0.0, 0.0, 0.5, np.random.default_rng(0)))
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)


def test_turning_and_mirroring_keep_the_outside_outside() -> None:
    """A turned box keeps its volume; a mirrored one too, with its corners in the other order."""
    for matrix in (turn_y(1.1), turn_z(-2.0), np.diag([1.0, -1.0, 1.0])):
        assert volume(CLOSED["box"].turned(matrix)) == pytest.approx(1.0, rel=1e-4)


def test_quad_faces_its_reader() -> None:
    """Corners in reading order, seen from -y, give a face that looks towards -y."""
    mesh = quad(np.array([[-1, 0, 1], [1, 0, 1], [1, 0, -1], [-1, 0, -1.0]]), (20, 10))
    assert np.allclose(mesh.normals, [0, -1, 0])
    assert (face_normals(mesh)[:, 1] < 0).all()
    assert mesh.uv.tolist() == [[0, 0], [20, 0], [20, 10], [0, 10]]


def test_joined_keeps_every_face() -> None:
    """Faces of the second mesh point to the second mesh's corners."""
    first, second = CLOSED["box"], CLOSED["ellipsoid"]
    both = joined([first, second])
    assert len(both.faces) == len(first.faces) + len(second.faces)
    assert both.faces[len(first.faces) :].min() == len(first.vertices)
    assert volume(both) == pytest.approx(volume(first) + volume(second), rel=1e-4)


def test_grid_faces_along_rows_times_columns() -> None:
    """Rows towards +x and columns towards +y give a sheet that looks up."""
    x, y = np.meshgrid(np.arange(3.0), np.arange(4.0), indexing="ij")
    sheet = grid(np.stack([x, y, np.zeros_like(x)], axis=-1))
    assert np.allclose(sheet.normals, [0, 0, 1])
    assert (face_normals(sheet)[:, 2] > 0).all()
