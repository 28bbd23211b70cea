# SPDX-License-Identifier: Apache-2.0
"""The texts of the pages stand in one file for each language, and every one that a template asks for is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from wayside.web import assets, catalogue, rendering
from wayside.web.qr import QUIET, qr_svg

WEB = Path(rendering.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
LANGUAGES = sorted(path.stem for path in (WEB / "texts").glob("*.toml"))
PRINTED = re.compile(r">\s*([A-Za-z][a-z]+(?: [a-z]+)+)[.!?]?\s*<")
"""Words between two tags that no template prints from the catalogue."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_text_that_a_template_asks_for_is_there(path: Path) -> None:
    """By its whole name; a name put together at run time begins with a table that is there."""
    texts = catalogue.catalogue()
    template = path.read_text("utf-8")
    asked = set(re.findall(r"\bt\(\s*'([a-z_]+(?:\.[a-z_]+)+)'\s*[,)]", template))
    assert {name for name in asked if not texts.has(name)} == set()
    for lead in re.findall(r"\bt\(\s*'([a-z_.]+\.)'\s*~", template):
        assert any(name.startswith(lead) for name in texts.texts), lead


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_by_itself(path: Path) -> None:
    """So that a language is added by one file; nothing inline runs or paints either."""
    template = path.read_text("utf-8")
    bare = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", template, flags=re.DOTALL)
    assert not PRINTED.findall(bare)
    assert not re.search(r"\son[a-z]+\s*=|\sstyle\s*=|javascript:|<style|<script(?![^>]*\ssrc=)", bare, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_gaps(language: str) -> None:
    """And none is empty."""
    first, other = catalogue.catalogue().texts, catalogue.catalogue(language).texts
    assert first.keys() == other.keys()
    for name, text in other.items():
        assert text.strip()
        assert set(re.findall(r"{(\w*)}", text)) == set(re.findall(r"{(\w*)}", first[name])), name


def test_an_unknown_text_or_name_is_an_error() -> None:
    """A page is not shown with a hole in it."""
    with pytest.raises(KeyError):
        catalogue.catalogue()("sign_in.nothing")
    with pytest.raises(KeyError):
        assets.address_of("nothing.css")
    with pytest.raises(FileNotFoundError):
        catalogue.catalogue("xx-XX")


def test_times_are_shown_in_the_zone_of_the_site_with_utc_behind_them() -> None:
    """To the second; in full or without the date."""
    template = rendering.environment().from_string("{{ at | time }} {{ at | time(short=true) }}")
    services = SimpleNamespace(zone=ZoneInfo("Europe/Berlin"))
    shown = template.render(at=datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC), services=services)
    assert shown.count('title="2026-07-01 22:30:05 UTC"') == 2
    assert ">2 Jul 2026, 00:30:05<" in shown
    assert ">00:30:05<" in shown


def test_a_drawn_code_is_square_with_a_margin_and_safe_in_a_page() -> None:
    """As readers of such codes want it."""
    drawn = qr_svg('otpauth://totp/Wayside:ivy?secret=ABC&issuer="x"<script>')
    assert isinstance(drawn, Markup)
    side = re.search(r'viewBox="0 0 (\d+) (\d+)"', drawn)
    assert side is not None
    assert side[1] == side[2]
    assert (int(side[1]) - 2 * QUIET - 17) % 4 == 0
    assert "script" not in drawn
    assert min(int(x) for x in re.findall(r"M(\d+) ", drawn)) == QUIET
