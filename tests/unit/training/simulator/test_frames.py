# SPDX-License-Identifier: Apache-2.0
"""Stills for training: labels lie where the picture shows them, in the data pack's columns, the same every time."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.simulator.compose import Shot
from training.simulator.frames import BOX_COLUMNS, CORNER_COLUMNS, labels_of, make_still, random_shot, write_stills

NUMBERS = range(4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four stills with their labels."""
    folder = tmp_path_factory.mktemp("stills")
    write_stills(folder, len(NUMBERS), seed=1, workers=1)
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_columns_are_those_of_the_data_pack(folder: Path) -> None:
    """Headers are as agreed, every file that is named exists with the named size, and labels are known."""
    boxes = rows_of(folder / "boxes.csv")
    assert tuple(boxes[0]) == BOX_COLUMNS
    assert tuple(rows_of(folder / "plate_corners.csv")[0]) == CORNER_COLUMNS
    assert len(list((folder / "images").iterdir())) == len(NUMBERS)
    for row in boxes:
        height, width = cv2.imread(str(folder / "images" / row["file"])).shape[:2]
        assert (int(row["width"]), int(row["height"])) == (width, height)
        assert row["label"] in {"plate", "car", "bus", "truck", "motorcycle", "bicycle"}
        assert (row["origin"], row["score"]) == ("human", "1.000")


def test_boxes_lie_in_the_picture(folder: Path) -> None:
    """Edges are in order and inside the picture."""
    for row in rows_of(folder / "boxes.csv"):
        x1, y1, x2, y2 = (float(row[key]) for key in ("x1", "y1", "x2", "y2"))
        assert 0 <= x1 < x2 <= int(row["width"])
        assert 0 <= y1 < y2 <= int(row["height"])


def test_each_plate_lies_in_a_vehicle(folder: Path) -> None:
    """The middle of a plate is inside the box of some vehicle of the same picture."""
    boxes = rows_of(folder / "boxes.csv")
    plates = [row for row in boxes if row["label"] == "plate"]
    assert plates
    for plate in plates:
        x, y = ((float(plate[a]) + float(plate[b])) / 2 for a, b in (("x1", "x2"), ("y1", "y2")))
        others = [row for row in boxes if row["file"] == plate["file"] and row["label"] != "plate"]
        inside = [float(o["x1"]) <= x <= float(o["x2"]) and float(o["y1"]) <= y <= float(o["y2"]) for o in others]
        assert any(inside)


def test_corners_are_in_reading_order_and_fit_the_boxes(folder: Path) -> None:
    """Corners turn clockwise from the top left, and there are as many as plate boxes."""
    corners = rows_of(folder / "plate_corners.csv")
    plates = [row for row in rows_of(folder / "boxes.csv") if row["label"] == "plate"]
    assert [row["file"] for row in corners] == [row["file"] for row in plates]
    for row in corners:
        points = np.array([[float(row[f"x{i}"]), float(row[f"y{i}"])] for i in range(1, 5)], np.float32)
        assert cv2.contourArea(points, oriented=True) > 0
        assert points[0, 0] < points[1, 0]


def test_same_seed_and_number_same_still(tmp_path: Path) -> None:
    """A still does not depend on those made before it."""
    for name in ("a", "b"):
        (tmp_path / name / "images").mkdir(parents=True)
    first = make_still(1, 1, tmp_path / "a")
    random_shot(2, 9)
    second = make_still(1, 1, tmp_path / "b")
    assert first.boxes == second.boxes
    pictures = [(tmp_path / name / "images" / first.file).read_bytes() for name in ("a", "b")]
    assert pictures[0] == pictures[1]


def test_hidden_vehicles_have_no_label() -> None:
    """A vehicle of which next to nothing is visible is left out."""
    shot, camera, actors = random_shot(1, 1)
    assert any(shot.seen)
    blind = Shot(shot.picture, tuple(None for _ in shot.seen))
    assert labels_of(blind, camera, actors) == ([], [])
