# SPDX-License-Identifier: Apache-2.0
"""One process of a camera: started with its plan on a pipe, listened to, and ended in good order."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from wayside.config import CameraPlan
from wayside.setup.file import plan_text
from wayside.setup.words import Task, Word, listen

GRACE_S = 20.0
"""How long a process may take to close its open tracks and keep them."""


class Command(Protocol):
    """Says which program is a camera's process; the program that serves decides."""

    def __call__(self, task: Task, data_dir: Path, threads: int) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Process:
    """A camera's process."""

    popen: subprocess.Popen[bytes]

    @classmethod
    def start(cls, command: Sequence[str], plan: CameraPlan, keep_open: Sequence[int] = ()) -> Process:
        """Starts it; `keep_open`: descriptors that it inherits. What it says beside its words is let go, because
        decoders print addresses. Raises OSError, UsageError."""
        text = msgspec.json.encode(plan_text(plan)) + b"\n"
        pipe = subprocess.PIPE
        popen = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, pass_fds=keep_open, start_new_session=True
        )
        assert popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            popen.stdin.write(text)
            popen.stdin.flush()
        return cls(popen)

    def words(self) -> Iterator[Word]:
        """What it says until it ends."""
        assert self.popen.stdout is not None
        with self.popen.stdout as pipe:
            yield from listen(pipe)

    def ask_to_end(self) -> None:
        """Lets it close what is open and end."""
        assert self.popen.stdin is not None
        with contextlib.suppress(OSError):
            self.popen.stdin.close()

    def wait(self, grace_s: float = GRACE_S) -> int:
        """Waits for its end, for which it should have been asked; its exit code. One that does not end is killed."""
        try:
            return self.popen.wait(grace_s)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            return self.popen.wait()
