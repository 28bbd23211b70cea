# SPDX-License-Identifier: Apache-2.0
"""The pages of the reference say what the program does: permissions, settings, periods, limits and journal words."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from wayside.access.approvals import EMERGENCY_LIFE, LIFE
from wayside.access.permissions import permissions
from wayside.access.permissions_page import page
from wayside.access.purposes import DEFAULT_REASONS
from wayside.access.roles import LONGEST_TRAINING
from wayside.access.settings import BULK_ROWS
from wayside.access.signing import Limit, Once, SessionLimits, one_time, throttle, tokens
from wayside.access.tidying import REQUEST_DAYS
from wayside.record.site_access import Controller, StatedAccess, StatedIssuer

ROOT = Path(__file__).parents[3]
REFERENCE = (ROOT / "docs/reference/access.md").read_text("utf-8")
WHO_MAY_LOOK = (ROOT / "docs/explanation/who-may-look.md").read_text("utf-8")
SOURCES = [path.read_text("utf-8") for path in (ROOT / "src/wayside/access").rglob("*.py")]


def test_the_page_of_permissions_is_the_table_that_decides() -> None:
    """Written by `python -m wayside.access.permissions_page`, whenever the table changes."""
    assert (ROOT / "docs/reference/permissions.md").read_text("utf-8") == page(permissions())


def test_every_rule_role_scope_and_refusal_is_on_that_page() -> None:
    """In words."""
    text = page(permissions())
    table = permissions()
    for rule in table.rules:
        assert f"| `{rule.may}` | {rule.says} |" in text
    for name in (*table.roles, *table.objects, *table.scopes, *table.why):
        assert f"`{name}`" in text


def section(title: str, after: str = "") -> str:
    """The part of the page from a line to the next of its kind."""
    return REFERENCE.partition(title)[2].partition(after or "\n## ")[0]


def test_every_setting_is_on_the_page() -> None:
    """And no other."""
    stated = {one.name for one in (*fields(StatedAccess), *fields(Controller))}
    assert keys_in(section("`[access]`", "`[purposes]`")) == stated
    assert keys_in(section("`[oidc]`", "\n## ")) == {one.name for one in fields(StatedIssuer)}


def keys_in(tables: str) -> set[str]:
    """The keys that a part of the page lists."""
    return set(re.findall(r"^\| `([a-z_]+)` \|", tables, flags=re.MULTILINE))


def test_defaults_on_the_page_are_those_of_the_program() -> None:
    """Also where the explanation names them."""
    limits = SessionLimits()
    assert f"| `idle_minutes` | {limits.idle // timedelta(minutes=1)} |" in REFERENCE
    assert f"| `session_hours` | {limits.longest // timedelta(hours=1)} |" in REFERENCE
    assert f"| `bulk_rows` | {BULK_ROWS} |" in REFERENCE
    hourly = round(3600 / throttle.SEARCHES.every_s)
    assert f"| `searches_per_hour` | {hourly} | of one person; half of them ({throttle.SEARCHES.at_once}" in REFERENCE
    for reason in DEFAULT_REASONS:
        assert f"`{reason}`" in REFERENCE
    assert "after 30 minutes without use, after 12 hours" in " ".join(WHO_MAY_LOOK.split())


LIMITS = {
    "attempts to sign in under one name": throttle.SIGN_IN_BY_NAME,
    "attempts to sign in from one address": throttle.SIGN_IN_BY_ADDRESS,
    "codes under one name": throttle.CODE_BY_NAME,
    "searches of one person": throttle.SEARCHES,
    "exports of one person": throttle.EXPORTS,
}


@pytest.mark.parametrize("what", sorted(LIMITS))
def test_limits_on_the_page_are_those_of_the_program(what: str) -> None:
    """How many at once, and how long for one more."""
    limit = LIMITS[what]
    every = "1 h" if limit.every_s == 3600 else f"{limit.every_s:g} s"
    assert f"| {what} | {limit.at_once} | {every} |" in REFERENCE


def test_no_limit_is_missing_on_the_page() -> None:
    """All that the program knows are named there."""
    assert {one.name for one in vars(throttle).values() if isinstance(one, Limit)} == {
        one.name for one in LIMITS.values()
    }


def test_periods_on_the_page_are_those_of_the_program() -> None:
    """In hours, minutes and days."""
    hours, minutes = timedelta(hours=1), timedelta(minutes=1)
    for line in (
        f"| link of the first run | {one_time.LIFE[Once.FIRST_RUN] // hours} hours",
        f"| link of an invitation or a reset | {one_time.LIFE[Once.WELCOME] // hours} hours",
        f"| from the password to the second factor | {one_time.LIFE[Once.SECOND_STEP] // minutes} minutes",
        f"| a passkey's challenge | {one_time.LIFE[Once.PASSKEY] // minutes} minutes",
        f"| the way to an issuer and back | {one_time.LIFE[Once.ISSUER] // minutes} minutes",
        f"| a request for approval, and its approval | {LIFE // hours} hours each",
        f"| an emergency entry | {EMERGENCY_LIFE // hours} hours; the same again after {LIFE // hours}",
        f"| training | {LONGEST_TRAINING.days} days",
        f"| API token | {tokens.LONGEST.days} days",
        f"| what a request was for | {REQUEST_DAYS} days",
    ):
        assert line in REFERENCE, line


def test_every_word_of_the_journal_is_on_the_page() -> None:
    """What `note` is called with, wherever it stands in this room."""
    told = {word for text in SOURCES for word in re.findall(r'\bnote\([^"]*?"([a-z -]+)"', text)}
    told |= {f"request {state}" for state in ("open", "alone", "emergency", "approved", "refused", "withdrawn")}
    cells = re.findall(r"^\| (`[^|]*) \|", section("## What the journal tells"), flags=re.MULTILINE)
    assert {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)} - {"what"} == told
    assert len(told) > 20
