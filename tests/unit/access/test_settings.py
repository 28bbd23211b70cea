# SPDX-License-Identifier: Apache-2.0
"""The site's own bounds: what site.toml says holds, and what it does not say has a sound default."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wayside.access.age import Tiers
from wayside.access.purposes import Purposes
from wayside.access.settings import Settings, hourly, settings_of
from wayside.access.signing import SessionLimits
from wayside.access.signing.throttle import SEARCHES
from wayside.domain import UsageError
from wayside.record import Store

STATED = """
[purposes]
pattern = 'N-\\d{4}'
example = 'N-0001'
reasons = { fraud = 'Fraud' }
[access]
fresh_hours = 8
ordinary_days = 28
idle_minutes = 10
session_hours = 8
searches_per_hour = 30
bulk_rows = 50
time_zone = 'Europe/Berlin'
[controller]
name = 'Port of North'
contact = 'privacy@north.example'
custodian = 'Harbour master'
basis = 'Harbour Act, section 12'
aim = 'Finding vehicles that left without clearance.'
"""


def settings_from(folder: Path, text: str) -> Settings:
    """What a record with this site.toml allows."""
    (folder / "site.toml").write_text(text)
    with Store(folder) as store:
        return settings_of(store)


def test_what_is_not_stated_has_its_default(tmp_path: Path) -> None:
    """A day to watch, ninety days to search, half an hour to idle, 1,000 records to take out."""
    found = settings_from(tmp_path, "")
    assert found == Settings(Purposes(), Tiers(), SessionLimits(), SEARCHES, 1000, UTC)


def test_what_is_stated_holds(tmp_path: Path) -> None:
    """Every key."""
    found = settings_from(tmp_path, STATED)
    assert found.purposes == Purposes({"fraud": "Fraud"}, r"N-\d{4}", "N-0001")
    assert found.tiers == Tiers(timedelta(hours=8), timedelta(days=28), timedelta(days=365))
    assert found.sessions == SessionLimits(timedelta(minutes=10), timedelta(hours=8))
    assert (found.searches.at_once, found.searches.every_s) == (15, 120)
    assert (found.bulk_rows, found.zone) == (50, ZoneInfo("Europe/Berlin"))
    with Store(tmp_path) as store:
        assert store.site.controller.custodian == "Harbour master"


def test_no_search_reaches_further_than_anything_is_kept(tmp_path: Path) -> None:
    """The ordinary period shrinks with the longest one."""
    text = "[retention]\nlongest_days = 20\npassages_days = 20\nhits_days = 20\nsightings_days = 20\n"
    found = settings_from(tmp_path, f"{text}exports_days = 20\n")
    assert found.tiers.ordinary == found.tiers.longest == timedelta(days=20)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("[access]\ntime_zone = 'Berlin'", "time_zone.*Europe/Berlin"),
        ("[access]\ntime_zone = '../../etc/passwd'", "time_zone"),
        ("[access]\nfresh_hours = 0", "fresh_hours"),
        ("[access]\nspeed = 3", "speed"),
        ("[access]\nidle_minutes = 240\nsession_hours = 1", "mend"),
        ("[controller]\nname = 3", "name"),
        ("[controller]\nboss = 'me'", "boss"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_named(tmp_path: Path, line: str, match: str) -> None:
    """With the key to mend."""
    with pytest.raises(UsageError, match=match):
        settings_from(tmp_path, line)


def test_few_searches_an_hour_are_still_one_at_once() -> None:
    """One an hour is one."""
    assert (hourly(1).at_once, hourly(1).every_s) == (1, 3600)
