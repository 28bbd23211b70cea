# SPDX-License-Identifier: Apache-2.0
"""Which passages an export takes: the oldest first, page by page, each once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories import NOON, bare_passage, full_passage

from wayside.domain import PlateClass, Purpose
from wayside.record import Store
from wayside.record.exchange.selection import Selection
from wayside.record.retention import erase_before

SECOND = timedelta(seconds=1)
ALL = 10**6


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Seven: 1 and 2 full, the others bare; 5, 6 and 7 at one instant; added the newest first."""
    made = {number: bare_passage(number) for number in range(3, 8)} | {n: full_passage(n)[0] for n in (1, 2)}
    for number in (6, 7):
        made[number] = replace(made[number], began_at=made[5].began_at)
    made[3] = replace(made[3], camera="yard")
    with Store(tmp_path_factory.mktemp("record")) as opened:
        for number in sorted(made, reverse=True):
            opened.add_many([made[number]])
        yield opened


def taken(store: Store, selection: Selection, size: int = ALL) -> list[int]:
    """The numbers of the passages, in the order in which they come."""
    return [int(row.id, 16) for row in selection.rows(store, size)]


@pytest.mark.parametrize("page", [1, 2, 3, 7, 1000])
def test_each_comes_once_whatever_the_page(store: Store, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    """Also where a page ends among those of one instant, which come in the order of the journal."""
    monkeypatch.setattr("wayside.record.exchange.selection.PAGE", page)
    assert taken(store, Selection()) == [1, 2, 3, 4, 7, 6, 5]


def test_entries_beyond_the_size_are_not_taken(store: Store) -> None:
    """What was recorded after the export was told to the journal is not in it."""
    with_seq = {int(row.id, 16): row.seq for row in Selection().rows(store, ALL)}
    assert taken(store, Selection(), with_seq[3]) == [4, 7, 6, 5]


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(since=NOON + 3 * SECOND), [3, 4, 7, 6, 5]),
        (Selection(until=NOON + 3 * SECOND), [1, 2]),
        (Selection(since=NOON + 3 * SECOND, until=NOON + 5 * SECOND), [3, 4]),
        (Selection(camera="yard"), [3]),
        (Selection(gate="main"), [1, 2]),
        (Selection(gate="main", way="out"), []),
        (Selection(way="in"), [1, 2]),
        (Selection(plate_class=PlateClass.DIPLOMATIC), [1, 2]),
        (Selection(plate="101D234"), [1, 2]),
        (Selection(plate="1O1D234"), [1, 2]),
        (Selection(plate="101D23"), []),
        (Selection(plate="101D234", camera="yard"), []),
        (Selection(site="elsewhere"), []),
    ],
)
def test_what_is_asked_for_is_taken(store: Store, selection: Selection, numbers: list[int]) -> None:
    """By the passage, by what it crossed, and by a text that was only an alternative."""
    assert taken(store, selection) == numbers
    with store.reading() as connection:
        assert selection.count(connection, ALL) == len(numbers)


def test_counting_goes_no_further_than_it_must(store: Store) -> None:
    """To know that there are too many is enough."""
    with store.reading() as connection:
        assert [Selection().count(connection, most) for most in (1, 6, 7, 8)] == [1, 6, 7, 7]


def test_what_is_erased_meanwhile_is_not_in_later_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is read before it is asked for."""
    monkeypatch.setattr("wayside.record.exchange.selection.PAGE", 2)
    with Store(tmp_path) as store:
        store.add_many([bare_passage(number) for number in range(1, 6)])
        rows = Selection().rows(store, ALL)
        assert [int(next(rows).id, 16) for _ in range(2)] == [1, 2]
        erase_before(store, NOON + 5 * SECOND, Purpose("incident", "CR-2026/0123", "tester"))
        assert [int(row.id, 16) for row in rows] == [5]


def test_the_journal_keeps_what_was_asked_and_nothing_else() -> None:
    """Times as documents write them."""
    assert Selection().document == {}
    said = Selection(since=NOON, plate_class=PlateClass.DIPLOMATIC, plate="A").document
    assert json.loads(json.dumps(said)) == {
        "since": "2026-11-22T12:00:00.000Z",
        "plate_class": "diplomatic",
        "plate": "A",
    }
