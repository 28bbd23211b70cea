# SPDX-License-Identifier: Apache-2.0
"""Looks are read from what searches, reveals and exports told the journal, and show nothing that was found."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from factories import full_passage
from sqlalchemy import text
from unit.access.world import NOW, OTHER_SITE, SITE, World

from wayside.access.audit import Look, LookKind, look_at, looks, tell_reveal
from wayside.domain import Purpose
from wayside.record.exchange import Order, Selection, export_to_stream
from wayside.record.search import Criteria, PlateQuery, search

CASE = Purpose("offence", "CR-2026/0123", "mary")


def search_for(world: World, plate: str = "101D234", site: str | None = SITE) -> None:
    """Mary searches a day."""
    criteria = Criteria(
        plate=PlateQuery(plate), site=site, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)
    )
    search(world.store, criteria, CASE, limit=1)


def seen(world: World, site: str = SITE, days: float = 30) -> list[Look]:
    """The looks of the last days."""
    with world.store.reading() as connection:
        until = world.clock.now + timedelta(seconds=1)
        return list(looks(connection, site, until - timedelta(days=days), until, SITE))


def test_searches_reveals_and_exports_are_looks(any_world: World) -> None:
    """With who, when, under which purpose and for which plate."""
    world = any_world
    world.store.add(*full_passage())
    search_for(world)
    with world.store.writing() as transaction:
        seq = tell_reveal(transaction, SITE, CASE, "0" * 32, "101D234")
        tell_reveal(transaction, SITE, CASE, "0" * 32, None)
    for plate in (None, "101D234"):
        export_to_stream(world.store, Order(Selection(plate=plate, site=SITE), CASE, "jsonl"), BytesIO())
    found = seen(world)
    assert [one.kind for one in found] == [*[LookKind.EXPORT] * 2, *[LookKind.REVEAL] * 2, LookKind.SEARCH]
    assert [one.plate for one in found] == ["101D234", None, None, "101D234", "101D234"]
    assert {one.purpose for one in found} == {CASE}
    assert {one.at for one in found} == {world.clock.now}
    assert found[4].match == "exact"
    with world.store.reading() as connection:
        assert look_at(connection, seq, SITE) == found[3]
        assert look_at(connection, 0, SITE) is None


def test_a_further_page_is_no_look_of_its_own(world: World) -> None:
    """It continues the search before it."""
    for number in (1, 2):
        world.store.add(*full_passage(number))
    criteria = Criteria(plate=PlateQuery("101D234"), since=NOW - timedelta(days=1), until=NOW + timedelta(days=1))
    page = search(world.store, criteria, CASE, limit=1)
    search(world.store, criteria, CASE, limit=1, cursor=page.next_cursor)
    assert [one.continued for one in seen(world)] == [True, False]


def test_sites_and_times_are_kept_apart(world: World) -> None:
    """A search that names no site was at the record's own."""
    search_for(world, site=None)
    world.clock.forward(days=3)
    search_for(world, site=OTHER_SITE)
    search_for(world)
    assert len(seen(world)) == 2
    assert len(seen(world, OTHER_SITE)) == 1
    assert len(seen(world, days=2)) == 1


def test_a_clock_that_was_set_hides_nothing_that_is_near(world: World) -> None:
    """An entry whose time is out of order by less than a day is still found."""
    search_for(world)
    world.clock.forward(hours=-20)
    search_for(world)
    world.clock.forward(hours=20)
    assert len(seen(world, days=0.5)) == 1


def test_what_was_erased_is_no_look_any_more(world: World) -> None:
    """The journal still has its place."""
    search_for(world)
    (one,) = seen(world)
    blank = text("UPDATE journal SET payload = NULL, salt = NULL, erased_by = 99 WHERE seq = :seq")
    with world.store.writing() as transaction:
        transaction.connection.execute(blank, {"seq": one.seq})
    assert seen(world) == []
    with world.store.reading() as connection:
        assert look_at(connection, one.seq, SITE) is None


@pytest.mark.parametrize("days", [0, 400])
def test_an_empty_journal_has_no_looks(world: World, days: int) -> None:
    """However far one looks back."""
    assert seen(world, days=days) == []
