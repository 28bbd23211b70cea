# SPDX-License-Identifier: Apache-2.0
"""Style sheets, scripts and fonts: read once, known by their digest, so that no path of a request reaches the disk."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

PREFIX = "/static/"
SERVED = frozenset(
    {".css", ".js", ".mjs", ".svg", ".png", ".ico", ".woff2", ".json", ".webmanifest", ".pmtiles", ".txt"}
)
"""Endings of what is served; notes and licences of the vendored parts stay where they are."""
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    body: bytes
    media_type: str
    etag: str


SQUEEZED = frozenset({"text/javascript", "text/css", "image/svg+xml", "application/json", "text/plain"})
"""Types that are sent compressed to whoever takes that; what stands in them is no secret."""
LEAST_SQUEEZED = 1024


def read(file: Traversable) -> Asset:
    """A file with its type and digest."""
    body, suffix = file.read_bytes(), "." + file.name.rpartition(".")[2]
    kind = TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    return Asset(body, kind, f'"{sha256(body).hexdigest()[:32]}"')


def below(folder: Traversable, lead: str = "") -> dict[str, Asset]:
    """All files below a folder that are served, by their path."""
    found: dict[str, Asset] = {}
    for one in folder.iterdir():
        if one.is_dir():
            found |= below(one, f"{lead}{one.name}/")
        elif "." + one.name.rpartition(".")[2] in SERVED:
            found[lead + one.name] = read(one)
    return found


@cache
def assets() -> dict[str, Asset]:
    """Everything that is served, by its path below `static/`."""
    return below(files("wayside.web") / "static")


@cache
def squeezed(path: str) -> bytes | None:
    """An asset as gzip has it, the same each time; None where that is not worth it."""
    found = assets()[path]
    if found.media_type not in SQUEEZED or len(found.body) < LEAST_SQUEEZED:
        return None
    return gzip.compress(found.body, 9, mtime=0)


def address_of(path: str) -> str:
    """Where a page finds an asset; changes with its contents. Raises KeyError for one that is not there."""
    return f"{PREFIX}{path}?{assets()[path].etag[1:9]}"
