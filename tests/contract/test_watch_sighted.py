# SPDX-License-Identifier: Apache-2.0
"""Reports that fit an entry make hits like passages: once, told of, judged, kept for their period, and erased."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sighted
import sqlalchemy as sa
from canary import CANARY, files_with
from record_times import Time
from sighted import draft, sent
from watching import a_list, in_force, plated

from wayside.domain import Occupants, OccupantStatus, PlateClass, Purpose, SeenPlace
from wayside.intake import reporting
from wayside.record import Hit, HitSource, HitState, Store, add_hits, add_link, find_hit, judge
from wayside.record.retention import erase_due, erase_plate, place_hold
from wayside.record.tables import hit
from wayside.record.verify import Asked, verify_record
from wayside.watch import entries, watcher
from wayside.watch.alerts import body_of, queue
from wayside.watch.tables import alert
from wayside.watch.terms import EntryKind
from wayside.watch.watcher import Watcher

PURPOSE = Purpose("subject-request", "SR-2026/0001", "officer")


def hits_in(store: Store) -> list[tuple[str, str, str]]:
    """Source, its id and the entry of every hit."""
    with store.reading() as connection:
        return sorted((row.source, row.source_id[-1], row.entry) for row in connection.execute(sa.select(hit)))


def sound(store: Store) -> list[str]:
    """What a check of the record finds wrong."""
    store.append("config", {"at": "2026-11-22T13:00:00.000Z", "person": None})
    return [one.damage for one in verify_record(store.data_dir, Asked()).findings]


def stepped(watching: Watcher) -> list[Hit]:
    """The hits of everything that came, however many steps that takes."""
    made: list[Hit] = []
    while (some := watching.step()) is not None:
        made += some
    return made


def test_a_report_makes_one_hit_of_each_entry_that_it_fits(store: Store) -> None:
    """Which says that it comes from a sighting, where it was made, and no probability that nobody measured."""
    list_id, brief = a_list(store), sighted.in_force(store)
    sent(store, brief, 1, plate="AB12CDE")
    one, other = in_force(store, list_id, "AB12CDE"), in_force(store, list_id, "AB??CDE", EntryKind.WILDCARD)
    watching = Watcher(store)
    sent(store, brief, 2, plate="AB12CDE")
    sent(store, brief, 3, plate="AB1?CDE")
    sent(store, brief, 4, plate="XX99XXX")
    sent(store, brief, 5, plate=None)
    made = stepped(watching)
    expected = [("sighting", at, entry.id) for at in "23" for entry in (one, other)]
    assert hits_in(store) == sorted(expected)
    first = made[0].matched
    assert (first.source, first.camera, first.probability, first.text) == (
        HitSource.SIGHTING,
        "the gate",
        None,
        "AB12CDE",
    )
    assert sound(store) == []


def test_what_is_compared_again_makes_no_second_hit_and_a_change_makes_new_ones_only(store: Store) -> None:
    """A report that its observer mends is compared as it then stands; the first hit stays."""
    list_id, brief = a_list(store), sighted.in_force(store)
    one, other = in_force(store, list_id, "AB12CDE"), in_force(store, list_id, "AB12CDF")
    told = sent(store, brief, 1, plate="AB12CDE")
    Watcher(store).step()
    with store.writing() as transaction:
        transaction.connection.exec_driver_sql("UPDATE watch_cursor SET seq = 0")
    assert stepped(Watcher(store)) == []
    said = draft(store.now() - timedelta(minutes=2), plate="AB12CDF")
    reporting.change(store, f"{1:032x}", said, observer=sighted.OBSERVER, after=told.version)
    stepped(Watcher(store))
    assert hits_in(store) == sorted([("sighting", "1", one.id), ("sighting", "1", other.id)])


def test_many_passages_hide_no_report(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is taken at once: what came between is compared in its turn, and once."""
    list_id, brief = a_list(store), sighted.in_force(store)
    in_force(store, list_id, "AB12CDE")
    watching = Watcher(store)
    monkeypatch.setattr(watcher, "AT_ONCE", 3)
    for number in range(1, 5):
        store.add_many([plated(10 * number + at, "AB12CDE") for at in range(4)])
        sent(store, brief, number, plate="AB12CDE")
    assert len(stepped(watching)) == len(hits_in(store)) == 20


