# SPDX-License-Identifier: Apache-2.0
"""What search refuses, what it tells the journal, and that it never looks at more than it may; on both databases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import NOON, full_passage
from searching import (
    DAY,
    PURPOSE,
    all_pages,
    exact,
    ids,
    near,
    pattern,
    told_searches,
    watching,
    with_plate,
)

from wayside.domain import (
    PlateClass,
    Purpose,
    RecordError,
    UsageError,
    Vehicle,
    VehicleKind,
)
from wayside.record import Store, engine
from wayside.record.search import (
    Criteria,
    PlateMatch,
    PlateQuery,
    Tally,
    UnboundedSearchError,
    arms,
    counts,
    search,
    texts,
)
from wayside.record.search import tally as tally_module
from wayside.record.search.limits import searching


@pytest.fixture
def store(record_dir: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(record_dir) as opened:
        yield opened


# --- bounds ---------------------------------------------------------------------------------------------------------


def test_what_nothing_limits_is_refused_and_not_told(store: Store) -> None:
    """It never became a search."""
    before = told_searches(store)
    with pytest.raises(UnboundedSearchError, match="states no beginning"):
        search(store, Criteria(gate="main"), PURPOSE)
    with pytest.raises(UsageError, match="ask for 1 to 500"):
        search(store, exact("AB12CDE"), PURPOSE, limit=501)
    with pytest.raises(UsageError, match="ask for 1 to 500"):
        search(store, exact("AB12CDE"), PURPOSE, limit=0)
    assert told_searches(store) == before


@pytest.mark.parametrize("asked", [pattern("AB*"), near("ABAA")], ids=["pattern", "near"])
def test_a_plate_that_too_many_fit_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch, asked: Criteria) -> None:
    """With the reason; one fewer is answered."""
    store.add_many([with_plate(number, f"AB{letter}A") for number, letter in enumerate("ABCD")])
    monkeypatch.setattr(texts, "MOST_TEXTS", 4)
    assert len(ids(search(store, asked, PURPOSE))) == 4
    monkeypatch.setattr(texts, "MOST_TEXTS", 3)
    with pytest.raises(UnboundedSearchError, match="too many plates fit"):
        search(store, asked, PURPOSE)
    monkeypatch.setattr(texts, "MOST_READ", 2)
    with pytest.raises(UnboundedSearchError, match="too many plates fit"):
        search(store, near("ABAA"), PURPOSE)


@pytest.mark.parametrize(
    "criteria", [{}, {"cameras": ("gate", "yard")}, {"gate": "main"}, {"way": "in"}, {"sender_code": "101"}]
)
def test_a_page_that_looked_at_enough_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch, criteria: dict[str, Any]
) -> None:
    """It never passes off a part as the whole, and going on finds the rest."""
    everything = [full_passage(number)[0] for number in range(100)]
    rare = [replace(one, vehicle=Vehicle(VehicleKind.BUS, 0.9)) if number % 40 == 0 else one
            for number, one in enumerate(everything)]  # fmt: skip
    store.add_many(rare)
    monkeypatch.setattr(arms, "EXAMINED_MOST", 30)
    asked = Criteria(**criteria, kind=VehicleKind.BUS, since=NOON, until=NOON + DAY)
    first = search(store, asked, PURPOSE, limit=5)
    assert first.stopped_early and first.next_cursor is not None
    assert all_pages(store, asked, 5) == [rare[number].id for number in (80, 40, 0)]


def test_a_search_that_takes_too_long_is_stopped(record_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the database itself, and the next one on the same connection is not."""
    monkeypatch.setattr(engine, "SEARCH_LIMIT_S", 0.1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT max(i) FROM n"
    told = pytest.raises(RecordError, match=r"took more than 0\.1 s.*narrow")
    with Store(record_dir) as store:
        with told, searching(store) as connection:
            connection.exec_driver_sql(endless)
        with searching(store) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


def run_again(store: Store, asked: Criteria) -> str:
    """The plans of everything that a search asks of the passages, in the words of the database."""
    seen: list[tuple[str, Any]] = []

    def see(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        seen.append((statement, parameters))

    with watching(see):
        search(store, asked, PURPOSE)
    looks = [one for one in seen if one[0].lstrip().startswith("SELECT") and "examined" in one[0]]
    assert looks
    with searching(store) as connection:
        word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        plans = [connection.exec_driver_sql(f"{word} {look}", given).all() for look, given in looks]
    return "\n".join(" ".join(map(str, row)) for plan in plans for row in plan)


@pytest.mark.parametrize(
    ("criteria", "index"),
    [
        ({"plate": PlateQuery("101D234")}, "passage.*plate"),
        ({"plate": PlateQuery("101D*", PlateMatch.PATTERN)}, "passage.*plate"),
        ({"plate": PlateQuery("101D23", PlateMatch.NEAR)}, "passage.*plate"),
        ({"sender_code": "101"}, "passage.*sender"),
        ({"cameras": ("gate",)}, "passage.*camera"),
        ({"plate_class": PlateClass.DIPLOMATIC}, "passage.*class"),
        ({"gate": "main", "read": True}, "crossing"),
        ({"confirmed": True}, "amendment"),
        ({"read": True}, "passage.*(time|began)"),
    ],
)
def test_no_search_reads_a_whole_table(store: Store, criteria: dict[str, Any], index: str) -> None:
    """Every one goes by the index that it is meant to go by."""
    store.add_many([full_passage(number)[0] for number in range(50)])
    plan = run_again(store, Criteria(**criteria, since=NOON, until=NOON + DAY))
    assert re.search(index, plan), plan
    assert not re.search(r"Seq Scan|SCAN (passage|crossing|candidate|amendment)(?! USING)", plan), plan


# --- the journal ----------------------------------------------------------------------------------------------------


def test_the_journal_says_who_looked_for_what_and_why(store: Store) -> None:
    """Each page by itself; the page names its entry."""
    store.add_many([full_passage(number)[0] for number in range(5)])
    asked = replace(pattern("101?2*"), gate="main")
    first = search(store, asked, PURPOSE, limit=2)
    second = search(store, asked, PURPOSE, 2, first.next_cursor)
    (later, earlier) = told_searches(store)
    assert earlier | {"at": ""} == {
        "at": "",
        "person": "ada",
        "reason": "incident",
        "reference": "CR-2026/0123",
        "criteria": {
            "plate": {"text": "101?2*", "match": "pattern"},
            "gate": "main",
            "since": "2026-11-22T12:00:00.000Z",
            "until": "2026-12-12T12:00:00.000Z",
        },
        "limit": 2,
        "after": None,
    }
    assert later["after"] == "2026-11-22T12:00:03.000Z"
    assert (first.journal_seq, second.journal_seq) == (6, 7)


def test_nothing_is_looked_up_before_the_journal_has_it(store: Store) -> None:
    """At the first look, somebody else already sees the entry."""
    store.add_many([full_passage(1)[0]])
    seen: list[int] = []

    def see(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not seen and any(table in statement for table in ("passage", "plate_text")):
            seen.append(0)
            seen[0] = len(told_searches(store))

    with watching(see):
        assert len(search(store, pattern("101D*"), PURPOSE).results) == 1
    assert seen == [1]


def test_without_a_journal_there_is_no_answer(store: Store) -> None:
    """Where the entry cannot be written, nothing is looked up either."""
    store.add_many([full_passage(1)[0]])
    looked = []

    def fail(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if "INSERT INTO journal" in statement:
            raise OSError(28, "No space left on device")
        looked.append(statement)

    with watching(fail), pytest.raises(RecordError):
        search(store, exact("101D234"), PURPOSE)
    assert not any(name in statement for statement in looked for name in ("candidate", "passage.plate", "plate_text"))
    assert len(ids(search(store, exact("101D234"), PURPOSE))) == 1


def test_a_record_opened_for_reading_only_is_not_searched(store: Store, record_dir: Path) -> None:
    """It could not tell the journal."""
    store.add_many([full_passage(1)[0]])
    with Store(record_dir, writing=False) as other, pytest.raises(RecordError, match="for reading only"):
        search(other, exact("101D234"), PURPOSE)


def test_searches_of_many_at_one_time_are_each_told_once(store: Store) -> None:
    """They share commits, not entries."""
    store.add_many([full_passage(number)[0] for number in range(20)])
    people = [Purpose("incident", "CR-2026/0123", f"person-{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        pages = list(threads.map(lambda person: search(store, exact("101D234"), person), people * 5))
    assert all(len(page.results) == 20 for page in pages)
    assert len({page.journal_seq for page in pages}) == len(pages)
    assert Counter(one["person"] for one in told_searches(store)) == {person.person: 5 for person in people}


def test_counts_are_told_to_the_journal(store: Store) -> None:
    """With what was counted; more than a year is refused, and so is counting by what is not counted."""
    counts(store, Tally(NOON, NOON + DAY, ("class",), gate="main"), PURPOSE)
    (told,) = told_searches(store)
    assert told["counts"] == {
        "since": "2026-11-22T12:00:00.000Z", "until": "2026-11-23T12:00:00.000Z", "by": ["class"], "gate": "main",
    }  # fmt: skip
    with pytest.raises(UnboundedSearchError, match="366 days"):
        Tally(NOON, NOON + 367 * DAY)
    with pytest.raises(UsageError, match="nothing is counted by 'colour'"):
        Tally(NOON, NOON + DAY, ("colour",))


def test_an_answer_of_too_many_counts_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be no summary any more."""
    store.add_many([full_passage(3600 * number)[0] for number in range(5)])
    monkeypatch.setattr(tally_module, "MOST_COUNTS", 4)
    with pytest.raises(UnboundedSearchError, match="different counts"):
        counts(store, Tally(NOON, NOON + DAY, ("hour",)), PURPOSE)
