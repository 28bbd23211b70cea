# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree: published vectors, every small proof, and every forgery of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.record.journal import (
    EMPTY_ROOT,
    KEPT_LEVELS,
    Frontier,
    MalformedError,
    Subtree,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_of,
    root_of,
    subtrees,
)

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
"""Leaf data of the reference trees of Certificate Transparency
(github.com/google/certificate-transparency, merkletree tests; github.com/transparency-dev/merkle, testonly)."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the trees of the first 0, 1, … 8 of these leaves, from the same place."""

INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
"""Index, size, proof; from the same place."""

CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
"""Old size, new size, proof; from the same place."""

LARGEST = 40
REFERENCE = [leaf_hash(bytes.fromhex(data)) for data in INPUTS]
LEAVES = [leaf_hash(bytes([number])) for number in range(LARGEST)]
NODES = nodes_of(LEAVES)
TREES = [root_of(LEAVES[:size]) for size in range(LARGEST + 1)]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


def test_published_roots() -> None:
    """Of nought to eight leaves."""
    assert [root_of(REFERENCE[:size]).hex() for size in range(9)] == ROOTS


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, proof: list[str]) -> None:
    """Are the ones we make, and hold."""
    made = inclusion_proof(index, size, nodes_of(REFERENCE))
    assert [one.hex() for one in made] == proof
    assert check_inclusion(index, size, REFERENCE[index], made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    """Are the ones we make, and hold."""
    made = consistency_proof(old, new, nodes_of(REFERENCE))
    assert [one.hex() for one in made] == proof
    assert check_consistency(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), made)


def test_the_root_is_the_one_that_the_definition_gives() -> None:
    """For every small size."""
    assert [plain_root(LEAVES[:size]) for size in range(LARGEST + 1)] == TREES


def test_every_small_inclusion_proof_holds() -> None:
    """All leaves of all trees up to forty."""
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, NODES)
            assert check_inclusion(index, size, LEAVES[index], proof, TREES[size])


def test_every_small_consistency_proof_holds() -> None:
    """All pairs of trees up to forty, the empty one too."""
    for new in range(LARGEST + 1):
        for old in range(new + 1):
            assert check_consistency(old, new, TREES[old], TREES[new], consistency_proof(old, new, NODES))


def test_no_inclusion_proof_holds_elsewhere() -> None:
    """At another index, in a tree of another size, of another leaf."""
    for size in range(1, LARGEST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, NODES)
            for other in range(-1, LARGEST + 1):
                if other != index:
                    assert not check_inclusion(other, size, LEAVES[index], proof, TREES[size])
                if other not in {index, size} and 0 <= other < LARGEST:
                    assert not check_inclusion(index, size, LEAVES[other], proof, TREES[size])
                if other not in {-1, size}:
                    assert not check_inclusion(index, size, LEAVES[index], proof, TREES[other])


def test_no_consistency_proof_holds_between_other_trees() -> None:
    """Neither root may be another's, and neither size."""
    for new in range(1, LARGEST + 1):
        for old in range(1, new):
            proof = consistency_proof(old, new, NODES)
            for other in range(1, LARGEST + 1):
                if other != old:
                    assert not check_consistency(old, new, TREES[other], TREES[new], proof)
                    assert not check_consistency(other, new, TREES[other], TREES[new], proof)
                if other != new:
                    assert not check_consistency(old, new, TREES[old], TREES[other], proof)
                    assert not check_consistency(old, other, TREES[old], TREES[other], proof)


