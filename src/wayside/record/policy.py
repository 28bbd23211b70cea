# SPDX-License-Identifier: Apache-2.0
"""Tells the journal which policy the site had, and takes from it which periods were decided on the pages since.

The periods of `site.toml` hold until others are decided on the pages; those hold until `[retention]` of the file says
something else than it said then, so that whoever edits the file is not overruled by what they cannot see there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection

from wayside.domain import UsageError
from wayside.record.entries import entries
from wayside.record.site import PERIODS, Periods, Site

if TYPE_CHECKING:
    from wayside.record.store import Transaction


@dataclass(frozen=True, slots=True)
class FileChange:
    """Somebody changed `[retention]` of `site.toml` at the machine itself; nobody else has signed."""

    at: datetime
    """When the program noticed."""
    before: Mapping[str, int]
    after: Mapping[str, int]
    """The periods in days; where they are the same, rules or bounds are not."""

    @property
    def changed(self) -> dict[str, tuple[int, int]]:
        """The periods that are others now, with both numbers of days."""
        return {what: (days, self.after[what]) for what, days in self.before.items() if self.after[what] != days}


def policy_entry(site: Site, stated: Site) -> dict[str, Any]:
    """The part of a `config` entry that states the policy in full and its SHA-256.

    `stated`: what the file says; where the periods in force are others, the entry says under which file they hold.
    """
    told = {"policy": site.digest(), "settings": site.policy()}
    if site.retention.periods == stated.retention.periods:
        return told
    return {**told, "decided": {"periods": asdict(site.retention.periods), "file": mark_of(stated)}}


def mark_of(stated: Site) -> str:
    """SHA-256 of what the file says of retention."""
    return sha256(msgspec.json.encode(asdict(stated.retention), order="deterministic")).hexdigest()


def last_told(connection: Connection, name: str | None = None) -> dict[str, Any] | None:
    """The newest entry that states a policy, of the site of a name or of any."""
    for entry in entries(connection, ["config"]):
        told = entry.payload
        if told and "policy" in told and name in {None, told["settings"]["name"]}:
            return told
    return None


def changes_in_file(connection: Connection, name: str) -> Iterator[FileChange]:
    """Whenever `[retention]` of a site's file had been changed, the newest first."""
    after: dict[str, Any] | None = None
    for entry in entries(connection, ["config"]):
        told = entry.payload
        if not told or "policy" not in told or told["settings"]["name"] != name:
            continue
        before = told["settings"]["retention"]
        if after is not None and after["person"] is None and after["settings"]["retention"] != before:
            at = datetime.fromisoformat(after["at"])
            yield FileChange(at, before["periods"], after["settings"]["retention"]["periods"])
        after = told


def last_policy(connection: Connection) -> str | None:
    """SHA-256 of the policy that the journal was told of last."""
    told = last_told(connection)
    return None if told is None else str(told["policy"])


def in_force(connection: Connection, stated: Site) -> Site:
    """The site with the periods that hold now; `stated`: what the file says."""
    told = last_told(connection, stated.name) or {}
    decided = told.get("decided")
    if decided is None or decided["file"] != mark_of(stated):
        return stated
    return with_periods(stated, Periods(**decided["periods"]))


def with_periods(site: Site, periods: Periods) -> Site:
    """The site with other periods."""
    return replace(site, retention=replace(site.retention, periods=periods))


def tell_policy(transaction: Transaction, site: Site, stated: Site) -> bool:
    """Appends the policy to the journal where it is another one than before; whether it was."""
    if last_policy(transaction.connection) == site.digest():
        return False
    transaction.append("config", {"at": transaction.at, "person": None, **policy_entry(site, stated)})
    return True


def is_longer(before: Periods, after: Periods) -> bool:
    """Whether anything would be kept for longer."""
    return any(getattr(after, what) > getattr(before, what) for what in PERIODS)


def check_decision(site: Site, periods: Periods) -> None:
    """Raises UsageError for periods beyond the bounds of the site."""
    longest, journal = site.retention.longest_days, site.retention.journal_days
    for what in PERIODS:
        if not 0 <= getattr(periods, what) <= longest:
            raise UsageError(f"a period is 0 to {longest} days here; `longest_days` of site.toml is the bound")
    if periods.passages_days > journal:
        raise UsageError(f"passages are kept {journal} days at most: who searched is known as long as what was found")


def decide_periods(
    transaction: Transaction, stated: Site, periods: Periods, *, person: str, approved_by: str | None = None
) -> Site:
    """Puts other periods in force and tells the journal who decided it; the site as it is then.

    Raises UsageError for periods beyond the bounds of the site.
    """
    check_decision(stated, periods)
    site = with_periods(stated, periods)
    said = {"at": transaction.at, "person": person, "approved_by": approved_by}
    transaction.append("config", {**said, **policy_entry(site, stated)})
    return site
