# SPDX-License-Identifier: Apache-2.0
"""The gate: no route without a declaration, nothing before the policy's yes, nothing given away by a no."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from unit.access.world import OTHER_SITE, SITE
from unit.web.house import HOST, House

from wayside.access import Decision, Thing, Why
from wayside.web import guard
from wayside.web.app import EVERYTHING, check, create_app
from wayside.web.assets import address_of
from wayside.web.guard import Gate, GuardedRoute, Routes
from wayside.web.things import anywhere

OPEN = {
    "GET /static/{path:path}",
    "GET /healthz",
    "GET /report/manifest.webmanifest",
    "GET /report/worker.js",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/code",
    "POST /sign-in/passkey/options",
    "POST /sign-in/passkey",
    "POST /sign-in/elsewhere",
    "GET /sign-in/elsewhere/done",
    "GET /first-run",
    "POST /first-run",
    "GET /welcome",
    "POST /welcome",
}
"""All that a stranger may reach."""


def guarded(app: FastAPI) -> list[GuardedRoute]:
    """The routes of an application."""
    return [route for route in app.router.routes if isinstance(route, GuardedRoute)]


def test_every_route_says_what_it_needs(house: House) -> None:
    """There is no other kind of route."""
    assert len(guarded(house.app)) == len(house.app.router.routes) > 60


def test_a_route_past_the_gate_makes_no_application(house: House) -> None:
    """However it was put in."""
    app = create_app(house.services)
    app.add_api_route("/open", lambda: "everything", methods=["GET"])
    with pytest.raises(ValueError, match="does not say what it needs"):
        check([], app.router.routes)


@pytest.mark.parametrize("may", ["fly passage", "read kettle", "read"])
def test_a_deed_that_no_rule_knows_makes_no_application(house: House, may: str) -> None:
    """A slip of the pen opens nothing."""
    routes = Routes()
    routes.get("/slip", may=may, at=anywhere("passage"))(lambda: None)
    with pytest.raises(ValueError, match="no rule"):
        create_app(house.services, [routes])


def test_two_routes_of_one_address_make_no_application(house: House) -> None:
    """The second would never be asked."""
    routes = Routes()
    for _ in range(2):
        routes.get("/twice", may="read health", at=anywhere("health"))(lambda: None)
    with pytest.raises(ValueError, match="declared twice"):
        create_app(house.services, [routes])


def test_for_a_style_sheet_nobody_is_looked_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy alone is asked, and for a stranger; with a no of it nothing is sent, whoever asks."""

    def looked_up(*args: object) -> None:
        raise AssertionError("somebody was looked up")

    monkeypatch.setattr(guard, "identify", looked_up)
    assert house.call("GET", address_of("wayside.css")).status == 200
    monkeypatch.setattr(guard, "decide", lambda *args: Decision(Why.ROLE))
    assert house.call("GET", address_of("wayside.css")).status in (401, 403, 404)


def test_a_handler_that_forgets_to_ask_answers_nothing(house: House) -> None:
    """Where the object stands in the body, an answer without a decision is a failure."""
    routes = Routes()

    @routes.get("/api/forgetful", may="search passage", at=None)
    def forgetful() -> dict[str, str]:
        return {"plate": "LD52XYZ"}

    @routes.get("/api/careful", may="search passage", at=None)
    def careful(gate: Gate) -> dict[str, str]:
        gate.check(Thing("passage", SITE, age=None))
        return {"plate": "LD52XYZ"}

    house.app = create_app(house.services)
    house.app.router.routes[:0] = [one.route() for one in routes]
    house.world.person("ivy", "investigator")
    house.world.under_purpose("ivy")
    key = house.world.session("ivy")
    assert house.call("GET", "/api/forgetful", session=key).status == 500
    answer = house.call("GET", "/api/careful", session=key)
    assert (answer.status, answer.problem) == (403, "age-unknown")


def concrete(path: str) -> str:
    """An address of a route, with something in each of its gaps."""
    for name in ("passage_id", "token_id", "request_id", "review_id"):
        path = path.replace(f"{{{name}}}", "0" * 32)
    filled = path.replace("{path:path}", "wayside.css").replace("{entry}", "1")
    while "{" in filled:
        filled = filled[: filled.index("{")] + "vehicle" + filled[filled.index("}") + 1 :]
    return filled


