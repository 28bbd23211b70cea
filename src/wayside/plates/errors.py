# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with the tables and questions of this room; reading a plate itself never raises.

PlateError
├── TableError       a syntax or code table says something wrong: file, line, what, how to mend it
└── PatternError     a search pattern that cannot be used, with the reason
"""

from __future__ import annotations

from wayside.domain import UsageError


class PlateError(UsageError):
    """Anything this room refuses."""


class TableError(PlateError):
    """A table is wrong; nothing of its file was loaded."""

    def __init__(self, file: str, line: int | None, what: str) -> None:
        self.file, self.line, self.what = file, line, what
        super().__init__(f"{file}:{line}: {what}" if line else f"{file}: {what}")


class PatternError(PlateError):
    """A search pattern that cannot be used as it stands."""
