# SPDX-License-Identifier: Apache-2.0
"""The signing key on disk: nobody else can read it, and it can be changed without losing what the old one signed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from wayside.record.journal import (
    EMPTY_ROOT,
    PUBLIC_KEYS,
    SIGNING_KEY,
    Checkpoint,
    KeyFileError,
    KeyList,
    MalformedError,
    SignatureError,
    SigningKey,
    change_keys,
    journal_name,
    load_key,
    make_keys,
    read_key_list,
    sign_checkpoint,
)

NAME = "wayside/gate/0123abcd"


def note_of(key: SigningKey, size: int) -> str:
    """A checkpoint of so many entries."""
    return sign_checkpoint(Checkpoint(NAME, size, EMPTY_ROOT), [key])


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    """Its file is the owner's alone; the public list is for everybody."""
    key = make_keys(tmp_path, NAME)
    assert load_key(tmp_path).secret() == key.secret()
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (SIGNING_KEY, PUBLIC_KEYS)]
    assert modes[0] == 0o600
    assert modes[1] & 0o400
    assert str(key.public) in (tmp_path / PUBLIC_KEYS).read_text()
    assert key.secret() not in (tmp_path / PUBLIC_KEYS).read_text()
    with pytest.raises(KeyFileError, match="never made anew"):
        make_keys(tmp_path, NAME)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """It may have been copied."""
    make_keys(tmp_path, NAME)
    (tmp_path / SIGNING_KEY).chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(tmp_path)


def test_a_key_that_is_not_there_or_not_listed_is_refused(tmp_path: Path) -> None:
    """The list says whose signatures the record's readers will take."""
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(tmp_path)
    make_keys(tmp_path, NAME)
    (tmp_path / SIGNING_KEY).write_text(SigningKey.make(NAME).secret())
    with pytest.raises(KeyFileError, match="lists last"):
        load_key(tmp_path)
    (tmp_path / SIGNING_KEY).unlink()
    with pytest.raises(KeyFileError, match="change keys"):
        load_key(tmp_path)
    (tmp_path / SIGNING_KEY).write_bytes(b"\xff")
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(tmp_path)


def test_a_changed_key_leaves_the_old_signatures_good(tmp_path: Path) -> None:
    """Up to the size at which it was changed; beyond, only the new key signs."""
    old = make_keys(tmp_path, NAME)
    new = change_keys(tmp_path, 100)
    newest = change_keys(tmp_path, 200)
    keys = read_key_list(tmp_path / PUBLIC_KEYS)
    assert load_key(tmp_path).secret() == newest.secret()
    assert [one.until for one in keys.keys] == [100, 200, None]
    assert keys.open(note_of(old, 100)).size == 100
    assert keys.open(note_of(new, 150)).size == 150
    assert keys.open(note_of(newest, 50)).size == 50
    for note in (note_of(old, 101), note_of(new, 201)):
        with pytest.raises(SignatureError):
            keys.open(note)


@pytest.mark.parametrize("steps", range(4))
def test_a_change_that_was_cut_short_is_finished_or_never_was(
    tmp_path: Path, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after each of its renames: the key that the list names last is there, and signs."""
    old, replace, left = make_keys(tmp_path, NAME), os.replace, [steps]

    def dying(source: Path, target: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", dying)
    if steps < 3:
        with pytest.raises(KeyboardInterrupt):
            change_keys(tmp_path, 7)
    else:
        change_keys(tmp_path, 7)
    monkeypatch.undo()
    key, keys = load_key(tmp_path), read_key_list(tmp_path / PUBLIC_KEYS)
    assert keys.open(note_of(key, 8)).size == 8
    assert (key.secret() == old.secret()) == (steps < 2)
    assert change_keys(tmp_path, 9).public == read_key_list(tmp_path / PUBLIC_KEYS).keys[-1].key


def test_the_list_has_room_for_words(tmp_path: Path) -> None:
    """Lines that begin with # are for people; what is no key is refused."""
    key = SigningKey.make(NAME).public
    listed = KeyList.parse(f"# the gate's keys\n\n{key} until 12\n")
    assert str(listed) == f"{key} until 12\n"
    for text in ("", "# nothing\n", "a key\n", f"{key} until yesterday\n", f"{key} until 012\n"):
        with pytest.raises(MalformedError):
            KeyList.parse(text)
    (tmp_path / PUBLIC_KEYS).write_bytes(b"\xff\xfe")
    with pytest.raises(KeyFileError, match="bring the list"):
        read_key_list(tmp_path / PUBLIC_KEYS)


@pytest.mark.parametrize("site", ["Gate 7", "", "Ä+ö", "a/b\nc"])
def test_every_site_gets_a_name_that_notes_can_carry(site: str) -> None:
    """And no two journals the same."""
    names = {journal_name(site) for _ in range(50)}
    assert len(names) == 50
    assert all(SigningKey.make(name).public.name == name for name in list(names)[:3])
