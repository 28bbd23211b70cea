# SPDX-License-Identifier: Apache-2.0
"""What is due: the site's periods and rules, and clocks that were wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories import NOON, full_passage
from record_times import Time, at, left, live_through

from wayside.domain import RecordError
from wayside.record import Store, entries
from wayside.record.retention import due_counts, erase_due
from wayside.record.tables import journal, picture

DAY = timedelta(days=1)
RULES = """
[retention]
passages_days = 10
pictures_days = 5
[[retention.rules]]
cameras = ["clinic"]
passages_days = 2
[[retention.rules]]
classes = ["diplomatic"]
passages_days = 20
"""


def test_passages_go_when_their_period_is_over_and_not_before(store: Store, time: Time) -> None:
    """To the millisecond."""
    store.add_many([at(1, NOON), at(2, NOON + timedelta(milliseconds=1))])
    live_through(store, time, 29)
    time.set(NOON + 30 * DAY)
    assert erase_due(store).counts.passages == 0
    time.set(NOON + 30 * DAY + timedelta(milliseconds=1))
    assert erase_due(store).counts.passages == 1
    assert left(store) == {2}


def test_pictures_go_before_their_passages(store: Store, time: Time) -> None:
    """The passage stays, and still tells what it had."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    assert live_through(store, time, 14).counts.pictures == 3
    assert store.passages() == [passage]
    assert not any(store.picture_path(one).exists() for one in passage.evidence)
    with store.reading() as connection:
        assert connection.execute(sa.select(picture)).all() == []


