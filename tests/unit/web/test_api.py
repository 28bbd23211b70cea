# SPDX-License-Identifier: Apache-2.0
"""The API does what its description says: looks are told, plates masked, pages followed, approvals used once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from unit.access.world import NOW, SITE
from unit.web.house import AGES, PLATE, House, passage_at
from unit.web.person import Person

from wayside.access.watermark import mark_of
from wayside.domain import Passage
from wayside.record import Store
from wayside.web.api.document import api_document, passage_schema

SINCE = (NOW - timedelta(days=2)).isoformat()
OLD = (NOW - timedelta(days=130)).isoformat()
BECAUSE = "The prosecutor asked for the passages of that day"


def told(house: House, kind: str = "search") -> list[dict[str, Any]]:
    """What the journal says was looked for, newest first."""
    return [entry.payload or {} for entry in house.world.told([kind])]


@pytest.fixture
def ivy(house: House) -> Person:
    """An investigator under a purpose."""
    return Person(house, "ivy", "investigator")


def add(house: House, *numbers: int, age: str = "fresh", plate: str = PLATE) -> list[Passage]:
    """Further passages, a second apart."""
    store: Store = house.world.store
    made = []
    for number in numbers:
        passage, pictures = passage_at(number, age, plate)
        store.add(passage, pictures)
        made.append(passage)
    return made


def test_the_newest_passages_are_masked_and_told_to_nobody(house: House) -> None:
    """A monitor sees them come by page, without the plate, its alternatives and its close picture."""
    add(house, *range(1, 6))
    mona = Person(house, "mona", "monitor", purpose=False)
    first = mona.get("/passages?limit=4").json
    rest = mona.get(f"/passages?limit=4&cursor={first['next_cursor']}").json
    shown = first["passages"] + rest["passages"]
    assert [len(first["passages"]), len(rest["passages"]), rest["next_cursor"]] == [4, 2, None]
    assert len({one["passage"]["id"] for one in shown}) == 6
    assert {one["masked"] for one in shown} == {True}
    assert {one["passage"]["plate"]["text"] for one in shown} == {"LD•••YZ"}
    assert PLATE not in json.dumps(shown)
    assert {picture["role"] for one in shown for picture in one["passage"]["evidence"]} == {"frame", "vehicle"}
    assert told(house) == []


@pytest.mark.parametrize("cursor", ["x", "é", "0" * 64, "AAAA", "-" * 22])
def test_a_cursor_that_nobody_gave_is_sent_back(ivy: Person, cursor: str) -> None:
    """With a sentence, not with a failure."""
    answer = ivy.get(f"/passages?cursor={cursor}")
    assert answer.status in {200, 422}
    assert answer.status == 422 or answer.json["passages"] == []


def test_opening_a_passage_is_told_first_with_its_plate_and_purpose(house: House, ivy: Person) -> None:
    """And answered in the published shape, with the digest of the answer."""
    passage_id = house.passages[SITE, "ordinary"]
    answer = ivy.get(f"/passages/{passage_id}")
    schema = {"$ref": "#/components/schemas/Passage", "components": {"schemas": passage_schema()}}
    jsonschema.validate(answer.json["passage"], schema)
    assert (answer.json["masked"], answer.json["passage"]["plate"]["text"]) == (False, PLATE)
    entry = told(house)[0]
    assert (entry["person"], entry["reason"], entry["reference"]) == ("ivy", "offence", "CR-2026/0123")
    assert entry["criteria"] == {"site": SITE, "passage": passage_id, "plate": {"text": PLATE, "match": "exact"}}
    again = ivy.get(f"/passages/{passage_id}", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert len(told(house)) == 2


def test_a_monitor_reveals_what_went_past_today_and_nothing_older(house: House) -> None:
    """Under a purpose; each look is told."""
    mona = Person(house, "mona", "monitor")
    answers = {age: mona.post(f"/passages/{house.passages[SITE, age]}/reveal") for age in AGES}
    assert answers["fresh"].json["passage"]["plate"]["text"] == PLATE
    assert [answers[age].problem for age in ("ordinary", "old", "gone")] == ["too-old", "too-old", "gone"]
    assert [entry["what"] for entry in told(house)] == ["reveal"]


def test_a_correction_is_appended_and_found(house: House, ivy: Person) -> None:
    """What the camera read stays; what makes no sense is refused with the mend."""
    passage_id = house.passages[SITE, "fresh"]
    said = {"kind": "correction", "field": "plate", "value": "LD52XYA", "reason": "The last letter is an A"}
    assert ivy.post(f"/passages/{passage_id}/amendments", said).status == 201
    assert [one["value"] for one in ivy.get(f"/passages/{passage_id}/amendments").json] == ["LD52XYA"]
    found = ivy.post("/passages/search", {"criteria": {"plate": {"text": "LD52 XYA"}}}).json["results"]
    assert [(one["passage"]["id"], one["matched"]["source"]) for one in found] == [(passage_id, "correction")]
    assert found[0]["passage"]["plate"]["text"] == PLATE
    for wrong in ({**said, "field": "id"}, {**said, "value": "ld 52"}, {**said, "kind": "confirmation"}):
        assert ivy.post(f"/passages/{passage_id}/amendments", wrong).problem == "usage"


def test_a_search_follows_its_cursor_and_every_page_is_told(house: House, ivy: Person) -> None:
    """Newest first, none twice, none of another site."""
    add(house, *range(1, 8))
    asked: dict[str, Any] = {"criteria": {"plate": {"text": PLATE}}, "limit": 3}
    found: list[str] = []
    while asked:
        page = ivy.post("/passages/search", asked).json
        found += [one["passage"]["id"] for one in page["results"]]
        asked = {**asked, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert len(found) == len(set(found)) == 9  # seven new ones, the fresh and the ordinary one
    assert {house.passages[key] for key in house.passages if key[0] != SITE}.isdisjoint(found)
    assert len(told(house)) == 3


def test_a_pattern_is_asked_as_it_is_printed(house: House, ivy: Person) -> None:
    """With small letters and spaces."""
    add(house, 1, plate="LD52ABC")
    criteria = {"plate": {"text": "ld52 a?c", "match": "pattern"}, "since": SINCE}
    found = ivy.post("/passages/search", {"criteria": criteria}).json["results"]
    assert [one["passage"]["plate"]["text"] for one in found] == ["LD52ABC"]


UNBOUNDED: list[dict[str, Any]] = [
    {},
    {"since": OLD, "until": SINCE},
    {"plate": {"text": "*", "match": "pattern"}, "since": SINCE},
    {"gate": "main", "since": SINCE, "until": SINCE},
]


@pytest.mark.parametrize("criteria", UNBOUNDED)
def test_a_search_without_bounds_is_sent_back_untold(house: House, ivy: Person, criteria: dict[str, Any]) -> None:
    """It says what would bound it."""
    answer = ivy.post("/passages/search", {"criteria": criteria})
    assert answer.problem in {"usage", "second-person"}
    assert told(house) == []


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"criteria": {"seq": 1}}, {"limit": 501}, {"criteria": None}])
def test_what_is_not_in_the_form_is_refused(ivy: Person, extra: dict[str, Any]) -> None:
    """Nothing is taken over that was not named (mass assignment), and what was sent is not repeated."""
    body = {"criteria": {"plate": {"text": PLATE}}} | extra
    answer = ivy.post("/passages/search", body)
    assert (answer.status, answer.problem) == (422, "form")
    assert PLATE not in answer.text


def test_who_searches_too_often_waits(house: House, ivy: Person) -> None:
    """Sixty at once; then one in half a minute, and the answer says when."""
    body = {"criteria": {"plate": {"text": "NOSUCH1"}}}
    answers = [ivy.post("/passages/search", body) for _ in range(61)]
    assert [one.status for one in answers] == [200] * 60 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 30
    house.world.clock.forward(seconds=30)
    assert ivy.post("/passages/search", body).status == 200


def test_a_search_far_back_needs_a_second_person_once_for_each(house: House, ivy: Person) -> None:
    """Asked for with exactly what is to be searched; nothing else can be done with the approval."""
    body = {"criteria": {"plate": {"text": PLATE}, "since": OLD}}
    assert ivy.post("/passages/search", body).problem == "second-person"
    wish = {"action": "search", "object": "passage", "subject": body, "because": BECAUSE}
    made = ivy.post("/requests", wish)
    assert (made.status, made.json["state"]) == (201, "open")
    assert ivy.post("/passages/search", body).problem == "second-person"
    assert ivy.post(f"/requests/{made.json['id']}/approve").problem == "role"
    paul = Person(house, "paul", "approver", purpose=False)
    assert [one["subject"]["criteria"]["plate"]["text"] for one in paul.get("/requests").json["requests"]] == [PLATE]
    assert paul.post(f"/requests/{made.json['id']}/approve").json["state"] == "approved"
    other = {"criteria": {"plate": {"text": "LD52XYA"}, "since": OLD}}
    assert ivy.post("/passages/search", other).problem == "second-person"
    found = ivy.post("/passages/search", body).json["results"]
    assert house.passages[SITE, "old"] in {one["passage"]["id"] for one in found}
    assert ivy.post("/passages/search", body).problem == "second-person"
    assert ivy.get(f"/requests/{made.json['id']}").json["used_at"] is not None


def test_an_old_passage_is_opened_with_an_approval(house: House, ivy: Person) -> None:
    """Named by the parts of its address."""
    passage_id = house.passages[SITE, "old"]
    assert ivy.get(f"/passages/{passage_id}").problem == "second-person"
    wish = {"action": "read", "object": "passage", "subject": {"passage_id": passage_id}, "because": BECAUSE}
    made = ivy.post("/requests", wish).json
    Person(house, "paul", "approver", purpose=False).post(f"/requests/{made['id']}/approve")
    assert ivy.get(f"/passages/{passage_id}").status == 200
    assert ivy.get(f"/passages/{passage_id}").problem == "second-person"


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        ({"action": "fly", "object": "kite", "subject": {}}, "usage"),
        ({"action": "read", "object": "passage", "subject": {}}, "usage"),
        ({"action": "read", "object": "passage", "subject": {"passage_id": "0" * 32}}, "not-here"),
        ({"action": "search", "object": "passage", "subject": {"criteria": {"since": "yesterday"}}}, "usage"),
        ({"action": "search", "object": "passage", "subject": {"criteria": {"plate": {"text": PLATE}}}}, "approval"),
        ({"action": "make", "object": "export", "subject": {"format": "csv"}}, "usage"),
    ],
)  # fmt: skip
def test_a_request_that_says_nothing_exact_is_refused(ivy: Person, wish: dict[str, Any], problem: str) -> None:
    """Or one for what needs no second person."""
    assert ivy.post("/requests", {**wish, "because": BECAUSE}).problem == problem


def test_a_role_is_given_with_a_signature_by_somebody_else(house: House) -> None:
    """Never by who gains from it."""
    ann, paul = Person(house, "ann", "administrator", purpose=False), Person(house, "paul", "approver", purpose=False)
    Person(house, "otto", "observer", purpose=False)
    role = {"role": "monitor"}
    assert ann.post("/people/otto/roles", role).problem == "second-person"
    subject = {"account": "otto", **role}
    made = ann.post("/requests", {"action": "grant", "object": "role", "subject": subject, "because": BECAUSE}).json
    assert paul.post(f"/requests/{made['id']}/approve").status == 200
    assert ann.post("/people/otto/roles", role).json["roles"] == {SITE: ["monitor", "observer"]}
    assert ann.delete("/people/otto/roles/monitor").json["roles"] == {SITE: ["observer"]}
    subject = {"account": "otto", "role": "auditor"}
    wish = {"action": "grant", "object": "role", "subject": subject, "because": BECAUSE}
    assert ann.post("/requests", wish).problem == "person"
    refused = ann.post("/requests", {**wish, "subject": {"account": "otto", "role": "monitor"}}).json
    assert paul.post(f"/requests/{refused['id']}/refuse").json["state"] == "refused"
    assert paul.post(f"/requests/{refused['id']}/approve").problem == "approval"


def test_a_request_is_withdrawn_by_whoever_asked(house: House, ivy: Person) -> None:
    """And by nobody else."""
    wish = {"action": "read", "object": "passage", "subject": {"passage_id": house.passages[SITE, "old"]}}
    made = ivy.post("/requests", {**wish, "because": BECAUSE}).json
    assert Person(house, "ida", "investigator").post(f"/requests/{made['id']}/withdraw").problem == "not-own"
    assert ivy.post(f"/requests/{made['id']}/withdraw").json["state"] == "withdrawn"


def test_a_picture_is_marked_with_who_saw_it(house: House, ivy: Person) -> None:
    """In the file and on it; the stored one stays as it is."""
    passage_id = house.passages[SITE, "fresh"]
    for role in ("frame", "vehicle", "plate"):
        answer = ivy.get(f"/passages/{passage_id}/pictures/{role}")
        mark = mark_of(answer.body)
        assert answer.headers["content-type"] == "image/jpeg"
        assert mark is not None
        assert (mark.person, mark.id) == ("ivy", f"entry {house.world.told(['search'])[0].seq}")
    assert len(told(house)) == 3
    revealed = Person(house, "mona", "monitor").post(f"/passages/{passage_id}/pictures/vehicle/reveal")
    shown = mark_of(revealed.body)
    assert shown is not None
    assert shown.person == "mona"


def test_a_covered_picture_has_no_detail_and_never_is_of_the_plate(house: House) -> None:
    """It is told to nobody, because it shows nobody's plate."""
    mona = Person(house, "mona", "monitor", purpose=False)
    path = f"/passages/{house.passages[SITE, 'fresh']}/pictures"
    covered = mona.get(f"{path}/vehicle/covered")
    assert (covered.status, mark_of(covered.body)) == (200, None)
    assert mona.get(f"{path}/plate/covered").problem == "not-here"
    assert mona.get(f"{path}/vehicle/covered", if_none_match=covered.headers["etag"]).status == 304
    assert told(house) == []