def flips(data: bytes) -> Iterator[bytes]:
    """The same bytes with one bit turned, for every bit."""
    for bit in range(len(data) * 8):
        turned = bytearray(data)
        turned[bit // 8] ^= 1 << bit % 8
        yield bytes(turned)


def forged(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Proofs with one bit turned, one hash more, one fewer, two swapped, or a byte moved to the neighbour."""
    for place, one in enumerate(proof):
        for turned in flips(one):
            yield [*proof[:place], turned, *proof[place + 1 :]]
        yield [*proof[:place], *proof[place + 1 :]]
        yield [*proof[:place], one, *proof[place:]]
    for place, (one, other) in enumerate(pairwise(proof)):
        yield [*proof[:place], other, one, *proof[place + 2 :]]
        yield [*proof[:place], one + other[:1], other[1:], *proof[place + 2 :]]
    yield [*proof, EMPTY_ROOT]
    yield [EMPTY_ROOT, *proof]


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (4, 5), (5, 7), (8, 13), (39, 40)])
def test_forged_inclusion_proofs_fail(index: int, size: int) -> None:
    """Every single bit, of the proof, of the leaf and of the root."""
    proof = inclusion_proof(index, size, NODES)
    assert not any(check_inclusion(index, size, LEAVES[index], bad, TREES[size]) for bad in forged(proof))
    assert not any(check_inclusion(index, size, bad, proof, TREES[size]) for bad in flips(LEAVES[index]))
    assert not any(check_inclusion(index, size, LEAVES[index], proof, bad) for bad in flips(TREES[size]))


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 4), (4, 8), (6, 7), (5, 13), (31, 40), (32, 40), (39, 40)])
def test_forged_consistency_proofs_fail(old: int, new: int) -> None:
    """Every single bit, of the proof and of both roots."""
    proof = consistency_proof(old, new, NODES)
    assert not any(check_consistency(old, new, TREES[old], TREES[new], bad) for bad in forged(proof))
    assert not any(check_consistency(old, new, bad, TREES[new], proof) for bad in flips(TREES[old]))
    assert not any(check_consistency(old, new, TREES[old], bad, proof) for bad in flips(TREES[new]))


def test_the_same_tree_and_the_empty_tree_admit_no_other_root() -> None:
    """An empty proof shows nothing but what needs no proof."""
    assert not check_consistency(7, 7, TREES[6], TREES[6], [EMPTY_ROOT])
    assert not check_consistency(7, 7, TREES[6], TREES[7], [])
    assert not check_consistency(0, 7, TREES[1], TREES[7], [])
    assert not check_consistency(0, 0, TREES[1], TREES[1], [])
    assert not check_consistency(8, 7, TREES[8], TREES[7], [])
    assert not check_consistency(-1, 7, EMPTY_ROOT, TREES[7], [])
    assert not check_consistency(3, 7, TREES[3], TREES[7], [])


@given(st.integers(1, 3000), st.data())
def test_proofs_in_larger_trees(size: int, data: st.DataObject) -> None:
    """Any leaf, any earlier size; made from kept subtrees only."""
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    node, root = nodes_of(leaves), root_of(leaves)
    assert check_inclusion(index, size, leaves[index], inclusion_proof(index, size, node), root)
    proof = consistency_proof(old, size, node)
    assert check_consistency(old, size, root_of(leaves[:old]), root, proof)
    assert not any(
        check_consistency(old, size, root_of(leaves[:old]), root, bad)
        for bad in [[*proof, root], proof[1:]]
        if bad != proof
    )


def test_proofs_that_cannot_be_asked_for() -> None:
    """There is no such leaf, or no such past."""
    with pytest.raises(ValueError, match="has no leaf 5"):
        inclusion_proof(5, 5, NODES)
    with pytest.raises(ValueError, match="does not continue"):
        consistency_proof(6, 5, NODES)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_subtrees_cover_a_range_once(begin: int, end: int) -> None:
    """Left to right, without a gap."""
    covered = begin
    for level, number in subtrees(begin, end):
        assert number << level == covered
        covered += 1 << level
    assert covered == max(begin, end)


def test_completed_subtrees_come_out_while_appending() -> None:
    """Of every kept level, once, with the root that its leaves have."""
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range((1 << 16) + 700)]
    frontier = Frontier()
    completed = frontier.extend(leaves)
    assert [(one.level, one.number) for one in completed if one.level == 16] == [(16, 0)]
    assert [one.number for one in completed if one.level == 8] == list(range(258))
    for level, number, root in (
        completed[0],
        completed[100],
        completed[-1],
        *(one for one in completed if one.level == 16),
    ):
        assert root == root_of(leaves[number << level : number + 1 << level])
    assert frontier.root() == root_of(leaves)


def test_a_subtree_of_the_highest_kept_level_comes_out() -> None:
    """From a frontier that stands one leaf before it."""
    edge = [leaf_hash(bytes([level])) for level in range(24)]
    completed = Frontier((1 << 24) - 1, edge).append(edge[0])
    assert [(one.level, one.number) for one in completed] == [(level, (1 << 24 - level) - 1) for level in KEPT_LEVELS]
    assert isinstance(completed[0], Subtree)


@given(st.integers(0, 600), st.integers(0, 100))
def test_a_frontier_goes_on_from_its_edge(size: int, more: int) -> None:
    """Also from the nodes of the tree; a copy leaves the first one as it was."""
    leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(size + more)]
    first = Frontier()
    first.extend(leaves[:size])
    again, from_nodes, copy = Frontier(first.size, first.edge), Frontier.of(size, nodes_of(leaves)), first.copy()
    for one in (again, from_nodes, copy):
        one.extend(leaves[size:])
        assert (one.size, one.root()) == (size + more, root_of(leaves))
    assert (first.size, first.root()) == (size, root_of(leaves[:size]))


@pytest.mark.parametrize(("size", "edge"), [(1, []), (2, [EMPTY_ROOT] * 2), (-1, [EMPTY_ROOT]), (1, [b"short"])])
def test_an_edge_that_cannot_be_is_refused(size: int, edge: list[bytes]) -> None:
    """Before a wrong root is computed from it."""
    with pytest.raises(MalformedError, match="no right edge"):
        Frontier(size, edge)


def test_appending_is_fast() -> None:
    """Three microseconds an entry at most, with room for a busy machine: the best of ten."""

    def once() -> float:
        frontier, began = Frontier(), time.perf_counter()
        for leaf in LEAVES * 250:
            frontier.append(leaf)
        return (time.perf_counter() - began) / frontier.size

    assert min(once() for _ in range(10)) < 3e-6
