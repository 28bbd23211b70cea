# SPDX-License-Identifier: Apache-2.0
"""Worlds for the tests of access: one in SQLite, and one in each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.access.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A record in SQLite."""
    opened = World.opened(tmp_path / "record")
    yield opened
    opened.store.close()


@pytest.fixture
def any_world(record_dir: Path) -> Iterator[World]:
    """A record in each kind of database in turn."""
    opened = World.opened(record_dir)
    yield opened
    opened.store.close()