def test_a_picture_that_is_gone_is_not_there(house: House, ivy: Person) -> None:
    """Nor does the journal say that somebody saw it."""
    kept = house.passages[SITE, "fresh"]
    evidence = ivy.get(f"/passages/{kept}").json["passage"]["evidence"]
    for one in evidence:
        (house.world.store.data_dir / one["path"]).unlink()
    before = len(told(house))
    assert ivy.get(f"/passages/{kept}/pictures/frame").problem == "not-here"
    assert len(told(house)) == before


def test_an_export_is_made_listed_and_fetched_by_its_maker_only(house: House, ivy: Person) -> None:
    """Told when it is made and at each download; it holds nothing of the other site."""
    body = {"selection": {"since": SINCE}, "format": "jsonl"}
    made = ivy.post("/exports", body)
    assert (made.status, made.json["passages"]) == (201, 1)
    name = made.json["name"]
    assert [one["name"] for one in ivy.get("/exports/own").json["exports"]] == [name]
    assert ivy.get(f"/exports/{name}/manifest").json["export"]["person"] == "ivy"
    fetched = ivy.get(f"/exports/{name}/file")
    assert fetched.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert house.passages[SITE, "fresh"] in fetched.text
    assert Person(house, "ida", "investigator").get(f"/exports/{name}/file").problem == "not-own"
    olga = Person(house, "olga", "auditor", purpose=False)
    assert [one["person"] for one in olga.get("/exports").json["exports"]] == ["ivy"]
    assert olga.get(f"/exports/{name}/file").problem in {"role", "not-own"}
    assert [entry["what"] for entry in told(house, "export")] == ["downloaded", "finished", "begun"]


