# SPDX-License-Identifier: Apache-2.0
"""Recordings that a page may name as a camera: those that somebody with access to the machine put into one folder."""

from __future__ import annotations

from pathlib import Path

import wayside
from wayside.domain import SourceError

CLIPS = "clips"
"""Folder in the data directory. A page can name nothing outside of it, and so opens no other file."""
DEMO_CLIP = "gate.mp4"
ENDINGS = frozenset({".mp4", ".mkv", ".avi", ".mov", ".webm", ".mpg", ".mpeg", ".ts", ".mjpeg"})


def demo_folder() -> Path:
    """The folder with the demo's clip and its truth, of an installed Wayside or of the checkout beside its source.

    Raises SourceError where there is none.
    """
    package = Path(wayside.__file__).parent
    for folder in (package / "demo", package.parents[1] / "demo"):
        if (folder / DEMO_CLIP).is_file():
            return folder
    raise SourceError(f"{DEMO_CLIP}: the demo's clip is not installed; install Wayside again")


def is_demo(source: str) -> bool:
    """Whether a source is the demo's own clip, which was rendered: any time will do for it."""
    try:
        return source == str((demo_folder() / DEMO_CLIP).resolve())
    except SourceError:
        return False


def clips(data_dir: Path) -> dict[str, Path]:
    """Name and path of the recordings that may be named, the demo's own among them where it is installed."""
    try:
        found = {DEMO_CLIP: demo_folder() / DEMO_CLIP}
    except SourceError:
        found = {}
    folder = data_dir / CLIPS
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return found | {one.name: one for one in there if one.suffix.lower() in ENDINGS or one.is_dir()}