def test_a_picture_that_another_passage_shows_stays(store: Store, time: Time) -> None:
    """It goes with the last one."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    later = replace(full_passage(1)[0], id="f" * 32, began_at=NOON + 5 * DAY)
    store.add(later, pictures)
    live_through(store, time, 15)
    assert all(store.picture_path(one).exists() for one in passage.evidence)
    live_through(store, time, 5)
    assert not any(store.picture_path(one).exists() for one in passage.evidence)


def test_rules_for_cameras_and_classes_hold(tmp_path: Path, time: Time) -> None:
    """Sensitive places shorter, some classes longer, the shortest of several."""
    (tmp_path / "site.toml").write_text(RULES)
    plain = replace(at(3, NOON), registration=None)
    with Store(tmp_path, clock=time.clock()) as store:
        store.add_many([at(1, NOON, "clinic"), at(2, NOON), plain, replace(plain, id="4" * 32, camera="clinic")])
        live_through(store, time, 2)
        assert left(store) == {2, 3}
        live_through(store, time, 8)
        assert left(store) == {2}
        live_through(store, time, 10)
        assert left(store) == set()


@pytest.mark.parametrize(
    "captured", [datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), NOON + 400 * DAY], ids=["at 1970", "next year"]
)
def test_a_camera_with_a_wrong_clock_is_kept_from_receipt(store: Store, time: Time, captured: datetime) -> None:
    """Neither erased at once nor kept for ever."""
    store.add_many([at(1, captured)])
    live_through(store, time, 29.5)
    assert left(store) == {1}
    live_through(store, time, 4)
    assert left(store) == set()


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_by_an_hour_makes_nothing_go_early(store: Store, time: Time, hours: int) -> None:
    """The later one of capture and receipt counts where they are near each other."""
    time.days(hours / 24)
    store.add_many([at(1, NOON + timedelta(hours=1))])
    time.days(-hours / 24)
    live_through(store, time, 29.5)
    assert left(store) == {1}
    live_through(store, time, 4)
    assert left(store) == set()


def test_a_machine_that_believed_it_was_1970_erases_nothing_early(store: Store, time: Time) -> None:
    """Capture and receipt say 1970; the passage goes when the next one does."""
    time.set(datetime(1970, 1, 1, 1, tzinfo=UTC))
    store.add_many([at(1, time.now)])
    assert erase_due(store).counts.passages == 0
    time.set(NOON)
    erase_due(store, person="officer", clock_is_right=True)
    store.add_many([at(2, NOON)])
    live_through(store, time, 29)
    store.add_many([at(3, NOON + 29 * DAY)])
    assert left(store) == {1, 2, 3}
    live_through(store, time, 2)
    assert left(store) == {3}


def test_a_jump_of_the_clock_is_not_believed(store: Store, time: Time) -> None:
    """Nothing goes until somebody has looked at the clock and said so; the journal tells who."""
    store.add_many([at(1, NOON)])
    time.days(31)
    with pytest.raises(RecordError, match=r"2026-11-22 13:00 to 2026-12-23 13:00 UTC.*--confirm-clock"):
        erase_due(store)
    store.add_many([at(2, time.now)])
    with pytest.raises(RecordError, match="was the clock set"):
        erase_due(store)
    assert left(store) == {1, 2}
    assert erase_due(store, person="officer", clock_is_right=True).counts.passages == 1
    assert erase_due(store).counts.passages == 0
    with store.reading() as connection:
        told = [one.payload for one in entries(connection, ["clock"]) if one.payload]
    assert [one["person"] for one in told if one.get("confirmed")] == ["officer"]


def test_every_look_leaves_a_trace(store: Store) -> None:
    """An erasure that found nothing shows that the periods are kept."""
    erase_due(store)
    with store.reading() as connection:
        (told,) = [one.payload for one in entries(connection, ["erasure"])]
    assert told is not None
    assert (told["count"], told["ranges"], told["rule"]) == (0, [], "retention")
    assert told["policy"] == store.site.digest()


def test_what_would_go_is_counted_without_going(store: Store, time: Time) -> None:
    """A dry run, and what then went, agree."""
    passage, pictures = full_passage(1)
    store.add(passage, pictures)
    store.add_many([at(2, NOON), at(3, NOON + 20 * DAY)])
    live_through(store, time, 13)
    time.days(3)
    assert due_counts(store).pictures == 3
    for _ in range(3):
        time.days(5)
        store.append("access", {"at": "no time"})
    would = due_counts(store)
    assert (would.passages, would.pictures) == (2, 3)
    did = erase_due(store).counts
    assert (did.passages, did.held) == (would.passages, would.held)
    assert left(store) == {3}


def payloads(store: Store, kind: str) -> list[bytes | None]:
    """What the journal still tells of entries of one kind."""
    with store.reading() as connection:
        query = sa.select(journal.c.payload).where(journal.c.kind == kind).order_by(journal.c.seq)
        return list(connection.execute(query).scalars())


def search_entry(time: Time, **more: str) -> dict[str, str]:
    """The payload of a search made now."""
    return {"at": time.now.isoformat(), "person": "p", **more}


def test_searches_are_forgotten_after_their_own_period(tmp_path: Path, time: Time) -> None:
    """Later than passages; what says what was erased never is."""
    (tmp_path / "site.toml").write_text("[retention]\njournal_days = 40\n")
    with Store(tmp_path, clock=time.clock()) as store:
        store.append("search", search_entry(time, plate="AB12CDE"))
        live_through(store, time, 35)
        store.append("search", search_entry(time, plate="AB12CDF"))
        live_through(store, time, 5.1)
        assert payloads(store, "search")[0] is None
        assert json.loads(payloads(store, "search")[1] or b"")["plate"] == "AB12CDF"
        assert None not in payloads(store, "erasure") + payloads(store, "config")


def test_a_search_under_a_clock_that_was_behind_is_not_forgotten_early(tmp_path: Path, time: Time) -> None:
    """Nor one that has no time: they go with those around them."""
    (tmp_path / "site.toml").write_text("[retention]\njournal_days = 40\n")
    with Store(tmp_path, clock=time.clock()) as store:
        store.append("search", search_entry(time))
        store.append("search", {"at": "2001-01-01T00:00:00Z", "person": "p"})
        store.append("search", {"at": "1970-01-01T00:00:00Z", "person": "p"})
        store.append("search", {"person": "p"})
        live_through(store, time, 39)
        assert None not in payloads(store, "search")
        store.append("search", search_entry(time))
        live_through(store, time, 2)
        assert [one is None for one in payloads(store, "search")] == [True, True, False, False, False]
        live_through(store, time, 42)
        assert all(one is None for one in payloads(store, "search"))
