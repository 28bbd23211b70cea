# SPDX-License-Identifier: Apache-2.0
"""Weights to ONNX with free picture sizes, and the card beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch.export import Dim

from training.detector.net import Detector, Exported, NetShape

OUTPUTS = {False: ("scores", "sides"), True: ("scores", "sides", "corners")}


def export(shape: NetShape, weights: Path, out: Path) -> None:
    """Write the network as ONNX to `out`, in floating point.

    Input: uint8 (1, height, width, 3) BGR, both sides a multiple of the coarsest stride.
    """
    detector = Detector(shape)
    detector.load_state_dict(torch.load(weights, weights_only=True))
    module = Exported(detector).eval()
    coarsest = 2 ** len(shape.widths)
    example = torch.zeros(1, coarsest * 5, coarsest * 6, 3, dtype=torch.uint8)
    sizes = {1: coarsest * Dim("rows", min=2, max=64), 2: coarsest * Dim("columns", min=2, max=64)}
    program = torch.onnx.export(
        module, (example,), dynamo=True, dynamic_shapes=(sizes,), input_names=["picture"],
        output_names=list(OUTPUTS[shape.corners]), opset_version=18, verbose=False,
    )  # fmt: skip
    assert program is not None
    program.save(str(out))


def write_card(path: Path, facts: Mapping[str, str | int | float | list[int]], measured: Mapping[str, float]) -> None:
    """The model card as TOML: plain facts, then a table `measured`."""
    lines = [f"{key} = {_toml(value)}" for key, value in facts.items()]
    lines += ["", "[measured]", *(f"{key} = {value:.4g}" for key, value in measured.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: str | int | float | list[int]) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
