# SPDX-License-Identifier: Apache-2.0
"""Every worked example is classified as its line says."""

from __future__ import annotations

import csv
from importlib import resources

import pytest

from wayside.plates import decode
from wayside.plates.tables import authorities, series_by_rule

LEAST_SHARE_WHERE_SHARED = 0.05


def drawn_examples() -> list[dict[str, str]]:
    """The lines of the file of drawn examples."""
    file = resources.files("wayside.plates") / "data" / "examples.csv"
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def check(text: str, rule: str) -> None:
    """The example's class and country come first; where the text cannot tell series apart, its series is named."""
    series = series_by_rule()[rule]
    found = decode(text, country=series.country)
    if series.shared:
        named = {registration.rule: registration.probability for registration in found}
        assert named.get(rule, 0.0) >= LEAST_SHARE_WHERE_SHARED, (rule, text, found)
    else:
        assert (found[0].country, found[0].plate_class) == (series.country, series.plate_class), (rule, text, found)


def test_there_are_enough_examples() -> None:
    """At least 1,500 lines, all of known rules, few of them of series that share their forms."""
    lines = drawn_examples()
    assert len(lines) >= 1500
    assert {line["rule"] for line in lines} == set(series_by_rule())
    assert sum(series_by_rule()[line["rule"]].shared for line in lines) < 0.05 * len(lines)


@pytest.mark.parametrize("country", [authority.country for authority in authorities()])
def test_drawn_examples_are_classified(country: str) -> None:
    """Each drawn text has the class and country of its line."""
    for line in drawn_examples():
        if line["country"] == country:
            check(line["text"], line["rule"])


@pytest.mark.parametrize("rule", sorted(series_by_rule()))
def test_hand_written_examples_are_classified(rule: str) -> None:
    """Each example of the tables themselves has the class and country of its series."""
    for text in series_by_rule()[rule].examples:
        check(text, rule)
