# SPDX-License-Identifier: Apache-2.0
"""A disk that fails and a clock that lies, for a process that tests start; the C files beside this do it."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@functools.cache
def built(name: str) -> Path:
    """The shared object of a C file beside this one; skips the test where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler here: install gcc")
    out = Path(tempfile.mkdtemp(prefix="wayside-shim-")) / f"{name}.so"
    source = HERE / f"{name}.c"
    # -Bsymbolic: what one shim calls of its own must not end in another that is loaded before it
    options = ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-Wl,-Bsymbolic", "-ldl", "-lpthread"]
    subprocess.run([compiler, "-o", out, source, *options], check=True)
    return out


@dataclass(frozen=True)
class Faults:
    """What goes wrong below one folder, for the processes that are started with `environment`."""

    folder: Path
    plan: Path

    def environment(self) -> dict[str, str]:
        """What to add to the environment of a process that lives with the faults."""
        return {
            "LD_PRELOAD": str(built("faults")),
            "WAYSIDE_FAULT_FOLDER": str(self.folder.resolve()),
            "WAYSIDE_FAULT_PLAN": str(self.plan),
        }

    def plan_now(self, **numbers: int) -> None:
        """Replaces the plan: `sync_eio`, `sync_ms`, `room`, `creations`, `rename_eio`, `clock_s`; none: all is well.

        Counts begin anew. What each means is told in faults.c.
        """
        draft = self.plan.with_suffix(".draft")
        draft.write_text("".join(f"{name} {number}\n" for name, number in numbers.items()))
        draft.rename(self.plan)
