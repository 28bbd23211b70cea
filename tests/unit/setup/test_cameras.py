# SPDX-License-Identifier: Apache-2.0
"""The cameras of a site: every change is kept, told to the journal with its author, and never with a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from wayside.config import CameraPlan, parse_gate
from wayside.domain import RecordError, UsageError
from wayside.record import CameraPlace, Store, cameras, entries
from wayside.record.backup import make_backup, restore
from wayside.record.tables import journal
from wayside.record.verify import Status, verify_record
from wayside.setup import SiteCameras
from wayside.setup.file import FILE, read_cameras, write_cameras

NORTH = CameraPlan(
    source="rtsp://admin:swordfish@192.0.2.10/live?token=hunter2",
    name="north",
    gates=(parse_gate("main:0,0,10,10:in:out:90"),),
    place="north gate",
    position=(52.5, 13.25),
    bearing_deg_true=90.0,
)
SECRETS = ("swordfish", "hunter2")


def told(store: Store) -> list[dict[str, Any]]:
    """What the journal was told of cameras, the oldest first."""
    with store.reading() as connection:
        found = [one.payload for one in entries(connection, ["config"]) if one.payload and "cameras" in one.payload]
    return found[::-1]


def test_each_change_is_kept_and_told_with_its_author(tmp_path: Path) -> None:
    """Adding, changing and removing; the place goes where maps and exports find it, and stays when the camera goes."""
    heard: list[Sequence[CameraPlan]] = []
    turned = replace(NORTH, bearing_deg_true=100.0)
    with Store(tmp_path) as store:
        site = SiteCameras(store)
        site.on_change(heard.append)
        site.add(NORTH, "adam")
        site.change(turned, "eve")
        assert site.remove("north", "adam")
        assert not site.remove("north", "adam")
        entries_told = told(store)
        with store.reading() as connection:
            place = cameras(connection)["north"]
    assert [(one["person"], [kept["bearing"] for kept in one["set_up"]]) for one in entries_told] == [
        ("adam", [90.0]),
        ("eve", [100.0]),
        ("adam", []),
    ]
    assert entries_told[2]["removed_camera"] == "north"
    assert [list(plans) for plans in heard] == [[NORTH], [turned], []]
    assert place == CameraPlace("north", "north gate", 52.5, 13.25, 100.0)


def test_no_password_stands_anywhere_but_in_the_file(tmp_path: Path) -> None:
    """Neither in the journal nor in any other file of the data directory; the record stays sound."""
    with Store(tmp_path) as store:
        SiteCameras(store).add(NORTH, "adam")
        with store.reading() as connection:
            payloads = [bytes(one) for one in connection.execute(select(journal.c.payload)).scalars() if one]
    for secret in SECRETS:
        assert not any(secret.encode() in one for one in payloads)
        holding = [path.name for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
        assert holding == [FILE]
    assert verify_record(tmp_path).status is Status.SOUND


def test_a_file_changed_by_hand_is_told_once_at_the_next_start(tmp_path: Path) -> None:
    """By nobody: the program only found it so. A start without a change says nothing."""
    with Store(tmp_path) as store:
        SiteCameras(store).add(NORTH, "adam")
    write_cameras(tmp_path, [replace(NORTH, name="south")])
    with Store(tmp_path) as store:
        assert [plan.name for plan in SiteCameras(store).plans()] == ["south"]
        SiteCameras(store)
        found = told(store)
    assert [one["person"] for one in found] == ["adam", None]
    assert found[1]["set_up"][0]["name"] == "south"


def test_what_cannot_be_journalled_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what cannot be kept is not journalled."""
    with Store(tmp_path) as store:
        site = SiteCameras(store)
        with monkeypatch.context() as patched:
            patched.setattr("wayside.setup.cameras.write_cameras", lambda folder, plans: refuse())
            with pytest.raises(RecordError):
                site.add(NORTH, "adam")
        assert (site.plans(), read_cameras(tmp_path), told(store)) == ((), (), [])


def refuse() -> None:
    """As a full disk does."""
    raise RecordError("the disk is full")


@pytest.mark.parametrize("name", ["", "a/b", "..", "a:b", "-north", "<b>", "a" * 65, "north "])
def test_names_that_pages_cannot_carry_are_refused(tmp_path: Path, name: str) -> None:
    """A name stands in addresses; blanks around it are taken away."""
    with Store(tmp_path) as store:
        site = SiteCameras(store)
        if name == "north ":
            site.add(replace(NORTH, name="north"), "adam")
        with pytest.raises(UsageError):
            site.add(replace(NORTH, name=name.strip()), "adam")
        with pytest.raises(UsageError):
            site.change(replace(NORTH, name="nobody"), "adam")


def test_a_backup_takes_the_cameras_along(tmp_path: Path) -> None:
    """With their passwords, sealed; the restored file is its owner's only."""
    with Store(tmp_path / "data") as store:
        SiteCameras(store).add(NORTH, "adam")
        make_backup(store, tmp_path / "backup")
    for path in (tmp_path / "backup").rglob("*"):
        assert not path.is_file() or b"swordfish" not in path.read_bytes()
    restore(tmp_path / "backup", tmp_path / "again")
    assert read_cameras(tmp_path / "again") == (NORTH,)
    assert (tmp_path / "again" / FILE).stat().st_mode & 0o777 == 0o600
