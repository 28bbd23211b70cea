# SPDX-License-Identifier: Apache-2.0
"""The pages of watch lists: entries are asked for, signed by somebody else, changed, and end by themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from unit.access.world import NOW, SITE
from unit.web.house import Answered, House
from watching import a_list, in_force

from wayside.access import approvals
from wayside.watch import Entry, EntryKind, EntryState, entries

UNTIL = f"{NOW + timedelta(days=7):%Y-%m-%d}"
FORM = {
    "kind": "plate", "written": "ld52 xyz", "label": "the grey van", "priority": "high", "until": UNTIL,
    "instruction": "Ring the duty officer", "because": "Seen at the burglary in Mill Lane",
}  # fmt: skip


def manager(house: House, *, purpose: bool = True) -> str:
    """The session of somebody who keeps the lists, with an approver beside."""
    house.world.person("lena", "list-manager")
    house.world.person("petra", "approver")
    if purpose:
        house.world.under_purpose("lena")
    return house.world.session("lena")


def asked(house: House, session: str, list_id: str, **more: str) -> Answered:
    """What the page answers to the form of an entry."""
    return house.call("POST", f"/lists/{list_id}/entries", session=session, form={**FORM, **more})


def entries_of(house: House, list_id: str) -> list[Entry]:
    """The entries of a list."""
    with house.world.store.reading() as connection:
        return entries.of_list(connection, list_id, house.world.now_ms, limit=99)


def states(house: House, list_id: str) -> list[EntryState]:
    """How they stand."""
    return [one.state(house.world.clock.now) for one in entries_of(house, list_id)]


def waiting(house: House) -> approvals.Request:
    """The only request that waits."""
    with house.world.store.reading() as connection:
        (found,) = approvals.waiting(connection, SITE, house.world.now_ms)
    return found


def sign(house: House, word: str = "approve") -> Answered:
    """The approver's decision on it."""
    return house.call("POST", f"/approvals/{waiting(house).id}/{word}", session=house.world.session("petra"), form={})


def test_a_list_is_begun_and_shown(house: House) -> None:
    """With its name escaped; a name that is taken is refused."""
    session = manager(house)
    assert "no list yet" in house.call("GET", "/lists", session=session).text
    answer = house.call("POST", "/lists", session=session, form={"name": "<b>Stolen", "about": "Reported to us"})
    assert answer.status == 303
    page = house.call("GET", "/lists", session=session).text
    assert "&lt;b&gt;Stolen" in page
    again = house.call("POST", "/lists", session=session, form={"name": "<b>Stolen"})
    assert (again.status, "choose another name" in again.text) == (422, True)
    assert house.call("GET", answer.headers["location"], session=session).status == 200


def test_an_entry_is_in_force_with_the_signature_of_somebody_else(house: House) -> None:
    """Who signs sees exactly what is asked for, and nobody has to come back for it."""
    session, list_id = manager(house), a_list(house.world.store)
    assert asked(house, session, list_id).status == 303
    assert states(house, list_id) == [EntryState.ASKED]
    shown = house.call("GET", f"/approvals/{waiting(house).id}", session=house.world.session("petra")).text
    for text in ("LD52XYZ", "Mill Lane", "the grey van", "CR-2026/0123", "Ring the duty officer"):
        assert text in shown
    assert sign(house).status == 303
    (entry,) = entries_of(house, list_id)
    assert (entry.state(NOW), entry.approved_by, entry.purpose.person) == (EntryState.IN_FORCE, "petra", "lena")
    assert entry.draft.expires_at == (NOW + timedelta(days=8)).replace(hour=0)
    page = house.call("GET", f"/lists/entries/{entry.id}", session=session).text
    assert "petra" in page
    assert "LD52XYZ" in page


@pytest.mark.parametrize("word", ["refuse", "withdraw"])
def test_an_entry_that_is_refused_or_taken_back_is_over(house: House, word: str) -> None:
    """And is never looked out for."""
    session, list_id = manager(house), a_list(house.world.store)
    asked(house, session, list_id)
    if word == "refuse":
        sign(house, word)
    else:
        house.call("POST", f"/approvals/{waiting(house).id}/withdraw", session=session, form={})
    assert states(house, list_id) == [EntryState.ENDED]


