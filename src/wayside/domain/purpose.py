# SPDX-License-Identifier: Apache-2.0
"""Why somebody looks: without a purpose nothing is searched, shown or taken out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """A reason from the site's list, what it refers to, and who has it."""

    reason: str
    """A code of the site's list, as `incident`."""
    reference: str
    """The case, ticket or order; fits the site's pattern."""
    person: str
    """Who looks: an account, never shared."""

    def __post_init__(self) -> None:
        for name in ("reason", "reference", "person"):
            if not getattr(self, name).strip():
                raise ValueError(f"a purpose without a {name} is none")
