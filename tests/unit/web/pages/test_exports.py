# SPDX-License-Identifier: Apache-2.0
"""The page of exports: what one would hold, made under a purpose, signed for where needed, fetched by its maker."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from unit.access.world import NOW, SITE
from unit.web.house import AGES, PLATE, Answered, House

from wayside.record import exchange
from wayside.record.exchange import exporting
from wayside.web.pages import exports as page

BECAUSE = "The prosecutor asked for the passages of that day"


def far(days: float) -> str:
    """So many days ago, as a browser's field has it; the site's zone is UTC."""
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def person(house: House, name: str = "ivy", role: str = "investigator", *, purpose: bool = True) -> str:
    """The session of somebody new."""
    house.world.person(name, role)
    if purpose:
        house.world.under_purpose(name)
    return house.world.session(name)


@pytest.fixture
def ivy(house: House) -> str:
    """An investigator's session."""
    return person(house)


def looked(house: House, key: str, **form: str) -> Answered:
    """The answer to what an export would hold."""
    return house.call("POST", "/exports", session=key, form={"since": far(2), "form": "csv", **form})


def hidden(answer: Answered) -> dict[str, str]:
    """What the page hands on to the next step."""
    return {
        name: unescape(re.search(rf'type="hidden" name="{name}" value="([^"]*)"', answer.text)[1])  # type: ignore[index]
        for name in ("selection", "form")
    }


def wait_for_two(house: House, limit: int = 1) -> None:
    """Makes the site one where more passages than this are many."""
    object.__setattr__(house.services.settings, "bulk_rows", limit)


def test_the_empty_page_counts_nothing(house: House, ivy: str) -> None:
    """It offers every form that can be made, and says that there are no exports yet."""
    answer = house.call("GET", "/exports", session=ivy)
    assert answer.status == 200
    assert re.findall(r'name="form" value="(\w+)"', answer.text) == exchange.makeable()
    assert "You have made none" in answer.text
    assert house.world.told(["search", "export"]) == []


def test_it_is_made_as_it_was_looked_at_and_fetched(house: House, ivy: str) -> None:
    """Each step is told: the count, the beginning, the end, the download; the file says who took it."""
    found = looked(house, ivy, form="jsonl")
    assert found.status == 200
    assert "<b>1</b>" in found.text
    assert "Exported by ivy at" in found.text
    made = house.call("POST", "/exports/make", session=ivy, form=hidden(found))
    assert (made.status, made.headers["location"]) == (303, "/exports")
    text = house.call("GET", "/exports", session=ivy).text
    file = re.search(r'href="(/api/v1/exports/[^"]+/file)"', text)
    assert file is not None
    fetched = house.call("GET", file[1], session=ivy)
    assert house.passages[SITE, "fresh"] in fetched.text
    manifest = house.call("GET", file[1].replace("/file", "/manifest"), session=ivy).json
    assert manifest["export"]["id"] in text
    assert manifest["export"]["person"] == "ivy"
    assert [one.payload["what"] for one in house.world.told(["export"])] == ["downloaded", "finished", "begun"]
    assert [one.payload["what"] for one in house.world.told(["search"])] == ["export"]


@pytest.mark.parametrize("form", exchange.makeable())
def test_every_form_has_its_words_and_can_be_made(house: House, ivy: str, form: str) -> None:
    """A form without a text would break the page that lists it."""
    found = looked(house, ivy, form=form)
    assert house.call("POST", "/exports/make", session=ivy, form=hidden(found)).status == 303
    text = house.call("GET", "/exports", session=ivy).text
    assert exchange.FORMATS[form] + "/file" in text
    assert ("/manifest" in text) == (form != "bundle")


def test_a_count_by_plate_is_a_search_that_the_auditor_sees(house: House, ivy: str) -> None:
    """Or the page would answer what Find tells the journal."""
    assert "<b>1</b>" in looked(house, ivy, plate="ld52 xyz").text
    assert "Nothing fits" in looked(house, ivy, plate="AA11AAA").text
    told = [one.payload for one in house.world.told(["search"])]
    assert [one["criteria"]["plate"] for one in told] == ["AA11AAA", PLATE]
    house.world.clock.forward(minutes=1)
    olga = person(house, "olga", "auditor", purpose=False)
    searches = house.call("GET", "/api/v1/audit/searches", session=olga).json
    assert PLATE in json.dumps(searches)


def test_each_field_narrows(house: House, ivy: str) -> None:
    """Camera, gate, way, class and span."""
    assert "<b>1</b>" in looked(house, ivy, until=far(0)).text
    for name in ("camera", "gate_name", "way"):
        assert "Nothing fits" in looked(house, ivy, **{name: "nowhere"}).text
    assert "Nothing fits" in looked(house, ivy, until=far(1)).text


def test_many_need_a_second_person_once(house: House, ivy: str) -> None:
    """Asked for with a button, signed by somebody else, made once; the second time it is asked for anew."""
    wait_for_two(house)
    found = looked(house, ivy, since=far(80))
    assert found.status == 403
    assert "more than 1" in found.text
    assert "/exports/make" not in found.text
    same = hidden(found)
    assert house.call("POST", "/exports/make", session=ivy, form=same).status == 403
    asked = house.call("POST", "/exports/ask", session=ivy, form={**same, "because": BECAUSE})
    assert (asked.status, asked.headers["location"]) == (303, "/approvals")
    assert "Signed for" not in house.call("GET", "/exports", session=ivy).text
    sign(house)
    text = house.call("GET", "/exports", session=ivy)
    assert "Signed for" in text.text
    assert 'href="/exports">Make the export' in house.call("GET", "/approvals", session=ivy).text
    assert house.call("POST", "/exports/make", session=ivy, form=hidden(text)).status == 303
    again = house.call("POST", "/exports/make", session=ivy, form=same)
    assert again.status == 403
    assert "/exports/ask" in again.text
    assert "Signed for" not in house.call("GET", "/exports", session=ivy).text


