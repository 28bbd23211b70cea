# SPDX-License-Identifier: Apache-2.0
"""A public text recogniser to measure beside: PP-OCRv6 as the rapidocr package ships it, loaded by path."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

_HEIGHT, _SHORTEST, _LONGEST = 48, 320, 640
_PLATE = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class PublicRecogniser:
    """Reads one line of text in a crop; knows nothing of plates."""

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        listed = self._session.get_modelmeta().custom_metadata_map["character"]
        self._characters = ["", *listed.split("\n"), " "]

    def read(self, crop: NDArray[np.uint8]) -> str:
        """The text of `crop`, uint8 (H, W, 3), as A–Z and 0–9."""
        width = min(max(round(_HEIGHT * crop.shape[1] / crop.shape[0]), 16), _LONGEST)
        pixels = cv2.resize(crop, (width, _HEIGHT)).astype(np.float32) / 127.5 - 1
        padded = np.pad(pixels, ((0, 0), (0, max(_SHORTEST - width, 0)), (0, 0)))
        (steps,) = self._session.run(None, {self._session.get_inputs()[0].name: padded.transpose(2, 0, 1)[None]})
        best = steps[0].argmax(axis=1)
        changes = np.flatnonzero(np.diff(best, prepend=0))
        return plain("".join(self._characters[index] for index in best[changes] if index))

    def read_halves(self, crop: NDArray[np.uint8]) -> str:
        """Upper and lower half read apart, as two-line plates need."""
        middle = max(crop.shape[0] // 2, 1)
        return self.read(crop[:middle]) + self.read(crop[middle:])


def plain(text: str) -> str:
    """Capitals without accents and digits, nothing else."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).upper() if char in _PLATE)