@pytest.mark.parametrize(
    ("method", "path"), sorted({(one.method, one.path) for routes in EVERYTHING for one in routes})
)
def test_a_stranger_gets_the_page_for_signing_in_and_nothing_else(shared_house: House, method: str, path: str) -> None:
    """Whatever they ask for, with or without a token of a form."""
    for own_page in (True, False):
        answer = shared_house.call(method, concrete(path), own_page=own_page)
        if f"{method} {path}" in OPEN:
            assert answer.status in {200, 403, 422}, answer.text
        elif path.startswith("/api/"):
            assert (answer.status, answer.problem) == (401, "not-signed-in")
        else:
            sent_on = (answer.status, answer.headers.get("location")) == (303, "/sign-in")
            assert sent_on if method == "GET" else answer.status == 401


ELSEWHERE = ["/nothing", "/api/v1/nothing", "/docs", "/redoc", "/openapi.json", "/metrics", "/.git"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_what_is_not_there_is_not_there_for_anybody(shared_house: House, path: str) -> None:
    """The framework's own pages are not served."""
    assert shared_house.call("GET", path).status == 404


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_are_refused(shared_house: House, method: str) -> None:
    """Nothing is echoed, and no other site is told what it may do."""
    answer = shared_house.call(method, "/sign-in", own_page=False)
    assert answer.status == 405
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_thing_of_another_site_looks_like_one_that_is_not_there(house: House) -> None:
    """To the byte, so that ids cannot be tried out."""
    house.world.person("ivy", "investigator")
    house.world.under_purpose("ivy")
    key = house.world.session("ivy")
    there = house.call("GET", f"/api/v1/passages/{house.passages[OTHER_SITE, 'fresh']}", session=key)
    nowhere = house.call("GET", f"/api/v1/passages/{'f' * 32}", session=key)
    assert (there.status, there.body) == (nowhere.status, nowhere.body)
    assert there.status == 404


def test_what_a_refused_search_would_do_is_not_begun(house: House) -> None:
    """No entry, no query, nothing spent."""
    house.world.person("adam.smith", "administrator")
    key = house.world.session("adam.smith")
    before = len(house.world.told(["search"]))
    body = {"criteria": {"plate": {"text": "LD52XYZ"}}}
    assert house.call("POST", "/api/v1/passages/search", session=key, json_body=body).problem == "role"
    assert len(house.world.told(["search"])) == before


def test_a_body_is_not_read_before_the_gate_said_yes(shared_house: House) -> None:
    """A stranger's broken JSON gets no better answer than a good one."""
    headers = {"content-type": "application/json", "content-length": "3", "host": HOST}
    for path in ("/api/v1/passages/search", "/api/v1/people"):
        answer = shared_house.call("POST", path, headers=headers)
        assert (answer.status, answer.problem) == (401, "not-signed-in")


@pytest.mark.parametrize("length", ["70000", "-1", "12abc", "9" * 40])
def test_a_body_that_is_too_long_is_refused(house: House, length: str) -> None:
    """By its stated length, before it is read."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    answer = house.call("POST", "/api/v1/purpose", session=key, headers={"content-length": length})
    assert answer.status == 413


def test_a_body_that_lies_about_its_length_is_cut_off(house: House) -> None:
    """What arrives is counted as well."""
    house.world.person("ivy", "investigator")
    key = house.world.session("ivy")
    answer = house.call(
        "POST", "/api/v1/purpose", session=key, json_body={"reason": "x" * 100_000}, headers={"content-length": "10"}
    )
    assert answer.status == 413


def locator_of(at: Any) -> str:
    """The name of what finds the object of a route."""
    return "" if at is None else str(at.__qualname__).partition(".")[0]


def test_nothing_of_the_record_is_found_without_a_site() -> None:
    """Only sessions, accounts, rules and the like belong to none."""
    siteless = {
        one.deed.object
        for routes in EVERYTHING
        for one in routes
        if locator_of(one.deed.at) in {"anywhere", "one_s_own"}
    }
    assert siteless == {"sign-in", "asset", "health", "session", "person", "credential", "token", "permissions"}


def test_a_site_may_be_named_but_not_chosen(house: House) -> None:
    """Naming another site in the address asks for that site, and is refused there."""
    house.world.person("ann", "administrator")
    key = house.world.session("ann")
    assert house.call("GET", f"/api/v1/cameras?site={SITE}", session=key).status == 200
    assert house.call("GET", f"/api/v1/cameras?site={OTHER_SITE}", session=key).problem == "not-here"
