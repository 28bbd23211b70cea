# SPDX-License-Identifier: Apache-2.0
"""The pages of sightings: found under a purpose, opened and linked by investigators, changed by their observer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sighted import in_force, sent
from unit.access.world import NOW, OTHER_SITE, SITE
from unit.web.house import PLATE, House
from unit.web.person import Person

from wayside.domain import PlateClass, SeenPlace
from wayside.record import SightingVersion, sighting_versions

FIRST = f"/sightings/{1:032x}"


def looks(house: House) -> list[dict[str, Any]]:
    """What the journal tells of looks, the newest first."""
    return [one.payload or {} for one in house.world.told(["search"])]


def kept(house: House, number: int = 1) -> list[SightingVersion]:
    """The versions of a report."""
    with house.world.store.reading() as connection:
        return sighting_versions(connection, f"{number:032x}")


@pytest.fixture
def ivy(house: House) -> Person:
    """An investigator under a purpose."""
    return Person(house, "ivy", "investigator")


@pytest.fixture
def otto(house: House) -> Person:
    """An observer who has sent two reports, of which the first is of a vehicle that went past a camera too."""
    brief = in_force(house.world.store)
    sent(house.world.store, brief, 1, plate=PLATE.replace("5", "?"))
    sent(house.world.store, brief, 2, plate="XX99XXX", place=SeenPlace("The Bridge"), plate_class=PlateClass.CIVIL)
    return Person(house, "otto", "observer", purpose=False)


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, {1, 2}),
        ({"plate": PLATE.lower()}, {1}),
        ({"plate": "??"}, None),
        ({"plate_class": "civil"}, {2}),
        ({"plate_class": "no such class"}, {1, 2}),
        ({"place": " the bridge "}, {2}),
        ({"observer": "olga"}, set()),
        ({"since": "2026-11-22T00:00", "until": "2026-11-22T01:00"}, set()),
        ({"since": "2026-11-22T02:00", "until": "2026-11-22T01:00"}, None),
        ({"since": "yesterday"}, None),
        ({"until": "9999-12-31T23:59"}, {1, 2}),
    ],
)
def test_reports_are_found_by_what_was_asked(
    house: House, ivy: Person, otto: Person, asked: dict[str, str], numbers: set[int] | None
) -> None:
    """What cannot be meant is sent back with what was typed, and is no search."""
    answer = ivy.form("/sightings", **asked)
    if numbers is None:
        assert (answer.status, looks(house)) == (422, [])
        return
    assert answer.status == 200
    assert {one for one in (1, 2) if f"/sightings/{one:032x}" in answer.text} == numbers
    assert len(looks(house)) == 1


@pytest.mark.parametrize("field", ["since", "until"])
@pytest.mark.parametrize("time", ["0001-01-01T00:00", "9999-12-31T23:59", "1969-12-31T23:59", "2026-02-30T10:00", "0"])
def test_no_time_that_somebody_types_breaks_the_page(ivy: Person, field: str, time: str) -> None:
    """It is found in, refused for its age, or sent back."""
    assert ivy.form("/sightings", **{field: time}).status in {200, 403, 410, 422}


def test_without_a_purpose_nothing_is_found(house: House, otto: Person) -> None:
    """Nor by whoever may not look at all."""
    without = Person(house, "ina", "investigator", purpose=False)
    assert {one.form("/sightings", plate=PLATE).status for one in (without, otto)} == {403}
    assert looks(house) == []


def test_a_look_at_somebody_else_s_report_is_told(house: House, ivy: Person, otto: Person) -> None:
    """One's own is no look; another observer's is not there to see."""
    assert "a pennant on the wing" in otto.page(FIRST).text
    assert looks(house) == []
    assert "a pennant on the wing" in ivy.page(FIRST).text
    assert len(looks(house)) == 1
    olga = Person(house, "olga", "observer", purpose=False)
    assert olga.page(FIRST).status in {403, 404}
    assert ivy.page(f"/sightings/{9:032x}").status == 404


def test_an_observer_changes_their_own_report_and_both_versions_are_shown(house: House, otto: Person) -> None:
    """Within ten minutes as it is, later with a reason."""
    changes = {"after": "1", "plate": "AB1", "plate_class": "", "colour": "red", "note": "one\r\ntwo"}
    assert otto.form(f"{FIRST}/change", **changes).status == 303
    last = kept(house)[-1].sighting
    assert (last.plate, last.plate_class, last.colour, last.note) == ("AB1", None, "red", "one\ntwo")
    house.world.clock.forward(minutes=11)
    late = changes | {"after": "2", "colour": "blue"}
    refused = otto.form(f"{FIRST}/change", **late)
    assert (refused.status, "needs its reason" in refused.text) == (422, True)
    assert otto.form(f"{FIRST}/change", **late, reason="the photo shows it").status == 303
    page = otto.page(FIRST).text
    assert "the photo shows it" in page
    assert "black" in page


def test_two_windows_of_one_report_do_not_overwrite_each_other(house: House, otto: Person) -> None:
    """The second is told to look again."""
    first = otto.form(f"{FIRST}/change", after="1", plate="AB1", note="first")
    second = otto.form(f"{FIRST}/change", after="1", plate="AB2", note="second")
    assert (first.status, second.status, "changed meanwhile" in second.text) == (303, 422, True)
    assert kept(house)[-1].sighting.note == "first"


def test_an_investigator_changes_nobody_s_report(house: House, ivy: Person, otto: Person) -> None:
    """What was seen is the observer's word."""
    assert ivy.form(f"{FIRST}/change", after="1", plate="AB1").status == 403
    assert f'action="{FIRST}/change"' not in ivy.page(FIRST).text
    assert len(kept(house)) == 1


