# SPDX-License-Identifier: Apache-2.0
"""Verification against those who know how the journal works: rewritten entries, new keys, cut tails, new histories."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from factories import bare_passage
from tampering import PURPOSE, ask, evidence_files, opened, some_of_everything, tamper

from wayside.domain import RecordError
from wayside.record import Store
from wayside.record.journal import (
    Checkpoint,
    KeyList,
    ListedKey,
    SigningKey,
    commitment,
    entry_leaf,
    key_list,
    load_key,
    read_key_list,
    read_notes,
    root_of,
    sign_checkpoint,
)
from wayside.record.rows import Row, payload
from wayside.record.verify import Asked, Report, Status, verify_record, verify_since
from wayside.record.verify import record as module

PLAIN = Asked(jobs=1)
MIDDLE = 300


def damages(report: Report) -> list[tuple[str, int | None, int | None]]:
    """What was found, and of which entries."""
    return [(one.damage, one.seq, one.last) for one in report.findings]


def notes_of(data_dir: Path) -> tuple[str, ...]:
    """The checkpoints that a witness would have kept."""
    return tuple(note for (note,) in ask(data_dir, "SELECT note FROM checkpoint ORDER BY size"))


def leaves_of(data_dir: Path) -> list[bytes]:
    """The leaves of the journal as it is now."""
    return [entry_leaf(*row) for row in ask(data_dir, "SELECT seq, kind, commitment FROM journal ORDER BY seq")]


def rewrite(data_dir: Path) -> None:
    """Changes a passage with its commitment, as one who knows the formula: no row contradicts itself."""
    tamper(data_dir, f"UPDATE passage SET plate = 'XX99XXX' WHERE seq = {MIDDLE}")
    (columns,) = ask(data_dir, f"SELECT * FROM passage WHERE seq = {MIDDLE}")
    values = (commitment(bytes(32), payload(Row(*columns))),)
    tamper(data_dir, f"UPDATE journal SET salt = zeroblob(32), commitment = ? WHERE seq = {MIDDLE}", values=values)


def renew_nodes(data_dir: Path) -> None:
    """Makes the kept nodes of the tree those of the journal as it is now."""
    leaves = leaves_of(data_dir)
    for number in range(len(leaves) // 256):
        root = root_of(leaves[number * 256 : number * 256 + 256])
        tamper(data_dir, f"UPDATE journal_node SET hash = ? WHERE number = {number}", values=(root,))


def sign_anew(data_dir: Path, key: SigningKey) -> None:
    """Signs all checkpoints again, as only the holder of a key can."""
    leaves = leaves_of(data_dir)
    for (size,) in ask(data_dir, "SELECT size FROM checkpoint"):
        note = sign_checkpoint(Checkpoint(key.public.name, size, root_of(leaves[:size])), [key])
        tamper(data_dir, f"UPDATE checkpoint SET note = ? WHERE size = {size}", values=(note,))


def test_a_rewritten_entry_is_narrowed_down_by_the_tree(record: Path) -> None:
    """To 256 entries by the kept nodes; to those between two checkpoints where the nodes were made anew as well."""
    rewrite(record)
    assert ("entry-rewritten", 256, 511) in damages(verify_record(record, PLAIN))
    renew_nodes(record)
    report = verify_record(record, PLAIN)
    spans = [(one.seq, one.last) for one in report.findings if one.damage == "entry-rewritten"]
    assert len(spans) == 1
    assert spans[0][0] <= MIDDLE <= spans[0][1]
    assert [one.damage for one in report.findings].count("checkpoint-contradicted") == 1


def test_who_holds_the_key_is_found_by_what_others_kept(record: Path) -> None:
    """Everything made anew is sound in itself; a checkpoint kept elsewhere shows that it is another history."""
    kept = notes_of(record)
    rewrite(record)
    renew_nodes(record)
    sign_anew(record, load_key(record / "keys"))
    tamper(
        record,
        "DELETE FROM plate_text",
        "DELETE FROM plate_piece",
    )
    alone = {one.damage for one in verify_record(record, PLAIN).findings}
    assert alone == {"derived-missing"}
    report = verify_record(record, replace(PLAIN, kept=kept))
    assert "kept-contradicted" in {one.damage for one in report.findings}


def test_kept_checkpoints_of_an_honest_record_hold(record: Path) -> None:
    """All of them; also when the record has grown since."""
    kept = notes_of(record)
    with opened(record) as store:
        store.add_many([replace(bare_passage(number), camera="late") for number in range(2000, 2300)])
    report = verify_record(record, replace(PLAIN, kept=kept))
    assert report.status is Status.SOUND
    assert report.checked["kept"] == len(kept)


def test_a_new_key_slipped_in_is_not_believed(record: Path) -> None:
    """The journal announces its keys, and what was kept elsewhere was signed with another one."""
    kept, key = notes_of(record), SigningKey.make(load_key(record / "keys").public.name)
    (record / "keys" / "journal.vkeys").write_text(str(KeyList((ListedKey(key.public),))))
    sign_anew(record, key)
    assert [one.damage for one in verify_record(record, PLAIN).findings] == ["key-unannounced"]
    report = verify_record(record, replace(PLAIN, kept=kept))
    assert {one.damage for one in report.findings} == {"key-unannounced", "kept-false"}


def test_keys_that_were_had_from_elsewhere_are_taken(record: Path) -> None:
    """And no others: the record's own list counts for nothing then."""
    own = read_key_list(record / "keys" / "journal.vkeys")
    assert verify_record(record, replace(PLAIN, keys=own)).status is Status.SOUND
    other = key_list([SigningKey.make(own.origin).public])
    assert {one.damage for one in verify_record(record, replace(PLAIN, keys=other)).findings} == {"checkpoint-false"}


