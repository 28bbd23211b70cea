# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a brief or a report, below the tree of `wayside.domain`.

UsageError
├── BriefError      a brief cannot be written, published or acted under as it stands
└── SightingError   a report cannot be meant, or is not the one that was sent before
"""

from __future__ import annotations

from wayside.domain import UsageError


class BriefError(UsageError):
    """A brief cannot be written, published or acted under as it stands."""


class SightingError(UsageError):
    """A report cannot be meant as it stands, or is not the one that was sent before."""
