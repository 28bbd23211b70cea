# SPDX-License-Identifier: Apache-2.0
"""Takes passages and pictures out of the record within one transaction, with the entry that permits it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, select

from wayside.record.exchange import forget, holding
from wayside.record.partitions import day_of
from wayside.record.passages import candidates_of
from wayside.record.retention.ground import Ground, blank, runs, tell
from wayside.record.retention.hits import forget_hits, hits_of
from wayside.record.retention.removing import remove
from wayside.record.retention.texts import forget_texts, portions
from wayside.record.rows import MORE, More, Row
from wayside.record.tables import (
    amendment,
    candidate,
    crossing,
    hold,
    passage,
    passage_key,
    picture,
    sighting_link,
)

if TYPE_CHECKING:
    from wayside.record.store import Transaction


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Files that nothing in the record may name any more, once the transaction is kept."""

    pictures: set[bytes] = field(default_factory=set)
    """SHA-256 of pictures; another passage or sighting may still name one."""
    exports: set[str] = field(default_factory=set)
    """Names below `exports/`."""
    days: set[int] = field(default_factory=set)
    """First milliseconds of the days whose tables were touched."""


def corrections(connection: Connection, ids: Collection[str]) -> list[tuple[int, str, str | None]]:
    """The amendments of some passages: number, passage, and the plate that one gave."""
    found: list[tuple[int, str, str | None]] = []
    for part in portions(ids):
        rows = connection.execute(
            select(amendment.c.seq, amendment.c.passage_id, amendment.c.field, amendment.c.value).where(
                amendment.c.passage_id.in_(part)
            )
        )
        for seq, passage_id, name, value in rows:
            text = json.loads(value) if name == "plate" and value else None
            found.append((seq, passage_id, text if isinstance(text, str) else None))
    return found


def named_by(rows: Sequence[tuple[Row, More]], given: Iterable[tuple[str, str]]) -> list[tuple[str, int, int]]:
    """The rows of `candidate` of some passages; `given`: texts that people gave, by passage id."""
    texts: dict[str, set[str]] = {row.id: candidates_of(row, more) for row, more in rows}
    for passage_id, text in given:
        texts[passage_id].add(text)
    return [(text, row.began_ms, row.seq) for row, _ in rows for text in sorted(texts[row.id])]


def crossed_by(rows: Sequence[tuple[Row, More]]) -> list[tuple[str, str, int, int]]:
    """The rows of `crossing` of some passages."""
    return [
        (gate, way, row.began_ms, row.seq)
        for row, more in rows
        for gate, way in sorted({(gate, way) for gate, way, _, _ in more.crossings})
    ]


def forget_links(connection: Connection, column: Column[Any], ids: Collection[str]) -> list[int]:
    """Takes the links of some passages or sightings away; the numbers of their entries, to be blanked."""
    seqs: list[int] = []
    for part in portions(ids):
        seqs += connection.execute(select(sighting_link.c.seq).where(column.in_(part))).scalars()
    remove(connection, [sighting_link.c.seq], [(seq,) for seq in seqs])
    return seqs


