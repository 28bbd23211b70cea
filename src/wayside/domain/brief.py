# SPDX-License-Identifier: Apache-2.0
"""The standing instruction to observers: what to record, where and until when; and each observer's copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BriefState(StrEnum):
    """Where a brief stands at a moment."""

    DRAFT = "draft"
    """Written; nobody was given it yet."""
    COMING = "coming"
    """Published, to be in force later."""
    IN_FORCE = "in_force"
    OVER = "over"
    """Its time is past, it was ended, or a newer version took its place."""


@dataclass(frozen=True, slots=True)
class Brief:
    """One version of a brief; a change is a new version, since observers acknowledged the words as they stood."""

    id: str
    site: str
    version: int
    replaces: str | None
    """Id of the version before."""
    title: str
    text: str
    places: tuple[str, ...]
    """Where to observe; empty: anywhere at the site."""
    begins_at: datetime
    ends_at: datetime
    written_by: str
    written_at: datetime
    published_at: datetime | None = None
    published_by: str | None = None
    ended_at: datetime | None = None
    """Before its time: it was ended, or replaced."""

    @property
    def last_moment(self) -> datetime:
        """When it ceases, or ceased, to be in force."""
        return self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)

    def state(self, now: datetime) -> BriefState:
        """Where it stands now."""
        if self.published_at is None:
            return BriefState.DRAFT
        if now >= self.last_moment:
            return BriefState.OVER
        return BriefState.COMING if now < self.begins_at else BriefState.IN_FORCE


@dataclass(frozen=True, slots=True)
class BriefCopy:
    """The copy of one observer."""

    brief_id: str
    observer: str
    mark: str
    """Stands on the copy, so that one that leaks names whom it was given to: 8 hexadecimal digits."""
    given_at: datetime
    first_read_at: datetime | None
    last_read_at: datetime | None
    acknowledged_at: datetime | None
