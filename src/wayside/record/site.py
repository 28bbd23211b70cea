# SPDX-License-Identifier: Apache-2.0
"""What a site decided about its record: the file `site.toml` in the data directory, as one frozen policy."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from wayside.domain import PlateClass, UsageError
from wayside.record.policy_file import Section
from wayside.record.site_access import (
    Controller,
    StatedAccess,
    StatedIssuer,
    read_controller,
    read_issuer,
    read_stated_access,
)
from wayside.record.site_watch import StatedWatch, read_stated_watch

FILE = "site.toml"
DEFAULT_NAME = "site"
DATABASE_VARIABLE = "WAYSIDE_DATABASE"

LONGEST_DAYS = 365
"""How long anything about a vehicle may be kept unless the site says otherwise: as long as the national system of the
UK keeps it (npcc.police.uk/FreedomofInformation/ANPR.aspx)."""
UTMOST_DAYS = 1826
"""What no site may exceed: five years, the longest period in a law that we know of (Alabama)."""
JOURNAL_LEAST_DAYS, JOURNAL_UTMOST_DAYS = 30, 3653
PERIODS = ("passages_days", "pictures_days", "hits_days", "sightings_days")
CLASSES = frozenset(PlateClass)


@dataclass(frozen=True, slots=True)
class Periods:
    """After how many days each kind of data about a vehicle goes."""

    passages_days: int = 30
    pictures_days: int = 14
    """Never longer than the passages: a picture goes with its passage at the latest."""
    hits_days: int = 90
    sightings_days: int = 30


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Other periods for some cameras, some classes of plates, or some classes before some cameras."""

    cameras: tuple[str, ...] = ()
    """Empty: all."""
    classes: tuple[str, ...] = ()
    """Empty: all, plates that were not read too."""
    passages_days: int | None = None
    pictures_days: int | None = None
    hits_days: int | None = None
    sightings_days: int | None = None

    def applies(self, camera: str, plate_class: str | None) -> bool:
        """Whether a passage before this camera with a plate of this class falls under the rule."""
        return (not self.cameras or camera in self.cameras) and (not self.classes or plate_class in self.classes)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept; where several rules apply, the shortest period of them holds."""

    periods: Periods = Periods()
    rules: tuple[RetentionRule, ...] = ()
    journal_days: int = 730
    """Payloads of searches, exports and the like: audit trails are to outlive the data, by two years at least."""
    exports_days: int = 30
    longest_days: int = LONGEST_DAYS
    daily: bool = True
    """Whether `serve`, and `watch` before live cameras, erase what is due by themselves, once a day."""

    def days(self, what: str, camera: str, plate_class: str | None) -> int:
        """The period in days; `what` is one of PERIODS."""
        stated = (days for days, rule in self.ruled(what) if rule.applies(camera, plate_class))
        return next(stated, self.default(what))

    def default(self, what: str) -> int:
        """The period where no rule applies."""
        return int(getattr(self.periods, what))

    def ruled(self, what: str) -> list[tuple[int, RetentionRule]]:
        """The rules that state this period, the shortest first: the first one that applies holds."""
        stated = [(getattr(rule, what), rule) for rule in self.rules if getattr(rule, what) is not None]
        return sorted(stated, key=lambda one: one[0])

    def shortest(self, what: str) -> int:
        """The shortest period that anything can have."""
        return min([self.default(what), *(days for days, _ in self.ruled(what))])


@dataclass(frozen=True, slots=True)
class StatedPurposes:
    """What the file says about purposes; None where it says nothing and the shipped list holds."""

    reasons: Mapping[str, str] | None = None
    pattern: str | None = None
    example: str | None = None

    def stated(self) -> dict[str, Any]:
        """Those that are stated, by name."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}


@dataclass(frozen=True, slots=True)
class NoHit:
    """The mode in which what matches no list never reaches the disk."""

    on: bool = False
    plates: str | None = None
    """A file with one plate a line, relative to the data directory; kept is what it or a watch list names."""


@dataclass(frozen=True, slots=True)
class JournalSettings:
    """Who else keeps the journal's checkpoints."""

    witness: str | None = None
    """A file, best on another machine; relative to the data directory."""
    timestamp: str | None = None
    """Address of an RFC 3161 time stamp authority."""


@dataclass(frozen=True, slots=True)
class Disk:
    """What is kept free, in MiB."""

    keep_free_mib: int = 1024
    """Below this, the oldest pictures go."""
    reserve_mib: int = 32
    """A file that is let go when the disk is full, so that the journal and erasure go on."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site's own name, where its rows are kept, and its policy."""

    name: str = DEFAULT_NAME
    database: str | None = None
    """Address of a PostgreSQL database; None: an SQLite file in the data directory. May hold a password."""
    purposes: StatedPurposes = StatedPurposes()
    retention: Retention = Retention()
    no_hit: NoHit = NoHit()
    journal: JournalSettings = JournalSettings()
    disk: Disk = field(default_factory=Disk)
    access: StatedAccess = field(default_factory=StatedAccess)
    watch: StatedWatch = field(default_factory=StatedWatch)
    controller: Controller = field(default_factory=Controller)
    oidc: StatedIssuer | None = None

    def policy(self) -> dict[str, Any]:
        """What holds, defaults too, as JSON; not where the rows are kept, which may hold a password."""
        document = asdict(self)
        del document["database"]
        return document

    def digest(self) -> str:
        """SHA-256 of the policy in hex: what erasures name as their ground."""
        return sha256(msgspec.json.encode(self.policy(), order="deterministic")).hexdigest()


