# SPDX-License-Identifier: Apache-2.0
"""The signing key's file and the list of public keys beside it, also through a change of keys.

`journal.key` holds the key that signs, readable by its owner only. `journal.vkeys` lists the public keys, oldest
first, one a line; after a key that signs no more stands ` until SIZE`, the largest checkpoint that it may have signed.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from wayside.record.journal import base64text
from wayside.record.journal.checkpoint import Checkpoint, open_checkpoint, peek_checkpoint
from wayside.record.journal.errors import KeyFileError, MalformedError
from wayside.record.journal.note import PublicKey, SigningKey

SIGNING_KEY, NEXT_KEY, PUBLIC_KEYS = "journal.key", "journal.key.next", "journal.vkeys"
OWNER_ONLY = 0o600
UNTIL = " until "


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A public key of a journal."""

    key: PublicKey
    until: int | None = None
    """The largest size that it signed; None for the key in use."""

    def __str__(self) -> str:
        return f"{self.key}" if self.until is None else f"{self.key}{UNTIL}{self.until}"


@dataclass(frozen=True, slots=True)
class KeyList:
    """The public keys of one journal, oldest first."""

    keys: tuple[ListedKey, ...]

    @classmethod
    def parse(cls, text: str) -> KeyList:
        """Reads the list; lines that are empty or begin with # say nothing. Raises MalformedError."""
        lines = (line.strip() for line in text.splitlines())
        keys = tuple(_listed(line) for line in lines if line and not line.startswith("#"))
        if not keys:
            raise MalformedError("the list of public keys is empty")
        return cls(keys)

    def __str__(self) -> str:
        return "".join(f"{one}\n" for one in self.keys)

    @property
    def origin(self) -> str:
        """The name of the journal, which is that of its keys."""
        return self.keys[-1].key.name

    def at(self, size: int) -> tuple[PublicKey, ...]:
        """The keys that may have signed a checkpoint of so many entries."""
        return tuple(one.key for one in self.keys if one.until is None or size <= one.until)

    def open(self, note: str) -> Checkpoint:
        """The checkpoint in a note that a key signed while it might; raises MalformedError, SignatureError."""
        return open_checkpoint(note, self.at(peek_checkpoint(note).size))

    def followed_by(self, key: PublicKey, size: int) -> KeyList:
        """The list after a change of keys at so many entries."""
        ended = (replace(one, until=size) if one.until is None else one for one in self.keys)
        return KeyList((*ended, ListedKey(key)))


def _listed(line: str) -> ListedKey:
    """One line of the list; raises MalformedError."""
    vkey, until, size = line.partition(UNTIL)
    return ListedKey(PublicKey.parse(vkey), base64text.decimal(size, "the size after `until`") if until else None)


def journal_name(site: str) -> str:
    """A name for the journal of a site, which no other journal has and which every note can carry."""
    plain = re.sub(r"[^a-z0-9]+", "-", site.lower()).strip("-") or "site"
    return f"wayside/{plain}/{secrets.token_hex(4)}"


def make_keys(folder: Path, name: str) -> SigningKey:
    """Makes the first signing key of a journal, and the list of its public keys.

    Raises KeyFileError where there is a key already, OSError.
    """
    if (folder / PUBLIC_KEYS).exists():
        raise KeyFileError(f"{folder / PUBLIC_KEYS} lists keys already; keys are changed, never made anew")
    key = SigningKey.make(name)
    _write(folder / SIGNING_KEY, f"{key.secret()}\n", OWNER_ONLY)
    _write(folder / PUBLIC_KEYS, str(KeyList((ListedKey(key.public),))), 0o644)
    return key


def change_keys(folder: Path, size: int) -> SigningKey:
    """Makes a new signing key for checkpoints of more than `size` entries; the old one goes, its public half stays.

    A kill at any moment leaves either the old key in use or the new one: `load_key` finishes what was begun.
    Raises KeyFileError, MalformedError, OSError.
    """
    listed = read_key_list(folder / PUBLIC_KEYS)
    key = SigningKey.make(load_key(folder).public.name)
    _write(folder / NEXT_KEY, f"{key.secret()}\n", OWNER_ONLY)
    _write(folder / PUBLIC_KEYS, str(listed.followed_by(key.public, size)), 0o644)
    os.replace(folder / NEXT_KEY, folder / SIGNING_KEY)
    _sync(folder)
    return key


def load_key(folder: Path) -> SigningKey:
    """The key that signs now; raises KeyFileError where it is missing or others can read it, MalformedError."""
    listed = read_key_list(folder / PUBLIC_KEYS)
    if (folder / NEXT_KEY).exists() and listed.keys[-1].key == _read(folder / NEXT_KEY).public:
        os.replace(folder / NEXT_KEY, folder / SIGNING_KEY)
        _sync(folder)
    key = _read(folder / SIGNING_KEY)
    if listed.keys[-1] != ListedKey(key.public):
        raise KeyFileError(f"{folder / SIGNING_KEY} is not the key that {folder / PUBLIC_KEYS} lists last")
    return key


def read_key_list(path: Path) -> KeyList:
    """The public keys in a file; raises KeyFileError, MalformedError."""
    try:
        return KeyList.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path} cannot be read; bring the list of public keys back from a copy") from error


def _read(path: Path) -> SigningKey:
    """A signing key from its file; raises KeyFileError, MalformedError."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read(4096).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path} cannot be read; bring the signing key back from a copy, or change keys") from error
    if mode & 0o077:
        raise KeyFileError(f"{path} can be read by others; run `chmod 600` on it, then change keys")
    return SigningKey.parse(text.strip())


def _write(path: Path, text: str, mode: int) -> None:
    """Writes a small file so that it is whole or as it was before; raises OSError."""
    draft = path.with_name(f"{path.name}.draft")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(draft, path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Makes the names in a folder survive a power cut; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def key_list(keys: Iterable[PublicKey]) -> KeyList:
    """A list of keys that are all in use: for a checker who was told whom to trust."""
    return KeyList(tuple(ListedKey(key) for key in keys))
