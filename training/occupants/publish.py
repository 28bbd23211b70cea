# SPDX-License-Identifier: Apache-2.0
"""Weights to ONNX, and the card beside each."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import onnx
import torch
from torch import nn

from training.detector.export import write_card
from training.occupants.data import HERE
from training.occupants.nets import SIDE, Finder, Seats, ShippedFinder, ShippedSeats
from wayside.vision.glass import HEIGHT, WIDTH

NAMES = {"finder": "windscreen_finder", "seats": "seat_counter"}
OPSET = 18


def publish(part: str, weights: Path, folder: Path) -> None:
    """Write the ONNX file and the card of `part` ("finder" or "seats") to `folder`."""
    net: Finder | Seats = Finder() if part == "finder" else Seats()
    net.load_state_dict(torch.load(weights, weights_only=True))
    shipped: nn.Module
    if isinstance(net, Finder):
        shipped, outputs = ShippedFinder(net), ["box", "front"]
        inputs = torch.zeros(2, SIDE, SIDE, 3, dtype=torch.uint8)
    else:
        shipped, outputs = ShippedSeats(net), ["logits"]
        inputs = torch.zeros(2, 4, HEIGHT, WIDTH)
    file = folder / f"{NAMES[part]}.onnx"
    _export(shipped.eval(), inputs, outputs, file)
    facts = tomllib.loads((HERE / "cards.toml").read_text(encoding="utf-8"))[part]
    counted = {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "parameters": sum(p.numel() for p in net.parameters()),
    }
    measured = facts.pop("measured")
    write_card(file.with_suffix(".toml"), counted | facts, measured)


def _export(module: nn.Module, inputs: torch.Tensor, outputs: list[str], file: Path) -> None:
    count = {0: torch.export.Dim("count", min=1, max=64)}
    program = torch.onnx.export(
        module, (inputs,), input_names=["pictures"], output_names=outputs, dynamic_shapes=(count,),
        opset_version=OPSET, dynamo=True, verbose=False,
    )  # fmt: skip
    assert program is not None
    program.save(str(file), include_initializers=True, external_data=False)
    model = onnx.load(str(file))
    for node in model.graph.node:  # the exporter notes where each line of code lay on this machine
        del node.metadata_props[:]
    onnx.save(model, str(file))
    onnx.checker.check_model(str(file))
