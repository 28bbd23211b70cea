# SPDX-License-Identifier: Apache-2.0
"""What others ship with their weights inside the package, to measure beside: on the same pictures, in the same run.

They are no dependencies. `bench/README.md` tells how to put them into `.peers/`; one that is not there is left out.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import onnxruntime

from wayside.domain import Box
from wayside.vision import Picture

FOLDER = Path(os.environ.get("WAYSIDE_BENCH_PEERS", Path(__file__).parents[1] / ".peers"))

_HEIGHT, _SHORTEST, _LONGEST = 48, 320, 640
_PLATE = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class Said:
    """A text with what its maker calls its confidence, 0-1."""

    text: str
    probability: float


class Peer(Protocol):
    """Reads one plate crop, uint8 (H, W, 3), blue green red."""

    name: str

    def read(self, crop: Picture) -> Said:
        """The text of the crop as A-Z and 0-9."""
        ...


class PublicRecogniser:
    """PP-OCRv6 as the rapidocr package ships it: one line of any text; knows nothing of plates."""

    name = "PP-OCRv6"

    def __init__(self, model: Path) -> None:
        self._session = onnxruntime.InferenceSession(str(model), _one_thread(), providers=["CPUExecutionProvider"])
        listed = self._session.get_modelmeta().custom_metadata_map["character"]
        self._characters = ["", *listed.split("\n"), " "]

    def read(self, crop: Picture) -> Said:
        """The text, and the mean chance of its characters."""
        width = min(max(round(_HEIGHT * crop.shape[1] / crop.shape[0]), 16), _LONGEST)
        pixels = cv2.resize(crop, (width, _HEIGHT)).astype(np.float32) / 127.5 - 1
        padded = np.pad(pixels, ((0, 0), (0, max(_SHORTEST - width, 0)), (0, 0)))
        (steps,) = self._session.run(None, {self._session.get_inputs()[0].name: padded.transpose(2, 0, 1)[None]})
        best, chance = steps[0].argmax(axis=1), steps[0].max(axis=1)
        starts = [index for index in np.flatnonzero(np.diff(best, prepend=0)) if best[index]]
        text = plain("".join(self._characters[best[index]] for index in starts))
        return Said(text, float(chance[starts].mean()) if starts else 0.0)


class HalvesRecogniser:
    """PP-OCRv6 on the upper and the lower half, as two-line plates need: it must be told which plates those are."""

    name = "PP-OCRv6, halves"

    def __init__(self, whole: PublicRecogniser) -> None:
        self._whole = whole

    def read(self, crop: Picture) -> Said:
        """Both texts, and the lower of their confidences."""
        middle = max(crop.shape[0] // 2, 1)
        upper, lower = self._whole.read(crop[:middle]), self._whole.read(crop[middle:])
        return Said(upper.text + lower.text, min(upper.probability, lower.probability))


class Platerec:
    """The platerec package: a plate reader (and, with platedet, a finder) with bundled weights."""

    name = "platerec"

    def __init__(self) -> None:
        from platerec import Platerec as Reader

        self._reader = Reader(sess_options=_one_thread())

    def read(self, crop: Picture) -> Said:
        """The text without its mark of a country, and the least chance of a character."""
        from PIL import Image

        got = self._reader.read(Image.fromarray(crop[:, :, ::-1]))
        return Said(_bare(got["word"]), float(got["confidence"]))

    def find(self, picture: Picture) -> list[tuple[Box, Said]]:
        """The plates of a whole picture."""
        from PIL import Image

        got = self._reader.detect_read(Image.fromarray(picture[:, :, ::-1]))
        words = zip(got["boxes"], got["words"], got["words_confidences"], strict=True)
        return [(Box(*map(float, box)), Said(_bare(word), float(sure))) for box, word, sure in words]


def _one_thread() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return options


def _bare(word: str) -> str:
    return plain(word.rpartition("]")[2])


def plain(text: str) -> str:
    """Capitals without accents and digits, nothing else."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).upper() if char in _PLATE)


def peers() -> Iterator[Peer]:
    """Those that are in `.peers/`."""
    for model in sorted((FOLDER / "rapidocr" / "models").glob("PP-OCRv6_rec*.onnx")):
        whole = PublicRecogniser(model)
        yield whole
        yield HalvesRecogniser(whole)
    finder = plate_package()
    if finder:
        yield finder


def plate_package() -> Platerec | None:
    """platerec, if it is in `.peers/`."""
    if not (FOLDER / "platerec").exists():
        return None
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return Platerec()
