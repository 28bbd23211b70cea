# SPDX-License-Identifier: Apache-2.0
"""How old a passage is for the policy: fresh to watch, ordinary to search, old with a second person, or gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from wayside.access.permissions import Age
from wayside.domain import UsageError


@dataclass(frozen=True, slots=True)
class Tiers:
    """The periods of a site; the ordinary one follows the police tiers of the reference (90 days)."""

    fresh: timedelta = timedelta(hours=24)
    ordinary: timedelta = timedelta(days=90)
    longest: timedelta = timedelta(days=365)

    def __post_init__(self) -> None:
        if not timedelta(0) < self.fresh <= self.ordinary <= self.longest:
            raise UsageError(
                "the periods of access must grow: fresh, then ordinary, then longest; mend [access] in site.toml"
            )

    def age(self, began_at: datetime, now: datetime) -> Age:
        """The tier of a moment; a period ends with its last millisecond, and what lies ahead is fresh.

        For a search, `began_at` is the oldest moment that it reaches back to.
        """
        past = now - began_at
        if past <= self.fresh:
            return Age.FRESH
        if past <= self.ordinary:
            return Age.ORDINARY
        return Age.OLD if past <= self.longest else Age.GONE
