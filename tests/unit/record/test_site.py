# SPDX-License-Identifier: Apache-2.0
"""site.toml: what it says becomes one policy, and every mistake is named with its mend."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from wayside.domain import UsageError
from wayside.record.site import (
    DATABASE_VARIABLE,
    LONGEST_DAYS,
    PERIODS,
    UTMOST_DAYS,
    Disk,
    JournalSettings,
    NoHit,
    Periods,
    Retention,
    RetentionRule,
    Site,
    StatedPurposes,
    read_site,
)
from wayside.record.site_access import StatedIssuer
from wayside.record.site_watch import StatedWatch

FULL = """
name = "North gate"
database = "postgresql+psycopg://wayside@/record"

[purposes]
pattern = '[A-Z]{2}-\\d{4}'
example = "CR-2026"
[purposes.reasons]
theft = "A vehicle was stolen"

[retention]
passages_days = 21
pictures_days = 3
hits_days = 60
sightings_days = 20
journal_days = 800
exports_days = 7
longest_days = 90
daily = false

[[retention.rules]]
cameras = ["clinic"]
passages_days = 2
pictures_days = 0

[[retention.rules]]
classes = ["diplomatic", "consular"]
passages_days = 90

[no_hit]
on = true
plates = "wanted.txt"

[journal]
witness = "witness.txt"
timestamp = "https://time.example/tsa"

[disk]
keep_free_mib = 10
reserve_mib = 1
"""


def site_of(folder: Path, text: str) -> Site:
    """The site of a data directory with this file."""
    (folder / "site.toml").write_text(text, "utf-8")
    return read_site(folder)


def test_every_word_of_the_file_is_read(tmp_path: Path) -> None:
    """A file that states all there is."""
    rules = (
        RetentionRule(cameras=("clinic",), passages_days=2, pictures_days=0),
        RetentionRule(classes=("diplomatic", "consular"), passages_days=90),
    )
    assert site_of(tmp_path, FULL) == Site(
        "North gate",
        "postgresql+psycopg://wayside@/record",
        StatedPurposes({"theft": "A vehicle was stolen"}, r"[A-Z]{2}-\d{4}", "CR-2026"),
        Retention(Periods(21, 3, 60, 20), rules, 800, 7, 90, False),
        NoHit(True, "wanted.txt"),
        JournalSettings("witness.txt", "https://time.example/tsa"),
        Disk(10, 1),
    )


def test_an_issuer_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    """What is not stated has its default; the button is called after the host."""
    said = 'issuer = "https://login.example/realm"\nclient_id = "north"\nsecond_factor_amr = ["otp"]\n'
    assert site_of(tmp_path, f"[oidc]\n{said}").oidc == StatedIssuer(
        "https://login.example/realm", "north", "login.example", second_factor_amr=("otp",)
    )
    assert site_of(tmp_path, f"[oidc]\n{said}name = 'The authority'\nmake_accounts = true\n").oidc == StatedIssuer(
        "https://login.example/realm", "north", "The authority", make_accounts=True, second_factor_amr=("otp",)
    )
    assert site_of(tmp_path, '[oidc]\nissuer = "http://127.0.0.1:9"\nclient_id = "x"').oidc is not None
    assert site_of(tmp_path, "").oidc is None


def test_a_site_that_says_nothing_keeps_little(tmp_path: Path) -> None:
    """The shipped periods are short, and within the shipped bound."""
    site = read_site(tmp_path)
    assert site == Site()
    assert all(getattr(site.retention.periods, what) <= LONGEST_DAYS < UTMOST_DAYS for what in PERIODS)
    assert site.retention.journal_days >= 730
    assert site.purposes.stated() == {}


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        ("[retention]\npassages_days = 400", "retention.passages_days", "from 0 to 365"),
        ("[retention]\nlongest_days = 4000", "retention.longest_days", "from 1 to 1826"),
        ("[retention]\nlongest_days = 20", "retention.passages_days", "state it, 20 at most"),
        ("[retention]\npassages_days = true", "retention.passages_days", "whole number"),
        ("[retention]\npassages_days = -1", "retention.passages_days", "from 0"),
        ("[retention]\njournal_days = 30\npassages_days = 31", "retention.journal_days", "31 at least"),
        ("[retention]\npasages_days = 3", "retention.pasages_days", "did you mean passages_days?"),
        ("[[retention.rules]]\npassages_days = 3", "retention.rules[1].cameras", "whom the rule is for"),
        ("[[retention.rules]]\ncameras = ['a']", "retention.rules[1].passages_days", "must be stated"),
        ("[[retention.rules]]\nclasses = ['royal']", "retention.rules[1].classes", "use civil, consular"),
        ("[[retention.rules]]\ncameras = 'a'", "retention.rules[1].cameras", "list of texts"),
        ("[retention]\nrules = 3", "retention.rules", "[[retention.rules]]"),
        ("retention = 3", "retention", "[retention]"),
        ("name = ''", "name", "text in quotes"),
        ("nam = 'x'", "nam", "did you mean name?"),
        ("[watch]\nlongest_days = 400", "watch.longest_days", "1 to 366"),
        ("[watch]\nwebhook = 'gate.example/hook'", "watch.webhook", "address"),
        ("[watch]\nwebhook = 'https://me:pw@gate.example/'", "watch.webhook", "no name"),
        ("[no_hit]\non = 1", "no_hit.on", "true or false"),
        ("[purposes]\npattern = '('", "purposes.pattern", "no regular expression"),
        ("[purposes]\npattern = 'a'", "purposes.example", "fits `pattern`"),
        ("[purposes]\nreasons = ['a']", "purposes.reasons", "table of texts"),
        ("[journal]\ntimestamp = 'time'", "journal.timestamp", "https://"),
        ("[oidc]\nclient_id = 'x'", "oidc.issuer", "is missing"),
        ("[oidc]\nissuer = 'https://a.example'", "oidc.client_id", "is missing"),
        ("[oidc]\nissuer = 'http://a.example'\nclient_id = 'x'", "oidc.issuer", "https://"),
        ("[oidc]\nissuer = 'https://a.example/?x'\nclient_id = 'x'", "oidc.issuer", "the address alone"),
        ("[oidc]\nissuer = 'https://me@a.example'\nclient_id = 'x'", "oidc.issuer", "the address alone"),
        ("[disk]\nreserve_mib = 'much'", "disk.reserve_mib", "whole number"),
    ],
)
def test_a_mistake_is_named_with_its_mend(tmp_path: Path, text: str, key: str, mend: str) -> None:
    """File, key and what to write instead."""
    with pytest.raises(UsageError, match=re.escape(mend)) as caught:
        site_of(tmp_path, text)
    assert f"site.toml: {key!r}" in str(caught.value)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """With the line at which reading ended."""
    with pytest.raises(UsageError, match=r"site\.toml: cannot be read .*line 1"):
        site_of(tmp_path, "name = North gate")


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the database, so that a password need not stand in a file."""
    monkeypatch.setenv(DATABASE_VARIABLE, "postgresql+psycopg://other@/record")
    assert site_of(tmp_path, FULL).database == "postgresql+psycopg://other@/record"


