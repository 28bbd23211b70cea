# SPDX-License-Identifier: Apache-2.0
"""What the detectors are shown in training: the truth must move with the pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from training.detector.augment import bounds, homography, mirrored, photograph, warp
from training.detector.data import PLATE, Sample, box_quad, load_simulated
from training.detector.targets import build
from training.detector.views import Library, look

CAR = 0


def sample(folder: Path, plates_complete: bool = True) -> tuple[Sample, np.ndarray]:
    """A red plate on a grey car, drawn exactly where the truth says."""
    picture = np.full((300, 400, 3), 90, np.uint8)
    picture[100:250, 80:320] = 140
    picture[200:220, 160:240] = (0, 0, 255)
    path = folder / "drawn.png"
    cv2.imwrite(str(path), picture)
    quads = np.stack([box_quad(80, 100, 320, 250), box_quad(160, 200, 240, 220)])
    labels, trust = np.array([CAR, PLATE]), np.ones(2, np.float32)
    return Sample(path, quads, labels, trust, plates_complete, True, True, False), picture


def red(picture: np.ndarray) -> tuple[float, float]:
    """The middle of the red pixels."""
    ys, xs = np.nonzero((picture[..., 2] > 180) & (picture[..., 0] < 80))
    return float(xs.mean()), float(ys.mean())


@pytest.mark.parametrize("seed", range(6))
def test_truth_follows_the_warp(tmp_path: Path, seed: int) -> None:
    """After any view the plate's corners surround the plate's pixels."""
    truth, picture = sample(tmp_path)
    rng = np.random.default_rng(seed)
    view = warp(truth, picture, homography(rng, (200, 200), rng.uniform(0.4, 1.5), (288, 288), 8, 0.1), (288, 288))
    assert np.allclose(view.quads[1].mean(0), red(view.picture), atol=2.0)


def test_mirrored_truth_keeps_reading_order(tmp_path: Path) -> None:
    """In a mirror the first corner is still the top left one."""
    truth, _ = sample(tmp_path)
    quad = mirrored(truth, 400).quads[1]
    assert quad.tolist() == box_quad(160, 200, 240, 220).tolist()
    assert mirrored(truth, 500).quads[1].tolist() == box_quad(260, 200, 340, 220).tolist()


def test_photograph_keeps_shape_and_range() -> None:
    """Light, noise and compression never change the size or leave 0–255."""
    picture = np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    for seed in range(30):
        result = photograph(picture, np.random.default_rng(seed))
        assert result.shape == picture.shape
        assert result.dtype == np.uint8


@pytest.mark.parametrize("task", ["vehicle", "plate"])
def test_views_have_the_size_asked_for(tmp_path: Path, task: str) -> None:
    """Single views and mosaics alike, repeatable by seed."""
    library = Library([sample(tmp_path)[0]])
    for seed in range(12):
        view = look(task, library, np.random.default_rng(seed), (320, 256))
        again = look(task, library, np.random.default_rng(seed), (320, 256))
        assert view.picture.shape == (256, 320, 3)
        assert (view.picture == again.picture).all()
        assert len(view.quads) == len(view.labels) == len(view.trust)


def test_target_of_a_plate(tmp_path: Path) -> None:
    """The hottest location is at the plate, and its sides and corners lead back to the truth."""
    truth, picture = sample(tmp_path)
    view = warp(truth, picture, np.eye(3), (288, 288))
    target = build(view, "plate", 1, 4)
    row, column = np.unravel_index(int(target.heat[0].argmax()), target.heat[0].shape)
    x, y = (column + 0.5) * 4, (row + 0.5) * 4
    left, top, right, bottom = target.geometry[:4, row, column]
    assert np.allclose([x - left, y - top, x + right, y + bottom], [160, 200, 240, 220], atol=0.01)
    corners = np.add(target.geometry[4:, row, column].reshape(4, 2), (x, y))
    assert np.allclose(corners, box_quad(160, 200, 240, 220), atol=0.01)


def test_doubtful_boxes_are_neither_object_nor_background(tmp_path: Path) -> None:
    """Where the teacher is not to be believed the heat map is not trained."""
    truth, picture = sample(tmp_path)
    doubtful = Sample(truth.file, truth.quads, truth.labels, np.zeros(2, np.float32), True, True, True, False)
    target = build(warp(doubtful, picture, np.eye(3), (400, 320)), "vehicle", 6, 8)
    assert target.heat.max() == 0
    assert (target.heat_weight[:, 15:30, 12:38] == 0).all()
    assert target.weight.max() == 0


def test_vehicles_without_plate_label_are_silent_where_labels_are_incomplete(tmp_path: Path) -> None:
    """An unlabelled plate on such a vehicle must not be trained as background."""
    truth, picture = sample(tmp_path, plates_complete=False)
    only_car = Sample(truth.file, truth.quads[:1], truth.labels[:1], truth.trust[:1], False, True, True, False)
    target = build(warp(only_car, picture, np.eye(3), (400, 320)), "plate", 1, 4)
    assert (target.heat_weight[0, 30:60, 25:75] == 0).all()
    assert target.heat_weight[0, :20].min() == 1


def test_bounds_of_a_turned_quad() -> None:
    """The upright box round a diamond."""
    diamond = np.array([[[5, 0], [10, 5], [5, 10], [0, 5]]], np.float32)
    assert bounds(diamond).tolist() == [[0, 0, 10, 10]]


def test_simulator_frames_are_read_with_their_corners(tmp_path: Path) -> None:
    """Boxes come from one file, plate corners from the other."""
    (tmp_path / "boxes.csv").write_text(
        "file,width,height,label,x1,y1,x2,y2,origin,score\n"
        "a.jpg,640,360,car,10,20,110,90,simulator,1.000\n"
        "a.jpg,640,360,plate,40,70,80,80,simulator,1.000\n"
    )
    (tmp_path / "plate_corners.csv").write_text("file,x1,y1,x2,y2,x3,y3,x4,y4\na.jpg,40,70,80,72,80,80,40,78\n")
    (loaded,) = load_simulated(tmp_path)
    assert loaded.labels.tolist() == [CAR, PLATE]
    assert loaded.quads[1].tolist() == [[40, 70], [80, 72], [80, 80], [40, 78]]
