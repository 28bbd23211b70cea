# SPDX-License-Identifier: Apache-2.0
"""The losses and the network of the detectors; left out where torch, a training dependency, is not installed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is a training dependency: see training/README.md")

from training.detector.export import export  # noqa: E402
from training.detector.loss import corners_loss, heat_loss, sides_loss  # noqa: E402
from training.detector.net import PLATE, VEHICLE, Detector, Exported, NetShape  # noqa: E402


def test_a_right_answer_costs_nothing() -> None:
    """Sure and right is near zero, sure and wrong is dear."""
    target = torch.zeros(1, 1, 4, 4)
    target[0, 0, 1, 1] = 1
    right, weight = (target * 2 - 1) * 12, torch.ones_like(target)
    assert heat_loss(right, target, weight) < 1e-3
    assert heat_loss(-right, target, weight) > 10
    assert heat_loss(-right, target, weight * 0) == 0


def test_boxes_that_fit_cost_nothing() -> None:
    """Equal boxes 0, boxes that share a quarter of their union cost more."""
    truth, weight = torch.full((1, 4, 2, 2), 10.0), torch.ones(1, 2, 2)
    assert sides_loss(truth, truth, weight) < 1e-6
    assert sides_loss(truth / 2, truth, weight) == pytest.approx(0.75, abs=1e-4)
    assert sides_loss(truth / 2, truth, weight * 0) == 0


def test_corner_errors_count_in_plate_heights() -> None:
    """The same pixels off hurt a small plate more."""
    truth, weight = torch.zeros(1, 8, 2, 2), torch.ones(1, 2, 2)
    small = corners_loss(truth + 2, truth, weight, torch.full((1, 2, 2), 10.0))
    large = corners_loss(truth + 2, truth, weight, torch.full((1, 2, 2), 40.0))
    assert small > 3 * large


@pytest.mark.parametrize("shape", [VEHICLE, PLATE])
def test_network_answers_at_its_stride(shape: NetShape) -> None:
    """Heat, sides and corners have one location for each stride."""
    heat, sides, *corners = Detector(shape).eval()(torch.zeros(2, 3, 128, 192))
    assert heat.shape == (2, shape.classes, 128 // shape.stride, 192 // shape.stride)
    assert sides.shape[1] == 4
    assert bool((sides > 0).all())
    assert [c.shape[1] for c in corners] == ([8] if shape.corners else [])


def test_exported_network_gives_the_same_numbers(tmp_path: Path) -> None:
    """ONNX Runtime and torch agree, also at another picture size than that of the export."""
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript", reason="onnxscript is a training dependency: see training/README.md")
    torch.manual_seed(0)
    detector = Detector(PLATE).eval()
    torch.save(detector.state_dict(), tmp_path / "weights.pt")
    export(PLATE, tmp_path / "weights.pt", tmp_path / "net.onnx")
    picture = np.random.default_rng(0).integers(0, 255, (1, 96, 224, 3), dtype=np.uint8)
    ours = onnxruntime.InferenceSession(str(tmp_path / "net.onnx")).run(None, {"picture": picture})
    with torch.no_grad():
        theirs = Exported(detector)(torch.from_numpy(picture))
    for a, b in zip(ours[1:], theirs[1:], strict=True):
        assert np.allclose(a, b.numpy(), rtol=1e-3, atol=1e-2)
