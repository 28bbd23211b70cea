# SPDX-License-Identifier: Apache-2.0
"""Reports are kept once, with their journal entries and pictures; they are erased, held, verified and restored.

On SQLite and on PostgreSQL.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from canary import CANARY, files_with
from factories import full_passage
from record_times import Time
from sighted import OBSERVER, PHOTO, draft, in_force, sent

from wayside.domain import Purpose, UsageError
from wayside.intake import SightingError, forget_plate, reporting
from wayside.intake.tables import metadata as intake_metadata
from wayside.record import (
    Store,
    VersionKind,
    add_link,
    entries,
    links_of_passage,
    links_of_sighting,
    newest_sightings,
    photo_path,
    sighting_versions,
    standing,
)
from wayside.record.backup import behind, make_backup, restore
from wayside.record.retention import due_counts, erase_before, erase_due, erase_plate, place_hold, plate_counts
from wayside.record.tables import journal, metadata
from wayside.record.verify import Asked, Report, Status, verify_record

PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")
ID = f"{1:032x}"
PLAIN = Asked(jobs=1)


def verified(store: Store) -> Report:
    """The check of the whole record, pictures too; the store stays open."""
    return verify_record(store.data_dir, PLAIN)


def pass_days(store: Store, time: Time, days: int) -> None:
    """Lets days go by in which the record is used, so that its clock is believed."""
    for _ in range(days // 5):
        time.days(5)
        store.append("search", {"at": store.now().isoformat(), "person": "p"})


def test_the_tables_of_briefs_have_the_columns_that_queries_name(store: Store) -> None:
    """In the same order, and none is missing."""
    with store.reading() as connection:
        for table in intake_metadata.tables.values():
            made = [column["name"] for column in sa.inspect(connection).get_columns(table.name)]
            assert made == [column.name for column in table.columns], table.name


def test_a_report_comes_back_as_it_was_sent_with_its_entry_and_picture(store: Store) -> None:
    """In one transaction; the picture lies under its digest."""
    brief = in_force(store)
    told = sent(store, brief, photo=PHOTO)
    with store.reading() as connection:
        (one,) = sighting_versions(connection, ID)
        (entry,) = entries(connection, ["sighting"])
    assert told == (entry.seq, 1, True)
    assert (one.seq, one.what, one.sighting.observer, one.sighting.plate) == (
        entry.seq, VersionKind.REPORT, OBSERVER, "101D2?4",
    )  # fmt: skip
    assert entry.payload and entry.payload["sighting"]["note"] == "a pennant on the wing"
    assert one.sighting.photo is not None
    assert (store.data_dir / photo_path(one.sighting.photo)).read_bytes() == PHOTO
    assert verified(store).status is Status.SOUND


def test_what_is_sent_twice_is_kept_once(store: Store, time: Time) -> None:
    """Also much later; and nothing else can be sent under its id."""
    brief = in_force(store)
    now = store.now()
    said = draft(now)

    def again(more: str = "") -> reporting.Reported:
        changed = draft(now, note=more) if more else said
        return reporting.report(store, ID, brief.id, changed, observer=OBSERVER, written_at=now, photo=PHOTO)

    first = again()
    time.days(3)
    assert again() == (first.seq, 1, False)
    with pytest.raises(SightingError, match="something else"):
        again("another note")
    with store.reading() as connection:
        assert len(list(entries(connection, ["sighting"]))) == 1


def test_a_change_is_another_version_and_both_are_kept(store: Store, time: Time) -> None:
    """Within ten minutes without a reason, later with one; the list shows the last one."""
    brief = in_force(store)
    sent(store, brief)
    seen = store.now() - timedelta(minutes=2)
    first = draft(seen, colour="grey")
    assert reporting.change(store, ID, first, observer=OBSERVER, after=1).version == 2
    time.days(0.5 / 24)
    later = draft(seen, colour="blue")
    with pytest.raises(SightingError, match="reason"):
        reporting.change(store, ID, later, observer=OBSERVER, after=2)
    with pytest.raises(SightingError, match="meanwhile"):
        reporting.change(store, ID, later, observer=OBSERVER, after=1, reason="seen again")
    assert reporting.change(store, ID, later, observer=OBSERVER, after=2, reason="the lamp was yellow").version == 3
    with pytest.raises(SightingError, match="no such report of yours"):
        reporting.change(store, ID, later, observer="mary", after=3, reason="x")
    span = {"since": seen - timedelta(days=1), "until": seen + timedelta(days=1), "limit": 10}
    with store.reading() as connection:
        versions = sighting_versions(connection, ID)
        (listed,) = newest_sightings(connection, store.site.name, **span)
    assert [(one.what, one.sighting.colour) for one in versions] == [
        ("report", "black"), ("edit", "grey"), ("correction", "blue"),
    ]  # fmt: skip
    assert listed == versions[-1]
    assert verified(store).status is Status.SOUND


def test_the_last_word_on_a_pair_holds(store: Store) -> None:
    """And all words are shown."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    sent(store, in_force(store))
    for stands in (True, False, True):
        with store.writing() as transaction:
            add_link(transaction, ID, passage.id, stands=stands, author="ivy", reason="same pennant")
    with store.reading() as connection:
        links = links_of_sighting(connection, ID)
        assert links == links_of_passage(connection, passage.id)
    assert [one.stands for one in links] == [True, False, True]
    assert [one.passage_id for one in standing(links)] == [passage.id]
    assert standing(links[:2]) == []
    assert verified(store).status is Status.SOUND


