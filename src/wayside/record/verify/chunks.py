# SPDX-License-Identifier: Apache-2.0
"""Follows the journal's tree by chunks of 256 entries, and tells entries that were rewritten from nodes that were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wayside.record.journal import KEPT_LEVELS, Frontier, fold, root_of

LEVEL = KEPT_LEVELS[0]
CHUNK = 1 << LEVEL
"""Entries below one kept node of the lowest level."""


class Chunks:
    """Turns leaf hashes, in order, into the roots of whole chunks and the roots within a chunk that are asked for."""

    def __init__(self, first: int, wanted: Collection[int]) -> None:
        """`first`: number of the first leaf, a multiple of CHUNK; `wanted`: sizes of the tree whose root is needed."""
        self.roots: list[bytes | None] = []
        """Of whole chunks; None where a leaf was missing."""
        self.partial: dict[int, bytes | None] = {}
        """For each wanted size within a chunk: the root over the leaves of that chunk up to there."""
        self._wanted: dict[int, list[int]] = {}
        for size in wanted:
            self._wanted.setdefault(size // CHUNK, []).append(size)
        self._chunk = first // CHUNK
        self._leaves: list[bytes | None] = []

    def add(self, leaf: bytes | None) -> None:
        """Takes the next leaf hash; None for one that cannot be known."""
        self._leaves.append(leaf)
        if len(self._leaves) == CHUNK:
            self._close()

    def finish(self) -> None:
        """Looks at the leaves after the last whole chunk."""
        if self._leaves:
            self._close()

    def _close(self) -> None:
        """Computes what is asked of a chunk."""
        begin = self._chunk * CHUNK
        for size in self._wanted.get(self._chunk, ()):
            if size % CHUNK and size - begin <= len(self._leaves):
                self.partial[size] = _root(self._leaves[: size - begin])
        if len(self._leaves) == CHUNK:
            self.roots.append(_root(self._leaves))
        self._chunk, self._leaves = self._chunk + 1, []


def _root(leaves: Sequence[bytes | None]) -> bytes | None:
    """The root over some leaves; None where one is missing."""
    known = [leaf for leaf in leaves if leaf is not None]
    return root_of(known) if len(known) == len(leaves) else None


class Spine:
    """The tree over the chunks, twice: as the entries give it, and as the kept nodes do.

    Where they part, the next signed checkpoint tells which of the two was signed.
    """

    def __init__(self, chunks: Frontier | None = None) -> None:
        """`chunks`: the tree over the chunks that need not be checked again."""
        begun = chunks or Frontier()
        self._trees = [begun, begun.copy()]
        """By entries, by kept nodes; empty once neither is known."""
        self._doubtful: list[int] = []
        self._good = begun.size * CHUNK
        self._contradicted = False
        self.rewritten: list[range] = []
        """Entries of which one or more were rewritten together with their commitments."""
        self.false_nodes: list[int] = []
        """Chunks whose kept node is not the one that was signed."""

    def add(self, root: bytes | None, kept: bytes | None) -> None:
        """Takes the next chunk: its root from its entries, and the kept one; None for what is not there."""
        roots = [root or kept, kept or root]
        if roots[0] != roots[1] or root is None:
            self._doubtful.append(self._trees[0].size if self._trees else 0)
        if None in roots:
            self._trees = []
        for tree, one in zip(self._trees, roots, strict=False):
            tree.append(one or b"")

    def meet(self, size: int, stated: bytes, partial: bytes | None) -> bool | None:
        """Whether the first `size` entries lead to the signed root; None where an entry that is needed is missing.

        `partial`: the root over the last entries, where `size` lies within a chunk.
        """
        if not self._trees or (size % CHUNK and partial is None):
            return None
        last = [] if partial is None else [partial]
        for place, tree in enumerate(self._trees):
            if fold([*tree.edge, *last]) == stated:
                self._agree(place, size)
                return True
        if not self._contradicted:
            self.rewritten.append(range(self._good, size))
        self._contradicted = True
        return False

    def _agree(self, place: int, size: int) -> None:
        """One of the two trees was signed: what the other one has otherwise was changed."""
        if place == 0:
            self.false_nodes += self._doubtful
        else:
            self.rewritten += [range(chunk * CHUNK, (chunk + 1) * CHUNK) for chunk in self._doubtful]
        self._trees = [self._trees[place], self._trees[place].copy()]
        self._doubtful, self._good, self._contradicted = [], size, False
