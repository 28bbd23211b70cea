# SPDX-License-Identifier: Apache-2.0
"""`python -m bench.honesty`: fits the constants of `wayside.plates.honesty` anew, for a new reader or new syntax.

Fitted on the `train` rows of the sources that may only measure: the reader never saw them. `python -m bench votes` then
says what the new constants are worth on rows that were kept aside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.looks import Passing, passings
from bench.votes import COUNTS
from wayside.domain import PlateRead
from wayside.plates.honesty import backing, sureness, terms
from wayside.plates.lattice import spread
from wayside.plates.vote import taken_at_its_word
from wayside.vision import Models

_STEPS = 60
_RIDGE = 0.01


def example(reads: Sequence[PlateRead], truth: str) -> tuple[tuple[float, float, float], bool] | None:
    """What `honest` weighs for the text that the reads make, and whether that text is right; None for no text."""
    reading = taken_at_its_word(reads)
    if reading.text is None or reading.probability is None:
        return None
    rows = [tuple(spread(position) for position in read.characters) for read in reads if read.characters]
    fused, alone = terms(reading.probability, backing(rows, sureness(rows), reading.text))
    return (1.0, fused, alone), reading.text == truth


def examples(passed: Sequence[Passing]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """float64 (N, 3) and (N,): what is weighed, and 1 where the text is right."""
    found = [example(each.reads[:looks], each.crop.text) for each in passed for looks in COUNTS]
    held = [each for each in found if each is not None]
    return np.array([weighed for weighed, _ in held]), np.array([float(right) for _, right in held])


def fit(weighed: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method with a slight pull to 0; float64 (3,): BASE, FUSED, BACKED."""
    weights = np.zeros(weighed.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-weighed @ weights))
        bend = (weighed * (chance * (1 - chance))[:, None]).T @ weighed + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(bend, weighed.T @ (right - chance) - _RIDGE * weights)
    return weights


def main() -> None:
    """Print the constants."""
    passed = [each for each in passings(Models.load()) if each.crop.split == "train"]
    base, fused, backed = fit(*examples(passed))
    print(f"BASE = {base:.2f}  FUSED = {fused:.2f}  BACKED = {backed:.2f}  from {len(passed)} plates")


if __name__ == "__main__":
    main()
