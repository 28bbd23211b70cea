# SPDX-License-Identifier: Apache-2.0
"""A record under a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_times import Time

from wayside.record import Store


@pytest.fixture
def time() -> Time:
    """An hour after the first passage of the factories."""
    return Time()


@pytest.fixture
def store(tmp_path: Path, time: Time) -> Iterator[Store]:
    """An empty record of a site that says nothing."""
    with Store(tmp_path / "record", clock=time.clock()) as opened:
        yield opened
