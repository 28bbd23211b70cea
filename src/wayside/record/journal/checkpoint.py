# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (c2sp.org/tlog-checkpoint): the size and root of the journal, signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wayside.record.journal import base64text
from wayside.record.journal.errors import MalformedError
from wayside.record.journal.note import PublicKey, SigningKey, open_note, parse_note, sign_note
from wayside.record.journal.tree import HASH_BYTES


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a journal at one moment of its growth."""

    origin: str
    """Whose journal: a name that no other journal has."""
    size: int
    """Number of entries."""
    root: bytes
    """32 bytes."""
    extensions: tuple[str, ...] = ()
    """Further lines; they are signed, and mean nothing to a checker."""

    def __str__(self) -> str:
        """The text that is signed; raises MalformedError where it could not be read again."""
        lines = (self.origin, str(self.size), base64text.encode(self.root), *self.extensions)
        text = "".join(f"{line}\n" for line in lines)
        if parse_checkpoint(text) != self:
            raise MalformedError("a checkpoint's lines are not empty and have no line break in them")
        return text


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads the text of a checkpoint; raises MalformedError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise MalformedError("a checkpoint has three lines or more, none of them empty, each with its line break")
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin,
        base64text.decimal(size, "a checkpoint's size"),
        base64text.decode(root, "a checkpoint's root", HASH_BYTES),
        tuple(extensions),
    )


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> str:
    """The signed note of a checkpoint."""
    return sign_note(str(checkpoint), keys)


def open_checkpoint(note: str, keys: Iterable[PublicKey]) -> Checkpoint:
    """The checkpoint in a note that one of `keys` signed; raises MalformedError, SignatureError."""
    return parse_checkpoint(open_note(note, keys).text)


def peek_checkpoint(note: str) -> Checkpoint:
    """The checkpoint that a note claims, whoever signed it; raises MalformedError."""
    return parse_checkpoint(parse_note(note).text)
