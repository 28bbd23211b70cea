# SPDX-License-Identifier: Apache-2.0
"""What is wired together: names of cameras, plates as they are typed, secrets in files, pictures that are covered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from factories import full_passage
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from watching import a_list, in_force

from wayside import bootstrap
from wayside.bootstrap import Covers, Photographs, account, camera_name, plate_query, purpose_under, secret_in
from wayside.config import LONGEST_NAME
from wayside.domain import RecordError, UsageError
from wayside.intake import SightingError
from wayside.pipeline.sources import FrameSource
from wayside.record import Store
from wayside.record.retention import Manner
from wayside.record.search import PlateMatch
from wayside.watch import entries


class Source:
    """A source of which only the name counts."""

    def __init__(self, name: str) -> None:
        self.name = name


def named(name: str) -> str:
    """What a camera of this source is called."""
    return camera_name(cast(FrameSource, Source(name)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty record."""
    with Store(tmp_path / "record", clock=Time().clock()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("clips/gate.mp4", "gate"),
        ("/data/pictures/", "pictures"),
        ("rtsp://10.0.0.7:554/stream1", "10.0.0.7:554"),
        ("https://cam.example/a/b.mjpg", "cam.example"),
        ("a\tb.mp4", "a_b"),
        ("x" * 200 + ".mp4", "x" * LONGEST_NAME),
    ],
)
def test_a_camera_without_a_name_is_called_after_its_source(source: str, name: str) -> None:
    """After its file, its folder or its host; never with what cannot be printed."""
    assert named(source) == name


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=90))
def test_every_source_gives_a_name_that_a_camera_may_have(source: str) -> None:
    """Printable, of some length, and not too long."""
    name = named(source)
    assert 0 < len(name) <= LONGEST_NAME
    assert name.isprintable()


@pytest.mark.parametrize(
    ("typed", "text", "match"),
    [
        ("ld23 abc", "LD23ABC", PlateMatch.EXACT),
        (" ~ld23abc", "LD23ABC", PlateMatch.NEAR),
        ("LD?? X*", "LD??X*", PlateMatch.PATTERN),
        ("L-D", "LD", PlateMatch.EXACT),
    ],
)
def test_a_plate_is_searched_for_as_it_is_typed(typed: str, text: str, match: PlateMatch) -> None:
    """A sign before it allows an error; a character that stands for others makes it a pattern."""
    query = plate_query(typed)
    assert query is not None
    assert (query.text, query.match) == (text, match)


def test_no_plate_is_no_query_and_signs_alone_are_refused() -> None:
    """A dash stands for nothing typed; what has no letter is sent back."""
    assert [plate_query(one) for one in ("", " ", "-", " - ")] == [None] * 4
    for typed in ("--", "~", "...", "!"):
        with pytest.raises(UsageError, match="neither a letter nor a digit"):
            plate_query(typed)


def test_whoever_runs_the_program_stands_in_the_purpose(store: Store) -> None:
    """Also where they run it for somebody."""
    own = purpose_under(store, "offence", "CR-2026/0123")
    other = purpose_under(store, "offence", "CR-2026/0123", " Ivy ")
    assert (own.person, other.person) == (account(), f"Ivy (by {account()})")


@pytest.mark.parametrize(
    ("reason", "person", "mend"),
    [("offence", " ", "name who asks"), ("offence", "a\nb", "name who asks"), ("offence", "x" * 999, "name who asks"),
     ("", None, "reason")],
)  # fmt: skip
def test_a_purpose_that_is_none_is_sent_back(store: Store, reason: str, person: str | None, mend: str) -> None:
    """As an error of use, with the mend."""
    with pytest.raises(UsageError, match=mend):
        purpose_under(store, reason, "CR-2026/0123", person)


