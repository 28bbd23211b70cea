# SPDX-License-Identifier: Apache-2.0
"""Checkpoints and proofs of one entry: read as they were written, and nothing else is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.record.journal import (
    Checkpoint,
    InconsistentError,
    MalformedError,
    Proof,
    PublicKey,
    SignatureError,
    SigningKey,
    check_proof,
    entry_leaf,
    inclusion_proof,
    nodes_of,
    open_checkpoint,
    parse_checkpoint,
    parse_proof,
    peek_checkpoint,
    root_of,
    sign_checkpoint,
)

PUBLISHED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
"""The example of c2sp.org/tlog-checkpoint."""

KEY = SigningKey.make("example.com/gate")
LEAVES = [entry_leaf(seq, "passage", bytes([seq]) * 32) for seq in range(13)]
ROOT = root_of(LEAVES)
NOTE = sign_checkpoint(Checkpoint("example.com/gate", 13, ROOT), [KEY])


def proof_of(index: int) -> Proof:
    """That an entry is in the journal of thirteen."""
    return Proof(index, tuple(inclusion_proof(index, 13, nodes_of(LEAVES))), NOTE)


def test_the_published_checkpoint() -> None:
    """Is read and written as it stands."""
    read = parse_checkpoint(PUBLISHED)
    assert (read.origin, read.size, read.root[:4].hex()) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert str(read) == PUBLISHED


def test_a_checkpoint_comes_back_signed() -> None:
    """With its further lines."""
    checkpoint = Checkpoint("example.com/gate", 13, ROOT, ("time 2026-01-01T00:00:00Z",))
    note = sign_checkpoint(checkpoint, [KEY])
    assert open_checkpoint(note, [KEY.public]) == peek_checkpoint(note) == checkpoint
    with pytest.raises(SignatureError):
        open_checkpoint(note.replace("\n13\n", "\n12\n"), [KEY.public])


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1), st.integers(0, 2**63))
def test_any_checkpoint_is_read_as_it_was_written(origin: str, size: int) -> None:
    """Any name, any size."""
    checkpoint = Checkpoint(origin, size, ROOT)
    assert parse_checkpoint(str(checkpoint)) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        PUBLISHED.rstrip("\n"),
        PUBLISHED + "\n",
        "\n" + PUBLISHED,
        PUBLISHED.replace("\n2085", "\n\n2085"),
        PUBLISHED.replace("2085", "02085"),
        PUBLISHED.replace("2085", "-2085"),
        PUBLISHED.replace("2085", "+2085"),
        PUBLISHED.replace("2085", " 2085"),
        PUBLISHED.replace("2085", "２０８５"),
        PUBLISHED.replace("20852163", "9" * 21),
        PUBLISHED.replace("q2I=", "q2J="),
        PUBLISHED.replace("q2I=", "qw=="),
        PUBLISHED.replace("q2I=", "q2I"),
        PUBLISHED.replace("q2I=", "é2I="),
    ],
    ids=repr,
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    """One text for one checkpoint, no other spelling."""
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


@pytest.mark.parametrize("checkpoint", [Checkpoint("", 1, ROOT), Checkpoint("a\nb", 1, ROOT), Checkpoint("a", 1, b"")])
def test_what_cannot_be_read_again_is_not_written(checkpoint: Checkpoint) -> None:
    """A line break in a name would make another checkpoint."""
    with pytest.raises(MalformedError):
        str(checkpoint)


@pytest.mark.parametrize("index", range(13))
def test_a_proof_shows_its_entry_offline(index: int) -> None:
    """From its text, the leaf and the public key alone."""
    text = str(proof_of(index))
    assert check_proof(parse_proof(text), LEAVES[index], [KEY.public]) == Checkpoint("example.com/gate", 13, ROOT)
    assert str(parse_proof(text)) == text


def test_the_form_of_a_proof() -> None:
    """As c2sp.org/tlog-proof lays it out, with and without something said along."""
    lines = str(Proof(5, (ROOT,), NOTE, b"hello")).split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra aGVsbG8=", "index 5"]
    assert lines[4:6] == ["", "example.com/gate"]
    assert parse_proof("\n".join(lines)).extra == b"hello"
    assert "extra" not in str(proof_of(5))


def test_a_proof_shows_no_other_entry() -> None:
    """Another leaf, another index, one hash more or less, another signer."""
    proof = proof_of(5)
    others = [
        (proof, LEAVES[6], [KEY.public]),
        (Proof(6, proof.hashes, NOTE), LEAVES[5], [KEY.public]),
        (Proof(5, proof.hashes[1:], NOTE), LEAVES[5], [KEY.public]),
        (Proof(5, (*proof.hashes, ROOT), NOTE), LEAVES[5], [KEY.public]),
        (Proof(13, proof.hashes, NOTE), LEAVES[5], [KEY.public]),
    ]
    for bad, leaf, keys in others:
        with pytest.raises(InconsistentError, match="not in the journal"):
            check_proof(bad, leaf, keys)
    stranger: list[PublicKey] = [SigningKey.make("example.com/gate").public]
    with pytest.raises(SignatureError):
        check_proof(proof, LEAVES[5], stranger)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 5", "index 05"),
        ("index 5", "Index 5"),
        ("index 5\n", ""),
        ("index 5", "index 5 "),
        ("index 5", "extra a\nindex 5"),
        ("index 5", "extra \nextra \nindex 5"),
        ("index 5\n", "index 5\nAAAA\n"),
        ("index 5\n", "index 5\n\n"),
        ("\n\n", "\n"),
        ("\n\n", f"\n{'A' * 43}=" * 65 + "\n\n"),
    ],
)
def test_malformed_proofs_are_refused(old: str, new: str) -> None:
    """Whether the proof's own lines or the checkpoint's are wrong."""
    text = str(proof_of(5)).replace(old, new, 1)
    with pytest.raises((MalformedError, SignatureError)):
        check_proof(parse_proof(text), LEAVES[5], [KEY.public])


def test_a_proof_is_not_cut_anywhere() -> None:
    """No beginning of a proof is a proof."""
    text = str(proof_of(5))
    for length in range(len(text)):
        with pytest.raises((MalformedError, SignatureError, InconsistentError)):
            check_proof(parse_proof(text[:length]), LEAVES[5], [KEY.public])
