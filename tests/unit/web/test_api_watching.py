# SPDX-License-Identifier: Apache-2.0
"""Watch lists, hits and places as programs use them: the same rules as on the pages, and answers that can be paged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from unit.access.world import NOW, OTHER_SITE, SITE
from unit.web.house import PLATE, Answered, House
from watching import a_list, in_force, matched_by

from wayside.access import approvals
from wayside.record import CameraPlace, Hit, HitState, add_hits, find_passage, learn_camera
from wayside.watch import EntryKind

API = "/api/v1"
ENTRY: dict[str, Any] = {
    "kind": "plate", "written": "ld52 xyz", "label": "the grey van", "priority": "high",
    "instruction": "Ring the duty officer", "until": (NOW + timedelta(days=7)).isoformat(),
    "because": "Seen at the burglary in Mill Lane",
}  # fmt: skip


def somebody(house: House, role: str = "list-manager", *, purpose: bool = True) -> str:
    """The session of somebody with a role, with or without a purpose."""
    name = f"mona-{role}"
    house.world.person(name, role)
    if purpose:
        house.world.under_purpose(name)
    return house.world.session(name)


def asked(house: House, session: str, list_id: str, way: str = "entries", **more: Any) -> Answered:
    """What is answered to an entry."""
    return house.call("POST", f"{API}/lists/{list_id}/{way}", session=session, json_body={**ENTRY, **more})


def entries_of(house: House, session: str, list_id: str, query: str = "") -> Any:
    """The entries of a list as they are answered."""
    return house.call("GET", f"{API}/lists/{list_id}/entries{query}", session=session).json


def hits_of(house: House, *ages: str) -> list[Hit]:
    """A hit of the passage of each age."""
    store = house.world.store
    entry = in_force(store, a_list(store), PLATE)
    with store.writing() as transaction:
        kept = [find_passage(transaction.connection, house.passages[SITE, age]) for age in ages]
        matched = [matched_by(entry.id, one, PLATE, entry.list_id) for one in kept if one is not None]
        return list(add_hits(transaction, matched))


def test_a_list_is_begun_and_counts_its_entries(house: House) -> None:
    """Those in force and those that wait, each apart; a name is taken once at a site."""
    session = somebody(house)
    made = house.call("POST", f"{API}/lists", session=session, json_body={"name": "Stolen", "about": "Reported"})
    assert (made.status, made.json["owner"], made.json["site"]) == (201, "mona-list-manager", SITE)
    in_force(house.world.store, made.json["id"], "AB12CDE")
    house.world.person("petra", "approver")
    assert asked(house, session, made.json["id"]).status == 201
    (listed,) = house.call("GET", f"{API}/lists", session=session).json["lists"]
    assert (listed["in_force"], listed["asked"]) == (1, 1)
    again = house.call("POST", f"{API}/lists", session=session, json_body={"name": " Stolen "})
    assert again.status == 422
    assert "another name" in again.json["detail"]


def test_an_entry_waits_for_a_signature(house: House) -> None:
    """The answer names the request; the list tells of the entry with what is asked for."""
    session, list_id = somebody(house), a_list(house.world.store)
    house.world.person("petra", "approver")
    answer = asked(house, session, list_id)
    assert answer.status == 201
    with house.world.store.reading() as connection:
        (waiting,) = approvals.waiting(connection, SITE, house.world.now_ms)
    assert answer.json["id"] == waiting.id
    found = entries_of(house, session, list_id)
    (entry,) = found["entries"]
    assert (entry["state"], entry["watched_for"], entry["approved_by"]) == ("asked", ["LD52XYZ"], None)
    assert (entry["owner"], entry["reference"], entry["version"]) == ("mona-list-manager", "CR-2026/0123", 1)
    assert found["more"] is False


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"written": "-"}, "write it as"),
        ({"kind": "wildcard", "written": "*"}, "at least 2"),
        ({"until": (NOW - timedelta(seconds=1)).isoformat()}, "choose a later end"),
        ({"until": (NOW + timedelta(days=400)).isoformat()}, "90 days at most"),
        ({"because": "-"}, "why this is needed"),
        ({"kind": "kite"}, None),
        ({"priority": "urgent"}, None),
        ({"until": "soon"}, None),
        ({"until": "2026-11-29T12:00:00"}, None),
        ({"country": "GBR"}, None),
        ({"label": "x" * 81}, None),
        ({"plates": ["AB12CDE"] * 501, "kind": "fleet"}, None),
        ({"colour": "red"}, None),
    ],
)
@pytest.mark.parametrize("way", ["entries", "entries/emergency"])
def test_an_entry_that_cannot_be_is_refused_and_not_kept(
    house: House, wrong: dict[str, Any], mend: str | None, way: str
) -> None:
    """With the mend where the words were understood; a field that nobody knows is no entry either."""
    session, list_id = somebody(house), a_list(house.world.store)
    answer = asked(house, session, list_id, way, **wrong)
    assert answer.status == (409 if "because" in wrong else 422)
    assert mend is None or mend in answer.json["detail"]
    assert entries_of(house, session, list_id)["entries"] == []


def test_without_a_purpose_nothing_is_asked(house: House) -> None:
    """An entry tells why, so somebody has to work for something."""
    session, list_id = somebody(house, purpose=False), a_list(house.world.store)
    assert asked(house, session, list_id).status == 403
    assert entries_of(house, session, list_id)["entries"] == []


def test_an_emergency_is_in_force_at_once_for_four_hours(house: House) -> None:
    """However late the end that was asked for; and not twice in a row for the same."""
    session, list_id = somebody(house), a_list(house.world.store)
    answer = asked(house, session, list_id, "entries/emergency")
    assert (answer.status, answer.json["state"], answer.json["emergency"]) == (201, "in_force", True)
    assert answer.json["until"].startswith(f"{NOW + timedelta(hours=4):%Y-%m-%dT%H:%M:%S}")
    assert asked(house, session, list_id, "entries/emergency").status in {403, 409, 422}
    assert len(entries_of(house, session, list_id)["entries"]) == 1


def test_an_entry_ends_once(house: House) -> None:
    """And its versions tell of it."""
    session, store = somebody(house, purpose=False), house.world.store
    entry = in_force(store, a_list(store), PLATE)
    path = f"{API}/lists/entries/{entry.id}"
    assert house.call("DELETE", path, session=session).status == 204
    (told,) = house.call("GET", path, session=session).json
    assert (told["state"], told["ended_at"] is not None) == ("ended", True)
    assert house.call("DELETE", path, session=session).status == 422


def test_a_list_ends_with_its_entries_once(house: House) -> None:
    """It is no more among the lists, and nothing can be asked for it."""
    session, store = somebody(house), house.world.store
    entry = in_force(store, a_list(store), PLATE)
    path = f"{API}/lists/{entry.list_id}"
    assert house.call("DELETE", path, session=session).status == 204
    assert house.call("GET", f"{API}/lists", session=session).json["lists"] == []
    assert house.call("GET", f"{API}/lists/entries/{entry.id}", session=session).json[0]["state"] == "ended"
    assert house.call("DELETE", path, session=session).status == 422
    for way in ("entries", "entries/emergency"):
        answer = asked(house, session, entry.list_id, way)
        assert (answer.status, "list has ended" in answer.json["detail"]) == (422, True)
    assert len(entries_of(house, session, entry.list_id)["entries"]) == 1


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=10001", "?page=x"])
def test_a_page_that_cannot_be_is_none(house: House, query: str) -> None:
    """It is refused, not taken for the first."""
    session, list_id = somebody(house), a_list(house.world.store)
    assert house.call("GET", f"{API}/lists/{list_id}/entries{query}", session=session).status == 422


def test_a_page_beyond_the_last_is_empty(house: House) -> None:
    """With nothing after it."""
    session, store = somebody(house), house.world.store
    entry = in_force(store, a_list(store), PLATE)
    assert entries_of(house, session, entry.list_id, "?page=2") == {"entries": [], "more": False}


@pytest.mark.parametrize("path", ["lists/{}/entries", "lists/entries/{}", "hits/{}"])
@pytest.mark.parametrize("wrong", ["0" * 32, "x", "%00", "1" * 40])
def test_what_is_not_there_is_not_told_apart(house: House, path: str, wrong: str) -> None:
    """Whatever stands in the address."""
    answer = house.call("GET", f"{API}/{path.format(wrong)}", session=somebody(house))
    assert answer.status in {403, 404, 422}
    assert answer.problem is not None


def test_lists_of_another_site_are_for_those_who_work_there(house: House) -> None:
    """Naming the site opens nothing."""
    list_id = a_list(house.world.store, site=OTHER_SITE)
    session = somebody(house)
    assert house.call("GET", f"{API}/lists?site={OTHER_SITE}", session=session).status in {403, 404}
    assert house.call("GET", f"{API}/lists/{list_id}/entries", session=session).status in {403, 404}
    assert asked(house, session, list_id).status in {403, 404}
    assert house.call("DELETE", f"{API}/lists/{list_id}", session=session).status in {403, 404}


def test_hits_are_paged_newest_first(house: House) -> None:
    """Each once, whatever the size of the page; those of long ago are not among them."""
    store, session = house.world.store, somebody(house, "monitor", purpose=False)
    made = hits_of(house, "fresh", "ordinary")
    wild = in_force(store, a_list(store, "other"), f"{PLATE[:3]}*", EntryKind.WILDCARD)
    with store.writing() as transaction:
        kept = find_passage(transaction.connection, house.passages[SITE, "fresh"])
        assert kept is not None
        (second,) = add_hits(transaction, [matched_by(wild.id, kept, PLATE, wild.list_id)])
    whole = house.call("GET", f"{API}/hits", session=session).json
    assert [one["hit"] for one in whole["hits"]] == [second.seq, made[0].seq]
    assert whole["next_cursor"] is None
    first = house.call("GET", f"{API}/hits?limit=1", session=session).json
    assert first["next_cursor"]
    rest = house.call("GET", f"{API}/hits?limit=1&cursor={first['next_cursor']}", session=session).json
    assert [one["hit"] for one in first["hits"] + rest["hits"]] == [second.seq, made[0].seq]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "state=maybe", "cursor=nonsense", f"cursor={'1' * 70}"])
def test_a_question_about_hits_that_cannot_be_meant_is_refused(house: House, query: str) -> None:
    """With a problem, not with everything."""
    answer = house.call("GET", f"{API}/hits?{query}", session=somebody(house, "monitor", purpose=False))
    assert (answer.status, answer.problem is not None) == (422, True)


def test_a_hit_keeps_every_word_that_was_said_of_it(house: House) -> None:
    """The last one counts; the same word twice is refused, and by state they are found."""
    (made,) = hits_of(house, "fresh")
    session = somebody(house, "monitor")

    def said(state: str, reason: str = "") -> Answered:
        body = {"state": state, "reason": reason}
        return house.call("POST", f"{API}/hits/{made.seq}/verdicts", session=session, json_body=body)

    assert house.call("GET", f"{API}/hits/{made.seq}", session=session).json["verdicts"] == []
    assert said("confirmed", "clear").status == 201
    assert said("confirmed").status == 422
    told = said("rejected", "another car").json
    assert told["state"] == HitState.REJECTED
    assert sorted((one["state"], one["author"], one["reason"]) for one in told["verdicts"]) == [
        ("confirmed", "mona-monitor", "clear"),
        ("rejected", "mona-monitor", "another car"),
    ]
    for state, found in (("new", []), ("confirmed", []), ("rejected", [made.seq])):
        answer = house.call("GET", f"{API}/hits?state={state}", session=session).json
        assert [one["hit"] for one in answer["hits"]] == found


@pytest.mark.parametrize("body", [{"state": "maybe"}, {}, {"state": "confirmed", "reason": "x" * 1001}])
def test_a_word_that_says_nothing_is_not_kept(house: House, body: dict[str, str]) -> None:
    """Nor one that is too long."""
    (made,) = hits_of(house, "fresh")
    session = somebody(house, "monitor")
    answer = house.call("POST", f"{API}/hits/{made.seq}/verdicts", session=session, json_body=body)
    assert answer.status == 422
    assert house.call("GET", f"{API}/hits/{made.seq}", session=session).json["state"] == "new"


def test_an_old_hit_is_not_watched(house: House) -> None:
    """Neither itself nor its picture, and nobody who only watches judges it."""
    (made,) = hits_of(house, "ordinary")
    session = somebody(house, "monitor")
    for method, path in (("GET", ""), ("GET", "/pictures/plate"), ("POST", "/verdicts")):
        body = {"state": "confirmed"} if method == "POST" else None
        answer = house.call(method, f"{API}/hits/{made.seq}{path}", session=session, json_body=body)
        assert answer.status == 403


@pytest.mark.parametrize("role", ["plate", "vehicle", "frame"])
def test_each_picture_of_a_hit_is_journalled(house: House, role: str) -> None:
    """Once a look."""
    (made,) = hits_of(house, "fresh")
    session = somebody(house, "monitor")
    before = len(house.world.told(["search"]))
    assert house.call("GET", f"{API}/hits/{made.seq}/pictures/{role}", session=session).status == 200
    assert len(house.world.told(["search"])) == before + 1
    assert house.call("GET", f"{API}/hits/{made.seq}/pictures/soul", session=session).status == 422


def test_places_are_told_with_their_middle_and_known_again(house: House) -> None:
    """A place nobody located has none; what has not changed is not sent twice."""
    store = house.world.store
    learn_camera(store, CameraPlace("in", "Gate", 52.5, 13.4))
    learn_camera(store, CameraPlace("out", "Gate", 52.7, 13.6))
    session = somebody(house, "monitor", purpose=False)
    answer = house.call("GET", f"{API}/places", session=session)
    found = {one["name"]: one for one in answer.json["places"]}
    assert list(found) == sorted(found)
    assert (found["Gate"]["latitude"], found["Gate"]["longitude"]) == (pytest.approx(52.6), pytest.approx(13.5))
    assert [one["name"] for one in found["Gate"]["cameras"]] == ["in", "out"]
    assert {(one["latitude"], one["longitude"]) for name, one in found.items() if name != "Gate"} == {(None, None)}
    again = house.call("GET", f"{API}/places", session=session, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    learn_camera(store, CameraPlace("out", "Bridge", 52.7, 13.6))
    moved = house.call("GET", f"{API}/places", session=session, headers={"if-none-match": answer.headers["etag"]})
    assert moved.status == 200
    assert house.call("GET", f"{API}/places?site={OTHER_SITE}", session=session).status in {403, 404}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"plate": PLATE, "sender_code": "101"},
        {"plate": ""},
        {"plate": "x" * 25},
        {"plate": "*"},
        {"plate": PLATE, "since": "noon"},
        {"plate": PLATE, "since": "2026-11-22T12:00:00"},
        {"plate": PLATE, "colour": "red"},
    ],
)
def test_a_journey_that_cannot_be_meant_is_not_looked_up(house: House, body: dict[str, str]) -> None:
    """And the journal tells of no search."""
    answer = house.call("POST", f"{API}/journeys", session=somebody(house, "investigator"), json_body=body)
    assert answer.status == 422
    assert house.world.told(["search"]) == []


def test_a_journey_is_for_those_who_may_and_have_a_purpose(house: House) -> None:
    """Nobody follows who only watches."""
    body = {"plate": PLATE, "since": (NOW - timedelta(hours=2)).isoformat()}
    for role, purpose in (("monitor", True), ("list-manager", True), ("investigator", False)):
        session = somebody(house, role, purpose=purpose)
        assert house.call("POST", f"{API}/journeys", session=session, json_body=body).status == 403
    assert house.world.told(["search"]) == []
