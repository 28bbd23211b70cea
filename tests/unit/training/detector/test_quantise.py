# SPDX-License-Identifier: Apache-2.0
"""A detector in integers says nearly what it said in floating point."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is a training dependency: see training/README.md")
pytest.importorskip("onnxscript", reason="onnxscript is a training dependency: see training/README.md")

from onnxruntime import InferenceSession  # noqa: E402

from training.detector.data import Sample  # noqa: E402
from training.detector.export import export  # noqa: E402
from training.detector.net import Detector  # noqa: E402
from training.detector.quantise import quantise  # noqa: E402
from training.detector.train import SHAPES  # noqa: E402


@pytest.mark.parametrize("task", ["vehicle", "plate"])
def test_integers_say_what_floats_said(task: str, tmp_path: Path) -> None:
    """Less than half the size, and scores and sides that differ by little."""
    torch.manual_seed(0)
    torch.save(Detector(SHAPES[task]).state_dict(), tmp_path / "weights.pt")
    export(SHAPES[task], tmp_path / "weights.pt", tmp_path / "float.onnx")
    picture = np.random.default_rng(0).integers(0, 255, (1, 128, 192, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "noise.png"), picture[0])
    nothing = np.zeros((0, 4, 2), np.float32), np.zeros(0, np.int64), np.zeros(0, np.float32)
    sample = Sample(tmp_path / "noise.png", *nothing, True, True, True, False)
    quantise(task, tmp_path / "float.onnx", tmp_path / "integers.onnx", [sample])
    sizes = [(tmp_path / f"{name}.onnx").stat().st_size for name in ("integers", "float")]
    assert sizes[0] < 0.5 * sizes[1]
    ours, theirs = (
        InferenceSession(str(tmp_path / name)).run(None, {"picture": picture})
        for name in ("integers.onnx", "float.onnx")
    )
    for one, other in zip(ours[1:], theirs[1:], strict=True):
        assert np.abs(one - other).mean() < 0.1 * np.abs(other).mean()
