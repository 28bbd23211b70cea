# SPDX-License-Identifier: Apache-2.0
"""Set-up through the API: what is answered is what is kept, bounds are said, and studies come as lines alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from unit.web.house import House

from wayside.config import CameraPlan, parse_gate
from wayside.record import entries
from wayside.setup import Health, State, Study, Trail, View
from wayside.web.api.setup import answered_health, answered_study

API = "/api/v1/cameras/north"
SECRET = "swordfish"
LINE = {"name": "main", "x1": 1, "y1": 2, "x2": 30.25, "y2": 4, "forward": "in", "backward": "out"}
STATED = {"source": "rtsp://192.0.2.10/live", "user": "admin", "password": SECRET}


@pytest.fixture
def session(house: House) -> Iterator[str]:
    """An administrator of a house in which the camera `north` is set up."""
    house.world.person("adam", "administrator")
    plan = CameraPlan(f"rtsp://admin:{SECRET}@192.0.2.10/live", "north", enabled=False)
    house.services.cameras.add(plan, "adam")
    yield house.world.session("adam")


def kept(house: House) -> CameraPlan:
    """The camera as it is kept."""
    found = house.services.cameras.find("north")
    assert found is not None
    return found


def told(house: House) -> list[dict[str, Any]]:
    """What the journal was told of looks at cameras."""
    with house.services.store.reading() as connection:
        return [one.payload for one in entries(connection, ["access"]) if one.payload and "camera" in one.payload]


def trail(y: float = 300.0) -> Trail:
    """A vehicle that goes through the whole picture."""
    return Trail([(at / 10, 20.0 * at, y - 30, 20.0 * at + 60, y + 30) for at in range(60)], [(40.0, y)])


def test_what_is_stated_is_answered(house: House, session: str) -> None:
    """All of it but the password; whoever sends an answer back changes nothing."""
    stated = {
        **STATED, "gates": [LINE | {"heading_deg_true": 92.5}], "place": "gate", "latitude": 0.0, "longitude": -13.25,
        "bearing_deg_true": 10.5, "country": "gb", "started_at": "2026-06-01T07:30:00+02:00", "privacy_blur": False,
    }  # fmt: skip
    assert house.call("POST", f"{API}/settings", session=session, json_body=stated).status == 204
    answer = house.call("GET", f"{API}/settings", session=session)
    said = answer.json
    assert SECRET not in answer.text
    assert (said["latitude"], said["longitude"], said["country"], said["signs_in"]) == (0.0, -13.25, "GB", True)
    assert said["gates"] == [LINE | {"heading_deg_true": 92.5}]
    before = kept(house)
    again = {key: value for key, value in said.items() if key not in {"name", "signs_in", "enabled"}}
    assert house.call("POST", f"{API}/settings", session=session, json_body=again).status == 204
    assert kept(house) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"source": ""},
        {"latitude": 91, "longitude": 0},
        {"latitude": 52},
        {"bearing_deg_true": 361},
        {"country": "GBR"},
        {"started_at": "2026-06-01T07:30:00"},
        {"gates": [LINE | {"x1": -1}]},
        {"gates": [LINE | {"x1": 100_001}]},
        {"gates": [LINE | {"forward": "out"}]},
        {"gates": [LINE | {"x2": 1, "y2": 2}]},
        {"gates": [LINE | {"name": "a:b"}]},
        {"gates": [LINE | {"name": f"g{at}"} for at in range(33)]},
        {"gates": [LINE | {"colour": "red"}]},
        {"enabled": True},
        {"source": "/etc/passwd"},
    ],
)
def test_what_cannot_be_meant_changes_nothing(house: House, session: str, changed: dict[str, Any]) -> None:
    """Refused as unprocessable, without the password in the answer."""
    before = kept(house)
    answer = house.call("POST", f"{API}/settings", session=session, json_body=STATED | changed)
    assert answer.status == 422
    assert SECRET not in answer.text
    assert kept(house) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "health"), ("GET", "settings"), ("DELETE", "settings"), ("POST", "start"), ("POST", "stop"),
        ("GET", "picture"), ("GET", "study"), ("POST", "study"), ("DELETE", "study"),
    ],
)  # fmt: skip
def test_a_camera_that_is_not_set_up_is_said_not_to_be(house: House, session: str, method: str, path: str) -> None:
    """On every route, and nothing is journalled as looked at."""
    answer = house.call(method, f"/api/v1/cameras/nobody/{path}", session=session)
    assert answer.status == 422
    assert "no camera of that name" in answer.text
    assert told(house) == []


def test_a_change_of_settings_starts_and_stops_nothing(house: House, session: str) -> None:
    """A camera that is on stays on; one that is new stays off until it is started."""
    house.call("POST", f"{API}/start", session=session)
    assert house.call("POST", f"{API}/settings", session=session, json_body=STATED).status == 204
    assert kept(house).enabled
    assert house.call("POST", "/api/v1/cameras/east/settings", session=session, json_body=STATED).status == 204
    east = house.services.cameras.find("east")
    assert east is not None and not east.enabled


def test_a_start_of_what_runs_is_a_start_anew(house: House, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a stop of what is off is nothing; neither is told as a change."""
    restarted: list[str] = []
    monkeypatch.setattr(house.services.supervisor, "restart", restarted.append)
    changes: list[object] = []
    house.services.cameras.on_change(changes.append)
    for _ in range(2):
        house.call("POST", f"{API}/start", session=session)
    assert (restarted, len(changes)) == (["north"], 1)
    for _ in range(2):
        house.call("POST", f"{API}/stop", session=session)
    assert (restarted, len(changes)) == (["north"], 2)


