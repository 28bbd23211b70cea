# SPDX-License-Identifier: Apache-2.0
"""The page for finding: what is typed is looked for under a purpose, journalled, shown escaped, page by page."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from factories import bare_passage
from unit.access.world import SITE
from unit.web.house import PLATE, Answered, House

from wayside.access import decide
from wayside.record import CameraPlace, find_passage, learn_camera
from wayside.record.search import Found
from wayside.web.pages import find


def investigator(house: House, *, purpose: bool = True) -> str:
    """The session of somebody who may search."""
    house.world.person("vera", "investigator")
    if purpose:
        house.world.under_purpose("vera")
    return house.world.session("vera")


def asked(house: House, session: str, q: str, **fields: str) -> Answered:
    """What the page answers to a question."""
    return house.call("POST", "/find", session=session, form={"q": q, **fields})


def searches(house: House) -> int:
    """How many searches the journal tells of."""
    return len(house.world.told(["search"]))


def test_the_empty_page_looks_nothing_up(house: House) -> None:
    """And offers the names that the site uses."""
    answer = house.call("GET", "/find", session=investigator(house))
    assert answer.status == 200
    assert f"gate-{SITE}" in answer.text
    assert searches(house) == 0


def test_a_plate_is_found_and_leads_to_its_passage(house: House) -> None:
    """The plate stands in no address, and the search in the journal."""
    answer = asked(house, investigator(house), f"{PLATE[:4]} {PLATE[4:].lower()}")
    assert answer.status == 200
    assert f'href="/passages/{house.passages[SITE, "fresh"]}"' in answer.text
    assert f'href="/passages/{house.passages[SITE, "ordinary"]}"' in answer.text
    assert searches(house) == 1
    assert "entry" in answer.text


def test_words_are_shown_as_they_were_understood(house: House) -> None:
    """With how far back was looked where nothing was said of time."""
    answer = asked(house, investigator(house), "LD5* diplomatic")
    assert "class: diplomatic" in answer.text
    assert "plate: LD5*" in answer.text
    assert "looked back 7 days" in answer.text


def test_fields_beside_the_box_count_too(house: House) -> None:
    """And stay chosen when the answer comes."""
    session = investigator(house)
    answer = asked(house, session, PLATE, plate_class="military", kind="car")
    assert "Nothing matches" in answer.text
    assert '<option value="military" selected>' in answer.text


@pytest.mark.parametrize(
    ("q", "fields", "complaint"),
    [
        ("*", {}, "fix at least 2"),
        ("today yesterday", {}, "states the since twice"),
        ("LD5*", {"since": "noon"}, "is no time"),
        ("LD5*", {"since": "2026-01-01T00:00", "until": "2025-01-01T00:00"}, "ends before it begins"),
    ],
)
def test_what_cannot_be_meant_is_told_and_not_looked_up(
    house: House, q: str, fields: dict[str, str], complaint: str
) -> None:
    """The question stays in the box."""
    answer = asked(house, investigator(house), q, **fields)
    assert answer.status == 422
    assert complaint in unescape(answer.text)
    assert f'value="{q}"' in answer.text
    assert searches(house) == 0


def test_without_a_purpose_nothing_is_found(house: House) -> None:
    """Neither the page nor its answer."""
    session = investigator(house, purpose=False)
    assert asked(house, session, PLATE).status == 403
    assert house.call("GET", "/find", session=session).status == 403


def test_htmx_gets_the_results_alone(house: House) -> None:
    """Without the page around them."""
    answer = house.call("POST", "/find", session=investigator(house), form={"q": PLATE}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith("<section")
    assert "<html" not in answer.text


def test_the_next_page_goes_on_where_the_first_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is a search of its own in the journal; none shows a passage twice."""
    monkeypatch.setattr(find, "ROWS", 1)
    session = investigator(house)
    first = asked(house, session, PLATE)
    hidden = {
        name: unescape(value) for name, value in re.findall(r'name="(criteria|cursor)" value="([^"]+)"', first.text)
    }
    second = house.call("POST", "/find/more", session=session, form=hidden)
    pages = [re.findall(r'href="/passages/(\w+)"', one.text) for one in (first, second)]
    assert [len(one) for one in pages] == [1, 1]
    assert pages[0] != pages[1]
    assert searches(house) == 2


@pytest.mark.parametrize("criteria", ["", "{}", "[]", "{", '{"site": "south"}', '{"site": "north", "evil": 1}'])
def test_a_page_that_was_tampered_with_does_not_go_on(house: House, criteria: str) -> None:
    """Nor into another site."""
    session = investigator(house)
    answer = house.call("POST", "/find/more", session=session, form={"criteria": criteria or " ", "cursor": "x"})
    assert answer.status == 422
    assert PLATE not in answer.text
    assert searches(house) == 0


def test_what_stands_on_a_vehicle_is_never_markup(house: House) -> None:
    """Nor what somebody types."""
    evil = '"><script>alert(1)</script>'
    house.world.store.add(bare_passage(7), {})
    answer = asked(house, investigator(house), evil)
    assert "<script>alert" not in answer.text


def test_results_stand_on_a_map_where_their_places_are_known(house: House) -> None:
    """With how many are of each place; without a position there is a sentence in place of a map."""
    session = investigator(house)
    assert "No camera of these results has a position" in asked(house, session, PLATE).text
    learn_camera(house.world.store, CameraPlace("gate", "Gate", 52.5, 13.4))
    text = asked(house, session, PLATE).text
    assert "2 found" in text
    assert 'data-camera="gate"' in text


def test_cards_show_the_picture_where_its_reader_may_see_it(house: House) -> None:
    """By the address that journals each look, and lazily; of passages so old that a second person must sign, none."""
    session = investigator(house)
    answer = asked(house, session, PLATE)
    address = f"/api/v1/passages/{house.passages[SITE, 'fresh']}/pictures/vehicle"
    assert f'<img class="shot" src="{address}" alt="" loading="lazy"' in answer.text
    before = searches(house)
    picture = house.call("GET", address, session=session)
    assert (picture.status, picture.headers["content-type"], searches(house)) == (200, "image/jpeg", before + 1)


@pytest.mark.parametrize(("age", "there"), [("ordinary", True), ("old", False)])
def test_a_picture_is_as_old_as_its_passage(house: House, age: str, there: bool) -> None:
    """The approval of a search opens no pictures: they are asked for with their passage."""
    investigator(house)
    vera = house.world.actor("vera")
    gate = SimpleNamespace(services=house.services, may=lambda action, thing: decide(vera, action, thing).allowed)
    with house.world.store.reading() as connection:
        kept = find_passage(connection, house.passages[SITE, age])
    assert kept is not None
    found = Found(kept.passage, kept.seq, None, ())
    assert (find.result_of(cast(Any, gate), found).picture is not None) is there
