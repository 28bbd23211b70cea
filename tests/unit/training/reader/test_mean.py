# SPDX-License-Identifier: Apache-2.0
"""What ships may be the mean of several stages' weights."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is a training dependency: see training/README.md")

from training.reader.__main__ import mean  # noqa: E402


def test_weights_are_averaged_by_their_shares_and_counters_taken_from_the_last(tmp_path: Path) -> None:
    """A quarter of one and three quarters of two is one and three quarters."""
    for name, value in (("one", 1.0), ("two", 2.0)):
        weights = {"weight": torch.full((3,), value), "seen": torch.tensor(int(value))}
        torch.save(weights, tmp_path / f"reader-{name}.pt")
    found = torch.load(mean(tmp_path, {"one": 0.25, "two": 0.75}, "ship"), weights_only=True)
    assert found["weight"].tolist() == [1.75] * 3
    assert found["seen"] == 2
