# SPDX-License-Identifier: Apache-2.0
"""The tree by chunks: the signed root tells whether the entries were rewritten or a kept node was."""

from __future__ import annotations

import hashlib

import pytest

from wayside.record.journal import root_of
from wayside.record.verify.chunks import CHUNK, Spine, chunk_roots

LEAVES: list[bytes | None] = [hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(700)]
ROOTS = [root_of([leaf for leaf in LEAVES[at : at + CHUNK] if leaf]) for at in (0, CHUNK)]
FALSE = b"\1" * 32


def signed(size: int) -> bytes:
    """The root over the first leaves, computed without chunks."""
    return root_of([leaf for leaf in LEAVES[:size] if leaf])


def partial(size: int) -> bytes | None:
    """The root over the leaves of the last chunk."""
    return chunk_roots(0, LEAVES, [size])[1].get(size)


def test_the_roots_are_of_whole_chunks_and_of_what_was_asked_for() -> None:
    """The rest of 700 leaves is no chunk; sizes at the end of a chunk, and outside the range, need no partial root."""
    whole, inside = chunk_roots(0, LEAVES, [1, CHUNK, 300, 700, 701])
    assert whole == ROOTS
    assert inside == {1: LEAVES[0], 300: signed_part(CHUNK, 300), 700: signed_part(2 * CHUNK, 700)}


def signed_part(first: int, end: int) -> bytes:
    """The root over some leaves."""
    return root_of([leaf for leaf in LEAVES[first:end] if leaf])


def test_a_range_that_begins_later_gives_the_same_roots() -> None:
    """Numbers of leaves and sizes are those of the whole journal."""
    whole, inside = chunk_roots(CHUNK, LEAVES[CHUNK:], [300, CHUNK, 100])
    assert whole == ROOTS[1:]
    assert inside == {300: signed_part(CHUNK, 300)}


def test_a_missing_leaf_leaves_its_own_roots_unknown() -> None:
    """And no others."""
    whole, inside = chunk_roots(0, [*LEAVES[:299], None, *LEAVES[300:]], [299, 300, 600])
    assert whole == [ROOTS[0], None]
    assert inside == {299: signed_part(CHUNK, 299), 300: None, 600: signed_part(2 * CHUNK, 600)}


@pytest.mark.parametrize("size", [CHUNK, 2 * CHUNK, 700])
def test_entries_that_were_signed_meet_their_root(size: int) -> None:
    """At the end of a chunk and within one; nothing is found."""
    spine = Spine()
    for root in ROOTS[: size // CHUNK]:
        spine.add(root, root)
    assert spine.meet(size, signed(size), partial(size)) is True
    assert (spine.rewritten, spine.false_nodes) == ([], [])


def test_a_false_node_is_told_from_rewritten_entries() -> None:
    """Whichever of the two leads to the signed root is believed."""
    node, entries = Spine(), Spine()
    node.add(ROOTS[0], FALSE)
    assert node.meet(CHUNK, signed(CHUNK), None) is True
    assert (node.false_nodes, node.rewritten) == ([0], [])
    entries.add(FALSE, ROOTS[0])
    assert entries.meet(CHUNK, signed(CHUNK), None) is True
    assert (entries.false_nodes, entries.rewritten) == ([], [range(CHUNK)])


def test_the_good_tree_is_followed_after_damage() -> None:
    """One rewritten chunk does not contradict the checkpoints after it."""
    spine = Spine()
    spine.add(FALSE, ROOTS[0])
    assert spine.meet(CHUNK, signed(CHUNK), None) is True
    spine.add(ROOTS[1], ROOTS[1])
    assert spine.meet(700, signed(700), partial(700)) is True
    assert spine.rewritten == [range(CHUNK)]


def test_entries_and_node_changed_together_are_found_between_two_signatures() -> None:
    """From the last good checkpoint on, and once however many checkpoints are contradicted."""
    spine = Spine()
    spine.add(ROOTS[0], ROOTS[0])
    assert spine.meet(CHUNK, signed(CHUNK), None) is True
    spine.add(FALSE, FALSE)
    assert spine.meet(2 * CHUNK, signed(2 * CHUNK), None) is False
    assert spine.meet(700, signed(700), partial(700)) is False
    assert spine.rewritten == [range(CHUNK, 2 * CHUNK)]


def test_what_is_missing_cannot_be_judged() -> None:
    """A chunk without entries and without a node, or the last entries before a signature."""
    spine = Spine()
    spine.add(ROOTS[0], ROOTS[0])
    assert spine.meet(300, signed(300), None) is None
    spine.add(None, None)
    assert spine.meet(2 * CHUNK, signed(2 * CHUNK), None) is None


def test_a_kept_node_stands_in_for_entries_that_are_missing() -> None:
    """The chain goes on; the node is called false only where the entries are there to say so."""
    spine = Spine()
    spine.add(None, ROOTS[0])
    assert spine.meet(CHUNK, signed(CHUNK), None) is True
    spine.add(ROOTS[1], ROOTS[1])
    assert spine.meet(2 * CHUNK, signed(2 * CHUNK), None) is True
