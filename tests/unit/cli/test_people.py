# SPDX-License-Identifier: Apache-2.0
"""`wayside people` as somebody types it: accounts, links, and appointing somebody where nobody can sign."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from unit.access.world import SITE, Clock, World

from wayside.access import approvals, people, roles
from wayside.record import Store, entries

Command = Callable[..., Any]
WHY = ("--because", "Both approvers left the authority last week")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A site that had an approver, who is gone; an observer and an auditor are there."""
    world = World.opened(tmp_path / "record", Clock())
    world.person("petra", "approver")
    world.person("otto", "observer")
    world.person("olga", "auditor")
    world.person("adam", "administrator")
    world.person("nina", second_factor=False)
    with world.store.writing() as transaction:
        people.disable(transaction, "petra", by="adam")
    world.store.close()
    return tmp_path / "record"


def held(data: Path, name: str) -> frozenset[str]:
    """The roles of somebody."""
    with Store(data, writing=False) as store, store.reading() as connection:
        return roles.roles_of(connection, name).get(SITE, frozenset())


def deeds(data: Path) -> list[dict[str, Any]]:
    """What the journal tells of accounts, newest first."""
    with Store(data, writing=False) as store, store.reading() as connection:
        return [one.payload or {} for one in entries(connection, ["access"])]


def test_accounts_are_listed_with_their_tasks(wayside: Command, data: Path) -> None:
    """Those that ended too."""
    said = wayside("people", "list", "--data", data)
    assert said.code == 0
    assert "otto  Otto  active  observer" in said.out
    assert "petra  Petra  ended  -" in said.out
    lines = [json.loads(one) for one in wayside("people", "list", "--json", "--data", data).out.splitlines()]
    (adam,) = [one for one in lines if one["name"] == "adam"]
    assert adam == {"name": "adam", "shown_as": "Adam", "kind": "person", "active": True, "second_factor": True,
                    "roles": ["administrator"]}  # fmt: skip


def test_a_link_is_printed_for_a_new_account(wayside: Command, data: Path) -> None:
    """Without any task; the journal says that it was done at the machine, and has no key."""
    said = wayside("people", "invite", "mary.hopkins", "--shown-as", "Mary Hopkins", "--data", data)
    assert said.code == 0
    assert said.out.startswith("http://127.0.0.1:8080/welcome#")
    assert held(data, "mary.hopkins") == frozenset()
    told = deeds(data)
    assert told[0]["what"] == "invited"
    assert told[0]["person"].startswith("machine:")
    assert said.out.strip().partition("#")[2] not in json.dumps(told)


def test_whoever_has_signed_in_gets_no_new_link(wayside: Command, data: Path) -> None:
    """That would be a way around their credentials."""
    said = wayside("people", "invite", "otto", "--data", data)
    assert said.code != 0
    assert said.out == ""


def test_an_approver_is_appointed_where_none_is_left(wayside: Command, data: Path) -> None:
    """The journal tells of it, and the auditor finds it among the emergencies."""
    said = wayside("people", "break-glass", "otto", *WHY, "--data", data)
    assert said.code == 0
    assert held(data, "otto") == {"observer", "approver"}
    assert [one["what"] for one in deeds(data)[:2]] == ["role granted", "request emergency"]
    with Store(data, writing=False) as store, store.reading() as connection:
        (found,) = approvals.emergencies(connection, SITE, 0)
    assert (found.deed, found.subject, found.because) == (
        "grant role", {"account": "otto", "role": "approver"}, WHY[1])  # fmt: skip
    assert found.asked_by.startswith("machine:")


@pytest.mark.parametrize(
    ("name", "more", "complaint"),
    [
        ("olga", (), "Nobody checks their own looking"),
        ("nina", (), "has no second factor"),
        ("nobody", (), "no active account"),
        ("otto", ("--role", "auditor"), "only approver or administrator"),
        ("otto", ("--role", "administrator"), "adam is administrator here"),
    ],
)
def test_who_cannot_be_appointed_is_not(
    wayside: Command, data: Path, name: str, more: tuple[str, ...], complaint: str
) -> None:
    """The complaint says why, and nothing is changed."""
    before = deeds(data)
    said = wayside("people", "break-glass", name, *more, *WHY, "--data", data)
    assert said.code != 0
    assert complaint in said.complaints[0]
    assert deeds(data) == before


def test_while_somebody_can_sign_nobody_is_appointed(wayside: Command, data: Path) -> None:
    """The second one is asked for in the pages."""
    assert wayside("people", "break-glass", "otto", *WHY, "--data", data).code == 0
    said = wayside("people", "break-glass", "adam", *WHY, "--data", data)
    assert said.code != 0
    assert "otto is approver here and can sign in" in said.complaints[0]


def test_a_reason_has_to_say_something(wayside: Command, data: Path) -> None:
    """Whoever checks has to judge it."""
    said = wayside("people", "break-glass", "otto", "--because", "test", "--data", data)
    assert said.code != 0
    assert held(data, "otto") == {"observer"}


def test_a_site_that_is_being_founded_needs_no_breaking(wayside: Command, tmp_path: Path) -> None:
    """Its administrator gives the task in the pages."""
    world = World.opened(tmp_path / "new", Clock())
    world.person("otto", "observer")
    world.store.close()
    said = wayside("people", "break-glass", "otto", *WHY, "--data", tmp_path / "new")
    assert said.code != 0
    assert "never had an approver" in said.complaints[0]


def test_an_administrator_is_appointed_where_none_is_left(wayside: Command, tmp_path: Path) -> None:
    """Without one nobody could ask for anything."""
    world = World.opened(tmp_path / "lost", Clock())
    world.person("petra", "approver")
    world.person("nina")
    world.store.close()
    said = wayside("people", "break-glass", "nina", "--role", "administrator", *WHY, "--data", tmp_path / "lost")
    assert said.code == 0
    assert held(tmp_path / "lost", "nina") == {"administrator"}


def test_where_no_record_is_none_is_made(wayside: Command, tmp_path: Path) -> None:
    """A slip in a path founds no site."""
    assert wayside("people", "invite", "mary", "--data", tmp_path / "nothing").code != 0
    assert not (tmp_path / "nothing").exists()
