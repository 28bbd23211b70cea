# SPDX-License-Identifier: Apache-2.0
"""Style sheets, scripts and fonts: read once, known by their digest, so that no path of a request reaches the disk.

Several style sheets, or several scripts, are also served as one under their paths joined by `+`: a page that asks for
one file stands sooner than one that asks for six. A script that is joined runs by itself: what it declares is its own,
and one that fails leaves the others alone. So it may neither import nor export anything, but by `import()`.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

PREFIX = "/static/"
JOIN = "+"
MOST_JOINED, LARGEST_JOINED = 8, 256 * 1024
"""Files and bytes in one piece: whoever asks for other pieces than our pages do costs little."""
KINDS_JOINED = {
    "text/css": (b"", b"\n"),
    "text/javascript": (b"try {\n", b"\n} catch (error) { reportError(error); }\n"),
}
"""Types that are joined, with what stands before and behind each part."""
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


def asset_of(body: bytes, media_type: str) -> Asset:
    """A file with its digest."""
    return Asset(body, media_type, f'"{sha256(body).hexdigest()[:32]}"')


def read(file: Traversable) -> Asset:
    """A file with its type and digest."""
    suffix = "." + file.name.rpartition(".")[2]
    kind = TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    return asset_of(file.read_bytes(), kind)


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


def find(path: str) -> Asset | None:
    """What is served under a path below `static/`, or under several joined; None where there is nothing."""
    return assets().get(path) or (joined(path) if JOIN in path else None)


@lru_cache(64)
def joined(path: str) -> Asset | None:
    """Several assets as one; None where one is missing or twice there, or they are too many, large or different."""
    names = path.split(JOIN)
    parts = [assets().get(name) for name in names]
    kinds = {None if one is None else one.media_type for one in parts}
    (kind,) = kinds if len(kinds) == 1 else (None,)
    if kind not in KINDS_JOINED or len(set(names)) != len(names) or len(names) > MOST_JOINED:
        return None
    before, behind = KINDS_JOINED[kind]
    body = b"".join(before + one.body + behind for one in parts if one is not None)
    return asset_of(body, kind) if len(body) <= LARGEST_JOINED else None


@lru_cache(128)
def squeezed(path: str) -> bytes | None:
    """An asset as gzip has it, the same each time; None where that is not worth it, or nothing is there."""
    found = find(path)
    if found is None or found.media_type not in SQUEEZED or len(found.body) < LEAST_SQUEEZED:
        return None
    return gzip.compress(found.body, 9, mtime=0)


def squeeze(paths: Iterable[str]) -> None:
    """Compresses some assets before they are asked for: the largest takes a tenth of a second."""
    for path in paths:
        squeezed(path)


def address_of(*paths: str) -> str:
    """Where a page finds an asset, or several as one; changes with the contents.

    Raises KeyError for one that is not there, or for some that cannot be joined.
    """
    path = JOIN.join(paths)
    found = find(path)
    if found is None:
        raise KeyError(path)
    return f"{PREFIX}{path}?{found.etag[1:9]}"