def test_looks_are_bounded(house: House, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each opens the camera anew; what is refused is not journalled as a look."""
    monkeypatch.setattr(house.services.supervisor, "look", lambda plan: View(b"\xff\xd8", (64, 48)))
    statuses = [house.call("GET", f"{API}/picture", session=session).status for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert len(told(house)) == 40
    assert house.call("POST", f"{API}/study", session=session).status == 429


def test_a_study_is_journalled_told_and_ended(house: House, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it began there is none; while it runs it proposes nothing."""
    study = Study("north")
    begun: list[str] = []

    def begin(plan: CameraPlan) -> Study:
        begun.append(str(plan.name))
        house.services.supervisor._studies["north"] = study
        return study

    monkeypatch.setattr(house.services.supervisor, "study", begin)
    assert "not studied" in house.call("GET", f"{API}/study", session=session).text
    assert house.call("DELETE", f"{API}/study", session=session).status == 204
    assert house.call("POST", f"{API}/study", session=session).status == 204
    assert begun == ["north"]
    assert [(one["person"], one["camera"]) for one in told(house)] == [("adam", "north")]
    study.sized((1280, 720))
    study.take(trail())
    running = house.call("GET", f"{API}/study", session=session).json
    assert (running["running"], running["width"], running["proposals"]) == (True, 1280, [])
    assert house.call("DELETE", f"{API}/study", session=session).status == 204
    over = house.call("GET", f"{API}/study", session=session).json
    assert (over["running"], len(over["tracks"]), over["proposals"][0]["forward"]) == (False, 1, 1)


def test_a_study_is_answered_without_plates_and_times() -> None:
    """Lines only: of when a vehicle passed, or where its plate was, nothing is left."""
    study = Study("north")
    study.sized((1280, 720))
    study.take(trail())
    said = answered_study(study.state(), study.proposals()).model_dump()
    assert said.keys() == {
        "running", "passed_s", "lasts_s", "width", "height", "tracks", "proposals", "failed",
    }  # fmt: skip
    ((first, *rest),) = said["tracks"]
    assert (first, len(rest)) == ((30.0, 300.0), 59)
    assert answered_study(Study("a").state(), ()).width is None


@pytest.mark.parametrize("state", list(State))
def test_health_is_answered_whole(state: State) -> None:
    """Every figure, and the reasons as a copy that may be sent."""
    health = Health("north", state, 4.5, 0.25, 3, 50, 200, 4, 3, {"too_small": 1}, (640, 480), "no route", 7.5, 2)
    said = answered_health(health).model_dump(mode="json")
    assert said == {
        "camera": "north", "state": state.value, "fps": 4.5, "delay_s": 0.25, "dropped": 3, "frames": 50, "total": 200,
        "passages": 4, "read": 3, "unread": {"too_small": 1}, "error": "no route", "retry_s": 7.5,
    }  # fmt: skip


def test_what_is_removed_leaves_no_view_and_no_study(house: House, session: str) -> None:
    """A camera of the same name that is added later must not show what the first one saw."""
    supervisor = house.services.supervisor
    supervisor._views["north"], supervisor._studies["north"] = View(b"", (1, 1)), Study("north")
    assert house.call("DELETE", f"{API}/settings", session=session).status == 204
    assert (supervisor.last_view("north"), supervisor.study_of("north")) == (None, None)
    with house.services.store.reading() as connection:
        removed = [one.payload for one in entries(connection, ["config"]) if one.payload]
    assert any(one.get("removed_camera") == "north" and one["person"] == "adam" for one in removed)


@pytest.mark.parametrize("role", ["monitor", "investigator", "auditor"])
def test_only_who_sets_cameras_up_may(house: House, session: str, role: str) -> None:
    """The policy is asked on every route that changes or shows what a camera sees."""
    house.world.person("mona", role)
    key = house.world.session("mona")
    house.services.cameras.change(replace(kept(house), gates=(parse_gate("main:0,0,1,1:in:out"),)), "adam")
    before = kept(house)
    asked = [("GET", "settings"), ("DELETE", "settings"), ("POST", "start"), ("GET", "picture"), ("POST", "study")]
    assert {house.call(method, f"{API}/{path}", session=key).status for method, path in asked} == {403}
    assert kept(house) == before
    assert told(house) == []


def test_another_site_is_set_up_elsewhere(house: House, session: str) -> None:
    """Its cameras are not those of this machine, whatever they are called."""
    answer = house.call("POST", f"{API}/settings?site=south", session=session, json_body=STATED | {"place": "x"})
    assert answer.status == 404
    assert house.call("POST", f"{API}/start?site=south", session=session).status == 404
    assert (kept(house).place, kept(house).enabled) == (None, False)
