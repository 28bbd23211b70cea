# SPDX-License-Identifier: Apache-2.0
"""A plate and a password in use are written nowhere but where they belong: in no log, address, error or header."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from unit.access.world import SITE
from unit.web.house import Answered, House
from unit.web.test_sessions import key_in, visited

PLATE, PASSWORD = "CAN4RYX", "canary otter lantern"


class Listening:
    """Everything that the program says while it is asked: log lines, addresses, errors and headers."""

    def __init__(self, house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        self.house, self.caplog, self.capfd = house, caplog, capfd
        self.said: list[str] = []

    def call(self, method: str, path: str, **more: Any) -> Answered:
        """Asks, and keeps what came back besides a good answer's body."""
        answer = self.house.call(method, path, **more)
        self.said += [path, *answer.headers.values()]
        if answer.status >= 400:
            self.said.append(answer.text)
        return answer

    def everything(self) -> str:
        """All of it, with what the program printed."""
        out, err = self.capfd.readouterr()
        return "\n".join([*self.said, out, err, self.caplog.text])


@pytest.fixture
def listening(house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Listening:
    """Ears at everything, down to the last level of the log."""
    caplog.set_level(logging.DEBUG)
    return Listening(house, caplog, capfd)


def wrong_bodies(plate: str) -> list[dict[str, Any]]:
    """Searches that fail each in another place, all with the plate in them."""
    return [
        {"criteria": {"plate": {"text": plate, "match": "exactly"}}},
        {"criteria": {"plate": {"text": plate}, "since": plate}},
        {"criteria": {"plate": {"text": plate * 9}}},
        {"criteria": {"plate": {"text": f"*{plate[:2]}*{plate[2:4]}*{plate[4:]}*", "match": "pattern"}}},
        {"criteria": {"cameras": [plate], "way": plate}, "cursor": plate},
        {plate: plate},
        {"criteria": {"plate": plate}},
        {"criteria": {"plate": {"text": plate}}, "cursor": plate},
        {"criteria": {"plate": {"text": plate}, "gate": f"{plate}\r\nset-cookie: x=1"}},
    ]


def raising(error: Exception) -> Callable[..., None]:
    """A function that does nothing but fail."""

    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_a_plate_is_in_no_log_address_or_error(listening: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searched for rightly, wrongly, and while everything breaks."""
    house = listening.house
    house.world.person("ivy", "investigator")
    house.world.under_purpose("ivy")
    key = house.world.session("ivy")
    search = "/api/v1/passages/search"
    good = {"criteria": {"plate": {"text": PLATE}}}
    assert listening.call("POST", search, session=key, json_body=good).status == 200
    for body in wrong_bodies(PLATE):
        assert listening.call("POST", search, session=key, json_body=body).status == 422
        listening.call("POST", search, json_body=body)
    said = {"kind": "correction", "field": "plate", "value": PLATE.lower(), "reason": PLATE}
    amendments = f"/api/v1/passages/{house.passages[SITE, 'fresh']}/amendments"
    assert listening.call("POST", amendments, session=key, json_body=said).status == 422
    export = {"selection": {"since": "2026-11-01T00:00:00Z", "plate": PLATE}, "format": PLATE}
    assert listening.call("POST", "/api/v1/exports", session=key, json_body=export).status == 422
    for error, status in (
        (OperationalError("SELECT 1", {"text": PLATE}, OSError(5, "I/O")), 503),
        (KeyError(PLATE), 500),
    ):
        monkeypatch.setattr("wayside.record.search.run.looked_up", raising(error))
        assert listening.call("POST", search, session=key, json_body=good).status == status
    heard = listening.everything()
    assert str(house.world.store.data_dir) not in "".join(listening.said)
    assert "unexpected KeyError" in heard
    assert PLATE not in heard.upper()


def test_a_password_is_in_no_log_address_error_or_page(listening: Listening) -> None:
    """Typed rightly, wrongly, into the field for the name, and where it is too long."""
    house = listening.house
    house.world.person("ivy", "investigator", second_factor=False)
    visit = visited(house)
    for form in (
        {"name": "ivy", "password": PASSWORD},
        {"name": PASSWORD, "password": "x"},
        {"name": "ivy", "password": PASSWORD * 100},
        {"password": PASSWORD},
    ):
        assert listening.call("POST", "/sign-in", session=visit, form=form).status in {403, 422, 429}
    key = house.world.session("ivy")
    for form in ({"old": PASSWORD, "new": PASSWORD}, {"old": "seven tin badgers", "new": "ivy " + PASSWORD[:6]}):
        assert listening.call("POST", "/account/password", session=key, form=form).status == 422
    new = {"old": "seven tin badgers", "new": PASSWORD}
    assert listening.call("POST", "/account/password", session=key, form=new).status == 303
    house.world.clock.forward(minutes=10)
    done = listening.call("POST", "/sign-in", session=visit, form={"name": "ivy", "password": PASSWORD})
    assert done.status == 303
    heard = listening.everything()
    assert PASSWORD[:6] not in heard
    assert key_in(done) not in heard.replace(done.headers["set-cookie"], "")
    told = [str(entry.payload) for entry in house.world.told(["access"])]
    assert not [one for one in told if PASSWORD[:6] in one]


def test_no_secret_is_kept_in_clear(listening: Listening) -> None:
    """Neither the password nor the key of a session or a token stands in the database."""
    house = listening.house
    house.world.person("ivy", "investigator", second_factor=False)
    visit = visited(house)
    key = key_in(house.call("POST", "/sign-in", session=visit, form={"name": "ivy", "password": "seven tin badgers"}))
    house.world.store.close()
    for path in house.world.store.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert key.encode() not in data, path.name
            assert b"seven tin badgers" not in data, path.name
