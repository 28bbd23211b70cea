# SPDX-License-Identifier: Apache-2.0
"""Proofs of one entry (c2sp.org/tlog-proof): a text that shows offline that the entry is in a signed journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wayside.record.journal import base64text
from wayside.record.journal.checkpoint import Checkpoint, open_checkpoint
from wayside.record.journal.errors import InconsistentError, MalformedError
from wayside.record.journal.note import PublicKey
from wayside.record.journal.tree import HASH_BYTES, check_inclusion

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 64
"""Levels of the largest tree whose leaves have numbers of 64 bits."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An inclusion proof with the checkpoint that it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    """From the leaf's sibling up to the root's child; 32 bytes each."""
    checkpoint: str
    """The signed note, as the journal issued it."""
    extra: bytes | None = None
    """Said along with the proof and proven by nothing."""

    def __str__(self) -> str:
        extra = [] if self.extra is None else [f"extra {base64text.encode(self.extra)}"]
        lines = [FIRST_LINE, *extra, f"index {self.index}", *map(base64text.encode, self.hashes)]
        return "\n".join([*lines, "", self.checkpoint])


def parse_proof(text: str) -> Proof:
    """Reads a proof without believing it; raises MalformedError."""
    head, gap, checkpoint = text.partition("\n\n")
    first, *lines = head.split("\n")
    if not gap or first != FIRST_LINE or not lines:
        raise MalformedError(f"a proof begins with the line {FIRST_LINE} and ends with a checkpoint")
    extra = None
    if lines[0].startswith("extra "):
        extra = base64text.decode(lines.pop(0).removeprefix("extra "), "the extra data of a proof")
    if not lines or not lines[0].startswith("index "):
        raise MalformedError("a proof has no line with the index of its entry")
    index = base64text.decimal(lines.pop(0).removeprefix("index "), "a proof's index")
    if len(lines) > MOST_HASHES:
        raise MalformedError(f"a proof has {len(lines)} hashes, more than any tree is high")
    hashes = tuple(base64text.decode(line, "a hash of a proof", HASH_BYTES) for line in lines)
    return Proof(index, hashes, checkpoint, extra)


def check_proof(proof: Proof, leaf: bytes, keys: Iterable[PublicKey]) -> Checkpoint:
    """The checkpoint, signed by one of `keys`, whose journal holds the leaf hash `leaf` at the proof's index.

    Raises MalformedError, SignatureError; InconsistentError where the entry is not in that journal at that place.
    """
    checkpoint = open_checkpoint(proof.checkpoint, keys)
    if not check_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root):
        raise InconsistentError(f"entry {proof.index} is not in the journal that was signed, or was changed")
    return checkpoint