def test_an_entry_that_nobody_signs_lapses(house: House) -> None:
    """After a day, like the request for it."""
    session, list_id = manager(house), a_list(house.world.store)
    asked(house, session, list_id)
    request = waiting(house).id
    house.world.clock.forward(hours=25)
    assert states(house, list_id) == [EntryState.LAPSED]
    answer = house.call("POST", f"/approvals/{request}/approve", session=house.world.session("petra"), form={})
    assert answer.status == 422
    assert states(house, list_id) == [EntryState.LAPSED]


def test_whoever_works_alone_needs_nobody(house: House) -> None:
    """There is nobody to ask; the auditor's desk says so."""
    with house.world.store.reading() as connection:
        assert not approvals.waiting(connection, SITE, house.world.now_ms)
    house.world.person("olga", "owner")
    house.world.under_purpose("olga")
    list_id = a_list(house.world.store)
    assert asked(house, house.world.session("olga"), list_id).status == 303
    assert states(house, list_id) == [EntryState.IN_FORCE]


def test_an_emergency_lives_four_hours_and_is_not_done_twice(house: House) -> None:
    """It needs no signature, and the auditor is shown it."""
    session, list_id = manager(house), a_list(house.world.store)
    path = f"/lists/{list_id}/emergency"
    assert house.call("POST", path, session=session, form=FORM).status == 303
    (entry,) = entries_of(house, list_id)
    assert (entry.emergency, entry.state(NOW)) == (True, EntryState.IN_FORCE)
    assert entry.draft.expires_at == NOW + timedelta(hours=4)
    with house.world.store.reading() as connection:
        assert [one.deed for one in approvals.emergencies(connection, SITE, 0)] == ["add-emergency entry"]
    again = house.call("POST", path, session=session, form={**FORM, "label": "another name for it"})
    assert (again.status, "ask for an approval" in again.text) == (422, True)
    house.world.clock.forward(hours=4)
    assert states(house, list_id) == [EntryState.EXPIRED]


def test_a_new_version_takes_the_place_of_the_old_one_once_signed(house: House) -> None:
    """Until then the old one stays in force."""
    session, store = manager(house), house.world.store
    entry = in_force(store, a_list(store), "LD52XYZ")
    form = {**FORM, "kind": "near", "written": "LD52XYZ"}
    assert house.call("POST", f"/lists/entries/{entry.id}/version", session=session, form=form).status == 303
    assert [one.state(NOW) for one in entries_of(house, entry.list_id)].count(EntryState.IN_FORCE) == 1
    sign(house)
    with store.reading() as connection:
        new, old = entries.versions(connection, entry.id)
    assert (new.draft.kind, new.state(NOW), old.state(NOW)) == (EntryKind.NEAR, EntryState.IN_FORCE, EntryState.ENDED)


def test_an_entry_ends_at_once_and_once(house: House) -> None:
    """Stopping needs neither purpose nor signature."""
    session, store = manager(house, purpose=False), house.world.store
    entry = in_force(store, a_list(store), "LD52XYZ")
    path = f"/lists/entries/{entry.id}/end"
    assert house.call("POST", path, session=session, form={}).status == 303
    assert states(house, entry.list_id) == [EntryState.ENDED]
    assert house.call("POST", path, session=session, form={}).status == 422


def test_a_list_ends_with_its_entries(house: House) -> None:
    """And can end once only."""
    session, store = manager(house), house.world.store
    entry = in_force(store, a_list(store), "LD52XYZ")
    assert house.call("POST", f"/lists/{entry.list_id}/end", session=session, form={}).status == 303
    assert states(house, entry.list_id) == [EntryState.ENDED]
    assert house.call("POST", f"/lists/{entry.list_id}/end", session=session, form={}).status == 422


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"written": "-"}, "write it as"),
        ({"kind": "wildcard", "written": "*"}, "at least 2"),
        ({"until": "2026-11-21"}, "choose a later end"),
        ({"until": "2027-11-21"}, "90 days at most"),
        ({"until": "soon"}, "with a date"),
        ({"kind": "car"}, "choose a kind"),
        ({"because": "-"}, "why this is needed"),
        ({"label": "x" * 90}, "80 characters"),
    ],
)
def test_what_cannot_be_asked_is_said_with_the_mend(house: House, wrong: Mapping[str, str], mend: str) -> None:
    """And what was typed stays in the form; nothing is written."""
    session, list_id = manager(house), a_list(house.world.store)
    answer = asked(house, session, list_id, **wrong)
    assert answer.status == 422
    assert mend in answer.text
    assert wrong.get("written", "ld52 xyz") in answer.text
    assert entries_of(house, list_id) == []


