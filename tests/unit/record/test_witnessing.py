# SPDX-License-Identifier: Apache-2.0
"""The witness is told how far the journal is, and says so when it was rewritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from factories import NOON
from record_times import at

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.backup import make_backup
from wayside.record.journal import peek_checkpoint, read_notes
from wayside.record.retention import erase_due
from wayside.record.witnessing import tell_witness

SITE = '[journal]\nwitness = "../witness.txt"\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory whose witness is a file beside it."""
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "site.toml").write_text(SITE)
    return folder


def seen(data: Path) -> list[int]:
    """How far the journal was each time the witness was told."""
    return [peek_checkpoint(note).size for note in read_notes(data.parent / "witness.txt")]


def test_a_site_without_a_witness_tells_nobody(tmp_path: Path) -> None:
    """That is for the site to decide."""
    with Store(tmp_path) as store:
        assert tell_witness(store) is False


def test_erasures_and_backups_tell_it(data: Path) -> None:
    """Each time how far the journal is by then."""
    with Store(data) as store:
        store.add_many([at(1, NOON)])
        erase_due(store)
        make_backup(store, data.parent / "backup")
        assert not tell_witness(store)
    assert seen(data) == [3, 4]


def test_a_journal_that_was_put_back_is_noticed(data: Path) -> None:
    """A copy of yesterday's record in the place of today's has lost what the witness has seen."""
    with Store(data) as store:
        store.add_many([at(1, NOON)])
    shutil.copytree(data, data.parent / "yesterday")
    with Store(data) as store:
        store.add_many([at(2, NOON)])
        tell_witness(store)
    shutil.rmtree(data)
    (data.parent / "yesterday").rename(data)
    with Store(data) as store, pytest.raises(RecordError, match="the journal was cut"):
        tell_witness(store)
    with Store(data) as store:
        store.add_many([at(3, NOON), at(4, NOON)])
        with pytest.raises(RecordError, match="not those that the witness has seen"):
            tell_witness(store)
