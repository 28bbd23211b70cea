# SPDX-License-Identifier: Apache-2.0
"""The yearly page: true counts, small ones suppressed, and none brought to light by subtraction."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import bare_passage, full_passage
from hypothesis import given
from hypothesis import strategies as st
from unit.access.world import SITE, World

from wayside.access import Age, RefusalError, Thing, approvals
from wayside.access.audit import Outcome, samples, tell_reveal
from wayside.access.audit.looks import look_at
from wayside.access.audit.yearly import FEW, HELD_BACK, LEAST, Table, document, markdown, suppressed, year_of
from wayside.domain import Purpose
from wayside.record.search import Criteria, PlateQuery, search


def test_small_counts_are_not_said() -> None:
    """None is said to be none."""
    assert suppressed(Table("x", {"a": 0, "b": 1, "c": 9, "d": 10, "e": 11})) == {
        "a": "0", "b": FEW, "c": FEW, "d": "10", "e": "11",
    }  # fmt: skip


def test_beside_a_total_nothing_can_be_subtracted() -> None:
    """The next smallest is held back until what is not said is ten or more."""
    assert suppressed(Table("x", {"a": 3, "b": 50, "c": 20}, 73)) == {
        "a": FEW, "b": "50", "c": HELD_BACK, "total": "73",
    }  # fmt: skip
    assert suppressed(Table("x", {"a": 6, "b": 7, "c": 20}, 33)) == {"a": FEW, "b": FEW, "c": "20", "total": "33"}
    assert suppressed(Table("x", {"a": 3}, 3)) == {"a": FEW, "total": FEW}
    assert suppressed(Table("x", {"a": 30}, 30)) == {"a": "30", "total": "30"}
    assert suppressed(Table("x", {}, 0)) == {"total": "0"}


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_whatever_the_counts_the_rest_of_a_total_is_none_or_many(counts: dict[str, int]) -> None:
    """What a reader gets by subtracting all that is said tells of nobody."""
    total = sum(counts.values())
    said = suppressed(Table("x", counts, total))
    for name, count in counts.items():
        assert said[name] in {str(count), FEW, HELD_BACK}
        assert count == 0 or count >= LEAST or said[name] == FEW
    if said["total"] == str(total):
        rest = total - sum(int(text) for name, text in said.items() if name != "total" and text.isdigit())
        assert rest == 0 or rest >= LEAST
    else:
        assert total < LEAST


@pytest.fixture
def busy(any_world: World) -> World:
    """A year with thirty vehicles, twelve searches, one reveal, a request and a review."""
    world = any_world
    for name, role in (("mary", "investigator"), ("paul", "approver"), ("anna", "auditor"), ("otto", "officer")):
        world.person(name, role)
    for number in range(1, 26):
        world.store.add(*full_passage(number))
    for number in range(26, 31):
        world.store.add(bare_passage(number), {})
    case, now = Purpose("offence", "CR-2026/0123", "mary"), world.clock.now
    criteria = Criteria(PlateQuery("AB12CDE"), site=SITE, since=now - timedelta(days=9), until=now)
    for _ in range(12):
        search(world.store, criteria, case)
    mary = world.under_purpose("mary")
    with world.store.writing() as transaction:
        seq = tell_reveal(transaction, SITE, case, "0" * 32, None)
        old = Thing("passage", SITE, age=Age.OLD)
        approvals.ask(transaction, mary, "search", old, {}, "the stolen lorry of June, CR-2026/0123")
        look = look_at(transaction.connection, seq, SITE)
        assert look is not None
        (review,) = samples.draw(transaction, world.actor("anna"), SITE, [look], "chance")
        samples.decide_review(transaction, world.actor("anna"), review.id, Outcome.JUSTIFIED, "", SITE)
    return world


def test_a_year_is_counted_and_published(busy: World) -> None:
    """As a page and as JSON, without a person, a plate or a small number."""
    year = year_of(busy.store, busy.actor("otto"), 2026)
    tables = {table.title: table for table in year.tables}
    assert tables["Vehicles recorded, by kind"].counts == {"car": 30}
    assert tables["Vehicles recorded, by class of plate"].counts == {"not read": 5, "diplomatic": 25}
    assert tables["Looks into the record"].counts == {"searches": 12, "plates revealed": 1}
    assert tables["Searches by reason"].counts == {"offence": 12}
    assert tables["People who looked"].counts == {"people": 1}
    assert tables["Requests for a second signature"].counts == {"open": 1}
    assert tables["Searches reviewed"].counts == {"justified": 1, "unclear": 0, "unjustified": 0}
    page = markdown(year)
    assert "| car | 30 |" in page
    assert f"| not read | {FEW} |\n| diplomatic | {HELD_BACK} |\n| total | 30 |" in page
    assert f"| plates revealed | {FEW} |" in page
    assert "| none | 0 |" in page
    for secret in ("mary", "AB12CDE", "101D234", "CR-2026"):
        assert secret not in page
    assert document(year)["Searches by reason"] == {"offence": "12", "total": "12"}


def test_another_year_is_empty(busy: World) -> None:
    """It begins and ends at midnight in UTC."""
    year = year_of(busy.store, busy.actor("otto"), 2025)
    assert all(not any(table.counts.values()) for table in year.tables if table.title != "Cameras")


@pytest.mark.parametrize("role", ["investigator", "auditor", "approver", "administrator"])
def test_only_the_officer_publishes(world: World, role: str) -> None:
    """The others see the counts on their pages."""
    world.person("mary", role)
    with pytest.raises(RefusalError):
        year_of(world.store, world.actor("mary"), 2026)
