# SPDX-License-Identifier: Apache-2.0
"""The witness: keeps what continues, refuses what was cut or rewritten, survives a torn write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from wayside.record.journal import (
    Checkpoint,
    InconsistentError,
    KeyFileError,
    SignatureError,
    SigningKey,
    Witness,
    consistency_proof,
    entry_leaf,
    key_list,
    nodes_of,
    read_notes,
    root_of,
    sign_checkpoint,
    split_notes,
)

ORIGIN = "wayside/gate/0123abcd"
KEY = SigningKey.make(ORIGIN)
LEAVES = [entry_leaf(seq, "search", bytes([seq]) * 32) for seq in range(30)]
EDITED = [*LEAVES[:3], LEAVES[0], *LEAVES[4:]]


def note_of(size: int, leaves: Sequence[bytes] = LEAVES, origin: str = ORIGIN) -> str:
    """The checkpoint of the first so many leaves."""
    return sign_checkpoint(Checkpoint(origin, size, root_of(leaves[:size])), [KEY])


def honest(old: int, new: int) -> list[bytes]:
    """The proofs that the journal gives."""
    return consistency_proof(old, new, nodes_of(LEAVES))


def edited(old: int, new: int) -> list[bytes]:
    """The proofs that somebody gives who changed an entry."""
    return consistency_proof(old, new, nodes_of(EDITED))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """One that has seen five entries."""
    kept = Witness(tmp_path / "kept.notes", key_list([KEY.public]))
    assert kept.add(note_of(5), honest)
    return kept


def test_what_continues_is_kept_in_order(witness: Witness, tmp_path: Path) -> None:
    """The same one again is no news."""
    assert [witness.add(note_of(size), honest) for size in (5, 8, 8, 30)] == [False, True, False, True]
    assert read_notes(tmp_path / "kept.notes") == [note_of(5), note_of(8), note_of(30)]


def test_what_was_rewritten_is_refused(witness: Witness, tmp_path: Path) -> None:
    """At the same size or later, whatever proof comes with it; the file stays as it is."""
    before = (tmp_path / "kept.notes").read_bytes()
    for note, prove in (
        (note_of(5, EDITED), honest),
        (note_of(9, EDITED), honest),
        (note_of(9, EDITED), edited),
        (note_of(9), lambda old, new: []),
    ):
        with pytest.raises(InconsistentError, match="not those that the witness has seen"):
            witness.add(note, prove)
    with pytest.raises(InconsistentError, match="was cut to 4"):
        witness.add(note_of(4), honest)
    with pytest.raises(InconsistentError, match="not of another"):
        witness.add(note_of(9, origin="another"), honest)
    assert (tmp_path / "kept.notes").read_bytes() == before


def test_what_nobody_signed_is_refused(witness: Witness) -> None:
    """A stranger cannot fill the file."""
    with pytest.raises(SignatureError):
        witness.add(sign_checkpoint(Checkpoint(ORIGIN, 9, root_of(LEAVES[:9])), [SigningKey.make(ORIGIN)]), honest)


def test_a_write_that_was_cut_short_is_made_good(witness: Witness, tmp_path: Path) -> None:
    """Half a note at the end is left out by readers, and gone with the next checkpoint."""
    path, whole = tmp_path / "kept.notes", (tmp_path / "kept.notes").read_bytes()
    for length in range(1, len(note_of(8).encode())):
        path.write_bytes(whole + note_of(8).encode()[:length])
        assert read_notes(path) == [note_of(5)]
        assert witness.add(note_of(9), honest)
        assert read_notes(path) == [note_of(5), note_of(9)]


def test_a_single_note_is_a_file_of_notes(tmp_path: Path) -> None:
    """Whether or not an empty line follows."""
    for text in (note_of(5), f"{note_of(5)}\n"):
        assert split_notes(text) == ([note_of(5)], "")
    assert split_notes("") == ([], "")
    assert split_notes("anything") == ([], "anything")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the mend."""
    with pytest.raises(KeyFileError, match=r"kept\.notes: .* name the file"):
        read_notes(tmp_path / "kept.notes")