@pytest.mark.parametrize("name", ["..%2Fsite.toml", "..", "%2e%2e", "wayside.sqlite3", "..\\site.toml", "a/b", "x%00y"])
def test_no_name_leads_out_of_the_folder_of_exports(ivy: Person, name: str) -> None:
    """Only what the record lists is fetched."""
    assert ivy.get(f"/exports/{name}/file").status in {404, 422}


def test_a_bulky_export_needs_a_second_person(house: House, ivy: Person) -> None:
    """From the site's own number on."""
    object.__setattr__(house.services.settings, "bulk_rows", 1)
    body = {"selection": {"since": (NOW - timedelta(days=80)).isoformat()}, "format": "csv"}
    assert ivy.post("/exports", body).problem == "second-person"
    wish = {"action": "make", "object": "bulk-export", "subject": body, "because": BECAUSE}
    made = ivy.post("/requests", wish).json
    Person(house, "paul", "approver", purpose=False).post(f"/requests/{made['id']}/approve")
    assert ivy.post("/exports", body).status == 201
    assert ivy.post("/exports", body).problem == "second-person"


def test_a_token_is_issued_shown_once_used_and_ended(house: House, ivy: Person) -> None:
    """With a purpose of its own, under which it searches."""
    asked = {
        "label": "night report",
        "scopes": ["passages:read"],
        "expires_at": (NOW + timedelta(days=30)).isoformat(),
        "purpose": {"reason": "offence", "reference": "CR-2026/0999"},
    }
    made = ivy.post("/tokens", asked)
    key = made.json["key"]
    assert (made.status, key.startswith("wayside_")) == (201, True)
    assert key not in json.dumps(ivy.get("/tokens").json)
    body = {"criteria": {"plate": {"text": PLATE}}}
    assert house.call("POST", "/api/v1/passages/search", token=key, json_body=body, own_page=False).status == 200
    assert told(house)[0]["reference"] == "CR-2026/0999"
    assert house.call("GET", "/api/v1/cameras", token=key).problem == "scope"
    assert ivy.delete(f"/tokens/{made.json['id']}").status == 204
    assert house.call("POST", "/api/v1/passages/search", token=key, json_body=body, own_page=False).status == 401
    for wrong in ({"scopes": ["everything"]}, {"expires_at": (NOW + timedelta(days=999)).isoformat()}, {"label": " "}):
        assert ivy.post("/tokens", asked | wrong).status == 422


