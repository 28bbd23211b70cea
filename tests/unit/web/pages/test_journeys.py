# SPDX-License-Identifier: Apache-2.0
"""The page and the API of journeys: under a purpose, journalled, by POST, with what is odd told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from unit.access.world import NOW, SITE
from unit.web.house import PLATE, Answered, House, passage_at

from wayside.record import CameraPlace, learn_camera

HOURS = timedelta(hours=2)


def investigator(house: House) -> str:
    """The session of somebody who may follow."""
    house.world.person("vera", "investigator")
    house.world.under_purpose("vera")
    return house.world.session("vera")


@pytest.fixture
def road(house: House) -> House:
    """A house at whose bridge the vehicle of its gate went past ten seconds later, and another of its fleet."""
    learn_camera(house.world.store, CameraPlace("gate", "Gate", 52.5, 13.4))
    learn_camera(house.world.store, CameraPlace("bridge", "Bridge", 52.6, 13.4, 45.0))
    for number, plate in ((900, PLATE), (901, "LD52ABC")):
        passage, _ = passage_at(number, "fresh", plate)
        later = timedelta(seconds=12)
        house.world.store.add(
            replace(passage, camera="bridge", began_at=passage.began_at + later, ended_at=passage.ended_at + later,
                    crossed_at=tuple(one + later for one in passage.crossed_at), evidence=()), {},
        )  # fmt: skip
    return house


def asked(house: House, **form: str) -> Answered:
    """The page's answer."""
    return house.call("POST", "/journeys", session=investigator(house), form=form)


def test_the_empty_page_looks_nothing_up(house: House) -> None:
    """It only asks."""
    answer = house.call("GET", "/journeys", session=investigator(house))
    assert answer.status == 200
    assert house.world.told(["search"]) == []


def test_a_registration_is_followed(road: House) -> None:
    """In order of time, with the leg that nobody can have driven; and the journal tells of it."""
    since = (NOW - HOURS).isoformat()[:16]
    text = unescape(asked(road, plate="ld52 xyz", since=since).text)
    assert text.index(">Gate</b>") < text.index(">Bridge</b>")
    assert "11.1 km straight" in text
    assert "Too fast to be true" in text
    assert 'class="leg of-0 odd"' in text
    assert len(road.world.told(["search"])) == 1
    assert "LD52ABC" not in text


def test_each_of_a_fleet_has_a_journey(road: House) -> None:
    """By the code of its sender."""
    text = asked(road, code="101", since=(NOW - HOURS).isoformat()[:16]).text
    assert text.count('class="legs"') == 2
    assert "of-1" in text


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({}, "state one of the two"),
        ({"plate": PLATE, "code": "101"}, "state one of the two"),
        ({"plate": PLATE, "since": "noon"}, "is no time"),
        ({"plate": "LD5*", "since": "2026-10-01T00:00"}, "31 days"),
        ({"plate": "*"}, "fix at least 2"),
    ],
)
def test_what_cannot_be_meant_is_told_and_not_looked_up(house: House, form: dict[str, str], complaint: str) -> None:
    """What was typed stays in its field."""
    answer = asked(house, **form)
    assert answer.status == 422
    assert complaint in unescape(answer.text)
    assert house.world.told(["search"]) == []


def test_what_is_old_needs_a_second_person(house: House) -> None:
    """As with any search that reaches so far; the page offers to ask one, and has looked nothing up."""
    answer = asked(house, plate=PLATE, since=(NOW - timedelta(days=120)).isoformat()[:16])
    assert (answer.status, 'action="/journeys/ask"' in answer.text) == (403, True)
    assert house.world.told(["search"]) == []


def test_nothing_found_says_so(house: House) -> None:
    """And draws no map."""
    text = asked(house, plate="ZZ99ZZZ").text
    assert "Nothing matches" in text
    assert "data-map" not in text


def test_no_plate_stands_in_an_address(road: House) -> None:
    """Neither of a form nor of a link."""
    session = investigator(road)
    text = road.call("POST", "/journeys", session=session, form={"plate": PLATE}).text
    assert f"={PLATE}" not in text
    assert f"/{PLATE}" not in text
    page = road.call("GET", f"/passages/{road.passages[SITE, 'fresh']}", session=session).text
    assert 'action="/journeys"' in page


def test_a_program_gets_the_same(road: House) -> None:
    """Numbers where the page has words."""
    body = {"plate": PLATE, "since": (NOW - HOURS).isoformat()}
    answer = road.call("POST", "/api/v1/journeys", session=investigator(road), json_body=body).json
    (journey,) = answer["journeys"]
    assert journey["plate"] == PLATE
    assert [one["place"] for one in journey["stops"]] == ["Gate", "Bridge"]
    (leg,) = journey["legs"]
    assert leg["duration_s"] == 10
    assert leg["distance_m"] == pytest.approx(11_120, rel=0.005)
    assert leg["speed_kmh"] == pytest.approx(4003, rel=0.005)
    assert leg["implausible"] is True
    assert (leg["start"], leg["end"]) == tuple(one["passage"]["id"] for one in journey["stops"])
    assert answer["has_earlier"] is False


def test_a_program_gets_the_places(road: House) -> None:
    """With their cameras."""
    found = road.call("GET", "/api/v1/places", session=investigator(road)).json["places"]
    assert [(one["name"], one["latitude"], [camera["name"] for camera in one["cameras"]]) for one in found][:2] == [
        ("Bridge", 52.6, ["bridge"]),
        ("Gate", 52.5, ["gate"]),
    ]
