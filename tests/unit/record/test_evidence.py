# SPDX-License-Identifier: Apache-2.0
"""The tree of pictures: a file under a name is whole, or it is not there."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from wayside.domain import EvidenceRole
from wayside.record.evidence import FOLDER, Pictures, evidence_for, make_folders

DATA = b"a picture" * 1000
ROLE = next(iter(EvidenceRole))


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    """An empty tree."""
    made = Pictures(tmp_path)
    made.prepare()
    return made


def files(root: Path) -> list[Path]:
    """All files of the tree, drafts too."""
    return [one for one in (root / FOLDER).rglob("*") if one.is_file()]


def test_a_picture_is_named_by_its_bytes(pictures: Pictures, tmp_path: Path) -> None:
    """Two levels of folders, so that none grows large; the same bytes are one file."""
    named = evidence_for(ROLE, DATA)
    digest = hashlib.sha256(DATA).hexdigest()
    assert (named.sha256, named.path) == (digest, f"evidence/{digest[:2]}/{digest[2:4]}/{digest}.jpg")
    pictures.keep(named, DATA)
    pictures.keep(named, DATA)
    assert files(tmp_path) == [pictures.path(named)]
    assert pictures.path(named).read_bytes() == DATA


def test_sizes_are_of_those_that_are_there(pictures: Pictures) -> None:
    """A picture that was never taken in has none."""
    kept, other = evidence_for(ROLE, DATA), evidence_for(ROLE, b"other")
    pictures.keep(kept, DATA)
    assert pictures.sizes([kept, other]) == {kept.sha256: len(DATA)}


def test_what_a_killed_writer_left_half_done_is_removed(pictures: Pictures, tmp_path: Path) -> None:
    """And no finished picture with it."""
    kept = evidence_for(ROLE, DATA)
    pictures.keep(kept, DATA)
    (tmp_path / FOLDER / "unfinished" / "half.jpg").write_bytes(DATA[:5])
    Pictures(tmp_path).prepare()
    assert files(tmp_path) == [pictures.path(kept)]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_full_disk_leaves_nothing_of_a_picture(
    pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Whether the sync of its bytes fails or that of its name; afterwards it is kept as ever."""
    named = evidence_for(ROLE, DATA)
    pictures._settle(pictures.path(named).parent)
    calls, sync = [0], os.fsync

    def full(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            pictures.keep(named, DATA)
    assert calls[0] == failing
    assert files(tmp_path) == []
    pictures.keep(named, DATA)
    assert files(tmp_path) == [pictures.path(named)]


def test_the_bytes_are_synced_before_they_get_their_name(pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the folder after: so a name after a power cut never stands for half a picture."""
    named = evidence_for(ROLE, DATA)
    pictures._settle(pictures.path(named).parent)
    seen, sync = [], os.fsync

    def noted(descriptor: int) -> None:
        seen.append((Path(os.readlink(f"/proc/self/fd/{descriptor}")), pictures.path(named).exists()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    pictures.keep(named, DATA)
    (draft, before), (folder, after) = seen
    assert (draft.parent.name, before) == ("unfinished", False)
    assert (folder, after) == (pictures.path(named).parent, True)


def test_a_new_folder_is_synced_into_the_one_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of several, from the top; one that is there is not."""
    synced: list[Path] = []
    monkeypatch.setattr("wayside.record.evidence.sync_folder", synced.append)
    make_folders(tmp_path / "a" / "b")
    assert synced == [tmp_path, tmp_path / "a"]
    make_folders(tmp_path / "a" / "b")
    assert len(synced) == 2
