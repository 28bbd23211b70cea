# SPDX-License-Identifier: Apache-2.0
"""Weights of several networks are averaged, each in its own kind of number."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is a training dependency: see training/README.md")

from training.averaging import mean_weights  # noqa: E402


def test_weights_are_averaged_and_counts_taken_from_the_last() -> None:
    """A count of batches stays a whole number, and what is given is not changed."""
    one, other = ({"w": torch.tensor([value]), "n": torch.tensor(count)} for value, count in ((1.0, 3), (4.0, 5)))
    mean = mean_weights([one, other], [0.5, 0.5])
    assert mean["w"].tolist() == [2.5]
    assert mean["n"].dtype == torch.int64
    assert mean["n"].item() == 5
    assert (one["w"].item(), other["w"].item()) == (1.0, 4.0)
