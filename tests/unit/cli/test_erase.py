# SPDX-License-Identifier: Apache-2.0
"""`wayside erase`, `hold`, `backup`, `restore` and `doctor` as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import full_passage
from record_times import at

from wayside.record import Store, entries

Command = Callable[..., Any]
WHY = ("--purpose", "subject-request", "--reference", "SR-2026/0001")
NOW = datetime.now(UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A record with one passage of today and one of forty days ago."""
    folder = tmp_path / "record"
    passage, pictures = full_passage(1)
    with Store(folder) as store:
        store.add(passage, pictures)
        store.add_many([at(2, NOW - timedelta(days=40)), at(3, NOW)])
    return folder


def left(data: Path) -> set[int]:
    """The numbers of the passages that are there."""
    with Store(data, writing=False) as store:
        return {int(one.id, 16) for one in store.passages()}


def test_what_is_due_goes(wayside: Command, data: Path) -> None:
    """A dry run says what would; then it does."""
    said = wayside("erase", "--due", "--dry-run", "--data", data)
    assert (said.code, "would erase: 1 passages" in said.out) == (0, True)
    assert 2 in left(data)
    said = wayside("erase", "--due", "--json", "--data", data)
    assert said.code == 0
    report = json.loads(said.out)
    assert (report["passages"], report["held"], report["disk_pending"], report["backups_pending"]) == (1, 0, None, [])
    assert 2 not in left(data)


def test_a_plate_goes_under_a_purpose_only(wayside: Command, data: Path) -> None:
    """Also the dry run, which tells whether the plate was here, is in the journal before it answers."""
    for more in ((), ("--dry-run",)):
        said = wayside("erase", "--plate", "101D234", *more, "--data", data)
        assert said.code == 2
        assert "--purpose" in said.complaints[0]
    said = wayside("erase", "--plate", "101 d234", *WHY, "--dry-run", "--data", data)
    assert said.out.startswith("would erase: 3 passages, 3 pictures")
    with Store(data, writing=False) as store, store.reading() as connection:
        (asked,) = [one.payload for one in entries(connection, ["search"])]
    assert asked is not None
    assert (asked["reference"], asked["plate"]) == ("SR-2026/0001", "101D234")
    assert wayside("erase", "--plate", "101 d234", *WHY, "--identity-check", "seen", "--data", data).code == 0
    assert left(data) == set()


def test_a_time_and_a_camera_can_be_named(wayside: Command, data: Path) -> None:
    """What was captured before it."""
    day = (NOW - timedelta(days=1)).isoformat()
    said = wayside("erase", "--before", day, "--camera", "other", *WHY, "--data", data)
    assert said.out.strip() == "erased: nothing"
    assert wayside("erase", "--before", day, "--camera", "gate", *WHY, "--data", data).code == 0
    assert 2 not in left(data)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--due", "--plate", "A1"),
        ("--due", "--camera", "gate"),
        ("--plate", "A1", "--confirm-clock"),
        ("--before", "2026-01-01", "--identity-check", "x"),
        ("--before", "yesterday", *WHY),
        ("--plate", "A1", "--purpose", "whim", "--reference", "SR-2026/0001"),
    ],
)
def test_what_cannot_be_meant_is_refused(wayside: Command, data: Path, arguments: tuple[str, ...]) -> None:
    """With one sentence and exit code 2; nothing goes."""
    said = wayside("erase", *arguments, "--data", data)
    assert (said.code, len(said.complaints)) == (2, 1)
    assert left(data) == {1, 2, 3}


def test_a_hold_keeps_a_passage(wayside: Command, data: Path) -> None:
    """Placed, listed, released."""
    none = wayside("hold", "list", "--data", data)
    assert (none.out, none.err.strip()) == ("", "there are no holds")
    until = (NOW + timedelta(days=30)).isoformat()
    held = full_passage(2)[0].id
    place = ("hold", "place", held, "--purpose", "offence", "--reference", "CR-2026/0007", "--until", until)
    hold = wayside(*place, "--approved-by", "chief", "--data", data).out.strip()
    assert "1 passages are held" in wayside("erase", "--due", "--data", data).out
    assert hold in wayside("hold", "list", "--data", data).out
    listed = json.loads(wayside("hold", "list", "--json", "--data", data).out)
    assert (listed["reference"], listed["active"], listed["approved_by"]) == ("CR-2026/0007", True, "chief")
    assert wayside("hold", "release", hold, "--data", data).out.strip() == "1 passages released"
    wayside("erase", "--due", "--data", data)
    assert 2 not in left(data)


def test_a_backup_comes_back(wayside: Command, data: Path, tmp_path: Path) -> None:
    """Into a new directory; where it went is known to the doctor until it is forgotten."""
    to = tmp_path / "backup"
    assert wayside("backup", "--to", to, "--data", data).code == 0
    report = json.loads(wayside("backup", "--to", to, "--json", "--data", data).out)
    assert (report["path"], report["pictures"]) == (str(to), 0)
    assert str(to) in wayside("doctor", "--data", data).out
    said = wayside("restore", "--from", to, "--data", tmp_path / "new", "--json")
    assert (said.code, json.loads(said.out)["passages"]) == (0, 3)
    assert left(tmp_path / "new") == left(data)
    assert wayside("restore", "--from", to, "--data", data).code == 2
    assert wayside("backup", "--data", data).code == 2
    assert wayside("backup", "--forget", to, "--data", data).code == 0
    assert wayside("backup", "--forget", to, "--data", data).code == 2


def test_a_backup_out_of_reach_is_no_success(wayside: Command, data: Path, tmp_path: Path) -> None:
    """So that the timer that ran it tells somebody."""
    wayside("backup", "--to", tmp_path / "backup", "--data", data)
    (tmp_path / "backup").rename(tmp_path / "away")
    said = wayside("erase", "--due", "--data", data)
    assert said.code == 1
    assert "could not be reached (it is not there); it still holds that" in said.complaints[0]


def test_the_doctor_says_how_it_is(wayside: Command, data: Path, tmp_path: Path) -> None:
    """0 fine, 1 something needs care, 2 cannot tell."""
    assert wayside("doctor", "--data", tmp_path / "nowhere").code == 2
    assert wayside("doctor", "--mend", "--data", tmp_path / "nowhere").code == 2
    said = wayside("doctor", "--json", "--data", data)
    assert said.code == 1
    told = json.loads(said.out)
    assert [one["name"] for one in told["findings"] if one["state"] != "fine"] == ["erasure"]
    wayside("erase", "--due", "--data", data)
    assert wayside("doctor", "--data", data).code == 0
    (data / "keys" / "journal.key").chmod(0o644)
    assert "[--mend]" in wayside("doctor", "--data", data).out
    assert wayside("doctor", "--mend", "--data", data).code == 0
