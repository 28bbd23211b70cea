# SPDX-License-Identifier: Apache-2.0
"""The swift check of a range says what the careful one says, or nothing; what it derives is what the tables hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tampering import tamper

from wayside.record.passages import candidates_of
from wayside.record.rollups import keys_of
from wayside.record.rows import ENCODER, MORE, More, Row
from wayside.record.verify.entries import check_carefully, check_range
from wayside.record.verify.expected import ROWS_OF, SEARCHED, add_up, counts_of
from wayside.record.verify.part import Part, Task
from wayside.record.verify.pictures import listed_pictures
from wayside.record.verify.record import record_keys, record_source
from wayside.record.verify.swift import checked_swiftly

MIDDLE, SEARCH, ENTRIES = 300, 600, 625
TEXTS = st.sampled_from(["AB12CDE", "A812CDE", "Ö-Q 12", '"'])
GATES = st.tuples(st.sampled_from(["north", "south"]), st.sampled_from(["in", "out"]), st.just(5), st.just(1.5))
MORES = st.builds(
    More,
    score=st.just(0.9),
    plate=st.just((None, 3, "too_blurred")),
    alternatives=st.lists(st.tuples(TEXTS, st.just(0.1)), max_size=3).map(tuple),
    registration=st.sampled_from([None, ("gb/current", 0.5, None, None)]),
    crossings=st.lists(GATES, max_size=3).map(tuple),
    travel=st.sampled_from([None, "toward"]),
    heading=st.sampled_from([None, 91.5]),
)
SPOILT = {
    "an edited passage": f"UPDATE passage SET plate = 'XX99XXX' WHERE seq = {MIDDLE}",
    "a removed passage": f"DELETE FROM passage WHERE seq = {MIDDLE}",
    "a removed entry": f"DELETE FROM journal WHERE seq = {MIDDLE}",
    "a removed search": f"DELETE FROM journal WHERE seq = {SEARCH}",
    "a longer commitment": f"UPDATE journal SET commitment = zeroblob(33) WHERE seq = {MIDDLE}",
}


def row(number: int, more: More, plate: str | None) -> Row:
    """A row of a passage."""
    text = ENCODER.encode(more).decode()
    began_ms = number * 1_000_000
    return Row(
        number, f"{number:032x}", "site", f"camera-{number % 3}", began_ms, began_ms + 1, began_ms + 2, "car", None,
        plate, None, ("civil", None)[number % 2], None, "counted", 1, number % 2, 3, text,
    )  # fmt: skip


@given(st.lists(st.tuples(MORES, st.none() | TEXTS), max_size=6))
def test_what_is_derived_is_what_the_record_writes(found: list[tuple[More, str | None]]) -> None:
    """Sums over keys, candidates and crossings, and counts by the hour, whatever passages hold."""
    rows = [row(number, more, plate) for number, (more, plate) in enumerate(found)]
    mores = [SEARCHED.decode(one.more) for one in rows]
    full = [(one, MORE.decode(one.more)) for one in rows]
    written = {
        "passage_key": [(one.id, one.seq, one.began_ms) for one in rows],
        "candidate": [(text, one.began_ms, one.seq) for one, more in full for text in candidates_of(one, more)],
        "crossing": [
            (*gate, one.began_ms, one.seq) for one, more in full for gate in {each[:2] for each in more.crossings}
        ],
    }
    sums: Counter[str] = Counter()
    alike: Counter[object] = Counter()
    add_up(rows, mores, sums, alike)  # type: ignore[arg-type]
    assert sums == Counter({table: sum(map(hash, given)) for table, given in written.items()})
    for table, derived in ROWS_OF.items():
        assert {each for one, more in zip(rows, mores, strict=True) for each in derived(one, more)} == set(
            written[table]
        )
    assert counts_of(alike) == Counter(key for one, more in full for key in keys_of(one, more))  # type: ignore[arg-type]


def test_it_reads_what_it_needs_of_the_whole_form() -> None:
    """The short form of what is kept of a passage has the same fields in the same places as the long one."""
    long = [one.name for one in msgspec.structs.fields(More)]
    assert [one.name for one in msgspec.structs.fields(type(SEARCHED.decode(b"[0.5,[]]")))] == long


def task(record: Path) -> Task:
    """All entries of a record."""
    keys = record_keys(record)
    return Task(record_source(record), 0, ENTRIES, (ENTRIES,), keys, pictures=True)


def swiftly(whole: Task) -> bool:
    """Whether the swift check does."""
    with whole.source.open() as reader:
        return checked_swiftly(whole, reader, Part(), listed_pictures(reader, whole.first, whole.end))


def test_both_checks_of_an_honest_record_come_to_the_same(original: Path) -> None:
    """The same roots, sums, counts, blanks and payloads; so what the swift one passes the careful one would."""
    whole = task(original)
    assert swiftly(whole)
    assert check_range(whole) == check_carefully(whole)
    assert not check_range(whole).findings


@pytest.mark.parametrize("statement", SPOILT.values(), ids=SPOILT)
def test_it_says_no_where_something_is_wrong(record: Path, statement: str) -> None:
    """And leaves it to the careful check to say what; the result of the range is that one's."""
    tamper(record, statement)
    whole = task(record)
    assert not swiftly(whole)
    part = check_range(whole)
    assert part.findings == check_carefully(whole).findings
    assert part.findings


def test_an_entry_outside_its_range_is_not_taken(original: Path) -> None:
    """A range takes its own entries only, and its neighbours' make no leaf of it."""
    whole = task(original)
    first, second = replace(whole, end=256, wanted=()), replace(whole, first=256)
    parts = [check_range(first), check_range(second)]
    assert [one for part in parts for one in part.chunks] == check_range(whole).chunks
    assert sum(part.checked["entries"] for part in parts) == ENTRIES