def test_the_shortest_period_that_applies_holds(tmp_path: Path) -> None:
    """A rule may lengthen as well as shorten, but of two rules the shorter one holds."""
    retention = site_of(tmp_path, FULL).retention
    assert retention.days("passages_days", "gate", "civil") == 21
    assert retention.days("passages_days", "gate", "diplomatic") == 90
    assert retention.days("passages_days", "clinic", "diplomatic") == 2
    assert retention.days("pictures_days", "clinic", None) == 0
    assert retention.days("hits_days", "clinic", "civil") == 60
    assert retention.shortest("passages_days") == 2
    assert [days for days, _ in retention.ruled("passages_days")] == [2, 90]


def shown_keys() -> dict[str, dict[str, str]]:
    """What the reference says of each section: key → default, as it is written there."""
    page = (Path(__file__).parents[3] / "docs" / "reference" / "site-policy.md").read_text("utf-8")
    parts = re.split(r"^## \[([a-z_]+)\]$", page, flags=re.MULTILINE)[1:]
    return {
        name: {key: default.strip() for key, default in re.findall(r"^\| `([a-z_]+)` \| `?([^|`]*)`? \|", text, re.M)}
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_every_key_is_in_the_reference() -> None:
    """In its section, with its default, and no default that is not so."""
    sections = {
        "retention": (Periods(), Retention()),
        "no_hit": (NoHit(),),
        "watch": (StatedWatch(),),
        "purposes": (StatedPurposes(),),
        "journal": (JournalSettings(),),
        "disk": (Disk(),),
    }
    shown = shown_keys()
    assert shown.keys() == sections.keys()
    for name, stated in sections.items():
        keys = {one.name: getattr(section, one.name) for section in stated for one in fields(section)}
        assert keys.keys() - {"periods", "rules"} == shown[name].keys(), name
        numbers = {
            key: json.dumps(value) for key, value in keys.items() if isinstance(value, int) and value is not False
        }
        assert {key: shown[name][key] for key in numbers} == numbers


def test_the_digest_is_of_what_holds(tmp_path: Path) -> None:
    """Stating a default changes nothing; another period does; the address of the database is no policy."""
    plain = read_site(tmp_path).digest()
    assert site_of(tmp_path, "[retention]\npassages_days = 30").digest() == plain
    assert site_of(tmp_path, "[retention]\npassages_days = 29").digest() != plain
    assert site_of(tmp_path, "database = 'postgresql+psycopg://u:secret@/x'").digest() == plain
