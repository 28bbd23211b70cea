# SPDX-License-Identifier: Apache-2.0
"""Writes a trained reader as ONNX."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch

from training.reader.net import PlateNet, Shipped
from wayside.vision.reader import HEIGHT, WIDTH

_OPSET = 18


def export(weights: Path, model: Path) -> None:
    """Write the weights in `weights` as the ONNX file `model`, for any number of crops at a time."""
    net = PlateNet().eval()
    net.load_state_dict(torch.load(weights, weights_only=True))
    crops = torch.zeros(2, HEIGHT, WIDTH, 3, dtype=torch.uint8)
    program = torch.onnx.export(
        Shipped(net).eval(),
        (crops,),
        input_names=["crops"],
        output_names=["logits"],
        dynamic_shapes={"crops": {0: torch.export.Dim("count", min=1, max=1024)}},
        opset_version=_OPSET,
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(model), include_initializers=True, external_data=False)
    onnx.checker.check_model(str(model))