def tamper(store: Store, statement: str) -> Report:
    """Changes a row behind the program's back; what verification says."""
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql(statement)
    return verified(store)


@pytest.mark.parametrize(
    ("statement", "damage"),
    [
        ("UPDATE sighting SET observer = 'mary'", "sighting-edited"),
        ("UPDATE sighting SET more = replace(more, '101D2?4', '101D2?5')", "sighting-edited"),
        ("DELETE FROM sighting", "sighting-removed"),
        ("UPDATE sighting_link SET passage = 'x'", "sighting-edited"),
        ("DELETE FROM sighting_link", "sighting-removed"),
        ("DELETE FROM picture WHERE role = 'sighting'", "picture-unlisted"),
        ("UPDATE picture SET size = 1 WHERE role = 'sighting'", "picture-unnamed"),
    ],
)
def test_whoever_changes_a_report_by_hand_is_found(store: Store, statement: str, damage: str) -> None:
    """Reports, links and the list of pictures."""
    sent(store, in_force(store), photo=PHOTO)
    with store.writing() as transaction:
        add_link(transaction, ID, "a" * 32, stands=True, author="ivy", reason="same pennant")
    report = tamper(store, statement)
    assert report.status is Status.TAMPERED
    assert damage in {one.damage for one in report.findings}


def test_a_photo_that_was_changed_is_found(store: Store) -> None:
    """By its digest; and one that was removed."""
    sent(store, in_force(store), photo=PHOTO)
    with store.reading() as connection:
        photo = sighting_versions(connection, ID)[0].sighting.photo
    assert photo is not None
    path = store.data_dir / photo_path(photo)
    path.write_bytes(b"another")
    assert {one.damage for one in verified(store).findings} == {"picture-edited"}
    path.unlink()
    assert {one.damage for one in verified(store).findings} == {"picture-missing"}


def rows(store: Store) -> dict[str, int]:
    """How many rows of reports and pictures there are."""
    with store.reading() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in ("sighting", "sighting_link", "picture")
        }


def test_a_report_goes_on_its_period_with_all_that_was_said_of_it(
    store: Store, time: Time, everywhere: list[Path]
) -> None:
    """Its picture sooner, on the period of pictures; nothing stays in any file."""
    sent(store, in_force(store), plate=CANARY, note=f"it is {CANARY}", photo=CANARY.encode() * 99)
    with store.writing() as transaction:
        add_link(transaction, ID, "a" * 32, stands=True, author="ivy", reason=f"{CANARY} again")
    assert files_with(CANARY, everywhere)
    pass_days(store, time, 15)
    assert erase_due(store).counts.pictures == 1
    assert rows(store) == {"sighting": 1, "sighting_link": 1, "picture": 0}
    assert verified(store).status is Status.SOUND
    pass_days(store, time, 20)
    assert due_counts(store).sightings == 1
    assert erase_due(store).counts.sightings == 1
    assert rows(store) == {"sighting": 0, "sighting_link": 0, "picture": 0}
    assert files_with(CANARY, everywhere) == []
    assert verified(store).status is Status.SOUND


def test_a_plate_that_is_erased_for_its_owner_goes_from_reports_and_briefs(
    store: Store, everywhere: list[Path]
) -> None:
    """Named in the plate, in an earlier version, in a note; others stay, unless linked to a passage of it."""
    brief = in_force(store, text=f"Look out for {CANARY}.")
    sent(store, brief, 1, plate=CANARY, photo=CANARY.encode() * 99)
    sent(store, brief, 2, note=f"behind {CANARY[:4]} {CANARY[4:]}")
    sent(store, brief, 3)
    sent(store, brief, 4, plate=CANARY)
    now = store.now()
    corrected = draft(now - timedelta(minutes=2), plate="AB12CDE")
    reporting.change(store, f"{4:032x}", corrected, observer=OBSERVER, after=1)
    assert plate_counts(store, CANARY, PURPOSE).sightings == 3
    with store.writing() as transaction:
        assert forget_plate(transaction, CANARY) == 1
    assert erase_plate(store, CANARY, PURPOSE).counts.sightings == 3
    assert files_with(CANARY, everywhere) == []
    assert rows(store)["sighting"] == 1
    assert verified(store).status is Status.SOUND


