# SPDX-License-Identifier: Apache-2.0
"""Cameras at the edges of what may be stated: what is kept is what was meant, and the next start reads it again."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.config import CameraPlan, gate_text, parse_gate
from wayside.domain import Gate, Point, UsageError
from wayside.record import CAMERAS_FILE, Store, entries
from wayside.setup import SiteCameras, Study, Trail, checked_name, credentials_of, document_of
from wayside.setup.cameras import digest_of, place_of
from wayside.setup.file import plan_text, read_cameras, read_plan, write_cameras
from wayside.setup.words import unread_of

NORTH = CameraPlan("rtsp://admin:swordfish@192.0.2.10/live", "north")
YARD = CameraPlan("yard.mp4", "yard")
sources = some.text(some.characters(codec="utf-8"), min_size=1, max_size=40)


@given(source=sources)
def test_a_source_of_any_characters_survives(source: str) -> None:
    """Line ends, tabs, quotes and control characters too: a path may hold them, and must not end the text."""
    text = plan_text(CameraPlan(source, "a"))
    assert read_plan(text).source == source
    assert list(tomllib.loads(text)["camera"][0]) == ["name", "source"]


@given(
    at=some.datetimes(datetime(1850, 1, 1), datetime(2100, 1, 1)),
    zone=some.sampled_from(["Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Africa/Monrovia", "UTC"]),
)
def test_a_time_of_any_zone_survives(at: datetime, zone: str) -> None:
    """Zones of old times are off by seconds, which no settings file can state."""
    plan = CameraPlan("a.mp4", "a", started_at=at.replace(tzinfo=ZoneInfo(zone)))
    again = read_plan(plan_text(plan)).started_at
    assert again is not None and plan.started_at is not None
    assert again.astimezone(UTC) == plan.started_at.astimezone(UTC)


@given(
    bearing=some.one_of(some.integers(0, 359), some.floats(0, 359)),
    latitude=some.one_of(some.integers(-90, 90), some.floats(-90, 90)),
    longitude=some.one_of(some.integers(-180, 180), some.floats(-180, 180)),
)
def test_numbers_survive_whole_or_not(bearing: float, latitude: float, longitude: float) -> None:
    """To the last digit."""
    plan = CameraPlan("a.mp4", "a", bearing_deg_true=bearing, position=(latitude, longitude))
    again = read_plan(plan_text(plan))
    assert (again.bearing_deg_true, again.position) == (bearing, (latitude, longitude))


hundredths = some.integers(0, 10_000_000).map(lambda value: value / 100)


@given(x=hundredths, y=hundredths, heading=some.none() | some.floats(0, 359.99))
def test_a_gate_survives_to_the_hundredth_of_a_pixel(x: float, y: float, heading: float | None) -> None:
    """In the widest picture that the API takes."""
    gate = Gate("main", Point(x, y), Point(x + 1, y), "in", "out", heading)
    again = parse_gate(gate_text(gate))
    assert again.start == gate.start
    assert again.end.x == pytest.approx(gate.end.x, abs=0.005)
    assert again.heading_deg_true == heading


def test_whole_numbers_are_written_as_such() -> None:
    """A file that people read and mend."""
    text = gate_text(Gate("main", Point(1, 2.0), Point(300.25, 40), "in", "out", 90.0))
    assert text == "main:1,2,300.25,40:in:out:90"


def test_blanks_round_a_name_make_no_second_camera(tmp_path: Path) -> None:
    """Nor do they put one in the place of another."""
    with Store(tmp_path) as store:
        site = SiteCameras(store)
        site.add(NORTH, "adam")
        with pytest.raises(UsageError, match="already"):
            site.add(replace(YARD, name=" north "), "adam")
        assert site.plans() == (NORTH,)
        site.add(replace(YARD, name=" yard "), "adam")
        assert [plan.name for plan in site.plans()] == ["north", "yard"]
        assert [plan.name for plan in read_cameras(tmp_path)] == ["north", "yard"]


@pytest.mark.parametrize("name", ["a", "Tor 3", "nördliches-Tor", "ворота", "a.b", "a" * 64, "a_1", "7"])
def test_names_that_people_give_are_taken(name: str) -> None:
    """In any script."""
    assert checked_name(f" {name}\n") == name


@pytest.mark.parametrize("name", ["_a", ".a", "a.", "a ", "a\nb", "a\tb", "a?b", "a#b", "a%2Fb", "a\\b", "a\0"])
def test_names_that_would_break_an_address_or_a_file_are_not(name: str) -> None:
    """Blanks at the ends are taken off, and nothing else is repaired."""
    if name == name.strip():
        with pytest.raises(UsageError, match="no name for a camera"):
            checked_name(name)
    else:
        assert checked_name(name) == name.strip()


def test_a_malformed_address_in_the_file_keeps_nobody_from_their_pages(tmp_path: Path) -> None:
    """Somebody wrote it by hand: it is told without its password, and the camera says what is wrong when opened."""
    source = "rtsp://admin:swordfish@[::1/live"
    write_cameras(tmp_path, [replace(NORTH, source=source)])
    assert credentials_of(source) is None
    with Store(tmp_path) as store:
        (plan,) = SiteCameras(store).plans()
        with store.reading() as connection:
            told = [str(one.payload) for one in entries(connection, ["config"])]
    assert plan.source == source
    assert any("north" in one for one in told)
    assert not any("swordfish" in one for one in told)


@pytest.mark.parametrize("user", ["", "admin"])
@pytest.mark.parametrize("password", ["", "swordfish"])
def test_half_a_sign_in_is_one_too(user: str, password: str) -> None:
    """Cameras with a password and no user exist."""
    found = credentials_of(f"rtsp://{user}:{password}@192.0.2.1/")
    assert (found is None) is (not user and not password)
    if found is not None:
        assert (found.user, found.password) == (user, password)


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "rtsp://192.0.2.99/live"},
        {"gates": (parse_gate("main:0,0,1,1:in:out"),)},
        {"place": "gate"},
        {"position": (1.0, 2.0)},
        {"bearing_deg_true": 1.0},
        {"country": "GB"},
        {"started_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"privacy_blur": False},
        {"enabled": False},
    ],
)
def test_whatever_changes_is_told_to_the_journal(changed: dict[str, object]) -> None:
    """A field that the digest left out could be changed by hand without a trace."""
    plan = replace(NORTH, **changed)  # type: ignore[arg-type]
    assert digest_of([plan]) != digest_of([NORTH])
    assert digest_of([plan]) == digest_of([replace(plan)])


def test_another_password_is_told_to_nobody() -> None:
    """Not even by its digest, which could be tried out."""
    other = replace(NORTH, source="rtsp://admin:pike@192.0.2.10/live")
    assert document_of(other) == document_of(NORTH)
    assert digest_of([other]) == digest_of([NORTH])
    without = replace(NORTH, source="rtsp://192.0.2.10/live")
    assert (document_of(NORTH)["signs_in"], document_of(without)["signs_in"]) == (True, False)


def test_where_a_camera_stands_may_be_unknown() -> None:
    """Nothing is put in the place of what nobody stated."""
    assert (place_of(YARD).latitude, place_of(YARD).longitude, place_of(YARD).place) == (None, None, None)


def test_a_look_is_told_with_who_looked_and_at_what(tmp_path: Path) -> None:
    """A camera that is not added yet has no name."""
    with Store(tmp_path) as store:
        site = SiteCameras(store)
        site.tell_look("north", "adam", "looked")
        site.tell_look(None, "eve", "tried")
        with store.reading() as connection:
            told = [one.payload for one in entries(connection, ["access"])]
    said = {(one["person"], one["what"], one["camera"]) for one in told if one}
    assert said == {("adam", "looked", "north"), ("eve", "tried", None)}


def test_a_draft_that_could_not_be_put_in_place_is_not_left_behind(tmp_path: Path) -> None:
    """It would hold every password."""
    (tmp_path / CAMERAS_FILE).mkdir()
    with pytest.raises(Exception, match="cannot be written"):
        write_cameras(tmp_path, [NORTH])
    assert [path.name for path in tmp_path.iterdir()] == [CAMERAS_FILE]


def test_a_study_that_ends_as_it_begins_took_no_time() -> None:
    """Also on a clock that stands at nothing."""
    now_s = [0.0]
    study = Study("north", lasts_s=10, clock=lambda: now_s[0])
    study.end()
    now_s[0] = 5.0
    study.take(Trail([(0.0, 0.0, 0.0, 9.0, 9.0), (1.0, 5.0, 5.0, 14.0, 14.0)], []))
    assert (study.state().passed_s, study.state().running, study.state().seen) == (0.0, False, ())


@given(some.dictionaries(some.sampled_from(["too_small", "too_blurred", "no_plate_found"]), some.integers(0, 9)))
def test_reasons_come_by_how_often_they_were(words: dict[str, int]) -> None:
    """All of them, and in the same order each time."""
    told = unread_of(words)
    assert dict(told) == words
    assert told == unread_of(dict(reversed(words.items())))
    assert [count for _, count in told] == sorted(words.values(), reverse=True)


def test_a_time_is_written_so_that_every_zone_reads_it() -> None:
    """In UTC."""
    east = timezone(timedelta(hours=5, minutes=30))
    text = plan_text(CameraPlan("a.mp4", started_at=datetime(2026, 6, 1, 7, 30, tzinfo=east)))
    assert "start = 2026-06-01T02:00:00+00:00\n" in text
