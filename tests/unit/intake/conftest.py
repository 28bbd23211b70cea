# SPDX-License-Identifier: Apache-2.0
"""An empty record under a clock that tests move, for briefs and reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_times import Time

from wayside.record import Store


@pytest.fixture
def time() -> Time:
    """A clock that the test moves."""
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Iterator[Store]:
    """An empty record."""
    with Store(tmp_path / "record", clock=time.clock()) as opened:
        yield opened
