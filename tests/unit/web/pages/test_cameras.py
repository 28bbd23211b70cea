# SPDX-License-Identifier: Apache-2.0
"""Setting cameras up on the pages: what is stated is kept, what cannot be meant is said, and no password comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from unit.web.house import Answered, House

from wayside.config import CameraPlan, parse_gate
from wayside.domain import SourceError
from wayside.record import entries
from wayside.setup import View

SECRET = "swordfish"
NETWORK = {"name": "north-gate", "kind": "address", "address": "rtsp://192.0.2.10/live", "user": "admin"}
GATE = {
    "name": "main", "x1": "10", "y1": "20", "x2": "600,5", "y2": "30", "forward": "in", "backward": "out",
    "heading": "90",
}  # fmt: skip
PAGE = "/cameras/of/north-gate"
API = "/api/v1/cameras/north-gate"


def administrator(house: House) -> str:
    """The session of somebody who sets cameras up."""
    house.world.person("adam", "administrator")
    return house.world.session("adam")


@pytest.fixture
def session(house: House) -> Iterator[str]:
    """An administrator; the camera `north-gate` is set up, with a password."""
    key = administrator(house)
    assert house.call("POST", "/cameras", session=key, form=NETWORK | {"password": SECRET}).status == 303
    yield key


def kept(house: House) -> CameraPlan:
    """The camera as it is kept."""
    found = house.services.cameras.find("north-gate")
    assert found is not None
    return found


def shown(house: House, session: str, path: str = PAGE) -> Answered:
    """A page, in which no password stands."""
    answer = house.call("GET", path, session=session)
    assert SECRET not in answer.text
    return answer


def test_a_camera_is_added_off_and_its_password_never_shown(house: House, session: str) -> None:
    """Neither on its page, nor in the list, nor through the API, nor in the journal."""
    assert kept(house).source == f"rtsp://admin:{SECRET}@192.0.2.10/live"
    assert not kept(house).enabled
    assert "rtsp://192.0.2.10/live" in shown(house, session).text
    assert "north-gate" in shown(house, session, "/cameras").text
    settings = shown(house, session, f"{API}/settings").json
    assert (settings["source"], settings["signs_in"], settings["enabled"]) == ("rtsp://192.0.2.10/live", True, False)
    with house.services.store.reading() as connection:
        told = [str(one.payload) for one in entries(connection, ["config", "access"])]
    assert any("north-gate" in one and "adam" in one for one in told)
    assert not any(SECRET in one for one in told)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"name": "../x"}, "no name for a camera"),
        ({"name": ""}, "no name for a camera"),
        ({"address": "gopher://192.0.2.1/"}, "are not taken"),
        ({"address": "file:///etc/passwd"}, "are not taken"),
        ({"address": "/etc/passwd"}, "no address"),
        ({"address": "rtsp://a:b@192.0.2.1/"}, "already"),
        ({"address": "http://169.254.169.254/latest"}, "no camera lives"),
        ({"address": "rtsp://192.0.2.1/a b"}, "mend it"),
        ({"kind": "clip", "clip": "../../site.toml"}, "no recording of that name"),
        ({"kind": "webcam", "webcam": "zero"}, "no address"),
    ],
)
def test_what_no_camera_can_be_is_said_on_the_form(house: House, stated: dict[str, str], told: str) -> None:
    """With what was filled in, but for the password; nothing is kept."""
    key = administrator(house)
    answer = house.call("POST", "/cameras", session=key, form=NETWORK | {"password": SECRET} | stated)
    assert answer.status == 422
    assert told in answer.text
    assert SECRET not in answer.text
    assert house.services.cameras.plans() == ()


def test_a_name_is_given_once(house: House, session: str) -> None:
    """And a recording may be named by its name alone."""
    assert "already" in house.call("POST", "/cameras", session=session, form=NETWORK).text
    demo = {"name": "demo", "kind": "clip", "clip": "gate.mp4"}
    assert house.call("POST", "/cameras", session=session, form=demo).status == 303
    plan = house.services.cameras.find("demo")
    assert plan is not None and plan.source.endswith("/gate.mp4")
    assert plan.started_at == house.services.store.now().replace(microsecond=0)


def test_gates_are_kept_as_they_are_drawn(house: House, session: str) -> None:
    """With their names and heading, and shown again; all can be taken away."""
    assert house.call("POST", f"{PAGE}/gates", session=session, form=GATE).status == 303
    assert kept(house).gates == (parse_gate("main:10,20,600.5,30:in:out:90"),)
    text = shown(house, session).text
    assert 'name="x2" type="number" step="any" min="0" value="600.5"' in text
    assert house.call("POST", f"{PAGE}/gates", session=session, form={}).status == 303
    assert kept(house).gates == ()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"forward": "out"}, "different names"),
        ({"name": "a:b"}, "colon"),
        ({"x1": "many"}, "fields for numbers"),
        ({"x1": "nan"}, "fields for numbers"),
        ({"x1": "600.5", "y1": "30"}, "is a point"),
        ({"heading": "400"}, "no bearing"),
        ({"x2": "9999"}, "outside the picture"),
    ],
)
def test_gates_that_cannot_be_are_refused(house: House, session: str, changed: dict[str, str], told: str) -> None:
    """The ones before stay."""
    house.services.supervisor._views["north-gate"] = View(b"", (1280, 720))
    house.call("POST", f"{PAGE}/gates", session=session, form=GATE)
    answer = house.call("POST", f"{PAGE}/gates", session=session, form=GATE | changed)
    assert answer.status == 422
    assert told in answer.text
    assert kept(house).gates == (parse_gate("main:10,20,600.5,30:in:out:90"),)


def test_a_password_stays_with_its_address_only(house: House, session: str) -> None:
    """Another address does not get it; a new password takes its place."""
    about = {"address": "rtsp://192.0.2.10/live", "place": "north", "bearing": "92.5", "blur": "on",
             "latitude": "52.5", "longitude": "13,25", "country": "gb"}  # fmt: skip
    assert house.call("POST", f"{PAGE}/about", session=session, form=about).status == 303
    plan = kept(house)
    assert SECRET in plan.source
    assert (plan.place, plan.position, plan.bearing_deg_true, plan.country) == ("north", (52.5, 13.25), 92.5, "GB")
    new = about | {"user": "admin", "password": "pike"}
    assert house.call("POST", f"{PAGE}/about", session=session, form=new).status == 303
    assert kept(house).source == "rtsp://admin:pike@192.0.2.10/live"
    moved = about | {"address": "rtsp://198.51.100.9/live"}
    assert house.call("POST", f"{PAGE}/about", session=session, form=moved).status == 303
    assert kept(house).source == "rtsp://198.51.100.9/live"


@pytest.mark.parametrize(
    "changed", [{"bearing": "north"}, {"latitude": "52"}, {"latitude": "99", "longitude": "1"}, {"country": "Q"},
                {"started_at": "noon"}, {"address": "nowhere"}],
)  # fmt: skip
def test_what_cannot_be_about_a_camera_is_refused(house: House, session: str, changed: dict[str, str]) -> None:
    """On its own page."""
    before = kept(house)
    answer = house.call("POST", f"{PAGE}/about", session=session, form={"address": "rtsp://192.0.2.10/live"} | changed)
    assert answer.status == 422
    assert kept(house) == before


def test_it_is_started_stopped_and_removed(house: House, session: str) -> None:
    """By the page and by the API; what is gone is gone."""
    house.call("POST", f"{PAGE}/start", session=session)
    assert kept(house).enabled
    assert shown(house, session, f"{API}/health").json["state"] == "off"  # this house watches no camera
    assert house.call("POST", f"{API}/stop", session=session).status == 204
    assert not kept(house).enabled
    assert house.call("DELETE", f"{API}/settings", session=session).status == 204
    assert house.call("GET", PAGE, session=session).status == 422
    assert house.call("POST", f"{PAGE}/remove", session=session).status == 422


def test_a_look_is_journalled_before_it_is_shown(house: House, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whom and through which camera; a failure is said without the password."""
    monkeypatch.setattr(house.services.supervisor, "look", lambda plan: View(b"\xff\xd8view", (1280, 720)))
    assert house.call("GET", f"{API}/picture", session=session).body == b"\xff\xd8view"
    tried = house.call("POST", "/cameras/try", session=session, form=NETWORK | {"password": SECRET}).text
    assert "1280" in tried and "data:image/jpeg;base64," in tried
    with house.services.store.reading() as connection:
        told = [one.payload for one in entries(connection, ["access"]) if one.payload and "camera" in one.payload]
    assert [(one["person"], one["camera"]) for one in told] == [("adam", None), ("adam", "north-gate")]

    def fails(plan: CameraPlan) -> View:
        raise SourceError("rtsp://192.0.2.10/live: the connection was refused; check that the camera is on")

    monkeypatch.setattr(house.services.supervisor, "look", fails)
    assert "refused" in house.call("POST", f"{PAGE}/picture", session=session).text
    assert "refused" in house.call("POST", "/cameras/try", session=session, form=NETWORK).text


