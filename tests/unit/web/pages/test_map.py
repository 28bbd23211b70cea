# SPDX-License-Identifier: Apache-2.0
"""The map of the site: places for whoever may see cameras, traffic for whoever may watch, region files in parts."""

from __future__ import annotations

import pytest
from unit.access.world import OTHER_SITE, SITE
from unit.web.house import PLATE, Answered, House

from wayside.config import CameraPlan
from wayside.domain import Gate, Point
from wayside.record import CameraPlace, learn_camera

REGION = "/map/regions/town.pmtiles"


def of(house: House, role: str) -> str:
    """The session of somebody with a role."""
    house.world.person(f"some-{role}", role)
    return house.world.session(f"some-{role}")


@pytest.fixture
def placed(house: House) -> House:
    """A house whose camera `gate` stands somewhere."""
    learn_camera(house.world.store, CameraPlace("gate", "<b>Gate</b>", 52.5, 13.4, 90.0))
    return house


def asked(house: House, role: str, place: str = "", **headers: str) -> Answered:
    """The page as somebody with a role gets it."""
    return house.call("GET", f"/map?place={place}", session=of(house, role), headers=headers)


def test_places_are_drawn_and_data(placed: House) -> None:
    """Escaped in both; what has no position is listed."""
    text = asked(placed, "monitor").text
    assert "&lt;b&gt;Gate&lt;/b&gt;" in text
    assert "<b>Gate" not in text
    assert '<path class="looks" transform="rotate(90)"' in text
    assert "Places without a position" in text
    assert "/map/regions/town.pmtiles" in text
    assert "1 in 24 h" in text


def test_a_place_shows_what_went_past_masked(placed: House) -> None:
    """Counted by gate and way."""
    text = asked(placed, "monitor", "%3Cb%3EGate%3C/b%3E").text
    assert PLATE not in text
    assert "LD•" in text
    assert "main, in" in text
    assert "1 passages in the last 24 hours" in text


def test_htmx_gets_the_place_alone(placed: House) -> None:
    """Without the page around it."""
    text = asked(placed, "investigator", "%3Cb%3EGate%3C/b%3E", **{"HX-Request": "true"}).text
    assert text.lstrip().startswith("<section")
    assert "<html" not in text


@pytest.mark.parametrize("role", ["administrator", "auditor", "observer"])
def test_who_may_not_watch_sees_cameras_only(placed: House, role: str) -> None:
    """No count and no passage."""
    text = asked(placed, role, "%3Cb%3EGate%3C/b%3E").text
    assert "looks towards 90°" in text
    assert "in 24 h" not in text
    assert "LD•" not in text


def test_a_place_of_another_site_is_not_there(house: House) -> None:
    """Nor one that is nowhere."""
    learn_camera(house.world.store, CameraPlace("gate", "Gate", 52.5, 13.4))
    assert asked(house, "monitor", "nowhere").status == 404
    assert f"gate-{OTHER_SITE}" not in asked(house, "investigator").text


@pytest.mark.parametrize("page", ["/map", "/numbers", "/live", f"/map?place=gate-{SITE}"])
def test_a_page_shows_its_own_site_and_asks_for_that(house: House, page: str) -> None:
    """Who has a task at another site only is not let in by naming it."""
    house.world.person("sam", "monitor", site=OTHER_SITE)
    joined = "&" if "?" in page else "?"
    answer = house.call("GET", f"{page}{joined}site={OTHER_SITE}", session=house.world.session("sam"))
    assert answer.status in {403, 404}


def test_a_region_is_served_in_parts(house: House) -> None:
    """With a digest by which a browser knows when it is another."""
    session = of(house, "monitor")
    whole = house.call("GET", REGION, session=session)
    assert whole.body.startswith(b"PMTiles\x03")
    assert whole.headers["accept-ranges"] == "bytes"
    part = house.call("GET", REGION, session=session, headers={"range": "bytes=7-126"})
    assert (part.status, part.body) == (206, whole.body[7:127])
    assert part.headers["content-range"] == f"bytes 7-126/{len(whole.body)}"
    assert part.headers["etag"] == whole.headers["etag"]
    beyond = house.call("GET", REGION, session=session, headers={"range": "bytes=99999999-"})
    assert beyond.status == 416
    again = house.call("GET", REGION, session=session, headers={"if-none-match": whole.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("name", ["other.pmtiles", "..%2Fsite.toml", "town.pmtiles%00", "site.toml"])
def test_nothing_else_is_served_as_a_region(house: House, name: str) -> None:
    """Whatever the address says."""
    assert house.call("GET", f"/map/regions/{name}", session=of(house, "monitor")).status == 404


def test_a_stranger_gets_no_region(house: House) -> None:
    """It tells where the site is."""
    assert house.call("GET", REGION).status in {303, 401}


def test_the_ways_across_gates_are_arrows(placed: House) -> None:
    """At the place, with their names, and in words beside the map; escaped like everything."""
    gate = Gate("<i>main", Point(0, 9), Point(9, 9), "in", "out", 30.0)
    plan = CameraPlan("clip.mp4", "gate", gates=(gate,), bearing_deg_true=90.0)
    placed.services.cameras.add(plan, "adam")
    learn_camera(placed.world.store, CameraPlace("gate", "Gate", 52.5, 13.4, 90.0))
    text = asked(placed, "monitor", "Gate").text
    assert text.count('<g class="heading">') == 2
    assert 'transform="rotate(30)" d="M0 -9V-24' in text
    assert 'transform="rotate(210)" d="M0 -9V-24' in text
    assert "&lt;i&gt;main in" in text
    assert "210° true" in text