def test_a_report_goes_with_the_passage_of_its_owner(store: Store) -> None:
    """Somebody said that both are of one vehicle; of a passage that goes by itself only the link goes."""
    brief = in_force(store)
    for number in (1, 2):
        passage, pictures = full_passage(number)
        store.add(passage, pictures)
        sent(store, brief, number, plate=None)
        with store.writing() as transaction:
            add_link(transaction, f"{number:032x}", passage.id, stands=True, author="ivy", reason="same lamp")
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql("SELECT 1")
    assert erase_plate(store, "101D234", PURPOSE).counts.sightings == 2
    assert rows(store)["sighting_link"] == 0
    assert verified(store).status is Status.SOUND


def test_the_links_of_a_passage_go_with_it(store: Store, time: Time) -> None:
    """The report stays for its own period."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    time.days(1)
    sent(store, in_force(store))
    with store.writing() as transaction:
        add_link(transaction, ID, passage.id, stands=True, author="ivy", reason="same lamp")
    erase_before(store, store.now() - timedelta(hours=6), PURPOSE)
    assert store.count() == 0
    assert rows(store) == {"sighting": 1, "sighting_link": 0, "picture": 0}
    assert verified(store).status is Status.SOUND


@pytest.mark.parametrize("of", ["sighting", "passage"])
def test_a_hold_keeps_a_report_by_itself_or_with_its_passage(store: Store, time: Time, of: str) -> None:
    """Until it ends; then the next run erases it. Another report is kept by neither."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    brief = in_force(store)
    sent(store, brief, photo=PHOTO)
    sent(store, brief, 2, plate=None)
    with store.writing() as transaction:
        add_link(transaction, ID, passage.id, stands=True, author="ivy", reason="same lamp")
    expires = store.now() + timedelta(days=60)
    kept = ID if of == "sighting" else passage.id
    place_hold(store, [kept], reference="CR-2026/0009", person="ivy", expires_at=expires)
    pass_days(store, time, 40)
    counts = erase_due(store).counts
    assert (counts.sightings_held, counts.sightings) == (1, 1)
    assert rows(store)["sighting"] == 1
    with store.reading() as connection:
        assert sighting_versions(connection, ID)[0].sighting.plate == "101D2?4"
    pass_days(store, time, 25)
    assert erase_due(store).counts.sightings == 1
    assert verified(store).status is Status.SOUND


def test_a_hold_of_what_is_not_there_is_refused(store: Store) -> None:
    """Neither a passage nor a report."""
    with pytest.raises(UsageError, match="no passage or sighting"):
        until = store.now() + timedelta(days=9)
        place_hold(store, [ID], reference="CR-2026/0009", person="ivy", expires_at=until)


def test_a_backup_brings_reports_and_briefs_back(store: Store, tmp_path: Path) -> None:
    """Rows, links and pictures are the same, and the restored record is sound; erased ones leave the backup."""
    brief = in_force(store, text=f"Look out for {CANARY}.")
    sent(store, brief, 1, photo=PHOTO)
    sent(store, brief, 2, plate=CANARY)
    with store.writing() as transaction:
        add_link(transaction, ID, "a" * 32, stands=True, author="ivy", reason="same lamp")
    backup, keys = tmp_path / "backup", tmp_path / "keys"
    make_backup(store, backup, keyring=keys)
    with store.writing() as transaction:
        forget_plate(transaction, CANARY)
    erase_plate(store, CANARY, PURPOSE)
    assert behind(store) == []
    restore(backup, tmp_path / "restored", keyring=keys)
    names = ("sighting", "sighting_link", "picture")
    tables = [*(metadata.tables[name] for name in names), *intake_metadata.tables.values()]
    with Store(tmp_path / "restored") as copy, copy.reading() as theirs, store.reading() as ours:
        for table in tables:
            query = sa.select(table).order_by(*table.primary_key)
            assert [tuple(row) for row in theirs.execute(query)] == [tuple(row) for row in ours.execute(query)]
        assert theirs.execute(sa.select(sa.func.count()).select_from(journal)).scalar_one() > 0
        assert (copy.data_dir / photo_path(sighting_versions(theirs, ID)[0].sighting.photo)).exists()  # type: ignore[arg-type]
    assert verify_record(tmp_path / "restored", PLAIN).status is Status.SOUND
    assert files_with(CANARY, [tmp_path / "restored"]) == []
