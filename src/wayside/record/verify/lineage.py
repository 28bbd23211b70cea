# SPDX-License-Identifier: Apache-2.0
"""Follows the journal from its first entry to its last, and holds it against every checkpoint on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import select

from wayside.record.journal import KEPT_LEVELS, Subtree
from wayside.record.tables import journal_node
from wayside.record.verify.chunks import CHUNK, LEVEL, Spine
from wayside.record.verify.part import Part
from wayside.record.verify.report import Finding
from wayside.record.verify.signed import Signed
from wayside.record.verify.source import Reader

EXACT = frozenset({"row-edited", "entry-edited"})
"""Damages by which an edited commitment shows itself, too."""
NAMING = EXACT | {"entry-removed", "entry-unreadable", "entry-unknown"}
"""Damages that say which entry it is that does not lead to the checkpoint."""

Nodes = dict[tuple[int, int], bytes]
"""By level and number: the kept nodes of the tree."""


def read_nodes(reader: Reader) -> Nodes:
    """The kept nodes."""
    node = journal_node.c
    return {(level, number): kept for level, number, kept in reader.rows(select(node.level, node.number, node.hash))}


class Lineage:
    """The tree as it grows, from part to part."""

    def __init__(self, nodes: Nodes, kept: Signed, spine: Spine, first: int) -> None:
        """`kept`: checkpoints that somebody else kept; `first`: number of the first entry that is checked."""
        self._nodes, self._kept, self._spine = nodes, kept, spine
        self._chunk = first // CHUNK
        self._contradicted = False
        self._above: list[Subtree] = []
        self.checked: Counter[str] = Counter()

    def take(self, part: Part, end: int) -> Iterator[Finding]:
        """Takes the next part, which ends before entry `end`: what of the checkpoints within it does not hold."""
        chunks = iter(part.chunks)
        begin = self._chunk * CHUNK
        sizes = {*part.signed.roots, *(size for size in self._kept.roots if begin < size <= end)}
        for size in sorted(sizes):
            self._advance(chunks, size // CHUNK)
            partial = part.partial.get(size)
            for root in part.signed.roots.get(size, ()):
                yield from self._stored(size, self._spine.meet(size, root, partial))
            for root in self._kept.roots.get(size, ()):
                self.checked["kept"] += 1
                if self._spine.meet(size, root, partial) is False:
                    yield Finding("kept-contradicted", "journal", detail=f"of {size} entries")
        self._advance(chunks, end // CHUNK)

    def _stored(self, size: int, holds: bool | None) -> Iterator[Finding]:
        """One of the record's own checkpoints; only the first of several that fail together is told."""
        self.checked["checkpoints"] += 1
        if holds is False and not self._contradicted:
            yield Finding("checkpoint-contradicted", "checkpoint", detail=f"of {size} entries")
        self._contradicted = holds is False

    def _advance(self, chunks: Iterator[bytes | None], to: int) -> None:
        """Takes whole chunks up to a number."""
        while self._chunk < to:
            self._above += self._spine.add(next(chunks), self._nodes.get((LEVEL, self._chunk)))
            self._chunk += 1

    def false_nodes(self, size: int) -> Iterator[Finding]:
        """Kept nodes that are not those of the entries: at the end, when it is known which of the two was signed."""
        lowest = {(LEVEL, number) for number in self._spine.false_nodes}
        above = {(level, number) for level, number, root in self._above if self._nodes.get((level, number)) != root}
        due = {(level, number) for level in KEPT_LEVELS for number in range(size >> level)}
        for level, number in sorted(lowest | above | (due ^ self._nodes.keys())):
            yield Finding("node-edited", "journal_node", number << level, ((number + 1) << level) - 1)

    def settled(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of all parts, together with the entries that were rewritten so that only the tree tells."""
        spans = [span for span in self._spine.rewritten if span]
        named: set[int] = set()
        for one in findings:
            within = [place for place, span in enumerate(spans) if one.seq in span or one.last in span]
            if one.damage in NAMING:
                named.update(within)
            edited = one.damage in EXACT and within
            yield replace(one, damage="entry-rewritten", table="journal") if edited else one
        for place, span in enumerate(spans):
            if place not in named:
                yield Finding("entry-rewritten", "journal", span.start, span.stop - 1)