def test_a_device_gets_an_account_and_a_token_and_sees_nothing(house: House) -> None:
    """From an administrator."""
    ann = Person(house, "ann", "administrator", purpose=False)
    made = ann.post("/people", {"name": "gate-camera", "shown_as": "Gate camera", "kind": "device"})
    assert (made.status, made.json["key"]) == (201, None)
    order = {"label": "gate", "scopes": ["passages:add"], "expires_at": (NOW + timedelta(days=300)).isoformat()}
    token = ann.post("/tokens/devices/gate-camera", order).json
    assert house.call("GET", "/api/v1/passages", token=token["key"]).status in {403, 404}
    assert [one["person"] for one in ann.get("/tokens/all").json["tokens"]] == ["gate-camera"]


def test_an_administrator_cares_for_accounts_and_sees_no_secret(house: House) -> None:
    """Training, duty, a reset with a signature, the end."""
    ann, paul = Person(house, "ann", "administrator", purpose=False), Person(house, "paul", "approver", purpose=False)
    Person(house, "otto", "observer", purpose=False)
    until = (NOW + timedelta(days=100)).isoformat()
    assert ann.post("/people/otto/training", {"until": until}).json["trained_until"][:10] == until[:10]
    shift = {"weekday": 0, "from_min": 360, "to_min": 840}
    assert ann.post("/people/otto/duty", {"shifts": [shift]}).status == 200
    assert ann.post("/people/otto/duty", {"shifts": [{**shift, "to_min": 100}]}).problem == "person"
    assert ann.post("/people/otto/reset").problem == "second-person"
    wish = {"action": "reset", "object": "credential", "subject": {"account": "otto"}, "because": BECAUSE}
    made = ann.post("/requests", wish).json
    paul.post(f"/requests/{made['id']}/approve")
    reset = ann.post("/people/otto/reset").json
    assert (len(reset["key"]), reset["person"]["has_password"]) == (43, False)
    assert ann.post("/people/otto/disable").json["active"] is False
    assert ann.post("/people/otto/disable").problem == "person"
    listed = ann.get("/people").text
    assert '"otto"' in listed
    assert "argon2" not in listed


