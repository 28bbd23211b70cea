# SPDX-License-Identifier: Apache-2.0
"""What a backup directory holds: one file that is replaced as a whole, so that the backup is whole at every moment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from wayside.domain import RecordError
from wayside.record.backup.units import Extent
from wayside.record.evidence import sync_folder

FILE = "backup.json"
FORM = 1


@dataclass(frozen=True, slots=True)
class Archive:
    """One unit as it was sealed."""

    extent: Extent
    key: str
    """Id of the key that it is sealed with."""
    files: dict[str, int] = field(default_factory=dict)
    """Relative path and bytes. Pictures: only their index, which names the rest."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup: of which journal, up to which entry, in which files."""

    origin: str
    """Name of the journal."""
    size: int
    """Entries of the journal when it was made."""
    made_at: str
    archives: dict[str, Archive] = field(default_factory=dict)
    """By unit."""
    form: int = FORM


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a backup, None where there is none; raises RecordError."""
    path = folder / FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordError(f"{path}: cannot be read ({error.strerror}); check the disk of the backup") from None
    except msgspec.MsgspecError:
        raise RecordError(f"{path}: is damaged; use another copy of the backup, or begin one in a new folder") from None
    if found.form != FORM:
        raise RecordError(f"{path}: is a backup of a newer Wayside (form {found.form}); update this one")
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest; raises OSError."""
    draft = folder / f"{FILE}.draft"
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(manifest))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / FILE)
    sync_folder(folder)
