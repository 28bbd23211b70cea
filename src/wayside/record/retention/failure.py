# SPDX-License-Identifier: Apache-2.0
"""Notes in the data directory why what was due was not erased, for `wayside doctor` to tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

NOTE = "erasure.failed"


class Failure(NamedTuple):
    """Why what was due was not erased."""

    at: str
    why: str


def note_failure(data_dir: Path, failure: Failure) -> None:
    """Raises OSError."""
    (data_dir / NOTE).write_text(json.dumps(failure._asdict()), "utf-8")


def forget_failure(data_dir: Path) -> None:
    """What was due was erased since; raises OSError."""
    (data_dir / NOTE).unlink(missing_ok=True)


def read_failure(data_dir: Path) -> Failure | None:
    """What kept the last try from being done; None where it was done, or none was made."""
    try:
        stated = json.loads((data_dir / NOTE).read_text("utf-8"))
        return Failure(str(stated["at"]), str(stated["why"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Failure("an unknown day", "its note was damaged")
