# SPDX-License-Identifier: Apache-2.0
"""Houses for the tests of the web: one that tests share and do not change, and a new one for each that does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from unit.web.house import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    with open_house(tmp_path / "data") as made:
        yield made


MEMORY = Path("/dev/shm")


@pytest.fixture(scope="module")
def shared_house() -> Iterator[House]:
    """A house for the tests of one module, in memory where there is such a place: thousands of changes wait for it."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder, open_house(Path(folder)) as made:
        yield made
