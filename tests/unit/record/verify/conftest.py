# SPDX-License-Identifier: Apache-2.0
"""A record that is made once, and a copy of it for each test to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tampering import some_of_everything


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound record with something of everything."""
    folder = tmp_path_factory.mktemp("original") / "record"
    some_of_everything(folder)
    return folder


@pytest.fixture
def record(original: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(original, tmp_path / "record")
