# SPDX-License-Identifier: Apache-2.0
"""The page of one passage: everything that is known of it, and what people add; each look is journalled."""

from __future__ import annotations

import pytest
from unit.access.world import OTHER_SITE, SITE
from unit.web.house import PLATE, House


def investigator(house: House) -> str:
    """The session of somebody who may open passages."""
    house.world.person("vera", "investigator")
    house.world.under_purpose("vera")
    return house.world.session("vera")


def page(house: House, age: str = "fresh", site: str = SITE) -> str:
    """The address of the page of a passage."""
    return f"/passages/{house.passages[site, age]}"


def test_everything_that_is_known_is_shown(house: House) -> None:
    """Reading, alternatives, syntax, movement, pictures, and the entry of the look."""
    answer = house.call("GET", page(house), session=investigator(house))
    assert answer.status == 200
    for part in (
        PLATE,
        "1O1D234",
        "main, in",
        "92° true",
        "1 to 3 aboard",
        f"{page(house)[9:]}/pictures/plate",
        "entry",
    ):
        assert part in answer.text, part
    assert len(house.world.told(["search"])) == 1


def test_each_look_is_an_entry(house: House) -> None:
    """Of who looked, and why."""
    session = investigator(house)
    for _ in range(2):
        house.call("GET", page(house), session=session)
    told = house.world.told(["search"])
    assert len(told) == 2


@pytest.mark.parametrize(("age", "site"), [("gone", SITE), ("fresh", OTHER_SITE)])
def test_what_is_beyond_reach_is_not_shown(house: House, age: str, site: str) -> None:
    """Too old, or of another site; nor is it told that it is there."""
    answer = house.call("GET", page(house, age, site), session=investigator(house))
    assert answer.status in {403, 404, 410}
    assert PLATE not in answer.text
    assert house.world.told(["search"]) == []


def test_a_correction_stands_beside_what_was_read(house: House) -> None:
    """With its author and reason; the plate as typed is brought into the record's form."""
    session = investigator(house)
    form = {"kind": "correction", "field": "plate", "value": "ld52 xyy", "reason": "a Y, see <b>picture</b>"}
    answer = house.call("POST", f"{page(house)}/amend", session=session, form=form)
    assert (answer.status, answer.headers["location"]) == (303, page(house))
    shown = house.call("GET", page(house), session=session).text
    assert "plate corrected to LD52XYY" in shown
    assert "a Y, see &lt;b&gt;picture&lt;/b&gt;" in shown
    assert PLATE in shown


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"kind": "confirmation", "reason": "compared with the picture"}, 303),
        ({"kind": "rejection", "reason": "a bin, not a car"}, 303),
        ({"kind": "correction", "field": "occupants", "value": "3", "reason": "three heads"}, 303),
        ({"kind": "correction", "field": "occupants", "value": "many", "reason": "full"}, 422),
        ({"kind": "correction", "field": "camera", "value": "yard", "reason": "moved"}, 422),
        ({"kind": "confirmation", "reason": " "}, 422),
        ({"kind": "praise", "reason": "well done"}, 422),
    ],
)
def test_what_people_may_say(house: House, form: dict[str, str], status: int) -> None:
    """And what cannot be meant is told without being kept."""
    answer = house.call("POST", f"{page(house)}/amend", session=investigator(house), form=form)
    assert answer.status == status
    assert len(house.world.told(["amendment"])) == (status == 303)


def test_who_may_only_watch_cannot_open_it(house: House) -> None:
    """A monitor sees masked plates on the live page."""
    house.world.person("milo", "monitor")
    answer = house.call("GET", page(house), session=house.world.session("milo"))
    assert answer.status == 403
    assert PLATE not in answer.text
