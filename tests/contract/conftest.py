# SPDX-License-Identifier: Apache-2.0
"""An empty record in either database, under a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import PostgresServer
from record_times import Time, time

from wayside.record import Store

__all__ = ["time"]


@pytest.fixture
def store(record_dir: Path, time: Time) -> Iterator[Store]:
    """An empty record under that clock."""
    with Store(record_dir, clock=time.clock()) as opened:
        yield opened


@pytest.fixture
def everywhere(record_dir: Path, any_database: str | None, request: pytest.FixtureRequest) -> list[Path]:
    """Every folder in which something of the record may lie."""
    if any_database is None:
        return [record_dir]
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return [record_dir, server.data]
