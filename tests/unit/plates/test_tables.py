# SPDX-License-Identifier: Apache-2.0
"""The shipped syntax tables are whole, and a broken table names its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from wayside.domain import PlateClass
from wayside.plates import TableError, decode
from wayside.plates.tables import Authority, Series, authorities, known_marks, load_authority, series_by_rule
from wayside.plates.text import normalise

GOOD = """country = "XX"
name = "Ruritania"
[sources]
own = { title = "a book", date = "2026", grade = "good" }
[[series]]
id = "civil"
class = "civil"
title = "Civil"
patterns = ["@@ ###"]
source = "own"
examples = ["AB 123", "KL 901", "ZX 457"]
"""


def written(folder: Path, text: str) -> Path:
    """A table of that text."""
    path = folder / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_enough_authorities_and_missions() -> None:
    """At least 46 jurisdictions, and missions of at least 21 of them."""
    missions = {s.country for s in series_by_rule().values() if s.plate_class is PlateClass.DIPLOMATIC}
    assert len(authorities()) >= 46
    assert len(missions) >= 21


@pytest.mark.parametrize("authority", authorities(), ids=lambda authority: authority.country)
def test_every_authority_is_whole(authority: Authority) -> None:
    """Code, name, weight and colours are there, and every hand-written example fits its own series."""
    assert len(authority.country) == 2 and authority.country.isupper()
    assert authority.weight > 0
    for series in authority.series:
        assert series.share > 0
        assert series.colours.text != series.colours.ground
        for example in series.examples:
            assert any(form.fits(normalise(example)) for form in series.forms), (series.rule, example)


@pytest.mark.parametrize("rule", sorted(series_by_rule()))
def test_every_example_is_printed_as_it_is_written(rule: str) -> None:
    """The separators of the table are those of the examples, up to which sign separates."""
    series: Series = series_by_rule()[rule]
    for example in series.examples:
        plain = normalise(example)
        fitting = [form for form in series.forms if form.fits(plain)]
        assert any(normalise(form.printed(plain)) == plain for form in fitting)


def test_all_of_the_european_union_is_there() -> None:
    """Every member state has its table."""
    members = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"}
    members |= {"IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
    assert members <= {authority.country for authority in authorities()}


def test_marks_of_china_and_korea_are_known() -> None:
    """Characters beyond Latin tell missions there."""
    assert {"使", "领", "외", "교"} <= known_marks()


def test_country_is_one_file_and_three_examples(tmp_path: Path) -> None:
    """A new country needs a table and nothing else."""
    authority = load_authority(written(tmp_path, GOOD))
    assert authority.series[0].rule == "xx/civil"
    assert authority.series[0].forms[0].fits("AB123")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Ruritania"', "name = ", r"xx\.toml:2: not TOML"),
        ('name = "Ruritania"\n', "", r"xx\.toml:1: 'name' is missing"),
        ('class = "civil"', 'class = "royal"', r"xx\.toml:6: class 'royal' is none of"),
        ('patterns = ["@@ ###"]', 'patterns = ["@@ %"]', r"xx\.toml:6: '@@ %' is not understood"),
        ('"KL 901", "ZX 457"', '"KL 901"', r"has 2 examples; give at least three"),
        ('source = "own"', 'source = "other"', r"xx\.toml:6: source 'other' is not under"),
        ('grade = "good"', 'grade = "sure"', r"xx\.toml:4: grade 'sure' is none of"),
        ('patterns = ["@@ ###"]\n', "", r"'patterns' is missing"),
        ('title = "Civil"', 'title = "Civil"\nages = "none"', r"ages 'none' is not under"),
    ],
)
def test_mistakes_name_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """What is wrong with a table is said with its place."""
    with pytest.raises(TableError, match=message):
        load_authority(written(tmp_path, GOOD.replace(old, new)))


def test_two_series_of_one_name_are_refused(tmp_path: Path) -> None:
    """A rule identifies one series."""
    with pytest.raises(TableError, match="two series are called xx/civil"):
        load_authority(written(tmp_path, GOOD + GOOD[GOOD.index("[[series]]") :]))


def test_weak_rows_carry_their_grade() -> None:
    """What is marked weak in the source says so."""
    assert series_by_rule()["pl/diplomatic"].source.grade == "weak"
    assert series_by_rule()["de/diplomatic"].source.grade == "good"
    assert decode("W 001 234", country="PL")[0].rule == "pl/diplomatic"