def test_a_cut_tail_is_noticed(record: Path) -> None:
    """By a checkpoint in the record, or by one that somebody else kept."""
    kept = notes_of(record)
    tamper(record, "DELETE FROM journal WHERE seq >= 605", "DELETE FROM passage WHERE seq >= 605")
    assert "journal-cut" in {one.damage for one in verify_record(record, PLAIN).findings}
    tamper(record, "DELETE FROM checkpoint WHERE size > 605")
    assert "journal-cut" not in {one.damage for one in verify_record(record, PLAIN).findings}
    assert "journal-cut" in {one.damage for one in verify_record(record, replace(PLAIN, kept=kept)).findings}


def test_checkpoints_of_another_record_are_false(record: Path, tmp_path: Path) -> None:
    """They were signed by another key, under another name."""
    with Store(tmp_path / "other") as store:
        store.add_many([bare_passage(1)])
    report = verify_record(record, replace(PLAIN, kept=notes_of(tmp_path / "other")))
    assert {one.damage for one in report.findings} == {"kept-false"}


def test_a_hole_is_named_and_what_follows_is_still_checked(record: Path) -> None:
    """The kept nodes bridge it: a later edit is named, and later checkpoints are not contradicted."""
    tamper(
        record,
        "DELETE FROM journal WHERE seq IN (100, 101, 102, 105)",
        "DELETE FROM passage WHERE seq IN (100, 101, 102, 105)",
    )
    tamper(record, "UPDATE passage SET kind = 'bus' WHERE seq = 550")
    found = damages(verify_record(record, PLAIN))
    assert {("entry-removed", 100, 102), ("entry-removed", 105, None), ("row-edited", 550, None)} <= set(found)
    assert not [one for one in found if one[0] == "checkpoint-contradicted" and one[1] is not None]


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_processes_find_what_one_finds(record: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In ranges of one chunk each, so that there are several."""
    monkeypatch.setattr(module, "RANGE", 256)
    monkeypatch.setattr(module, "FEW", 0)
    asked = Asked(jobs=jobs, kept=notes_of(record))
    assert verify_record(record, asked).status is Status.SOUND
    tamper(record, "UPDATE passage SET kind = 'bus' WHERE seq IN (5, 300, 550)", "DELETE FROM crossing WHERE seq = 3")
    found = damages(verify_record(record, asked))
    expected = [("row-edited", seq, None) for seq in (5, 300, 550)]
    assert [one for one in found if one[0] == "row-edited"] == expected
    assert ("derived-missing", 3, None) in found


def test_the_progress_of_a_long_check_is_told(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries done of all there are, up to the end."""
    monkeypatch.setattr(module, "RANGE", 256)
    told: list[tuple[int, int]] = []
    verify_record(record, PLAIN, lambda done, total: told.append((done, total)))
    assert told == [(256, 625), (512, 625), (625, 625)]


def test_an_erasure_while_the_check_runs_is_no_damage(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passages that go between two ranges were permitted to go by an entry that is newer than the check."""
    from wayside.record.retention import erase_plate

    monkeypatch.setattr(module, "RANGE", 256)

    def erase(done: int, total: int) -> None:
        if done == 256:
            with opened(record) as store:
                erase_plate(store, "AB00400", PURPOSE)

    report = verify_record(record, PLAIN, erase)
    assert (report.status, report.entries) == (Status.SOUND, 625)
    assert verify_record(record, PLAIN).status is Status.SOUND


def test_entries_that_no_checkpoint_covers_are_counted(record: Path) -> None:
    """After a kill there may be some; they are told, and are no damage while they are few."""
    tamper(record, "DELETE FROM checkpoint WHERE size > 605")
    report = verify_record(record, PLAIN)
    assert report.unsigned > 0
    assert report.status is Status.SOUND


def test_an_empty_record_is_sound(tmp_path: Path) -> None:
    """Two entries about itself, and nothing else."""
    Store(tmp_path / "record").close()
    report = verify_record(tmp_path / "record", PLAIN)
    assert (report.status, report.checked["passages"]) == (Status.SOUND, 0)


def test_what_is_no_record_cannot_be_checked(record: Path, tmp_path: Path) -> None:
    """No directory, no list of keys, a file that is no database, a database of another form."""
    with pytest.raises(RecordError, match="holds no record"):
        verify_record(tmp_path / "nothing", PLAIN)
    shutil.copytree(record, tmp_path / "keyless")
    (tmp_path / "keyless" / "keys" / "journal.vkeys").unlink()
    with pytest.raises(RecordError, match="list of public keys"):
        verify_record(tmp_path / "keyless", PLAIN)
    tamper(record, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RecordError, match="newer Wayside"):
        verify_record(record, PLAIN)
    for left in record.glob("wayside.sqlite3*"):
        left.write_bytes(b"no database" * 1000)
    with pytest.raises(RecordError, match="SQLITE_NOTADB"):
        verify_record(record, PLAIN)


def test_pictures_are_read(record: Path) -> None:
    """A missing one and a changed one are named with their passage; unless they are not asked for."""
    first, second, *_ = evidence_files(record)
    first.unlink()
    second.write_bytes(second.read_bytes()[:-1] + b"?")
    report = verify_record(record, PLAIN)
    found = {(one.damage, one.detail) for one in report.findings}
    assert found == {("picture-missing", first.stem), ("picture-edited", second.stem)}
    assert all(one.passage and one.seq for one in report.findings)
    assert verify_record(record, replace(PLAIN, pictures=False)).status is Status.SOUND


def test_only_what_is_new_is_checked_since_the_last_time(record: Path, tmp_path: Path) -> None:
    """The first time everything; then what came; the newest checkpoint is kept each time."""
    file = tmp_path / "last"
    assert verify_since(record, file, PLAIN).first == 0
    with opened(record) as store:
        store.add_many([replace(bare_passage(number), camera="late") for number in range(2000, 2010)])
    report = verify_since(record, file, PLAIN)  # an entry on the clock, which the test has set back, came as well
    assert (report.status, report.first, report.checked["entries"]) == (Status.SOUND, 512, 124)
    assert len(read_notes(file)) == 2
    tamper(record, "UPDATE passage SET kind = 'bus' WHERE seq = 630")
    assert ("row-edited", 630, None) in damages(verify_since(record, file, PLAIN))
    assert len(read_notes(file)) == 2


def test_a_record_that_does_not_lead_on_is_checked_whole(record: Path, tmp_path: Path) -> None:
    """Another history, damaged nodes, or nodes that are missing: the damage is named, or was none."""
    file = tmp_path / "last"
    verify_since(record, file, PLAIN)
    tamper(record, "UPDATE journal_node SET hash = zeroblob(32) WHERE number = 0")
    assert ("node-edited", 0, 255) in damages(verify_since(record, file, PLAIN))
    tamper(record, "DELETE FROM journal_node WHERE number = 0")
    assert ("node-edited", 0, 255) in damages(verify_since(record, file, PLAIN))
    rewrite(record)
    renew_nodes(record)
    sign_anew(record, load_key(record / "keys"))
    assert "kept-contradicted" in {one.damage for one in verify_since(record, file, PLAIN).findings}


def test_a_small_record_needs_no_nodes(tmp_path: Path) -> None:
    """Fewer entries than one chunk."""
    some_of_everything(tmp_path / "record", many=20)
    assert verify_record(tmp_path / "record", PLAIN).status is Status.SOUND
    assert verify_since(tmp_path / "record", tmp_path / "last", PLAIN).status is Status.SOUND
    assert verify_since(tmp_path / "record", tmp_path / "last", PLAIN).status is Status.SOUND
