# SPDX-License-Identifier: Apache-2.0
"""The page of numbers: bars and tables say the same, in the site's hours, and name no vehicle."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from unit.web.house import PLATE, Answered, House

from wayside.web.pages.numbers import aboard, by_day, by_time, chart_of, lines, named, reads, safe
from wayside.web.pages.spans import Span


def asked(house: House, path: str = "/numbers", role: str = "investigator", *, purpose: bool = True) -> Answered:
    """What somebody gets, who may look themselves unless another role is named."""
    house.world.person("adam", role)
    if role == "investigator" and purpose:
        house.world.under_purpose("adam")
    return house.call("GET", path, session=house.world.session("adam"))


def test_movements_are_counted_and_drawn(house: House) -> None:
    """The one of today, with its hour, gate and class; no plate; and the journal tells who counted."""
    answer = asked(house)
    assert answer.status == 200
    assert "1 passages" in answer.text
    assert answer.text.count("<svg") >= 8
    assert '<th scope="row">main, in</th><td>1</td>' in answer.text
    assert '<th scope="row">11</th><td>1</td>' in answer.text
    assert '<th scope="row">Sunday</th><td>1</td>' in answer.text
    assert "100% (1 of 1)" in answer.text
    assert PLATE not in answer.text
    (told,) = house.world.told(["search"])
    assert told.payload is not None
    assert (told.payload["person"], "since" in told.payload["counts"]) == ("adam", True)


@pytest.mark.parametrize("role", ["administrator", "approver", "officer", "auditor", "monitor", "investigator"])
def test_who_may_not_look_counts_in_tens(house: House, role: str) -> None:
    """So that no single vehicle shows, by itself or by subtraction; nor does the journal tell of a search."""
    answer = asked(house, role=role, purpose=False)
    assert "fewer than 10 passages" in answer.text
    assert '<th scope="row">main, in</th><td>fewer than 10</td>' in answer.text
    assert "(1 of 1)" not in answer.text
    assert house.world.told(["search"]) == []
    path = "/numbers/file?first=2026-11-22&last=2026-11-22"
    file = house.call("GET", path, session=house.world.session("adam"))
    rows = list(csv.reader(io.StringIO(file.text)))
    assert ["way", "main, in", "0", "fewer than 10"] in rows
    assert {row[2] for row in rows[1:]} == {"0"}


def test_older_counts_are_in_tens_for_everybody(house: House) -> None:
    """What one person may not search alone they may not count exactly either; erased passages count too."""
    answer = asked(house, "/numbers?first=2026-01-01&last=2026-11-22")
    assert "fewer than 10 passages" in answer.text
    answer = house.call("GET", "/numbers?first=2026-10-01&last=2026-11-22", session=house.world.session("adam"))
    assert "2 passages" in answer.text


def test_tens_are_rounded_down() -> None:
    """Twelve and nineteen are ten, and a share is told of a hundred on."""
    counts = {"a": 19, "b": 9, "c": 0, "d": 1234}
    assert [row.shown for row in chart_of("way", counts, exact=False).rows] == ["10", "fewer than 10", "0", "1,230"]
    assert [row.count for row in chart_of("way", counts, exact=False).rows] == [10, 0, 0, 1230]
    assert reads({"a": (90, 99)}, exact=False).rows == ()
    assert [row.shown for row in reads({"a": (99, 123)}, exact=False).rows] == ["75% (90 of 120)"]


def test_days_without_passages_say_so(house: House) -> None:
    """In place of empty drawings."""
    assert "Nothing in these days" in asked(house, "/numbers?first=2026-11-01&last=2026-11-02").text


def test_days_that_cannot_be_are_complained_of(house: House) -> None:
    """The page shows the last week instead."""
    answer = asked(house, "/numbers?first=2020-01-01&last=2026-11-22")
    assert answer.status == 422
    assert "366 days at most" in answer.text


def test_the_file_has_every_number(house: House) -> None:
    """As comma-separated values."""
    answer = asked(house, "/numbers/file?first=2026-11-22&last=2026-11-22")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="numbers-2026-11-22-2026-11-22.csv"' in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["what", "of", "count", "shown"]
    assert ["way", "main, in", "1", "1"] in rows
    assert {row[0] for row in rows[1:]} == {
        "day",
        "hour",
        "weekday",
        "way",
        "class",
        "kind",
        "aboard",
        "camera",
        "reads",
    }


def test_a_device_sees_no_numbers(house: House) -> None:
    """Nor does somebody without a task."""
    house.world.person("otto")
    assert house.call("GET", "/numbers", session=house.world.session("otto")).status in {403, 404}


def test_hours_are_those_of_the_site() -> None:
    """Half past eleven at night in UTC is the next day in Berlin."""
    of_day, of_week = by_time({datetime(2026, 7, 5, 23, tzinfo=UTC): 4}, ZoneInfo("Europe/Berlin"))
    assert of_day["01"] == 4
    assert of_week["Monday"] == 4
    assert sum(of_day.values()) == sum(of_week.values()) == 4
    assert (len(of_day), len(of_week)) == (24, 7)


def test_every_day_of_the_span_is_there() -> None:
    """Also those without any, and half past eleven at night in UTC counts for the next day in Berlin."""
    span = Span(date(2026, 7, 4), date(2026, 7, 6), datetime(2026, 7, 4, tzinfo=UTC), datetime(2026, 7, 7, tzinfo=UTC))
    counts = by_day({datetime(2026, 7, 5, 23, tzinfo=UTC): 4}, span, ZoneInfo("Europe/Berlin"))
    assert counts == {"04 Jul 2026": 0, "05 Jul 2026": 0, "06 Jul 2026": 4}


def test_bars_are_as_long_as_their_counts() -> None:
    """Beside the longest; nothing at all is no chart."""
    chart = chart_of("camera", {"a": 50, "b": 25, "c": 0})
    assert [row.length for row in chart.rows] == [100, 50, 0]
    assert chart_of("camera", {"a": 0}).rows == chart_of("camera", {}).rows == ()


def test_what_is_not_known_is_said_in_words() -> None:
    """And stands last where there is an order."""
    assert named({"": 2, "civil": 5}, "class", "numbers.not_read") == {"civil": 5, "not read": 2}
    assert list(aboard({"-1": 9, "10": 1, "2": 3})) == ["2", "10", "not counted"]


def test_a_camera_that_saw_nothing_has_no_share() -> None:
    """There is nothing to divide by."""
    assert [row.shown for row in reads({"gate": (3, 4), "yard": (0, 0)}).rows] == ["75% (3 of 4)"]


@pytest.mark.parametrize(("label", "kept"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("main", "main")])
def test_no_name_becomes_a_formula(label: str, kept: str) -> None:
    """Whatever somebody called a gate."""
    assert safe(label) == kept
    assert kept in lines([chart_of("way", {label: 1})])
