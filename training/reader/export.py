# SPDX-License-Identifier: Apache-2.0
"""Writes a trained reader as ONNX, and the card beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def write_card(model: Path, facts: Mapping[str, Mapping[str, object]], notes: str) -> None:
    """Write the card `<model>.toml`: the file's name and SHA-256, then `notes`, then one table for each of `facts`."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    lines = ["# SPDX-License-Identifier: Apache-2.0", f'file = "{model.name}"', f'sha256 = "{digest}"', notes.strip()]
    for table, values in facts.items():
        lines += ["", f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    model.with_suffix(".toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