@pytest.mark.parametrize(
    ("mode", "content", "mend"),
    [(0o644, b"hush", "chmod 600"), (0o620, b"hush", "chmod 600"), (0o600, b" \n", "is empty"),
     (0o600, b"\xff\xfe", "cannot be read"), (None, b"", "cannot be read")],
)  # fmt: skip
def test_a_secret_that_is_not_kept_is_not_used(tmp_path: Path, mode: int | None, content: bytes, mend: str) -> None:
    """One that others may read, that is empty, or that is not there; the error does not tell it."""
    path = tmp_path / "client"
    if mode is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(UsageError, match=mend) as refused:
        secret_in(path)
    assert "hush" not in str(refused.value)


def test_a_secret_is_what_the_file_holds_without_its_line_end(tmp_path: Path) -> None:
    """As an editor leaves it."""
    path = tmp_path / "client"
    path.write_text("s3cret word \n")
    path.chmod(0o600)
    assert secret_in(path) == "s3cret word"


def test_a_record_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    """What only writes to a journal needs one; what takes passages in makes it."""
    with pytest.raises(RecordError):
        bootstrap.open_record(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    bootstrap.open_for_passages(tmp_path / "new").close()
    bootstrap.open_record(tmp_path / "new").close()


def test_covered_pictures_are_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was not asked for longest goes first, and each is covered once."""
    done: list[bytes] = []

    def cover(jpeg: bytes, _: object) -> bytes:
        done.append(jpeg)
        return b"covered " + jpeg

    monkeypatch.setattr(bootstrap, "load_models", lambda _: object())
    monkeypatch.setattr(bootstrap, "covered_jpeg", cover)
    monkeypatch.setattr(bootstrap, "COVERED_KEPT", 2)
    covers = Covers()
    for name in ("a", "b", "a", "c", "a", "b"):
        assert covers.covered(name, name.encode()) == f"covered {name}".encode()
    assert done == [b"a", b"b", b"c", b"b"]


def test_a_picture_that_is_none_is_said_to_be_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is tried anew when it is asked for again."""
    monkeypatch.setattr(bootstrap, "load_models", lambda _: object())

    def cover(jpeg: bytes, _: object) -> bytes:
        if jpeg == b"torn":
            raise ValueError("no picture")
        return jpeg

    monkeypatch.setattr(bootstrap, "covered_jpeg", cover)
    covers = Covers()
    with pytest.raises(RecordError, match="damaged"):
        covers.covered("a", b"torn")
    assert covers.covered("a", b"whole") == b"whole"


def test_models_are_loaded_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take seconds and memory."""
    loaded: list[int] = []

    def load(threads: int) -> object:
        loaded.append(threads)
        return object()

    monkeypatch.setattr(bootstrap, "load_models", load)
    monkeypatch.setattr(bootstrap, "covered_jpeg", lambda jpeg, _: jpeg)
    covers = Covers()
    askers = [threading.Thread(target=covers.covered, args=(str(number), b"x")) for number in range(8)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    assert len(loaded) == 1


@pytest.mark.parametrize("photo", [b"", b"not a picture", b"\xff\xd8\xff\xe0 torn"])
def test_what_an_observer_sends_as_a_photo_is_checked_before_models_are_loaded(
    photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no picture costs nothing and is said to be none."""
    monkeypatch.setattr(bootstrap, "load_models", lambda _: pytest.fail("models were loaded"))
    for deed in (Photographs().plates, Photographs().covered):
        with pytest.raises(SightingError):
            deed(photo)


def test_erasing_a_registration_reaches_lists_that_are_over(store: Store) -> None:
    """One that is in force stays: it rests on a case of its own."""
    list_id = a_list(store)
    over, alive = (in_force(store, list_id, "101D234", request=name) for name in ("r1", "r2"))
    with store.writing() as transaction:
        entries.end(transaction, over.id, by="lena")
    store.add(*full_passage(1))
    purpose = purpose_under(store, "offence", "CR-2026/0123")
    bootstrap.erase_registration(store, "101 d 234", purpose, identity_check="passport", manner=Manner())
    with store.reading() as connection:
        assert entries.newest(connection, over.id) is None
        assert entries.newest(connection, alive.id) is not None
    assert store.passages(10, None) == []
