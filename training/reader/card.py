# SPDX-License-Identifier: Apache-2.0
"""From trained weights to the shipped model: export, calibrate, measure, and write the card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from training.reader.export import export
from training.reader.measure import GROUPS, calibration_error, fit_temperature, probability_of, score, text_of
from training.reader.pack import Crop, validation_crops
from wayside.vision.reader import chances, collapse, prepare

_ABOUT = Path(__file__).with_name("card.toml")
_BATCH = 16
_DIGITS = 3


def publish(weights: Path, model: Path) -> None:
    """Write `model` (ONNX) from `weights` and its card beside it: what card.toml says, and what is measured now.

    The temperature is fitted on the `train` rows of the sources that only measure, its error is that of the `val` rows.
    """
    export(weights, model)
    crops = validation_crops()
    logits = run(model, crops)
    aside = np.array([crop.split == "val" for crop in crops])
    temperature = fit_temperature(list(logits[~aside]), [crop.text for crop in crops if crop.split != "val"])
    reads = [collapse(chances(each, temperature)) for each in logits]
    texts = [text_of(read) for read in reads]
    stated = np.array([probability_of(read) for read in reads])
    right = np.array([text == crop.text for text, crop in zip(texts, crops, strict=True)])
    error = round(calibration_error(stated[aside], right[aside]), _DIGITS)
    facts = {"calibration": {"temperature": temperature, "expected_error": error}}
    facts |= {f"measured.{group}": _measured(group, crops, texts) for group in GROUPS}
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    model.with_suffix(".toml").write_text(card(model.name, digest, facts), encoding="utf-8")


def run(model: Path, crops: Sequence[Crop]) -> NDArray[np.float32]:
    """Logits float32 (N, 2, 44, 37) of the exported model for real crops."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    batches = (crops[start : start + _BATCH] for start in range(0, len(crops), _BATCH))
    parts = [session.run(None, {"crops": prepare([crop.pixels() for crop in batch])})[0] for batch in batches]
    return np.concatenate(parts)


def _measured(group: str, crops: Sequence[Crop], texts: Sequence[str]) -> dict[str, float]:
    pairs = [(crop.text, text) for crop, text in zip(crops, texts, strict=True) if GROUPS[group](crop)]
    values = asdict(score([truth for truth, _ in pairs], [text for _, text in pairs]))
    return {key: round(value, _DIGITS) for key, value in values.items()}


def card(file: str, digest: str, facts: Mapping[str, Mapping[str, float]]) -> str:
    """The card's TOML: file and SHA-256, what card.toml tells, one table for each of `facts`."""
    lines = ["# SPDX-License-Identifier: Apache-2.0", f'file = "{file}"', f'sha256 = "{digest}"']
    lines.append(_ABOUT.read_text(encoding="utf-8").split("\n", 1)[1].strip())
    for table, values in facts.items():
        lines += ["", f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"