def test_a_report_is_linked_to_a_passage_and_unlinked_with_reasons(house: House, ivy: Person, otto: Person) -> None:
    """Both words stay; the last one holds."""
    passage = house.passages[SITE, "fresh"]
    link = {"passage_id": passage, "reason": " the same pennant "}
    assert ivy.form(f"{FIRST}/links", **link).status == 303
    assert "the same pennant" in ivy.page(FIRST).text
    assert PLATE in ivy.page(FIRST).text
    undone = ivy.form(f"{FIRST}/links", passage_id=passage, reason="another vehicle", stands="false")
    assert undone.status == 303
    page = ivy.page(FIRST).text
    assert "another vehicle" in page
    assert 'name="stands" value="false"' not in page


@pytest.mark.parametrize(
    ("site", "reason", "mend"),
    [(OTHER_SITE, "the same", "no such passage"), (SITE, "  ", "say in up to"), (None, "the same", "no such passage")],
)
def test_a_link_that_cannot_be_is_sent_back(
    house: House, ivy: Person, otto: Person, site: str | None, reason: str, mend: str
) -> None:
    """To a passage of another site, to none, or without a reason."""
    passage = f"{77:032x}" if site is None else house.passages[site, "fresh"]
    answer = ivy.form(f"{FIRST}/links", passage_id=passage, reason=reason)
    assert (answer.status, mend in answer.text) == (422, True)


def test_passages_are_proposed_where_they_are_asked_for(house: House, ivy: Person, otto: Person) -> None:
    """Not on the page itself: seeing them is a look of its own, and the observer has none."""
    house.world.clock.now = NOW - timedelta(minutes=58)
    in_time = in_force(house.world.store)
    sent(house.world.store, in_time, 3, plate=PLATE.replace("5", "?"))
    house.world.clock.now = NOW
    third, passage = f"/sightings/{3:032x}", house.passages[SITE, "fresh"]
    assert f'value="{passage}"' not in ivy.page(third).text
    before = len(looks(house))
    assert f'name="passage_id" value="{passage}"' in ivy.form(f"{third}/proposals").text
    assert any(one.get("criteria", {}).get("proposals") or one.get("proposals") for one in looks(house)[:-before])
    assert otto.form(f"{third}/proposals").status == 403
