# SPDX-License-Identifier: Apache-2.0
"""The yardsticks of the reader, and which crops may train it."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.reader.measure import calibration_error, curve, fit_temperature, probability_of, score
from training.reader.pack import training_crops, validation_crops

ROWS = [
    "file,text,region,kind,lines,verified,machine_text,machine_confidence,source,split",
    "a.jpg,AB12CDE,GB,civil,1,1,AB12CDE,0.9,openlpr,train",
    "b.jpg,AB12CDF,GB,civil,1,1,AB12CDF,0.9,openlpr,val",
    "c.jpg,KL345M,DE,civil,1,1,KL345M,0.9,oalpr_traindet_eu,train",
    "d.jpg,SHOW1,DE,other,1,1,SHOW1,0.9,oalpr_traindet_eu,val",
    "e.jpg,XYZ99,??,civil,1,0,XYZ99,0.99,openlpr,train",
    "f.jpg,XYZ98,??,civil,1,0,XYZ98,0.5,openlpr,train",
    "g.jpg,XY?97,GB,civil,1,1,XY97,0.9,openlpr,train",
]


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data pack of seven made-up crops."""
    folder = tmp_path / "plates"
    (folder / "crops").mkdir(parents=True)
    with (folder / "plates.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(row.split(",") for row in ROWS)
    cv2.imwrite(str(folder / "crops" / "a.jpg"), np.full((20, 60, 3), 90, np.uint8))
    monkeypatch.setenv("WAYSIDE_DATA_PACK", str(tmp_path))
    return folder


def test_only_free_sources_train(pack: Path) -> None:
    """Crops that may only measure never train, whatever their split; doubtful and illegible ones stay out."""
    assert [crop.file.name for crop in training_crops(0.95)] == ["a.jpg", "e.jpg"]
    assert [crop.verified for crop in training_crops(0.4)] == [True, False, False]


def test_what_measures_never_trained(pack: Path) -> None:
    """The val part and all of the other sources measure, show plates aside."""
    assert [crop.file.name for crop in validation_crops()] == ["b.jpg", "c.jpg"]


def test_a_crop_opens_or_is_named(pack: Path) -> None:
    """A picture that the table lists and the folder lacks is named with the mend."""
    present, absent = training_crops(0.95)
    assert present.pixels().shape == (20, 60, 3)
    with pytest.raises(FileNotFoundError, match=r"e\.jpg"):
        absent.pixels()


def test_no_pack_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing pack names the setting."""
    monkeypatch.setenv("WAYSIDE_DATA_PACK", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="WAYSIDE_DATA_PACK"):
        validation_crops()


def test_score_counts_the_three_ways() -> None:
    """Exact, merged and inside differ as they should."""
    got = score(["AB10", "AB10", "AB10", "AB10"], ["AB10", "ABIO", "DAB10", "X"])
    assert (got.exact, got.merged, got.inside) == (0.25, 0.5, 0.75)


def test_score_of_nothing_is_refused() -> None:
    """No crops is an error, not a perfect score."""
    with pytest.raises(ValueError, match="no crops"):
        score([], [])


def test_calibration_of_an_honest_reader() -> None:
    """Stated 0.9 and right nine times in ten is no error; right always is an error of a tenth."""
    stated = np.full(10, 0.9)
    assert calibration_error(stated, np.arange(10) < 9) == pytest.approx(0)
    assert calibration_error(stated, np.ones(10, bool)) == pytest.approx(0.1)
    assert curve(stated, np.ones(10, bool)) == [(pytest.approx(0.9), 1.0, 10)]


def test_no_text_is_worth_nothing() -> None:
    """An empty reading has probability 0."""
    assert probability_of(()) == 0.0
    assert probability_of(((("A", 0.5),), (("B", 0.5),))) == 0.25


def test_temperature_cools_a_boaster() -> None:
    """A network that is sure and half the time wrong gets a high temperature, a modest one that is right a low."""
    logits = np.zeros((40, 2, 44, 37), np.float32)
    logits[..., 0] = 12.0
    logits[:, 0, 10, 0], logits[:, 0, 10, 11] = 0.0, 7.0
    logits[:, 0, 10, 12] = 3.0
    boast = fit_temperature(list(logits), ["A", "B"] * 20)
    modest = fit_temperature(list(logits), ["A"] * 40)
    assert modest < 1
    assert boast > 1.5
