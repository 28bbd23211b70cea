# SPDX-License-Identifier: Apache-2.0
"""Why somebody looks: every search and every export runs under a purpose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason from the site's list, the reference of the case, and who it is that looks."""

    reason: str
    """Code of the site's list, as `theft`."""
    reference: str
    """Of the case, in the site's own form."""
    person: str
