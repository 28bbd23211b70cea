# SPDX-License-Identifier: Apache-2.0
"""Follows the journal's tree by chunks of 256 entries, and tells entries that were rewritten from nodes that were."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wayside.record.journal import KEPT_LEVELS, Frontier, Subtree, fold, root_of

LEVEL = KEPT_LEVELS[0]
CHUNK = 1 << LEVEL
"""Entries below one kept node of the lowest level."""


def chunk_roots(
    first: int, leaves: Sequence[bytes | None], wanted: Collection[int]
) -> tuple[list[bytes | None], dict[int, bytes | None]]:
    """The roots of the whole chunks, and the roots within a chunk that are asked for.

    `first`: number of the first leaf, a multiple of CHUNK; a leaf is None where it cannot be known; `wanted`: sizes of
    the tree at which the root over the leaves of the last chunk is needed. None where a leaf is missing.
    """
    whole = [leaves[begin : begin + CHUNK] for begin in range(0, len(leaves) - CHUNK + 1, CHUNK)]
    inside = [size for size in wanted if size % CHUNK and first < size <= first + len(leaves)]
    partial = {size: _root(leaves[size // CHUNK * CHUNK - first : size - first]) for size in inside}
    return [_root(chunk) for chunk in whole], partial


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

    def add(self, root: bytes | None, kept: bytes | None) -> list[Subtree]:
        """Takes the next chunk: its root from its entries, and the kept one; None for what is not there.

        The subtrees of higher kept levels that it completes, as the entries give them.
        """
        roots = [root or kept, kept or root]
        if roots[0] != roots[1] or root is None:
            self._doubtful.append(self._trees[0].size if self._trees else 0)
        if None in roots:
            self._trees = []
        completed = [tree.append(one or b"") for tree, one in zip(self._trees, roots, strict=False)]
        return [one._replace(level=one.level + LEVEL) for one in completed[0]] if completed else []

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
