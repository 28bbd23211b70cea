# SPDX-License-Identifier: Apache-2.0
"""Counts of passages by camera, class, kind and occupants, in both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.domain import UsageError
from wayside.record import Store, passages_by


def test_passages_are_counted_by_what_is_asked(record_dir: Path) -> None:
    """Each once, whatever gates it crossed, and only those of the site and the hours."""
    with Store(record_dir) as store:
        for number in (1, 2):
            store.add(*full_passage(number))
        store.add(bare_passage(3), {})
        day = (NOON, NOON + timedelta(days=1))
        with store.reading() as connection:
            found = {
                what: passages_by(connection, what, store.site.name, *day)
                for what in ("camera", "class", "kind", "occupants")
            }
            later = passages_by(connection, "camera", store.site.name, day[1], day[1] + timedelta(days=1))
            elsewhere = passages_by(connection, "camera", "elsewhere", *day)
    assert found == {
        "camera": {"gate": 3},
        "class": {"": 1, "diplomatic": 2},
        "kind": {"car": 3},
        "occupants": {"-1": 1, "2": 2},
    }
    assert later == elsewhere == {}


def test_nothing_else_is_counted_by(record_dir: Path) -> None:
    """Least of all the plate."""
    with Store(record_dir) as store, store.reading() as connection, pytest.raises(UsageError, match="camera, class"):
        passages_by(connection, "plate", store.site.name, NOON, NOON)
