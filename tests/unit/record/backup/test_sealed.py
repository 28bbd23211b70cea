# SPDX-License-Identifier: Apache-2.0
"""Sealed files and data keys: nothing can be read, changed, moved or cut without the key; a key can be destroyed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.domain import RecordError
from wayside.record.backup.keys import DataKeys, key_id
from wayside.record.backup.sealed import KEY_BYTES, MAGIC, frames, read_sealed, write_sealed

KEY, OTHER = bytes(range(KEY_BYTES)), bytes(KEY_BYTES)


def sealed(folder: Path, parts: list[bytes], name: str = "unit") -> Path:
    """A sealed file."""
    written, size = write_sealed(folder, "stem", name, KEY, parts)
    path = folder / written
    assert path.stat().st_size == size
    return path


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_what_was_sealed_comes_back(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    """Part by part; nothing at all is one empty part."""
    path = sealed(tmp_path_factory.mktemp("sealed"), parts)
    assert list(read_sealed(path, "unit", KEY)) == (parts or [b""])


def test_nothing_can_be_read_without_the_key(tmp_path: Path) -> None:
    """Nor under another name: a file cannot stand for another one."""
    path = sealed(tmp_path, [b"AB12CDE" * 9])
    assert b"AB12" not in path.read_bytes()
    for name, key in (("unit", OTHER), ("other", KEY)):
        with pytest.raises(RecordError, match="another key"):
            list(read_sealed(path, name, key))


def test_every_byte_counts(tmp_path: Path) -> None:
    """Whichever is changed, the file is refused."""
    path = sealed(tmp_path, [b"one", b"two", b"three"])
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(RecordError, match="another copy"):
            list(read_sealed(path, "unit", KEY))


def test_no_frame_can_be_cut_moved_or_added(tmp_path: Path) -> None:
    """The last one says that it is the last, and each knows its place."""
    path = sealed(tmp_path, [b"one", b"two", b"three"])
    magic, one, two, three = frames("unit", KEY, [b"one", b"two", b"three"])
    for changed in ([one, two], [two, one, three], [one, two, three, three], [one, three], [], [one[:-1]]):
        path.write_bytes(magic + b"".join(changed))
        with pytest.raises(RecordError, match="another copy"):
            list(read_sealed(path, "unit", KEY))
    path.write_bytes(MAGIC[:-1])
    with pytest.raises(RecordError, match="another copy"):
        list(read_sealed(path, "unit", KEY))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """With what to look for."""
    with pytest.raises(RecordError, match="is the whole backup there"):
        list(read_sealed(tmp_path / "nothing", "unit", KEY))


def test_a_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    """It is found again by its unit and its id."""
    keys = DataKeys(tmp_path / "days")
    key = keys.of("passages-2026-11-22")
    assert keys.of("passages-2026-11-22") == key
    assert keys.load("passages-2026-11-22", key_id(key)) == key
    assert keys.of("passages-2026-11-23") != key
    path = keys.path("passages-2026-11-22", key_id(key))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.units() == {"passages-2026-11-22", "passages-2026-11-23"}


def test_a_destroyed_key_is_nowhere(tmp_path: Path) -> None:
    """Its bytes are written over before its file goes; whoever asks for it is told that it was erased."""
    keys = DataKeys(tmp_path)
    key = keys.of("day")
    linked = tmp_path / "linked"
    linked.hardlink_to(keys.path("day", key_id(key)))
    assert keys.destroy("day") == 1
    assert set(linked.read_bytes()) == {0}
    assert keys.destroy("day") == 0
    with pytest.raises(RecordError, match="was erased"):
        keys.load("day", key_id(key))
    assert keys.of("day") != key


def test_the_key_in_use_can_be_spared(tmp_path: Path) -> None:
    """When a unit was sealed anew."""
    keys = DataKeys(tmp_path)
    old, new = keys.make("day"), keys.make("day")
    assert keys.destroy("day", but=key_id(new)) == 1
    assert keys.ids("day") == [key_id(new)]
    assert key_id(old) not in keys.ids("day")


def test_a_damaged_key_is_no_key(tmp_path: Path) -> None:
    """Its name says which key it must be."""
    keys = DataKeys(tmp_path)
    key = keys.of("day")
    keys.path("day", key_id(key)).write_text("AAAA")
    with pytest.raises(RecordError, match="not there"):
        keys.load("day", key_id(key))
