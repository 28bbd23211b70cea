# SPDX-License-Identifier: Apache-2.0
"""Finds the demo's clip: inside an installed Wayside, or in the checkout beside its source."""

from __future__ import annotations

from pathlib import Path

import wayside
from wayside.domain import SourceError

CLIP, TRUTH = "gate.mp4", "gate.truth.json"


def demo_folder() -> Path:
    """The folder that holds the clip and its truth; raises SourceError where there is none."""
    package = Path(wayside.__file__).parent
    for folder in (package / "demo", package.parents[1] / "demo"):
        if (folder / CLIP).is_file():
            return folder
    raise SourceError(f"{CLIP}: the demo's clip is not installed; install Wayside again")
