# SPDX-License-Identifier: Apache-2.0
"""What `site.toml` says of access and of who answers for the site; `wayside.access` gives it its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from wayside.record.policy_file import Section


@dataclass(frozen=True, slots=True)
class StatedAccess:
    """`[access]`; None where the file says nothing and the default holds."""

    fresh_hours: int | None = None
    """How long a passage is shown to those who only watch."""
    ordinary_days: int | None = None
    """How far back a search reaches without a second person."""
    idle_minutes: int | None = None
    """After how long an unused session ends."""
    session_hours: int | None = None
    """After how long every session ends."""
    searches_per_hour: int | None = None
    """Of one person."""
    bulk_rows: int | None = None
    """How many records an export holds at most without a second person."""
    time_zone: str | None = None
    """In which duty hours are meant, as `Europe/Berlin`."""


@dataclass(frozen=True, slots=True)
class Controller:
    """`[controller]`: who answers for the record; stands in the impact assessment and on the yearly page."""

    name: str | None = None
    contact: str | None = None
    custodian: str | None = None
    """Title of the person who answers for it."""
    basis: str | None = None
    """The law or decision by which it is kept."""
    aim: str | None = None
    """What the record is for, in a sentence or two."""


def read_stated_access(section: Section) -> StatedAccess:
    """`[access]`; raises UsageError."""
    found = StatedAccess(
        fresh_hours=section.number("fresh_hours", 1, 72),
        ordinary_days=section.number("ordinary_days", 1, 365),
        idle_minutes=section.number("idle_minutes", 2, 240),
        session_hours=section.number("session_hours", 1, 24),
        searches_per_hour=section.number("searches_per_hour", 1, 3600),
        bulk_rows=section.number("bulk_rows", 0, 1_000_000),
        time_zone=section.text("time_zone"),
    )
    section.done()
    if found.time_zone is not None:
        try:
            ZoneInfo(found.time_zone)
        except (KeyError, ValueError, OSError):
            section.fail("time_zone", "is no time zone of this machine; write it as Europe/Berlin")
    return found


def read_controller(section: Section) -> Controller:
    """`[controller]`; raises UsageError."""
    found = Controller(**{key: section.text(key) for key in ("name", "contact", "custodian", "basis", "aim")})
    section.done()
    return found