def test_the_auditor_sees_who_looked_and_what_deserves_a_question(house: House, ivy: Person) -> None:
    """Not what was found."""
    olga = Person(house, "olga", "auditor", purpose=False)
    assert olga.post("/audit/canaries", {"plate": "ca 11 nary"}).status == 204
    assert olga.get("/audit/canaries").json["plates"] == ["CA11NARY"]
    ivy.post("/passages/search", {"criteria": {"plate": {"text": "CA11NARY"}}})
    house.world.clock.forward(minutes=1)
    (look,) = olga.get("/audit/searches").json["looks"]
    assert (look["person"], look["reference"], look["kind"]) == ("ivy", "CR-2026/0123", "search")
    assert "results" not in look
    assert "canary" in {one["kind"] for one in olga.get("/audit/findings").json["findings"]}
    assert [one["entry"] for one in ivy.get("/audit/searches/own").json["looks"]] == [look["entry"]]
    span = {"since": SINCE, "until": (NOW + timedelta(days=1)).isoformat()}
    (review,) = olga.post("/audit/reviews", span).json["reviews"]
    assert review["drawn_for"] == "finding"
    outcome = {"outcome": "unjustified", "note": "Nobody has a reason to look for that plate"}
    assert olga.post(f"/audit/reviews/{review['id']}", {"outcome": "unclear"}).problem == "approval"
    assert olga.post(f"/audit/reviews/{review['id']}", outcome).status == 204
    (done,) = olga.get("/audit/reviews?waiting=false").json["reviews"]
    assert (done["outcome"], done["reviewer"]) == ("unjustified", "olga")
    assert olga.post("/audit/canaries/remove", {"plate": "CA11NARY"}).status == 204


