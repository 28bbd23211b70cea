# SPDX-License-Identifier: Apache-2.0
"""Collects what an evidence bundle tells: entries with their proofs, amendments, and the pictures that are held."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from wayside.domain import Evidence, RecordError, UsageError
from wayside.record.exchange.bundle import Contents, Exhibit, Picture, Proven
from wayside.record.exchange.mark import Mark
from wayside.record.journal import PUBLIC_KEYS, NodeOf, Proof, inclusion_proof, load_key, peek_checkpoint, sign_note
from wayside.record.keyring import FOLDER as KEYS
from wayside.record.ledger import node_reader
from wayside.record.rows import Row, passage_of, payload
from wayside.record.store import Store
from wayside.record.tables import amendment, checkpoint, journal, picture

MOST = 1000
"""Passages of a bundle: they are looked at one by one, and the sheet is made in memory."""
AT_ONCE = 500
"""Numbers asked for in one query."""


def checked(rows: Iterable[Row]) -> list[Row]:
    """The rows in order of their entries; raises UsageError where they are none, or too many to be looked at."""
    found: list[Row] = []
    for row in rows:
        if len(found) == MOST:
            raise UsageError(
                f"an evidence bundle holds at most {MOST} passages; narrow it with --from, --to, --camera or --plate"
            )
        found.append(row)
    if not found:
        raise UsageError("no passage is as asked, and a bundle without passages shows nothing; ask for others")
    return sorted(found, key=lambda row: row.seq)


class Prover:
    """Reads entries of the journal and proves each against one checkpoint."""

    def __init__(self, connection: Connection, size: int) -> None:
        """`size`: entries of the checkpoint, which must have been signed. Raises RecordError."""
        note = connection.execute(select(checkpoint.c.note).where(checkpoint.c.size == size)).scalar_one_or_none()
        if note is None:
            raise RecordError(f"there is no checkpoint of {size} entries; `wayside verify` tells what was lost")
        self.note, self.size = note, size
        self._connection = connection
        self._node: NodeOf = functools.cache(node_reader(connection))

    def proven(self, seq: int, kept: bytes | None = None) -> Proven:
        """An entry; `kept`: its payload where the journal does not keep it itself. Raises RecordError."""
        row = self._connection.execute(select(journal).where(journal.c.seq == seq)).first()
        data = kept if row is None or row.payload is None else bytes(row.payload)
        if row is None or row.salt is None or data is None:
            raise RecordError(f"entry {seq} was erased while the bundle was made; make it again")
        hashes = tuple(inclusion_proof(seq, self.size, self._node))
        return Proven(seq, row.kind, bytes(row.salt), data, str(Proof(seq, hashes, self.note)))


def amendments(connection: Connection, rows: Sequence[Row], size: int) -> dict[str, list[int]]:
    """Numbers of the entries that amend some passages, by the passages' ids."""
    found: dict[str, list[int]] = {}
    columns = amendment.c
    for at in range(0, len(rows), AT_ONCE):
        ids = [row.id for row in rows[at : at + AT_ONCE]]
        query = select(columns.passage_id, columns.seq).where(columns.passage_id.in_(ids), columns.seq < size)
        for passage_id, seq in connection.execute(query.order_by(columns.seq)):
            found.setdefault(passage_id, []).append(seq)
    return found


def exhibits(connection: Connection, prover: Prover, rows: Sequence[Row]) -> tuple[Exhibit, ...]:
    """The passages of a bundle with what proves them."""
    amended = amendments(connection, rows, prover.size)
    return tuple(
        Exhibit(
            entry=prover.proven(row.seq, payload(row)),
            passage=passage_of(row),
            site=row.site,
            amendments=tuple(prover.proven(seq) for seq in amended.get(row.id, ())),
        )
        for row in rows
    )


def collect(store: Store, rows: Iterable[Row], mark: Mark, entry: int) -> Contents:
    """All that a bundle of these rows tells; `entry`: that of the export, the last one of its checkpoint.

    Raises UsageError for no rows or too many, RecordError.
    """
    found = checked(rows)
    with store.reading() as connection:
        prover = Prover(connection, entry + 1)
        return Contents(
            mark=mark,
            origin=peek_checkpoint(prover.note).origin,
            size=prover.size,
            checkpoint=prover.note,
            keys=(store.data_dir / KEYS / PUBLIC_KEYS).read_text("utf-8"),
            export=prover.proven(entry),
            exhibits=exhibits(connection, prover, found),
        )


def held_pictures(connection: Connection, contents: Contents) -> set[str]:
    """Digests of the pictures that the record says it holds."""
    seqs = [one.entry.seq for one in contents.exhibits]
    found: set[str] = set()
    for at in range(0, len(seqs), AT_ONCE):
        query = select(picture.c.sha256).where(picture.c.seq.in_(seqs[at : at + AT_ONCE]))
        found.update(bytes(digest).hex() for digest in connection.execute(query).scalars())
    return found


def picture_reader(store: Store, contents: Contents) -> Picture:
    """Reads pictures from the record, and lets none pass that is not the one recorded."""
    with store.reading() as connection:
        held = held_pictures(connection, contents)

    def read(evidence: Evidence) -> bytes | None:
        if evidence.sha256 not in held:
            return None
        try:
            data = store.picture_path(evidence).read_bytes()
        except FileNotFoundError:
            data = b""
        if hashlib.sha256(data).hexdigest() != evidence.sha256:
            raise RecordError(
                f"the picture {evidence.sha256[:12]}… is missing or was changed, so the bundle was not made; "
                "`wayside verify` tells more"
            )
        return data

    return read


def signer(store: Store) -> functools.partial[str]:
    """Signs a text as the site; raises RecordError where the key cannot be used."""
    return functools.partial(sign_note, keys=[load_key(store.data_dir / KEYS)])
