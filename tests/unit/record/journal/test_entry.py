# SPDX-License-Identifier: Apache-2.0
"""Commitments and leaves of entries, and the kinds there are."""

from __future__ import annotations

import hashlib

from wayside.record.journal import KINDS, commitment, entry_leaf, new_salt


def test_the_commitment_is_the_one_that_the_reference_states() -> None:
    """Written out once more with nothing but hashlib."""
    salt, payload = bytes(range(32)), b'{"a":1}'
    stated = hashlib.sha256(b"wayside/v1" + bytes(1) + salt + hashlib.sha256(payload).digest()).digest()
    assert commitment(salt, payload) == stated


def test_the_leaf_is_the_one_that_the_reference_states() -> None:
    """Sequence number in eight bytes, kind, a zero byte, commitment."""
    stated = hashlib.sha256(bytes([0, 0, 0, 0, 0, 0, 0, 1, 2]) + b"search" + bytes(1) + b"c" * 32).digest()
    assert entry_leaf(258, "search", b"c" * 32) == stated


def test_vectors_of_the_format() -> None:
    """Published in docs/reference/journal-format.md, so that somebody else's verifier can be held to them."""
    committed = commitment(bytes(32), b"{}")
    assert committed.hex() == "ceea3f8c82d9743812426df8966c8d15e1d1f70daee26ca4095c81e88015bd64"
    assert (
        entry_leaf(0, "passage", committed).hex() == "53ae317bf3bbd256d832f281349c5fbf02b0e1cf1478db265dddefd4b1fc039b"
    )


def test_place_kind_and_payload_all_count() -> None:
    """Nothing of an entry can be exchanged for another's."""
    salt = new_salt()
    leaves = {
        entry_leaf(seq, kind, commitment(salt, payload))
        for seq in (0, 1)
        for kind in ("search", "export")
        for payload in (b"", b"a")
    }
    assert len(leaves) == 8


def test_salts_differ() -> None:
    """Thirty-two bytes each."""
    salts = {new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {32}


def test_kinds_are_plain_words() -> None:
    """So that no kind's end can be taken for the commitment's beginning."""
    assert all(name.isascii() and name.isalpha() and name.islower() for name in KINDS)
    assert all(kind.name == name and kind.records for name, kind in KINDS.items())


def test_permissions_are_never_erased() -> None:
    """What allows a blank must stay readable for as long as the blank is there."""
    assert not KINDS["erasure"].erasable
    assert KINDS["passage"].erasable