def test_the_purpose_is_begun_read_and_ended(house: House) -> None:
    """One at a time, with a reference that says something."""
    ivy = Person(house, "ivy", "investigator", purpose=False)
    assert ivy.get("/purpose").json["at_hand"] is None
    assert "offence" in ivy.get("/purpose").json["reasons"]
    for reference in ("test", "-", "investigation"):
        assert ivy.post("/purpose", {"reason": "offence", "reference": reference}).problem == "purpose"
    stated = {"reason": "offence", "reference": "CR-2026/0123"}
    assert ivy.post("/purpose", stated).json["reference"] == "CR-2026/0123"
    assert ivy.post("/purpose", stated).problem == "purpose"
    assert ivy.delete("/purpose").status == 204
    assert ivy.get("/me").json["purpose"] is None


def test_cameras_counts_and_the_journal_are_there_for_who_may(house: House) -> None:
    """Heads and proofs in the forms of C2SP."""
    olga = Person(house, "olga", "auditor", purpose=False)
    assert [one["name"] for one in olga.get("/cameras").json["cameras"]] == [f"gate-{SITE}"]
    assert olga.get(f"/cameras/gate-{SITE}").json["place"] == "the gate"
    span = f"since={SINCE[:19]}Z&until={NOW.isoformat()[:19]}Z"
    counts = olga.get(f"/statistics/passages?by=class&{span}").json
    assert (counts["counts"], counts["total"], counts["exact"]) == ({"diplomatic": 0}, 0, False)
    assert olga.get(f"/statistics/passages?by=plate&{span}").problem == "form"
    assert (
        olga.get(f"/statistics/passages?by=kind&since={NOW.isoformat()[:19]}Z&until={SINCE[:19]}Z").problem == "usage"
    )
    assert olga.get("/journal/checkpoint").text.split("\n")[1].isdecimal()
    assert olga.get("/journal/proofs/0").text.startswith("c2sp.org/tlog-proof@v1\nindex 0\n")
    assert olga.get("/journal/proofs/999999").problem == "usage"