def test_a_fleet_is_one_entry_with_and_without_its_code(house: House) -> None:
    """The code of the mission, and the ordinary plates that are known."""
    session, list_id = manager(house), a_list(house.world.store)
    asked(house, session, list_id, kind="fleet", written="248", country="gb", plates="LD52 XYZ\nLD52XYY")
    sign(house)
    (entry,) = entries_of(house, list_id)
    assert [entries.shown(term) for term in entry.draft.terms] == ["code 248 (GB)", "LD52XYZ", "LD52XYY"]
    page = house.call("GET", f"/lists/entries/{entry.id}", session=session).text
    assert 'value="248"' in page
    assert "LD52XYZ\nLD52XYY" in page


def test_looking_back_is_a_search_for_those_who_may(house: House) -> None:
    """Of the plate stands nothing in an address."""
    store = house.world.store
    entry = in_force(store, a_list(store), "LD52XYZ")
    assert 'action="/find"' not in house.call("GET", f"/lists/entries/{entry.id}", session=manager(house)).text
    house.world.person("olga", "owner")
    house.world.under_purpose("olga")
    session = house.world.session("olga")
    page = house.call("GET", f"/lists/entries/{entry.id}", session=session).text
    (query,) = re.findall(r'name="q" value="([^"]+)"', page)
    answer = house.call("POST", "/find", session=session, form={"q": query})
    assert answer.status == 200
    assert house.passages[SITE, "fresh"] in answer.text
    assert "LD52XYZ" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))


def sheet(house: House, session: str, list_id: str, text: str, **fields: str) -> Answered:
    """What the page answers to an uploaded sheet."""
    parts = {"until": UNTIL, "because": "The list of the ministry, of today", **fields}
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items()
    ]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = "".join(lines) + f"{head}{text}\r\n--x--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=x"}
    return house.call("POST", f"/lists/{list_id}/sheet", session=session, raw=body.encode(), headers=headers)


SHEET = "plate,kind,label\nLD52 XYZ,,van\nLD52XYY,near,\nLD5?X*,wildcard,\n*,wildcard,\nLD52XYZ,,again\nLD52XYW,kite,\n"


def test_a_sheet_is_looked_through_before_anything_is_asked(house: House) -> None:
    """Every line that is no entry is named by its number, never by what stands in it."""
    session, list_id = manager(house), a_list(house.world.store)
    answer = sheet(house, session, list_id, SHEET, practise="yes")
    assert answer.status == 200
    for text in ("3 entries", "1 lines repeat", "2 lines are no entries", "Line 5:", "Line 7:", "kind is none of"):
        assert text in answer.text
    assert "LD52XYW" not in answer.text
    assert entries_of(house, list_id) == []


def test_a_sheet_needs_one_signature_for_all_its_entries(house: House) -> None:
    """Who signs sees the first of them and how many there are."""
    session, list_id = manager(house), a_list(house.world.store)
    assert sheet(house, session, list_id, SHEET).status == 303
    assert waiting(house).subject["entries"] == 3
    assert "LD52XYZ" in waiting(house).subject["watched for"]
    sign(house)
    assert states(house, list_id) == [EntryState.IN_FORCE] * 3


def test_a_sheet_that_is_none_is_refused(house: House) -> None:
    """Without its head, without an entry, or in another coding."""
    session, list_id = manager(house), a_list(house.world.store)
    assert "no column" in sheet(house, session, list_id, "LD52XYZ\n").text
    assert "holds no entry" in sheet(house, session, list_id, "plate\n-\n").text
    assert entries_of(house, list_id) == []


def test_a_list_is_taken_as_a_sheet_and_the_journal_knows(house: House) -> None:
    """With who asked and who signed; what a spreadsheet would run as a formula is only text."""
    session, store = manager(house), house.world.store
    list_id = a_list(store)
    asked(house, session, list_id, label="=1+1")
    sign(house)
    answer = house.call("POST", f"/lists/{list_id}/export", session=session, form={})
    assert answer.headers["content-type"].startswith("text/csv")
    head, line = answer.text.splitlines()
    assert head.startswith("plate,kind,label")
    assert line.startswith("LD52XYZ,plate,'=1+1,high,")
    assert line.endswith("in_force,lena,offence,CR-2026/0123,petra")
    assert (house.world.told(["list"])[0].payload or {})["what"] == "exported"
