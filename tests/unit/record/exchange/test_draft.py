# SPDX-License-Identifier: Apache-2.0
"""Drafts: a file has its name once it is whole, and never before."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from tests.unit.record.exchange.helpers import names_in
from wayside.domain import RecordError
from wayside.record.exchange.draft import Digesting, Draft, sweep


def test_a_kept_draft_has_the_name_and_every_byte(tmp_path: Path) -> None:
    """And nobody but its owner may read it."""
    path = tmp_path / "a.csv"
    with Draft(path, "1") as draft:
        draft.out.write(b"one")
        draft.out.write(b"two")
        assert not path.exists()
        draft.keep()
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == {"a.csv"}
    assert (draft.out.size, draft.out.sha256) == (6, hashlib.sha256(b"onetwo").hexdigest())


def test_a_draft_that_is_not_kept_never_was(tmp_path: Path) -> None:
    """Whatever ended it."""
    with pytest.raises(ZeroDivisionError), Draft(tmp_path / "a", "1") as draft:
        draft.out.write(b"x")
        draft.finish()
        raise ZeroDivisionError
    assert names_in(tmp_path) == set()


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """And is then replaced in one step."""
    path = tmp_path / "a"
    path.write_text("old")
    with Draft(path, "1") as draft:
        draft.out.write(b"new")
        assert path.read_text() == "old"
        draft.keep()
    assert path.read_text() == "new"


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    """By the next export of that name; what is being written has a lock and stays."""
    (tmp_path / ".a.dead.draft").write_bytes(b"plates")
    (tmp_path / ".b.dead.draft").write_bytes(b"plates")
    with Draft(tmp_path / "a", "1"):
        assert names_in(tmp_path) == {".a.1.draft", ".b.dead.draft"}
        assert sweep(tmp_path) == 1
        assert names_in(tmp_path) == {".a.1.draft"}


def test_names_with_signs_of_patterns_are_names(tmp_path: Path) -> None:
    """A file may be called `[a]*`."""
    (tmp_path / ".[a]*.dead.draft").write_bytes(b"x")
    with Draft(tmp_path / "[a]*", "1") as draft:
        draft.keep()
    assert names_in(tmp_path) == {"[a]*"}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the name and the mend."""
    with pytest.raises(RecordError, match=r"nowhere.*--output"):
        Draft(tmp_path / "nowhere" / "a", "1")


def test_a_failing_sync_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the disk did not take is not given a name."""

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RecordError, match="Input/output error"), Draft(tmp_path / "a", "1") as draft:
        draft.keep()
    assert names_in(tmp_path) == set()


def test_archives_are_written_forwards_only() -> None:
    """So that the digest is that of the file, and a pipe will do."""
    out = io.BytesIO()
    digesting = Digesting(out)
    with zipfile.ZipFile(digesting, "w") as archive:
        archive.writestr("a", b"x" * 10_000, zipfile.ZIP_DEFLATED)
    assert digesting.sha256 == hashlib.sha256(out.getvalue()).hexdigest()
    assert digesting.size == len(out.getvalue())
    assert zipfile.ZipFile(out).testzip() is None
