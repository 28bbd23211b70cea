# SPDX-License-Identifier: Apache-2.0
"""The keys of one data directory: signs the journal's checkpoints, and knows the signatures that are its own."""

from __future__ import annotations

from pathlib import Path

from wayside.record.evidence import make_folders
from wayside.record.journal import (
    PUBLIC_KEYS,
    Checkpoint,
    journal_name,
    load_key,
    make_keys,
    read_key_list,
    sign_checkpoint,
)

FOLDER = "keys"


class Keyring:
    """The signing key of a journal, made with its first entry."""

    def __init__(self, data_dir: Path, site: str) -> None:
        """Loads the key, or makes it where the data directory has none.

        Raises RecordError where the key is missing or open to others, OSError.
        """
        folder = data_dir / FOLDER
        make_folders(folder.absolute())
        folder.chmod(0o700)
        self.new = not (folder / PUBLIC_KEYS).exists()
        self._key = make_keys(folder, journal_name(site)) if self.new else load_key(folder)
        self._list = read_key_list(folder / PUBLIC_KEYS)

    @property
    def public(self) -> str:
        """The public half of the key in use, as C2SP writes it."""
        return str(self._key.public)

    def sign(self, size: int, root: bytes) -> str:
        """The signed checkpoint of a journal of so many entries."""
        return sign_checkpoint(Checkpoint(self._key.public.name, size, root), [self._key])

    def check(self, note: str) -> tuple[int, bytes]:
        """The size and root that a checkpoint states; raises RecordError where no key of ours has signed it."""
        stated = self._list.open(note)
        return stated.size, stated.root