def test_an_entry_that_is_over_or_came_later_finds_no_report(store: Store, time: Time) -> None:
    """Nor one of what was seen long before."""
    list_id, brief = a_list(store), sighted.in_force(store)
    watching = Watcher(store)
    ended, expires = in_force(store, list_id, "AB12CDE"), in_force(store, list_id, "AB12CDF", days=1)
    with store.writing() as transaction:
        entries.end(transaction, ended.id, by="lena")
    sent(store, brief, 1, plate="AB12CDE")
    time.days(2)
    sent(store, brief, 2, plate="AB12CDF")
    later = in_force(store, list_id, "AB12CDG")
    said = draft(store.now() - timedelta(days=3), plate="AB12CDG")
    reporting.report(store, f"{3:032x}", brief.id, said, observer=sighted.OBSERVER, written_at=store.now())
    assert stepped(watching) == []
    assert {ended.id, expires.id, later.id}.isdisjoint(entry for _, _, entry in hits_in(store))


def test_the_webhook_is_told_of_it_as_of_any_hit(store: Store) -> None:
    """With the place where a passage has its camera."""
    entry, brief = in_force(store, a_list(store), "AB12CDE"), sighted.in_force(store)
    sent(store, brief, 1, plate="AB12CDE")
    (made,) = stepped(Watcher(store))
    told = body_of(made, entry, "wanted")
    assert (told["source"], told["camera"], told["plate"], told["probability"]) == (
        "sighting",
        "the gate",
        "AB12CDE",
        None,
    )
    with store.writing() as transaction:
        queue(transaction, [made])
        assert list(transaction.connection.execute(sa.select(alert.c.hit)).scalars()) == [made.seq]


def test_it_is_confirmed_or_rejected_like_any_hit(store: Store) -> None:
    """By a person, against what was reported."""
    in_force(store, a_list(store), "diplomatic", EntryKind.CLASS)
    sent(store, sighted.in_force(store), 1, plate=None, plate_class=PlateClass.DIPLOMATIC)
    (made,) = stepped(Watcher(store))
    with store.writing() as transaction:
        judge(transaction, made.seq, HitState.CONFIRMED, author="mona", reason="she saw the pennant")
    with store.reading() as connection:
        found = find_hit(connection, made.seq)
    assert found is not None
    assert (found.state, found.matched.text, found.matched.plate_class) == (HitState.CONFIRMED, None, "diplomatic")
    assert sound(store) == []


def test_it_outlives_the_report_until_its_own_period_is_over(store: Store, time: Time) -> None:
    """As the hit of a passage does; a passage that is held keeps the hits of its sightings too."""
    brief = sighted.in_force(store)
    in_force(store, a_list(store), "AB12CDE")
    store.add(plated(9, "XX99XXX"), {})
    for number in (1, 2):
        sent(store, brief, number, plate="AB12CDE", occupants=Occupants(OccupantStatus.NOT_VISIBLE))
    stepped(Watcher(store))
    with store.writing() as transaction:
        add_link(transaction, f"{2:032x}", plated(9, "").id, stands=True, author="ivy", reason="the same van")
    time.days(89)
    until = store.now() + timedelta(days=30)
    place_hold(store, [plated(9, "").id], reference="C-2026/1", person="ivy", expires_at=until)
    erase_due(store, clock_is_right=True)
    assert len(hits_in(store)) == 2
    time.days(2)
    erase_due(store, clock_is_right=True)
    assert [number for _, number, _ in hits_in(store)] == ["2"]
    assert sound(store) == []


def test_it_goes_with_a_report_that_somebody_had_erased(store: Store, everywhere: list[Path]) -> None:
    """Also where the report names the plate in its note only, and the entry asked for something else."""
    list_id, brief = a_list(store), sighted.in_force(store)
    entry = in_force(store, list_id, CANARY)
    in_force(store, list_id, "diplomatic", EntryKind.CLASS)
    sent(store, brief, 1, plate=CANARY, place=SeenPlace("the gate"))
    sent(store, brief, 2, plate=None, note=f"it may be {CANARY}")
    assert len(stepped(Watcher(store))) == 3
    with store.writing() as transaction:
        entries.end(transaction, entry.id, by="lena")
        entries.forget_plate(transaction, CANARY)
    erase_plate(store, CANARY, PURPOSE)
    assert hits_in(store) == []
    assert files_with(CANARY, everywhere) == []
    assert sound(store) == []


def test_a_report_that_was_erased_meanwhile_makes_no_hit(store: Store) -> None:
    """Between reading it and writing what it matched."""
    brief = sighted.in_force(store)
    in_force(store, a_list(store), "AB12CDE")
    sent(store, brief, 1, plate="AB12CDE")
    (made,) = stepped(Watcher(store))
    erase_plate(store, "AB12CDE", PURPOSE)
    with store.writing() as transaction:
        assert add_hits(transaction, [replace(made.matched, source_id=secrets.token_hex(16)), made.matched]) == []
