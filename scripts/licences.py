# SPDX-License-Identifier: Apache-2.0
"""The licence gate: what the base install may contain, what no install may contain, and what wheels really carry."""

from __future__ import annotations

import mmap
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

REFUSED = {
    "albumentationsx": "AGPL-3.0",
    "boxmot": "AGPL-3.0",
    "opencv-contrib-python": "writes over the headless OpenCV: both install into cv2/",
    "opencv-python": "writes over the headless OpenCV: both install into cv2/",
    "pymerkle": "GPL-3.0",
    "torch": "belongs to training/, never to the lock",
    "ultralytics": "AGPL-3.0",
}
"""Packages that may stand nowhere in the lock, with the reason."""

PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|0BSD|Zlib|HPND|any-OSI)", re.IGNORECASE)
"""SPDX's `any-OSI` lets the taker choose, a permissive one too."""
STRONG_COPYLEFT = re.compile(r"(?<![L])\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
GPL_CODE = (b"x264_encoder_open", b"x265_encoder_open", b"--enable-libx264", b"--enable-libx265", b"--enable-gpl")
"""Marks that the GPL encoders, or an FFmpeg built with them, leave in a library, whatever the wheel's metadata says."""


def locked() -> dict[str, dict[str, Any]]:
    """The packages of uv.lock by name."""
    with (ROOT / "uv.lock").open("rb") as file:
        return {package["name"]: package for package in tomllib.load(file)["package"]}


def base_install(packages: dict[str, dict[str, Any]]) -> set[str]:
    """What `pip install wayside` brings, without extras and without Wayside itself."""
    found: set[str] = set()
    waiting = ["wayside"]
    while waiting:
        name = waiting.pop()
        for dependency in packages[name].get("dependencies", []):
            if dependency["name"] not in found:
                found.add(dependency["name"])
                waiting.append(dependency["name"])
    return found


def licence_of(name: str) -> str:
    """All that a package's metadata says of its licence, on one line."""
    about = metadata.metadata(name)
    stated = [about.get("License-Expression") or "", (about.get("License") or "").split("\n")[0]]
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return "; ".join(part for part in [*stated, *classifiers] if part)


def licence_faults(name: str) -> Iterator[str]:
    """Objections to one installed package of the base install."""
    try:
        licence = licence_of(name)
    except metadata.PackageNotFoundError:
        print(f"{name}: not needed on this system, not looked at")
        return
    if STRONG_COPYLEFT.search(licence):
        yield f"{name}: {licence} may not be part of the base install; make it an extra"
    elif not PERMISSIVE.search(licence):
        yield f"{name}: states no permissive licence ({licence or 'none at all'}); clear it and name it in this script"


def carries(path: Path, marks: tuple[bytes, ...]) -> bool:
    """Whether a file's bytes hold any of the marks."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return any(data.find(mark) >= 0 for mark in marks)


def codec_faults(name: str) -> Iterator[str]:
    """Libraries of one installed package that contain GPL encoders."""
    try:
        files = metadata.files(name) or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        path = Path(str(file.locate()))
        if ".so" in path.name and path.is_file() and carries(path, GPL_CODE):
            yield f"{name}: {file} contains a GPL encoder; it may not be part of the base install"


def faults() -> Iterator[str]:
    """Every objection to the lock and to what it installed."""
    packages = locked()
    for name in sorted(REFUSED.keys() & packages.keys()):
        yield f"{name} may not be in uv.lock: {REFUSED[name]}"
    for name in sorted(base_install(packages)):
        yield from licence_faults(name)
        yield from codec_faults(name)


def main() -> int:
    """Prints each objection; 1 where there is any."""
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"licences: {len(base_install(locked()))} packages in the base install, {len(found)} objections")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
