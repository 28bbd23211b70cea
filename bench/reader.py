# SPDX-License-Identifier: Apache-2.0
"""The plate reader on real crops: exact, merged, calibration, time; alone, with syntax, beside a public recogniser."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.reader_peer import PublicRecogniser
from training.reader.measure import GROUPS, calibration_error, curve, probability_of, score, text_of
from training.reader.pack import Crop, validation_crops
from wayside.domain import Characters
from wayside.plates import strict
from wayside.vision.cards import SHIPPED
from wayside.vision.reader import PlateReader


def table(crops: Sequence[Crop], ways: dict[str, Sequence[str]]) -> str:
    """One Markdown row a group and way of reading: crops, exact, merged, inside."""
    lines = ["| crops | reader | number | exact | merged | inside a longer text |", "|---|---|---|---|---|---|"]
    for group, belongs in GROUPS.items():
        chosen = [index for index, crop in enumerate(crops) if belongs(crop)]
        for way, texts in ways.items():
            got = score([crops[i].text for i in chosen], [texts[i] for i in chosen])
            shares = f"{got.exact:.3f} | {got.merged:.3f} | {got.inside:.3f}"
            lines.append(f"| {group} | {way} | {got.crops} | {shares} |")
    return "\n".join(lines)


def timed(read: Callable[[Crop], Characters], crops: Sequence[Crop]) -> tuple[list[Characters], str]:
    """What is read on each crop, and the milliseconds a crop in words."""
    reads, times = [], []
    for crop in crops:
        began = time.perf_counter()
        reads.append(read(crop))
        times.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(times, [50, 95])
    return reads, f"{p50:.1f} ms median, {p95:.1f} ms 95th percentile"


def with_syntax(characters: Characters) -> str:
    """The text that syntax makes of one read."""
    alternatives = strict(characters)
    return alternatives[0].text if alternatives else ""


def calibration(crops: Sequence[Crop], reads: Sequence[Characters]) -> str:
    """Stated against true, per tenth of the stated probability."""
    stated = np.array([probability_of(read) for read in reads])
    right = np.array([text_of(read) == crop.text for crop, read in zip(crops, reads, strict=True)])
    rows = [f"| {said:.2f} | {held:.2f} | {count} |" for said, held, count in curve(stated, right)]
    error = calibration_error(stated, right)
    return "\n".join(["| stated | right | readings |", "|---|---|---|", *rows, "", f"Expected error {error:.3f}"])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.reader", description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED / "plate_reader.onnx")
    parser.add_argument("--public", type=Path, help="the PP-OCRv6 recogniser of the rapidocr package, an ONNX file")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    crops = validation_crops()
    pictures = {crop.file: crop.pixels() for crop in crops}
    reader = PlateReader(options.model)
    reads, speed = timed(lambda crop: reader.read([pictures[crop.file]])[0], crops)
    ways: dict[str, Sequence[str]] = {"own": [text_of(read) for read in reads]}
    ways["own + syntax"] = [with_syntax(read) for read in reads]
    if options.public:
        public = PublicRecogniser(options.public)
        ways["PP-OCRv6"] = [public.read(pictures[crop.file]) for crop in crops]
        ways["PP-OCRv6, told how many lines"] = [
            public.read_halves(pictures[crop.file]) if crop.lines == 2 else whole
            for crop, whole in zip(crops, ways["PP-OCRv6"], strict=True)
        ]
    print(table(crops, ways), "", f"One read: {speed}", "", calibration(crops, reads), sep="\n")


if __name__ == "__main__":
    main()