def read_site(data_dir: Path) -> Site:
    """The site of a data directory; the environment's `WAYSIDE_DATABASE` goes before the file.

    Raises UsageError that names the file, the key and the mend.
    """
    path = data_dir / FILE
    top = Section(path, "", read_toml(path))
    site = Site(
        name=top.text("name") or DEFAULT_NAME,
        database=os.environ.get(DATABASE_VARIABLE) or top.text("database"),
        purposes=read_purposes(top.table("purposes")),
        retention=read_retention(top.table("retention")),
        no_hit=read_no_hit(top.table("no_hit")),
        journal=read_journal(top.table("journal")),
        disk=read_disk(top.table("disk")),
        access=read_stated_access(top.table("access")),
        watch=read_stated_watch(top.table("watch")),
        controller=read_controller(top.table("controller")),
        oidc=read_issuer(top.table("oidc")),
    )
    top.text("database")  # also where the environment goes before it
    top.done()
    return site


def read_toml(path: Path) -> dict[str, Any]:
    """The file as it stands, empty where there is none; raises UsageError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); mend the file") from None


def read_purposes(section: Section) -> StatedPurposes:
    """`[purposes]`; raises UsageError."""
    found = StatedPurposes(section.words("reasons"), section.text("pattern"), section.text("example"))
    section.done()
    if found.pattern is not None:
        try:
            pattern = re.compile(found.pattern)
        except re.error as error:
            section.fail("pattern", f"is no regular expression ({error})")
        if found.example is None or not pattern.fullmatch(found.example):
            section.fail("example", "must be a reference that fits `pattern`, to be shown where one does not")
    return found


def read_retention(section: Section) -> Retention:
    """`[retention]`; raises UsageError."""
    longest = section.number("longest_days", 1, UTMOST_DAYS) or LONGEST_DAYS
    periods = {what: section.number(what, 0, longest) for what in PERIODS}
    others = {
        "journal_days": section.number("journal_days", JOURNAL_LEAST_DAYS, JOURNAL_UTMOST_DAYS),
        "exports_days": section.number("exports_days", 0, longest),
    }
    rules = tuple(read_rule(one, longest) for one in section.tables("rules"))
    daily = section.flag("daily", True)
    section.done()
    retention = Retention(Periods(**stated(periods)), rules, daily=daily, longest_days=longest, **stated(others))
    check_periods(section, retention)
    return retention


def stated(values: Mapping[str, int | None]) -> dict[str, int]:
    """Those that the file states."""
    return {name: value for name, value in values.items() if value is not None}


def check_periods(section: Section, retention: Retention) -> None:
    """Raises UsageError where a default exceeds the bound, or the journal forgets before the passages do."""
    for what in PERIODS:
        if getattr(retention.periods, what) > retention.longest_days:
            days = getattr(retention.periods, what)
            section.fail(what, f"is {days} by itself; state it, {retention.longest_days} at most")
    kept = max([retention.periods.passages_days, *(days for days, _ in retention.ruled("passages_days"))])
    if retention.journal_days < kept:
        section.fail("journal_days", f"must be {kept} at least: who searched is known as long as what was found")


def read_rule(section: Section, longest: int) -> RetentionRule:
    """One of `[[retention.rules]]`; raises UsageError."""
    cameras, classes = section.texts("cameras"), section.texts("classes", CLASSES)
    periods = {what: section.number(what, 0, longest) for what in PERIODS}
    section.done()
    if not cameras and not classes:
        section.fail("cameras", "or classes must say whom the rule is for")
    if all(days is None for days in periods.values()):
        section.fail("passages_days", f"or another period must be stated, of {', '.join(PERIODS)}")
    return RetentionRule(cameras, classes, **periods)


def read_no_hit(section: Section) -> NoHit:
    """`[no_hit]`; raises UsageError."""
    found = NoHit(section.flag("on", False), section.text("plates"))
    section.done()
    return found


def read_journal(section: Section) -> JournalSettings:
    """`[journal]`; raises UsageError."""
    found = JournalSettings(section.text("witness"), section.text("timestamp"))
    section.done()
    if found.timestamp is not None and not found.timestamp.startswith(("http://", "https://")):
        section.fail("timestamp", "must be the address of a time stamp authority, https://…")
    return found


def read_disk(section: Section) -> Disk:
    """`[disk]`; raises UsageError."""
    found = {name: section.number(name, 0, 2**20) for name in ("keep_free_mib", "reserve_mib")}
    section.done()
    return Disk(**stated(found))