def sign(house: House) -> None:
    """Paul signs for what waits."""
    key = person(house, "paul", "approver", purpose=False)
    for one in house.call("GET", "/api/v1/requests", session=key).json["requests"]:
        assert house.call("POST", f"/approvals/{one['id']}/approve", session=key).status == 303


def test_what_is_old_is_not_even_counted(house: House, ivy: str) -> None:
    """How many there are would be told without the second person."""
    found = looked(house, ivy, since=far(AGES["old"].days + 1), plate=PLATE)
    assert found.status == 403
    assert "not counted" in found.text
    assert "<b>" not in found.text.partition("This export")[2].partition("</section>")[0]


def test_an_approval_is_for_exactly_one_export(house: House, ivy: str) -> None:
    """In another form it is another export."""
    wait_for_two(house)
    same = hidden(looked(house, ivy, since=far(80)))
    house.call("POST", "/exports/ask", session=ivy, form={**same, "because": BECAUSE})
    sign(house)
    assert house.call("POST", "/exports/make", session=ivy, form={**same, "form": "jsonl"}).status == 403
    assert house.call("POST", "/exports/make", session=ivy, form=same).status == 303


def test_a_reason_that_says_nothing_is_sent_back(house: House, ivy: str) -> None:
    """With the question still there."""
    wait_for_two(house)
    same = hidden(looked(house, ivy, since=far(80)))
    answer = house.call("POST", "/exports/ask", session=ivy, form={**same, "because": "test"})
    assert answer.status == 422
    assert hidden(answer) == same


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"since": ""}, "from when on"),
        ({"since": "yesterday"}, "is no time"),
        ({"since": far(1), "until": far(2)}, "ends before it begins"),
        ({"form": "xlsx"}, "choose one of the forms"),
    ],
)
def test_what_cannot_be_meant_is_said_and_not_told(house: House, ivy: str, form: dict[str, str], says: str) -> None:
    """Nothing is counted."""
    answer = looked(house, ivy, **form)
    assert answer.status == 422
    assert says in answer.text
    assert house.world.told(["search"]) == []


@pytest.mark.parametrize("selection", ["", "{}", "[]", '{"since": "x"}', '{"since": "2026-01-01T00:00Z", "site": "b"}'])
@pytest.mark.parametrize("path", ["/exports/make", "/exports/ask"])
def test_only_what_the_page_stated_goes_on(house: House, ivy: str, path: str, selection: str) -> None:
    """Least of all for another site."""
    sent = {"selection": selection or "?", "form": "csv", "because": BECAUSE}
    answer = house.call("POST", path, session=ivy, form=sent)
    assert answer.status == 422
    assert "choose anew" in answer.text
    assert house.world.told(["export"]) == []


@pytest.mark.parametrize("role", ["monitor", "auditor", "administrator", "approver", "observer"])
def test_who_may_not_export_is_not_led_here(house: House, role: str) -> None:
    """Neither the page nor the way to it."""
    key = person(house, "milo", role)
    assert house.call("GET", "/exports", session=key).status == 403
    assert looked(house, key).status == 403
    assert 'href="/exports"' not in house.call("GET", "/", session=key).text


def test_without_a_purpose_nothing_is_taken_out(house: House) -> None:
    """Nor counted."""
    key = person(house, purpose=False)
    assert looked(house, key).status == 403
    assert house.world.told(["search", "export"]) == []


def test_others_exports_are_not_shown(house: House, ivy: str) -> None:
    """Each sees their own."""
    house.call("POST", "/exports/make", session=ivy, form=hidden(looked(house, ivy)))
    ida = person(house, "ida")
    assert "You have made none" in house.call("GET", "/exports", session=ida).text


def test_an_export_that_was_erased_is_left_out(house: House, ivy: str) -> None:
    """With its passages."""
    house.call("POST", "/exports/make", session=ivy, form=hidden(looked(house, ivy)))
    with house.world.store.writing() as transaction:
        names = [one.name for one in exchange.listed(transaction.connection)]
        exchange.forget(transaction.connection, names)
    assert "You have made none" in house.call("GET", "/exports", session=ivy).text


def test_an_export_whose_entry_is_gone_can_still_be_fetched(house: House, ivy: str) -> None:
    """What the journal no longer says is left blank."""
    house.call("POST", "/exports/make", session=ivy, form=hidden(looked(house, ivy)))
    with house.world.store.reading() as connection:
        (kept,) = exchange.listed(connection)
    bare = page.own_of(kept, {})
    assert (bare.form, bare.export_id, bare.passages, bare.size, bare.why) == ("csv", None, None, None, None)
    assert not bare.has_manifest


def test_a_count_stops_at_a_bound(house: House, ivy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year of a busy gate is not counted to its end."""
    monkeypatch.setattr(page, "COUNTED", 1)
    assert "more than 1" in looked(house, ivy, since=far(80)).text


def test_parquet_is_offered_where_it_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs an extra."""
    monkeypatch.setattr(exporting, "find_spec", lambda name: None)
    assert "parquet" not in exchange.makeable()
    assert set(exchange.FORMATS) - set(exchange.makeable()) == {"parquet"}
