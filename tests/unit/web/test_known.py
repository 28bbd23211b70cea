# SPDX-License-Identifier: Apache-2.0
"""The names of gates that a site knows: anew each time where that is cheap, else as remembered, renewed behind."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from factories import full_passage

from wayside.record import Store
from wayside.web import known


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A record with one passage."""
    store = Store(tmp_path / "record")
    store.add(*full_passage(1))
    return store


def settled() -> None:
    """Waits for what is found out behind a page."""
    for one in threading.enumerate():
        if one.name == "known-gates":
            one.join(10)


def test_what_is_cheap_is_never_stale(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that came a moment ago is known."""
    assert known.known_gates(store) == (["main"], ["in"])
    monkeypatch.setattr(known, "gates_and_ways", lambda *asked: (["main", "side"], ["in"]))
    assert known.known_gates(store)[0] == ["main", "side"]
    store.close()


def test_what_takes_long_is_remembered_and_renewed_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it but the first; after a minute it is found out anew."""
    monkeypatch.setattr(known, "CHEAP_S", 0.0)
    first = known.known_gates(store)
    monkeypatch.setattr(known, "gates_and_ways", lambda *asked: (["side"], []))
    assert known.known_gates(store) == first
    monkeypatch.setattr(known, "FRESH_S", 0.0)
    assert known.known_gates(store) == first
    settled()
    assert known.known_gates(store) == (["side"], [])
    settled()
    store.close()
