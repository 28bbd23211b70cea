# SPDX-License-Identifier: Apache-2.0
"""Compares the tables that search reads with the passages and amendments that they were derived from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Select, Table, select

from wayside.record.rows import Row
from wayside.record.tables import amendment, candidate, crossing, passage, passage_key
from wayside.record.verify.expected import ROWS_OF, SEARCHED, Derived, Searched, candidate_rows
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader, RowReader, Source

TABLES: dict[str, Table] = {"passage_key": passage_key, "candidate": candidate, "crossing": crossing}
BUCKET_BITS = 12
"""Passages are looked at in buckets of so many, where sums differ."""
MOST_BUCKETS = 64


def columns_of(table: str, end: int) -> Select[Any]:
    """The rows of a derived table that belong to the first `end` entries."""
    found = TABLES[table]
    return select(*found.c).where(found.c.seq < end)


def actual_sum(source: Source, table: str, end: int) -> int:
    """The sum over what a derived table holds, to be compared with `Expected.sums`."""
    with source.read() as reader:
        return sum(map(hash, reader.rows(columns_of(table, end))))


def amended_sum(source: Source, end: int) -> int:
    """The sum over the rows of `candidate` that people's corrections added."""
    with source.read() as reader:
        return sum(hash(one) for one in amended_rows(reader, end))


def amended_rows(reader: RowReader, end: int) -> set[Derived]:
    """The rows of `candidate` that people's corrections added to those that the passages give."""
    said = select(amendment.c.value, *passage.c).select_from(
        amendment.join(passage_key, passage_key.c.id == amendment.c.passage_id).join(
            passage, (passage.c.seq == passage_key.c.seq) & (passage.c.began_ms == passage_key.c.began_ms)
        )
    )
    added: set[Derived] = set()
    for value, *columns in reader.rows(said.where(amendment.c.field == "plate", passage.c.seq < end)):
        row, text = Row._make(columns), msgspec.json.decode(value)
        one = (text, row.began_ms, row.seq)
        if isinstance(text, str) and one not in candidate_rows(row, SEARCHED.decode(row.more)):
            added.add(one)
    return added


def passages(reader: Reader, first: int, end: int) -> Iterator[tuple[Row, Searched]]:
    """Passages that can be understood; the others are named elsewhere."""
    query = select(*passage.c).where(passage.c.seq >= first, passage.c.seq < end)
    for columns in reader.rows(query):
        row = Row._make(columns)
        try:
            more = SEARCHED.decode(row.more)
        except msgspec.MsgspecError:
            continue
        yield row, more


def differences(source: Source, table: str, end: int) -> list[Finding]:
    """Names the rows of a derived table that are missing or too many: slow, for where the sums differ."""
    place = [column.name for column in TABLES[table].c].index("seq")
    with source.open() as reader:
        balance: Counter[int] = Counter()
        for row, more in passages(reader, 0, end):
            for one in ROWS_OF[table](row, more):
                balance[row.seq >> BUCKET_BITS] += hash(one)
        for one in amended_rows(reader, end) if table == "candidate" else ():
            balance[one[place] >> BUCKET_BITS] += hash(one)
        for one in reader.rows(columns_of(table, end)):
            balance[one[place] >> BUCKET_BITS] -= hash(one)
        bad = sorted(bucket for bucket, left in balance.items() if left)[:MOST_BUCKETS]
        return list(_named(reader, table, end, place, frozenset(bad)))


def _named(reader: Reader, table: str, end: int, place: int, buckets: frozenset[int]) -> Iterator[Finding]:
    """Names what is missing or too many in some buckets."""
    due: set[Derived] = set()
    for bucket in buckets:
        for row, more in passages(reader, bucket << BUCKET_BITS, min(end, bucket + 1 << BUCKET_BITS)):
            due.update(ROWS_OF[table](row, more))
    if table == "candidate":
        due |= {one for one in amended_rows(reader, end) if one[place] >> BUCKET_BITS in buckets}
    rows = reader.rows(columns_of(table, end))
    there = {one for one in rows if one[place] >> BUCKET_BITS in buckets}
    for seq, times in sorted(Counter(one[place] for one in due - there).items()):
        yield Finding("derived-missing", table, seq, detail=_rows(times))
    for seq, times in sorted(Counter(one[place] for one in there - due).items()):
        yield Finding("derived-inserted", table, seq, detail=_rows(times))


def _rows(times: int) -> str:
    return "1 row" if times == 1 else f"{times} rows"
