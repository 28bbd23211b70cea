# SPDX-License-Identifier: Apache-2.0
"""Houses for the tests of the web: copies of one that is built once, in memory where there is such a place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from unit.web.house import House, build, opened

from wayside.access import Binding

MEMORY = Path("/dev/shm")
Built = tuple[Path, Mapping[tuple[str, str], str]]


@pytest.fixture(scope="session")
def built() -> Iterator[Built]:
    """A data directory to be copied, and the ids of its passages."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder), build(Path(folder) / "house")


def copy_of(built: Built, name: str) -> Path:
    """Another one like it, beside it."""
    return Path(shutil.copytree(built[0] / "house", built[0] / name))


@pytest.fixture
def house(built: Built) -> Iterator[House]:
    """A house of one's own."""
    folder = copy_of(built, "own")
    with opened(folder, built[1]) as made:
        yield made
    shutil.rmtree(folder)


@pytest.fixture
def behind_proxy(built: Built) -> Iterator[House]:
    """A house whose pages a proxy at 192.0.2.7 serves as gate.example."""
    folder = copy_of(built, "proxied")
    with opened(folder, built[1], Binding("127.0.0.1", None, ("192.0.2.7",)), ("gate.example",)) as made:
        yield made
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def shared_house(built: Built, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house for the tests of one module."""
    folder = copy_of(built, str(request.module.__name__))
    with opened(folder, built[1]) as made:
        yield made
    shutil.rmtree(folder)
