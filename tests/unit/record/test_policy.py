# SPDX-License-Identifier: Apache-2.0
"""Periods that were decided on the pages hold in every process, until site.toml says something else."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from factories import full_passage
from record_times import Time

from wayside.domain import UsageError
from wayside.record import Periods, Store, changes_in_file, decide_periods, entries, is_longer
from wayside.record.retention import due_counts
from wayside.record.site import PERIODS


@pytest.fixture
def time() -> Time:
    """A clock that the test moves."""
    return Time()


LONGER = Periods(60, 30, 90, 60)


def decide(store: Store, periods: Periods = LONGER) -> None:
    """Puts periods in force."""
    with store.writing() as transaction:
        decide_periods(transaction, store.stated, periods, person="dora", approved_by="petra")
    store.look_at_policy()


def told(store: Store) -> list[dict[str, object]]:
    """What the journal says of the policy, the newest first."""
    with store.reading() as connection:
        return [one.payload for one in entries(connection, ["config"]) if one.payload and "policy" in one.payload]


def test_what_was_decided_holds_after_a_restart_and_is_told_once(tmp_path: Path) -> None:
    """With who decided it and who signed; erasures name the digest of the policy as it is then."""
    with Store(tmp_path) as store:
        decide(store)
    with Store(tmp_path) as store:
        assert store.site.retention.periods == LONGER
        assert store.stated.retention.periods == Periods()
        newest, first = told(store)
        assert newest["policy"] == store.site.digest() != first["policy"]
        assert (newest["person"], newest["approved_by"]) == ("dora", "petra")
    with Store(tmp_path, writing=False) as reader:
        assert reader.site.retention.periods == LONGER


def test_another_process_takes_it_over_before_it_erases(tmp_path: Path, time: Time) -> None:
    """So that what was given more time is not erased by whoever had opened the record before."""
    with Store(tmp_path, clock=time.clock()) as here, Store(tmp_path, clock=time.clock()) as there:
        here.add(*full_passage(1))
        time.days(40)
        assert due_counts(there).passages == 1
        decide(here)
        assert due_counts(there).passages == 0


def test_the_file_holds_again_once_it_is_changed(tmp_path: Path) -> None:
    """Also where it goes back to what it said when the decision was made."""
    file = tmp_path / "site.toml"
    with Store(tmp_path) as store:
        decide(store)
    file.write_text("[retention]\npassages_days = 20\n")
    with Store(tmp_path) as store:
        assert store.site.retention.periods == Periods(passages_days=20)
    file.unlink()
    with Store(tmp_path) as store:
        assert store.site.retention.periods == Periods()


def test_another_part_of_the_file_changes_nothing_about_it(tmp_path: Path) -> None:
    """The decision was on the periods only."""
    with Store(tmp_path) as store:
        decide(store)
    (tmp_path / "site.toml").write_text("[access]\nbulk_rows = 5\n")
    for _ in range(2):
        with Store(tmp_path) as store:
            assert store.site.retention.periods == LONGER
            assert store.site.access.bulk_rows == 5


def test_a_site_of_another_name_decides_for_itself(tmp_path: Path) -> None:
    """Several sites may share a database."""
    with Store(tmp_path) as store:
        decide(store)
    (tmp_path / "site.toml").write_text('name = "south"\n')
    with Store(tmp_path) as store:
        assert store.site.retention.periods == Periods()


@pytest.mark.parametrize(("days", "says"), [(366, "365 days"), (-1, "0 to 365"), (200, "who searched is known")])
def test_no_decision_goes_beyond_the_bounds_of_the_file(tmp_path: Path, days: int, says: str) -> None:
    """The longest period, and how long the journal knows who searched."""
    (tmp_path / "site.toml").write_text("[retention]\njournal_days = 100\n")
    with Store(tmp_path) as store:
        with pytest.raises(UsageError, match=says):
            decide(store, Periods(passages_days=days))
        assert len(told(store)) == 1


def test_a_change_of_the_file_is_known_from_a_decision(tmp_path: Path) -> None:
    """Nobody has signed for what was changed at the machine, so it can be listed; a decision is not."""
    with Store(tmp_path) as store:
        decide(store)
    for text in ("[retention]\npassages_days = 90\n", "[retention]\npassages_days = 90\nlongest_days = 1000\n"):
        (tmp_path / "site.toml").write_text(text)
        with Store(tmp_path) as store, store.reading() as connection:
            found = list(changes_in_file(connection, "site"))
    assert [one.changed for one in found] == [
        {},
        {"passages_days": (60, 90), "pictures_days": (30, 14), "sightings_days": (60, 30)},
    ]


@pytest.mark.parametrize("what", PERIODS)
def test_one_longer_period_makes_a_policy_longer(what: str) -> None:
    """However much shorter the others get."""
    shorter = {name: days - 1 for name, days in asdict(Periods()).items()}
    assert not is_longer(Periods(), Periods(**shorter))
    assert is_longer(Periods(), Periods(**{**shorter, what: getattr(Periods(), what) + 1}))