def test_the_api_states_all_of_a_camera(house: House) -> None:
    """What is left out is taken away, but for the password."""
    key = administrator(house)
    line = {"name": "main", "x1": 1, "y1": 2, "x2": 3, "y2": 4, "forward": "in", "backward": "out"}
    stated = {"source": "rtsp://192.0.2.10/live", "user": "admin", "password": SECRET, "place": "north"}
    body = {**stated, "gates": [line]}
    assert house.call("POST", f"{API}/settings", session=key, json_body=body).status == 204
    assert kept(house).gates == (parse_gate("main:1,2,3,4:in:out"),)
    again = {"source": "rtsp://192.0.2.10/live"}
    assert house.call("POST", f"{API}/settings", session=key, json_body=again).status == 204
    assert kept(house) == replace(CameraPlan(f"rtsp://admin:{SECRET}@192.0.2.10/live", "north-gate"), enabled=False)
    twice = {**stated, "gates": [line, line]}
    assert house.call("POST", f"{API}/settings", session=key, json_body=twice).status == 422


def test_whoever_does_not_set_cameras_up_sees_names_and_health_only(house: House, session: str) -> None:
    """No address, and nothing to press."""
    house.world.person("mona", "monitor")
    text = house.call("GET", "/cameras", session=house.world.session("mona")).text
    assert "north-gate" in text
    assert "192.0.2.10" not in text
    assert "/cameras/add" not in text
    assert house.call("GET", PAGE, session=house.world.session("mona")).status == 403


def test_live_tiles_tell_how_a_camera_does(house: House, session: str) -> None:
    """Also one that has recorded nothing yet."""
    house.world.person("mona", "monitor")
    text = house.call("GET", "/live/tiles", session=house.world.session("mona")).text
    assert re.search(r"north-gate</b>.*?badge.*?off", text, re.DOTALL)