def test_without_a_journal_there_is_no_answer(house: House, ivy: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, or somebody switched it off: nobody looks."""

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wayside.record.ledger.Ledger.append", full)
    for answer in (
        ivy.post("/passages/search", {"criteria": {"plate": {"text": PLATE}}}),
        ivy.get(f"/passages/{house.passages[SITE, 'fresh']}"),
        ivy.get(f"/passages/{house.passages[SITE, 'fresh']}/pictures/plate"),
        ivy.post("/exports", {"selection": {"since": SINCE}, "format": "csv"}),
    ):
        assert (answer.status, answer.problem) == (503, "record")
        assert PLATE not in answer.text


def test_what_went_wrong_unseen_is_told_by_number_only(
    house: House, ivy: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the place, the answer the number, and neither what was asked."""

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"no such plate as {PLATE}")

    monkeypatch.setattr("wayside.web.api.search.search", broken)
    answer = ivy.post("/passages/search", {"criteria": {"plate": {"text": PLATE}}})
    assert (answer.status, answer.problem) == (500, "unexpected")
    assert answer.json["number"] in caplog.text
    assert "search.py:" in caplog.text
    assert PLATE not in answer.text + caplog.text


def test_the_description_is_whole_and_names_what_each_operation_needs(house: House, ivy: Person) -> None:
    """OpenAPI 3.1, every reference leads somewhere, and each route of the API is in it."""
    document = ivy.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    refs = {part.partition('"')[0] for part in json.dumps(document).split('"#/components/schemas/')[1:]}
    assert refs <= document["components"]["schemas"].keys()
    operations = {(method.upper(), path) for path, some in document["paths"].items() for method in some}
    routes = {(min(one.methods), one.path) for one in house.app.router.routes if one.path.startswith("/api/v1")}
    assert operations == routes
    assert all(one["x-may"] and one["description"] for some in document["paths"].values() for one in some.values())
    assert document == json.loads(json.dumps(api_document(house.app.router.routes)))
    assert "Search" in house.call("GET", "/api", session=ivy.key).text


def test_the_table_of_permissions_is_there_for_programs_and_people(house: House, ivy: Person) -> None:
    """With the addresses under each rule, for people."""
    assert "search passage" in [one["may"] for one in ivy.get("/permissions").json["rules"]]
    assert "POST /api/v1/passages/search" in house.call("GET", "/permissions", session=ivy.key).text


def test_one_approval_opens_an_old_passage_with_its_pictures(house: House, ivy: Person) -> None:
    """For an hour, for that passage and that person; not before it was opened."""
    kept = house.passages[SITE, "old"]
    picture = f"/passages/{kept}/pictures/frame"
    wish = {"action": "read", "object": "passage", "subject": {"passage_id": kept}, "because": BECAUSE}
    made = ivy.post("/requests", wish).json
    Person(house, "paul", "approver", purpose=False).post(f"/requests/{made['id']}/approve")
    assert ivy.get(picture).problem == "second-person"
    assert ivy.get(f"/passages/{kept}").status == 200
    assert [ivy.get(picture).status for _ in range(2)] == [200, 200]
    assert ivy.get(f"/passages/{kept}/pictures/vehicle").status == 200
    assert Person(house, "ida", "investigator").get(picture).problem == "second-person"
    assert ivy.get(f"/passages/{kept}").problem == "second-person"
    house.world.clock.forward(minutes=61)
    ivy.key = house.world.session("ivy")
    assert ivy.get(picture).problem == "second-person"
