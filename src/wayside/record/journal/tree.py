# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 section 2.1: its root as it grows, and proofs that are checked as strictly as RFC 9162.

A subtree is *complete and aligned* where its leaves are those from `number << level` to `(number + 1) << level`.
Hashes are 32 bytes. Proofs go from the leaf upwards, as both RFCs write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from wayside.record.journal.errors import MalformedError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
KEPT_LEVELS = (8, 16, 24)
"""Levels whose complete subtrees are worth keeping: 256, 65,536 and 16,777,216 leaves."""
_LOWEST_KEPT = (1 << KEPT_LEVELS[0]) - 1


class Subtree(NamedTuple):
    """A complete, aligned subtree and its root."""

    level: int
    number: int
    hash: bytes


NodeOf = Callable[[int, int], bytes]
"""Gives the root of the complete, aligned subtree of a level and number; level 0 are the leaf hashes."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def fold(edge: Sequence[bytes]) -> bytes:
    """The root over the complete subtrees that make up a tree, largest (leftmost) first; at least one."""
    root = edge[-1]
    for left in reversed(edge[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    level = list(leaves)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above if len(level) % 2 == 0 else [*above, level[-1]]
    return level[0]


class Frontier:
    """What a growing tree needs to remember: the roots of the complete subtrees along its right edge."""

    __slots__ = ("_edge", "_size")

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        """A tree of `size` leaves; `edge`: roots of its complete subtrees, one for each 1 bit of size, largest first.

        Raises MalformedError where they cannot belong together.
        """
        self._size = size
        self._edge = list(edge)
        if size < 0 or len(self._edge) != size.bit_count() or any(len(one) != HASH_BYTES for one in self._edge):
            raise MalformedError(f"{len(self._edge)} hashes are no right edge of a tree of {size} leaves")

    @classmethod
    def of(cls, size: int, node: NodeOf) -> Frontier:
        """The frontier of a tree of `size` leaves whose nodes are known."""
        return cls(size, (node(level, number) for level, number in subtrees(0, size)))

    @property
    def size(self) -> int:
        """Number of leaves."""
        return self._size

    @property
    def edge(self) -> tuple[bytes, ...]:
        """Roots of the complete subtrees, largest first; with `size` enough to make this frontier again."""
        return tuple(self._edge)

    def append(self, leaf: bytes) -> Sequence[Subtree]:
        """Adds a leaf hash; the subtrees of KEPT_LEVELS that it completes, lowest first (nearly always none)."""
        size, edge = self._size, self._edge
        self._size = size + 1
        if size & _LOWEST_KEPT == _LOWEST_KEPT:
            return self._append_completing(leaf, size)
        while size & 1:
            leaf = sha256(b"\x01" + edge.pop() + leaf).digest()
            size >>= 1
        edge.append(leaf)
        return ()

    def _append_completing(self, leaf: bytes, size: int) -> list[Subtree]:
        """The same for the last leaf of a subtree of the lowest kept level."""
        level, completed = 0, []
        while size & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            size >>= 1
            level += 1
            if level in KEPT_LEVELS:
                completed.append(Subtree(level, size, leaf))
        self._edge.append(leaf)
        return completed

    def extend(self, leaves: Iterable[bytes]) -> list[Subtree]:
        """Adds leaf hashes; the subtrees of KEPT_LEVELS that they complete."""
        return [completed for leaf in leaves for completed in self.append(leaf)]

    def root(self) -> bytes:
        """The root of the tree as it is."""
        return fold(self._edge) if self._edge else EMPTY_ROOT

    def copy(self) -> Frontier:
        """A frontier that grows on its own."""
        return Frontier(self._size, self._edge)


def subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The largest complete, aligned subtrees that make up the leaves from `begin` to before `end`, left to right."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        yield level, begin >> level
        begin += 1 << level


def range_root(begin: int, end: int, node: NodeOf) -> bytes:
    """The hash that RFC 6962 gives the leaves from `begin` to before `end`, where `begin` suits so many leaves."""
    return fold([node(level, number) for level, number in subtrees(begin, end)])


def _split(count: int) -> int:
    """The largest power of two below a count above one: where a tree parts into left and right."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, node: NodeOf) -> list[bytes]:
    """What shows that the leaf at `index` is in the tree of the first `size` leaves.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(begin, middle, node))
            begin = middle
    return path[::-1]


def consistency_proof(old: int, new: int, node: NodeOf) -> list[bytes]:
    """What shows that the tree of `new` leaves begins with the tree of `old` leaves.

    Empty where they are one tree, and where the old one is empty. Raises ValueError where old is not within new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not continue one of {old}")
    if old in {0, new}:
        return []
    begin, end, path = 0, new, []
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(range_root(middle, end, node))
            end = middle
        else:
            path.append(range_root(begin, middle, node))
            begin = middle
    if begin:
        path.append(range_root(begin, end, node))
    return path[::-1]


def _well_formed(*hashes: bytes) -> bool:
    """Whether all have the length of a hash: another one would let bytes move between neighbours."""
    return all(len(one) == HASH_BYTES for one in hashes)


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf hash `leaf` stands at `index` in the tree of `size` leaves with that root.

    RFC 9162 section 2.1.3.2; a proof that is too long or too short shows nothing.
    """
    if not 0 <= index < size or not _well_formed(leaf, root, *proof):
        return False
    here, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            computed = node_hash(sibling, computed)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and computed == root


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves and root `new_root` begins with that of `old` leaves.

    RFC 9162 section 2.1.4.2. Both roots are computed from the proof, every hash of which must be used: a check that
    follows one of the two only accepts forged histories (that was GHSA-672p-m5jq-mrh8 in another log).
    """
    if not 0 <= old <= new or not _well_formed(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root and (old > 0 or old_root == EMPTY_ROOT)
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = [old_root, *proof] if old & old - 1 == 0 else list(proof)
    return bool(proof) and _both_roots(old, new, path) == (old_root, new_root)


def _both_roots(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of the old and of the new tree that a consistency path leads to; None where its length is wrong."""
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            old_root, new_root = node_hash(sibling, old_root), node_hash(sibling, new_root)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            new_root = node_hash(new_root, sibling)
        here, last = here >> 1, last >> 1
    return (old_root, new_root) if last == 0 else None


def nodes_of(leaves: Sequence[bytes]) -> NodeOf:
    """Nodes computed from leaf hashes each time they are asked for: for few leaves."""
    return lambda level, number: root_of(leaves[number << level : number + 1 << level])
