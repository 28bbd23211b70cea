# SPDX-License-Identifier: Apache-2.0
"""What the user may name as a source, told apart, and what messages may repeat of it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from wayside.domain import SourceError

SCHEMES = ("rtsp", "rtsps", "http", "https")
SECRET = re.compile(r"(?i)\b((?:user|usr|login|pass|pwd|pw|token|key|auth|secret|sig)[a-z_]*)=[^&;/\s]*")
"""Settings of cameras that carry names and passwords in the path or the query of their addresses."""


@dataclass(frozen=True, slots=True)
class LocalPath:
    """A file or a folder of this machine."""

    path: Path


@dataclass(frozen=True, slots=True, repr=False)
class Stream:
    """A network address with its password; only `shown` may appear in a message."""

    url: str
    shown: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Webcam:
    """A capture device of this machine by its number."""

    number: int


Address = LocalPath | Stream | Webcam


def without_secrets(text: str) -> str:
    """A path or query with the values of names and passwords left out."""
    return SECRET.sub(r"\1=…", text)


def redacted(parts: SplitResult) -> str:
    """The address without user, password and anything that looks like either."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    query = f"?{without_secrets(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{without_secrets(parts.path)}{query}"


def parse_stream(text: str) -> Stream:
    """The network address in `text`.

    Raises SourceError for one that is malformed, has another scheme, or holds characters that no address has.
    """
    scheme = text.split("://", 1)[0].lower()
    if scheme not in SCHEMES:
        offered = ", ".join(f"{known}://" for known in SCHEMES)
        raise SourceError(f"addresses of the kind {scheme!r} are not taken; give a file, a folder or one of {offered}")
    try:
        parts = urlsplit(text)
        shown = redacted(parts)
    except ValueError:
        raise SourceError(f"the {scheme}:// address is malformed; write it as {scheme}://host:port/path") from None
    if not parts.hostname or re.search(r"[\s\x00-\x1f|;]", text):
        raise SourceError(f"{shown}: the address names no host or holds a space, ';' or '|'; mend it")
    return Stream(url=text, shown=shown, scheme=scheme)


def parse_address(text: str) -> Address:
    """Tells files, folders, network addresses and webcams apart; whether they exist is not looked at.

    Raises SourceError for an address that nobody could open.
    """
    if "://" in text:
        return parse_stream(text)
    device = re.fullmatch(r"(?:/dev/video)?([0-9]{1,3})", text)
    if device and not os.path.isfile(text) and not os.path.isdir(text):
        return Webcam(int(device[1]))
    return LocalPath(Path(text))


def shown_source(text: str) -> str:
    """What pages and messages may repeat of a source: all of it but names and passwords."""
    try:
        address = parse_address(text)
    except SourceError:
        return "…"
    return address.shown if isinstance(address, Stream) else text
