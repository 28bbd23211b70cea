# SPDX-License-Identifier: Apache-2.0
"""The no-hit mode: what matches no list never reaches the disk, only the counts of its hour do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wayside.domain import Passage, UsageError
from wayside.record.plate_texts import squeezed
from wayside.record.site import Site

Keep = Callable[[Passage], bool]
"""Whether a passage is written to the disk; asked before anything of it is."""


def keep_all(passage: Passage) -> bool:
    """Every passage is kept: the no-hit mode is off."""
    return True


def keep_none(passage: Passage) -> bool:
    """No passage is kept, unless a watch list asks for it: whoever opens the record adds that."""
    return False


class KeepListed:
    """Keeps the passages whose plate, or one of whose alternatives, stands in a file of plates."""

    def __init__(self, path: Path) -> None:
        """The file has one plate a line, spaced as one likes; `#` begins a remark. It is read anew when it changes.

        Raises UsageError where it cannot be read.
        """
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._plates: frozenset[str] = frozenset()
        self._refresh()

    def __call__(self, passage: Passage) -> bool:
        """Raises UsageError where the file went away: then nobody can tell what may be kept."""
        self._refresh()
        texts = {passage.plate.text, *(other.text for other in passage.plate.alternatives)} - {None}
        return any(squeezed(text or "") in self._plates for text in texts)

    def _refresh(self) -> None:
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp != self._stamp:
                lines = self._path.read_text("utf-8").splitlines()
                self._plates = frozenset(squeezed(line.partition("#")[0]) for line in lines) - {""}
                self._stamp = stamp
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                f"{self._path}: the list of plates that are kept cannot be read; site.toml names it under "
                "[no_hit], with one plate a line"
            ) from None


def keep_of(data_dir: Path, site: Site) -> Keep:
    """What a site keeps; raises UsageError."""
    if not site.no_hit.on:
        return keep_all
    if site.no_hit.plates is None:
        return keep_none
    return KeepListed(data_dir / site.no_hit.plates)
