# SPDX-License-Identifier: Apache-2.0
"""The site's own bounds of access, from `[access]` of its site.toml, with the defaults where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo

from wayside.access.age import Tiers
from wayside.access.purposes import Purposes
from wayside.access.signing.sessions import SessionLimits
from wayside.access.signing.throttle import SEARCHES, Limit
from wayside.record import Store

BULK_ROWS = 1000
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site allows, beside who may do it."""

    purposes: Purposes
    tiers: Tiers
    sessions: SessionLimits
    searches: Limit
    """Of one person."""
    bulk_rows: int
    """An export of more records needs a second person."""
    zone: tzinfo
    """In which duty hours are meant."""


def settings_of(store: Store) -> Settings:
    """What holds at the site of a record; raises UsageError where the periods contradict each other."""
    site = store.site
    stated, longest = site.access, timedelta(days=site.retention.longest_days)
    ordinary = min(timedelta(days=stated.ordinary_days or 90), longest)
    return Settings(
        purposes=Purposes(**site.purposes.stated()),
        tiers=Tiers(timedelta(hours=stated.fresh_hours or 24), ordinary, longest),
        sessions=SessionLimits(
            timedelta(minutes=stated.idle_minutes or 30), timedelta(hours=stated.session_hours or 12)
        ),
        searches=SEARCHES if stated.searches_per_hour is None else hourly(stated.searches_per_hour),
        bulk_rows=BULK_ROWS if stated.bulk_rows is None else stated.bulk_rows,
        zone=UTC if stated.time_zone is None else ZoneInfo(stated.time_zone),
    )


def hourly(most: int) -> Limit:
    """The limit of so many searches an hour, half of them at once."""
    return replace(SEARCHES, at_once=max(1, most // 2), every_s=HOUR_S / most)
