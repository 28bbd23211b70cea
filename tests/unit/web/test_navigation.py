# SPDX-License-Identifier: Apache-2.0
"""The pages beside every page stand in groups, each with a text and a sign."""

from __future__ import annotations

from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st
from unit.web.house import House

from wayside.web.app import EVERYTHING
from wayside.web.catalogue import catalogue
from wayside.web.navigation import GROUPS, REST, Group, Place, grouped

HEADS = [one.head for some in EVERYTHING for one in some if one.head is not None]


def test_groups_keep_their_order_and_leave_out_what_has_no_page() -> None:
    """Whatever order the pages come in."""
    found = grouped([("/people", "head.people"), ("/find", "head.find"), ("/live", "head.live")])
    assert found == [
        Group("watch", (Place("live", "/live"),)),
        Group("search", (Place("find", "/find"),)),
        Group("set_up", (Place("people", "/people"),)),
    ]


def test_a_page_that_stands_in_no_group_comes_last() -> None:
    """It is not lost."""
    assert grouped([("/new", "head.new"), ("/live", "head.live")])[-1] == Group(REST, (Place("new", "/new"),))


@given(st.lists(st.sampled_from([name for _, names in GROUPS for name in names] + ["one", "two"]), unique=True))
def test_every_page_is_there_once(names: list[str]) -> None:
    """None is lost and none is shown twice."""
    found = grouped([(f"/{name}", f"head.{name}") for name in names])
    assert sorted(place.name for group in found for place in group.places) == sorted(names)


def test_every_page_of_the_program_has_its_group_its_text_and_its_sign() -> None:
    """So that none is without a picture beside those that have one."""
    signs = (files("wayside.web") / "static" / "signs.svg").read_text(encoding="utf-8")
    for head in HEADS:
        name = head.removeprefix("head.")
        assert any(name in names for _, names in GROUPS), f"{name} stands in no group of web/navigation.py"
        assert catalogue().has(head)
        assert catalogue().has(f"about.{name}"), f"about.{name} is missing in the catalogue"
        assert f'id="{name}"' in signs, f"{name} has no sign in static/signs.svg"


def test_the_first_page_leads_to_what_one_may_open(house: House) -> None:
    """With a word on each; nobody is led to a closed door."""
    house.world.person("milo", "monitor")
    text = house.call("GET", "/", session=house.world.session("milo")).text
    assert catalogue()("about.live") in text
    assert 'href="/people"' not in text