def forget_passages(transaction: Transaction, rows: Sequence[Row], ground: Ground) -> Leftovers:
    """Erases passages with everything that was derived from them and said about them."""
    if not rows:
        return Leftovers()
    connection, ids = transaction.connection, [row.id for row in rows]
    amended = corrections(connection, ids)
    full = [(row, MORE.decode(row.more)) for row in rows]
    named = named_by(full, [(passage_id, text) for _, passage_id, text in amended if text is not None])
    seqs = [row.seq for row in rows]
    linked = forget_links(connection, sighting_link.c.passage, ids)
    blanked = [*seqs, *(seq for seq, _, _ in amended), *linked]
    erased_by = tell(transaction, ground, "passages", len(rows), blanked)
    for part in portions(blanked):
        blank(transaction, part, erased_by)
    if ground.rule != "retention":  # else hits stay for their own period
        forget_hits(transaction, hits_of(connection, ids), ground)
    shown = pictures_of(connection, seqs)
    remove(connection, list(candidate.primary_key), named)
    remove(connection, list(crossing.primary_key), crossed_by(full))
    remove(connection, list(picture.primary_key), shown)
    remove(connection, [passage_key.c.id], [(one,) for one in ids])
    remove(connection, [amendment.c.seq], [(seq,) for seq, _, _ in amended])
    remove(connection, [hold.c.passage_id], [(one,) for one in ids])
    remove(connection, [passage.c.seq, passage.c.began_ms], [(row.seq, row.began_ms) for row in rows])
    forget_texts(connection, {row.plate for row in rows if row.plate} | {text for text, _, _ in named})
    transaction.texts.forget()
    return Leftovers(
        {digest for digest, _, _ in shown},
        forget_exports(connection, blanked),
        {day_of(row.began_ms) for row in rows},
    )


def pictures_of(connection: Connection, seqs: Collection[int]) -> list[tuple[bytes, int, str]]:
    """Digest, passage and role of the pictures of some passages."""
    found: list[tuple[bytes, int, str]] = []
    for part in portions(seqs):
        query = select(picture.c.sha256, picture.c.seq, picture.c.role).where(picture.c.seq.in_(part))
        found += [(bytes(digest), seq, role) for digest, seq, role in connection.execute(query)]
    return found


def forget_pictures(transaction: Transaction, shown: Sequence[tuple[bytes, int, str]], ground: Ground) -> Leftovers:
    """Erases pictures (digest, passage, role) of passages that stay; the passages say that they once had them."""
    if not shown:
        return Leftovers()
    seqs = {seq for _, seq, _ in shown}
    tell(transaction, ground, "pictures", len(shown), seqs)
    remove(transaction.connection, list(picture.primary_key), shown)
    return Leftovers({digest for digest, _, _ in shown}, forget_exports(transaction.connection, seqs))


def forget_payloads(transaction: Transaction, seqs: Sequence[int], ground: Ground) -> None:
    """Blanks journal entries of searches, exports and the like."""
    erased_by = tell(transaction, ground, "payloads", len(seqs), seqs)
    for part in portions(seqs):
        blank(transaction, part, erased_by)


def forget_amendments(transaction: Transaction, seqs: Sequence[int], ground: Ground) -> None:
    """Erases what people said of passages that stay; a plate that they gave one is searched for no more."""
    connection = transaction.connection
    query = select(amendment.c.passage_id, amendment.c.value, passage_key.c.seq, passage_key.c.began_ms)
    joined = amendment.join(passage_key, passage_key.c.id == amendment.c.passage_id)
    given = query.select_from(joined).where(amendment.c.seq.in_(seqs), amendment.c.field == "plate")
    named = [(json.loads(row.value), row.began_ms, row.seq) for row in connection.execute(given)]
    erased_by = tell(transaction, ground, "amendments", len(seqs), seqs)
    for part in portions(seqs):
        blank(transaction, part, erased_by)
    remove(connection, list(candidate.primary_key), named)
    remove(connection, [amendment.c.seq], [(seq,) for seq in seqs])
    forget_texts(connection, {text for text, _, _ in named})
    transaction.texts.forget()


def forget_exports(connection: Connection, seqs: Iterable[int]) -> set[str]:
    """Takes the kept exports that hold one of these passages from the list; their names."""
    names = holding(connection, runs(seqs))
    forget(connection, names)
    return set(names)


def unused(connection: Connection, digests: Collection[bytes]) -> set[bytes]:
    """Those of the pictures that no passage names."""
    named: set[bytes] = set()
    for part in portions(digests):
        query = select(picture.c.sha256).where(picture.c.sha256.in_(part))
        named.update(bytes(one) for one in connection.execute(query).scalars())
    return set(digests) - named
