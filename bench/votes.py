# SPDX-License-Identifier: Apache-2.0
"""What a vote over looks at one plate states, against what is right: `python -m bench votes`.

`fitted` are the crops to which the probability was fitted, `kept aside` those it never saw.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.looks import LOOKS, Passing, passings
from training.reader.measure import calibration_error, merge
from wayside.domain import PlateReading
from wayside.plates import vote
from wayside.vision import Models

Report = dict[str, dict[str, float]]
COUNTS = (1, 4, LOOKS)
SURE = 0.9


def summary(passed: Sequence[Passing], readings: Sequence[PlateReading]) -> dict[str, float]:
    """Shares of all plates (0-1), merged: stated surely and wrong is what must not be."""
    texts = [reading.text or "" for reading in readings]
    stated = np.array([reading.probability or 0.0 for reading in readings])
    exact = np.array([text == each.crop.text for each, text in zip(passed, texts, strict=True)])
    right = np.array([merge(text) == merge(each.crop.text) for each, text in zip(passed, texts, strict=True)])
    return {
        "plates": len(passed),
        "exact": float(exact.mean()),
        "merged": float(right.mean()),
        "stated_at_0.9": float((stated >= SURE).mean()),
        "wrong_at_0.9": float(((stated >= SURE) & ~right).mean()),
        "mean_stated": float(stated.mean()),
        "expected_error": calibration_error(stated, exact),
    }


def run(models: Models) -> Report:
    """Per part of the crops and number of looks."""
    passed = passings(models)
    report = {}
    for part, split in (("fitted", "train"), ("kept aside", "val")):
        chosen = [each for each in passed if each.crop.split == split]
        for looks in COUNTS:
            readings = [vote(each.reads[:looks], minimum_probability=0.0) for each in chosen]
            report[f"{part}, {looks} looks"] = summary(chosen, readings)
    return report
