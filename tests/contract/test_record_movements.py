# SPDX-License-Identifier: Apache-2.0
"""Counts of passages by hour, of crossings by gate and way, and of plates read by camera, in both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.record import Store, crossings_by_way, passages_by, passages_by_hour, passages_by_sort

DAY = timedelta(days=1)


@pytest.fixture
def store(record_dir: Path) -> Store:
    """Two passages that were read and crossed a gate, and one that was not."""
    made = Store(record_dir)
    for number in (1, 2):
        made.add(*full_passage(number))
    made.add(bare_passage(3), {})
    return made


def hour_of(moment: datetime) -> datetime:
    """The hour that a moment lies in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def test_passages_are_counted_by_the_hour(store: Store) -> None:
    """Each once, whatever gates it crossed; hours without any are not there."""
    with store, store.reading() as connection:
        found = passages_by_hour(connection, store.site.name, NOON - DAY, NOON + DAY)
        began = [hour_of(one.began_at) for one in store.passages()]
    assert found == {hour: began.count(hour) for hour in began}
    assert sum(found.values()) == 3
    assert all(hour.tzinfo is not None for hour in found)


def test_crossings_are_counted_by_gate_and_way(store: Store) -> None:
    """What crossed no gate is not among them."""
    with store, store.reading() as connection:
        found = crossings_by_way(connection, store.site.name, NOON - DAY, NOON + DAY)
    assert found == {("main", "in"): 2}


@pytest.mark.parametrize("what", ["camera", "class", "kind", "occupants"])
def test_passages_are_counted_by_all_at_once_as_by_each(store: Store, what: str) -> None:
    """A passage that crossed gates is still one."""
    at = ["camera", "class", "kind", "occupants"].index(what)
    with store, store.reading() as connection:
        span = (store.site.name, NOON - DAY, NOON + DAY)
        together, each = passages_by_sort(connection, *span), passages_by(connection, what, *span)
    summed = {of: sum(count for sort, count in together.items() if sort[at] == of) for of in each}
    assert summed == each
    assert sum(each.values()) == 3


@pytest.mark.parametrize("counted", [passages_by_hour, crossings_by_way, passages_by_sort])
def test_other_sites_and_hours_do_not_count(store: Store, counted: object) -> None:
    """The end of a span is out."""
    assert callable(counted)
    with store, store.reading() as connection:
        assert counted(connection, "elsewhere", NOON - DAY, NOON + DAY) == {}
        assert counted(connection, store.site.name, NOON - 2 * DAY, NOON - DAY) == {}
