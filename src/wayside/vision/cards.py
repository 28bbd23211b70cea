# SPDX-License-Identifier: Apache-2.0
"""The shipped models: each an ONNX file with a card beside it, checked before use and run by path only."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

SHIPPED = Path(__file__).parent / "models"


class ModelError(Exception):
    """A model file is missing, damaged or not the one its card describes."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the card beside a model says that the program needs; the rest is for people."""

    name: str
    file: Path
    sha256: str
    facts: dict[str, Any]


def load_card(name: str, folder: Path = SHIPPED) -> ModelCard:
    """Read `<name>.toml` in `folder`.

    Raises ModelError where the card is missing or incomplete.
    """
    path = folder / f"{name}.toml"
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
        return ModelCard(name, folder / facts["file"], facts["sha256"], facts)
    except FileNotFoundError:
        raise ModelError(f"model card {path.name} is missing; install Wayside again") from None
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise ModelError(f"model card {path.name} is damaged ({error}); install Wayside again") from error


class Network:
    """An ONNX model in memory; safe to call from one thread at a time."""

    def __init__(self, card: ModelCard, threads: int) -> None:
        """Load and check the model; `threads` is how many cores one call may use.

        Raises ModelError where the file is missing or its SHA-256 differs from the card's.
        """
        try:
            data = card.file.read_bytes()
        except FileNotFoundError:
            raise ModelError(f"model {card.file.name} is missing; install Wayside again") from None
        if hashlib.sha256(data).hexdigest() != card.sha256:
            raise ModelError(f"model {card.file.name} is not the one its card describes; install Wayside again")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning threads would keep the cores hot between frames and starve the decoder.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.card = card

    def run(self, batch: NDArray[Any]) -> Sequence[NDArray[np.float32]]:
        """All outputs of the model for one batch, in the order of its card."""
        outputs: Sequence[NDArray[np.float32]] = self._session.run(None, {self._input: batch})
        return outputs
