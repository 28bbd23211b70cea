# SPDX-License-Identifier: Apache-2.0
"""The journal in the database: appends entries to it, keeps its tree, and signs what it has become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from wayside.domain import RecordError
from wayside.record.bulk import SKIP, add_rows
from wayside.record.journal import Frontier, NodeOf, Subtree, commitment, entry_leaf, new_salt, root_of
from wayside.record.tables import NODE_LEVELS, checkpoint, journal, journal_node

CHECKPOINT_ENTRIES = 1000
CHECKPOINT_MS = 10_000
"""A checkpoint is signed after so many entries or so much time, whichever comes first, and when the record closes."""

FOLLOWED_MOST = 10_000
"""Entries of other processes that are taken over one by one; beyond that the tree is read anew."""
ADDING = frozenset(
    {
        *("passage", "amendment", "sighting", "brief", "list", "hit", "search", "export", "import"),
        *("hold", "access", "clock", "gap"),
    }
)
"""Kinds of entries beside which nothing goes from any table that a process remembers."""

Sign = Callable[[int, bytes], str]
"""Makes the signed checkpoint of a tree from its size and root."""
Check = Callable[[str], tuple[int, bytes]]
"""The size and root that a signed checkpoint states; raises RecordError where the signature is not ours."""


class Entry(NamedTuple):
    """What is about to be appended."""

    kind: str
    payload: bytes
    kept: bool = True
    """Whether the journal keeps the payload itself; the payload of a passage is its row."""


def node_reader(connection: Connection) -> NodeOf:
    """Reads complete subtrees of the journal's tree: from the kept ones where it can, else from the entries."""

    def node(level: int, number: int) -> bytes:
        below = max((kept for kept in NODE_LEVELS if kept <= level), default=None)
        if below is None:
            return root_of(leaves(connection, number << level, number + 1 << level))
        first, end = number << level - below, number + 1 << level - below
        kept = select(journal_node.c.hash).where(
            journal_node.c.level == below, journal_node.c.number >= first, journal_node.c.number < end
        )
        hashes = connection.execute(kept.order_by(journal_node.c.number)).scalars().all()
        if len(hashes) != end - first:
            raise RecordError("nodes of the journal's tree are missing; `wayside verify` tells what was lost")
        return root_of(hashes)

    return node


def leaves(connection: Connection, first: int, end: int) -> list[bytes]:
    """The leaf hashes of some entries; raises RecordError where one is missing."""
    return [entry_leaf(*entry) for entry in entries_between(connection, first, end)]


def entries_between(connection: Connection, first: int, end: int) -> list[tuple[int, str, bytes]]:
    """Number, kind and commitment of some entries; raises RecordError where one is missing."""
    query = select(journal.c.seq, journal.c.kind, journal.c.commitment)
    rows = connection.execute(query.where(journal.c.seq >= first, journal.c.seq < end).order_by(journal.c.seq)).all()
    if len(rows) != end - first:
        raise RecordError("entries of the journal are missing; `wayside verify` tells which")
    return [(seq, kind, bytes(committed)) for seq, kind, committed in rows]


class Ledger:
    """The journal's tree as one process knows it; the caller holds the record alone while it calls."""

    def __init__(self, sign: Sign, check: Check) -> None:
        self._sign, self._check = sign, check
        self._frontier = Frontier()
        self._signed_size = 0
        self.signed_ms = 0
        """When the last checkpoint was signed, in ms since 1970."""

    @property
    def size(self) -> int:
        """Number of entries: the sequence number of the next one."""
        return self._frontier.size

    def catch_up(self, connection: Connection) -> bool:
        """Takes over what other processes appended, or what a failed transaction took back.

        Returns whether what is remembered of the record may be wrong now: not after entries that only add.
        Raises RecordError where the entries do not lead to the last signed checkpoint: then somebody changed them,
        and nothing may be signed on top.
        """
        size = connection.execute(select(func.max(journal.c.seq))).scalar_one_or_none()
        size = 0 if size is None else size + 1
        if size == self._frontier.size and size:
            return False
        last = connection.execute(select(checkpoint).order_by(checkpoint.c.size.desc()).limit(1)).first()
        if last is not None and self._may_follow(size, last.size):
            return self._follow(connection, size, last)
        node = node_reader(connection)
        if last is not None:
            self._trust(last.note, last.size, Frontier.of(min(last.size, size), node).root(), size)
            self._signed_size, self.signed_ms = last.size, last.made_ms
        self._frontier = Frontier.of(size, node)
        return True

    def _may_follow(self, size: int, signed_size: int) -> bool:
        """Whether the tree in memory can grow by a few entries, and meets the last checkpoint on its way."""
        own = self._frontier.size
        return 0 < own < size <= own + FOLLOWED_MOST and (signed_size >= own or signed_size == self._signed_size)

    def _follow(self, connection: Connection, size: int, last: Row[Any]) -> bool:
        """Takes over the entries of others one by one, as where two processes take turns; returns as `catch_up`."""
        own = self._frontier.size
        entries = entries_between(connection, own, size)
        hashes = [entry_leaf(*entry) for entry in entries]
        if last.size >= own and last.size != self._signed_size:
            self._frontier.extend(hashes[: last.size - own])
            self._trust(last.note, last.size, self._frontier.root(), size)
            self._signed_size, self.signed_ms = last.size, last.made_ms
        self._frontier.extend(hashes[self._frontier.size - own :])
        return any(kind not in ADDING for _, kind, _ in entries)

    def _trust(self, note: str, size: int, root: bytes, entries: int) -> None:
        stated = self._check(note)
        if size > entries or stated != (size, root):
            raise RecordError(
                "the journal is not the one that was signed, and nothing is added to it; "
                "`wayside verify` tells what was changed"
            )

    def append(self, connection: Connection, entries: Sequence[Entry], now_ms: int) -> range:
        """Appends entries and returns their sequence numbers; signs a checkpoint where one is due."""
        first = self._frontier.size
        rows, leaf_hashes = [], []
        for seq, entry in enumerate(entries, first):
            salt = new_salt()
            committed = commitment(salt, entry.payload)
            payload = entry.payload if entry.kept else None
            rows.append((seq, entry.kind, committed, salt, payload, None))
            leaf_hashes.append(entry_leaf(seq, entry.kind, committed))
        if not rows:
            return range(first, first)
        add_rows(connection, journal, rows)
        self._keep_nodes(connection, self._frontier.extend(leaf_hashes))
        fresh = 0 <= now_ms - self.signed_ms < CHECKPOINT_MS
        if not fresh or self.size - self._signed_size >= CHECKPOINT_ENTRIES:
            self.sign(connection, now_ms)
        return range(first, self.size)

    def sign(self, connection: Connection, now_ms: int) -> None:
        """Signs the journal as it is, unless that was done."""
        if self._signed_size == self.size:
            return
        note = self._sign(self.size, self._frontier.root())
        add_rows(connection, checkpoint, [(self.size, note, now_ms)], SKIP)  # another process may have signed
        self._signed_size, self.signed_ms = self.size, now_ms

    def forget(self) -> None:
        """After a failed transaction: nothing is known until `catch_up`."""
        self._frontier = Frontier()
        self._signed_size = self.signed_ms = 0

    @staticmethod
    def _keep_nodes(connection: Connection, completed: Sequence[Subtree]) -> None:
        add_rows(connection, journal_node, completed)
