# SPDX-License-Identifier: Apache-2.0
"""What a disk may hold after a power cut: worked out from a recording of all that a process did to its files.

The disk is as unkind as POSIX lets it be. Bytes are safe once their file was synced, a name once its folder was;
of the rest each write and each name survives or not by the toss of a coin, writes in whole sectors. After a sync that
failed, what it should have made safe is lost for good, and later syncs say nothing about it: so Linux does.
"""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from e2e.faults.shims import built

HEAD = struct.Struct("=IIQQ")
SECTOR = 512
ROOT = PurePosixPath(".")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a process did: `kind` is a letter of recorder.c."""

    kind: str
    path: PurePosixPath
    """Relative to the folder, as all paths here."""
    offset: int = 0
    data: bytes = b""
    target: PurePosixPath | None = None
    """The new name of what was renamed."""


def recording_environment(folder: Path, recording: Path) -> dict[str, str]:
    """What to add to the environment of a process whose operations below `folder` are written to `recording`."""
    return {
        "LD_PRELOAD": str(built("recorder")),
        "WAYSIDE_RECORDED_FOLDER": str(folder.resolve()),
        "WAYSIDE_RECORDING": str(recording),
    }


def operations(recording: Path, folder: Path) -> Iterator[Operation]:
    """What was recorded, paths relative to the folder; a record that the process could not finish is left out."""
    raw, at = recording.read_bytes(), 0
    while at + HEAD.size <= len(raw):
        kind, path_length, offset, length = HEAD.unpack_from(raw, at)
        body = at + HEAD.size
        at = body + path_length + length
        if at > len(raw):
            return
        path, data = raw[body : body + path_length], raw[body + path_length : at]
        target = relative(data, folder) if chr(kind) == "r" else None
        yield Operation(chr(kind), relative(path, folder), offset, data, target)


def relative(path: bytes, folder: Path) -> PurePosixPath:
    """A recorded path as seen from the folder."""
    return PurePosixPath(os.fsdecode(path)).relative_to(folder.resolve())


@dataclass(slots=True)
class File:
    """The bytes of one file: as programs see them, as they are safe, and what was done since."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    unsafe: list[Operation] = field(default_factory=list)
    mode: int = 0o600
    is_folder: bool = False

    def do(self, operation: Operation) -> None:
        """A write or a truncation."""
        change(self.now, operation)
        self.unsafe.append(operation)

    def sync(self) -> None:
        """All that was done since the last sync is safe."""
        if self.unsafe:
            safe = bytearray(self.safe)
            for operation in self.unsafe:
                change(safe, operation)
            self.safe = bytes(safe)
            self.unsafe.clear()

    def fail(self) -> None:
        """A sync failed: the system has given up on what was done, though programs still see it."""
        self.unsafe.clear()

    def after_cut(self, coin: random.Random) -> bytes:
        """One of the contents that the disk may hold."""
        content = bytearray(self.safe)
        for operation in self.unsafe:
            if operation.kind == "t":
                if coin.random() < 0.5:
                    change(content, operation)
                continue
            for part in sectors(operation):
                if coin.random() < 0.5:
                    change(content, part)
        return bytes(content)


def change(content: bytearray, operation: Operation) -> None:
    """Does a write or a truncation to some bytes."""
    end = operation.offset + (len(operation.data) if operation.kind == "w" else 0)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if operation.kind == "w":
        content[operation.offset : end] = operation.data
    else:
        del content[operation.offset :]


def sectors(operation: Operation) -> Iterator[Operation]:
    """A write cut where the disk may tear it."""
    at = 0
    while at < len(operation.data):
        here = operation.offset + at
        part = operation.data[at : at + SECTOR - here % SECTOR]
        yield Operation("w", operation.path, here, part)
        at += len(part)


class Disk:
    """The folder as the recording goes by."""

    def __init__(self) -> None:
        self.names: dict[PurePosixPath, File] = {ROOT: File(is_folder=True)}
        self._safe_names = dict(self.names)

    def do(self, operation: Operation) -> None:
        """Takes the next operation."""
        path = operation.path
        if operation.kind in "cm":
            self.names[path] = File(mode=operation.offset, is_folder=operation.kind == "m")
        elif operation.kind == "u":
            self.names.pop(path, None)
        elif operation.target is not None:
            self.names[operation.target] = self.names.pop(path)
        elif operation.kind == "s":
            self._sync(path)
        elif operation.kind == "e" and path in self.names:
            self.names[path].fail()
        elif operation.kind == "p" and path in self.names:
            self.names[path].mode = operation.offset
        elif path in self.names:  # a file that was removed while open is nobody's any more
            self.names[path].do(operation)

    def _sync(self, path: PurePosixPath) -> None:
        file = self.names.get(path)
        if file is None:
            return
        if not file.is_folder:
            file.sync()
            return
        for name in [name for name in self._safe_names if name.parent == path and name != path]:
            del self._safe_names[name]
        self._safe_names.update({name: one for name, one in self.names.items() if name.parent == path})

    def after_cut(self, coin: random.Random) -> Iterator[tuple[PurePosixPath, File]]:
        """The names of one of the trees that the disk may hold: folders before what lies in them."""
        kept = {ROOT}
        for name in sorted({*self.names, *self._safe_names} - kept, key=lambda one: (len(one.parts), one)):
            safe, now = self._safe_names.get(name), self.names.get(name)
            file = safe if safe is now or coin.random() < 0.5 else now
            if file is not None and name.parent in kept:
                kept.add(name)
                yield name, file


def lay_out(disk: Disk, coin: random.Random, folder: Path) -> None:
    """Writes one of the trees that the disk may hold into an empty folder."""
    for name, file in disk.after_cut(coin):
        path = folder / name
        if file.is_folder:
            path.mkdir()
        else:
            path.write_bytes(file.after_cut(coin))
        path.chmod(file.mode)
