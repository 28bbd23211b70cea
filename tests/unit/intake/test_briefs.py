# SPDX-License-Identifier: Apache-2.0
"""Briefs stay as observers read them: each step is taken once, by whom it concerns, and told in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from sighted import OBSERVER, brief_draft, in_force

from wayside.domain import Brief, BriefState
from wayside.intake import BriefDraft, BriefError, briefs
from wayside.record import Store, entries


def written(store: Store, **more: Any) -> Brief:
    """A brief that nobody was given."""
    with store.writing() as transaction:
        return briefs.write(transaction, store.site.name, brief_draft(store.now()), by="lisa", **more)


def now_of(store: Store, brief: Brief) -> BriefState:
    """Where a brief stands now."""
    with store.reading() as connection:
        return briefs.known(connection, brief.id).state(store.now())


def told(store: Store) -> list[dict[str, Any]]:
    """What the journal says was done with briefs, the oldest first."""
    with store.reading() as connection:
        return [dict(one.payload or {}) for one in reversed(list(entries(connection, ["brief"])))]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"text": "\n "}, "what to record"),
        ({"text": "x" * 8001}, "what to record"),
        ({"places": ("x" * 65,)}, "places"),
        ({"places": ("the\tgate",)}, "places"),
        ({"places": tuple(f"place {number}" for number in range(33))}, "places"),
        ({"ends_at": NOON - timedelta(days=1)}, "mend its times"),
        ({"ends_at": NOON}, "mend its times"),
        ({"begins_at": NOON + timedelta(days=31)}, "mend its times"),
        ({"ends_at": NOON + timedelta(days=92)}, "92 days"),
    ],
)
def test_a_brief_that_cannot_be_followed_is_sent_back(more: dict[str, Any], word: str) -> None:
    """With what is wrong and the mend."""
    with pytest.raises(BriefError, match=word):
        briefs.checked(brief_draft(NOON, **more), NOON)


def test_a_brief_of_the_longest_life_and_the_longest_words_is_taken() -> None:
    """The bounds belong to what can be."""
    draft = BriefDraft("x" * 100, "y" * 8000, ("z" * 64,), NOON, NOON + briefs.LONGEST_LIFE)
    assert briefs.checked(draft, NOON) == draft


@given(st.lists(st.text("ab ", max_size=4), max_size=12))
def test_places_are_named_once_each_in_the_order_they_were_written(places: list[str]) -> None:
    """Without the space around them, and without empty lines."""
    taken = briefs.checked(brief_draft(NOON, places=tuple(places)), NOON).places
    assert len(set(taken)) == len(taken)
    assert all(one and one == one.strip() for one in taken)
    assert set(taken) == {one.strip() for one in places} - {""}


def test_words_come_from_a_browser_s_form_without_its_line_ends(store: Store) -> None:
    """So that the signature under the words is not broken by how they were sent."""
    draft = brief_draft(store.now(), title="  Gate ", text=" one\r\ntwo \r\n")
    told_so = briefs.checked(draft, store.now())
    assert (told_so.title, told_so.text) == ("Gate", "one\ntwo")


def test_a_draft_is_changed_freely_and_told_each_time(store: Store) -> None:
    """Whoever changed it last has written it."""
    made = written(store)
    with store.writing() as transaction:
        again = briefs.rewrite(transaction, made.id, brief_draft(store.now(), title="South gate"), by="lars")
    assert (again.id, again.title, again.written_by, again.version) == (made.id, "South gate", "lars", 1)
    assert [(one["person"], one["what"], one["title"]) for one in told(store)] == [
        ("lisa", "written", "North gate, mornings"),
        ("lars", "rewritten", "South gate"),
    ]


def test_a_draft_cannot_be_changed_to_what_cannot_be(store: Store) -> None:
    """It stays as it was, and so does the journal."""
    made = written(store)
    with store.writing() as transaction, pytest.raises(BriefError, match="title"):
        briefs.rewrite(transaction, made.id, brief_draft(store.now(), title=""), by="lisa")
    with store.reading() as connection:
        assert briefs.find(connection, made.id) == made
    assert len(told(store)) == 1


def test_a_brief_that_is_not_there_is_said_to_be_none(store: Store) -> None:
    """Whatever is asked of it."""
    with store.writing() as transaction:
        assert briefs.find(transaction.connection, "0" * 32) is None
        assert briefs.copies(transaction.connection, "0" * 32) == []
        assert briefs.mark_read(transaction, "0" * 32, OBSERVER) is None
        for deed in (
            lambda: briefs.known(transaction.connection, "0" * 32),
            lambda: briefs.publish(transaction, "0" * 32, [OBSERVER], by="lisa"),
            lambda: briefs.acknowledge(transaction, "0" * 32, OBSERVER),
        ):
            with pytest.raises(BriefError, match="no such brief"):
                deed()


def test_each_observer_has_a_copy_with_a_mark_of_its_own(store: Store) -> None:
    """Named once however often they were chosen; the journal can tell later whose copy leaked."""
    made = written(store)
    with store.writing() as transaction:
        briefs.publish(transaction, made.id, ["otto", "olga", "otto"], by="lisa")
        given = briefs.copies(transaction.connection, made.id)
    assert [one.observer for one in given] == ["olga", "otto"]
    assert len({one.mark for one in given}) == 2
    assert all(len(one.mark) == 8 and one.first_read_at is None for one in given)
    assert told(store)[-1]["copies"] == {one.observer: one.mark for one in given}


@pytest.mark.parametrize(
    ("observers", "days", "word"),
    [([], 0, "1 to 200"), ([f"o{number}" for number in range(201)], 0, "1 to 200"), (["otto"], 31, "time of the")],
)
def test_what_cannot_be_published_is_not(store: Store, time: Time, observers: list[str], days: int, word: str) -> None:
    """To nobody, to a crowd, or after its time; nobody is asked to sign for it either."""
    made = written(store)
    time.days(days)
    with pytest.raises(BriefError, match=word):
        briefs.check_publication(made, observers, store.now())
    with store.writing() as transaction, pytest.raises(BriefError, match=word):
        briefs.publish(transaction, made.id, observers, by="lisa")
    assert now_of(store, made) is BriefState.DRAFT


def test_a_brief_is_published_once(store: Store) -> None:
    """Nobody is added to it afterwards, so that what was signed for stays true."""
    brief = in_force(store)
    with store.writing() as transaction, pytest.raises(BriefError, match="published before"):
        briefs.publish(transaction, brief.id, ["olga"], by="lisa")
    with store.reading() as connection:
        assert [one.observer for one in briefs.copies(connection, brief.id)] == [OBSERVER]


def test_what_is_signed_names_the_words_and_the_people() -> None:
    """In one form whatever the order; another word or another name is another thing to sign for."""
    draft = brief_draft(NOON)
    brief = Brief("b" * 32, "north", 1, None, draft.title, draft.text, draft.places, draft.begins_at, draft.ends_at,
                  "lisa", NOON)  # fmt: skip
    signed = briefs.publication(brief, ["otto", "olga"])
    assert signed == briefs.publication(brief, ["olga", "otto", "olga"])
    assert signed != briefs.publication(brief, ["olga"])
    others: list[dict[str, Any]] = [
        {"text": "Follow them."},
        {"title": "Else"},
        {"places": ()},
        {"ends_at": NOON + timedelta(days=9)},
    ]
    for more in others:
        assert signed != briefs.publication(replace(brief, **more), ["otto", "olga"])


def test_reading_is_told_once_and_timed_each_time(store: Store, time: Time) -> None:
    """The journal knows of the first time only."""
    brief = in_force(store, acknowledged=False)
    first = store.now()
    time.days(1)
    with store.writing() as transaction:
        copy = briefs.mark_read(transaction, brief.id, OBSERVER)
        assert briefs.mark_read(transaction, brief.id, "mary") is None
    assert copy is not None
    assert (copy.first_read_at, copy.last_read_at) == (first, store.now())
    assert [one["what"] for one in told(store)].count("read") == 1


def test_a_brief_is_acknowledged_once_after_it_was_read(store: Store, time: Time) -> None:
    """And the first time holds."""
    brief = written(store)
    with store.writing() as transaction:
        briefs.publish(transaction, brief.id, [OBSERVER], by="lisa")
        for who in (OBSERVER, "mary"):
            with pytest.raises(BriefError, match="open it first"):
                briefs.acknowledge(transaction, brief.id, who)
        briefs.mark_read(transaction, brief.id, OBSERVER)
        briefs.acknowledge(transaction, brief.id, OBSERVER)
    first = store.now()
    time.days(1)
    with store.writing() as transaction:
        briefs.acknowledge(transaction, brief.id, OBSERVER)
        copy = briefs.copy_for(transaction.connection, brief.id, OBSERVER)
    assert copy is not None
    assert copy.acknowledged_at == first
    assert [one["what"] for one in told(store)] == ["written", "published", "read", "acknowledged"]


def test_what_is_over_cannot_be_acknowledged(store: Store, time: Time) -> None:
    """Its next version is to be read."""
    brief = in_force(store, acknowledged=False)
    time.days(31)
    with store.writing() as transaction, pytest.raises(BriefError, match="next version"):
        briefs.acknowledge(transaction, brief.id, OBSERVER)


def test_a_brief_ends_once_and_a_draft_does_not(store: Store, time: Time) -> None:
    """The first end holds; the journal is told of that one."""
    brief, draft = in_force(store), written(store)
    for _ in range(2):
        with store.writing() as transaction:
            briefs.end(transaction, brief.id, by="lisa")
            briefs.end(transaction, draft.id, by="lisa")
        time.days(0.1)
    assert (now_of(store, brief), now_of(store, draft)) == (BriefState.OVER, BriefState.DRAFT)
    assert [one["brief"] for one in told(store) if one["what"] == "ended"] == [brief.id]


def test_a_next_version_is_of_a_published_brief_of_the_site(store: Store) -> None:
    """It says of which one it is the next, and ends it when it is published, not before."""
    draft, brief = written(store), in_force(store)
    with pytest.raises(BriefError, match="change the draft"):
        written(store, replaces=draft.id)
    with store.writing() as transaction, pytest.raises(BriefError, match="at this site"):
        briefs.write(transaction, "elsewhere", brief_draft(store.now()), by="lisa", replaces=brief.id)
    following = written(store, replaces=brief.id)
    assert (following.version, following.replaces) == (2, brief.id)
    assert now_of(store, brief) is BriefState.IN_FORCE
    with store.writing() as transaction:
        briefs.publish(transaction, following.id, [OBSERVER], by="lisa")
    assert now_of(store, brief) is BriefState.OVER
    ended = next(one for one in told(store) if one["what"] == "ended")
    assert (ended["brief"], ended["replaced_by"]) == (brief.id, following.id)


def test_an_observer_is_shown_what_they_were_given(store: Store, time: Time) -> None:
    """At this site, the newest first, each with their own copy."""
    mine = in_force(store)
    time.days(0.1)
    in_force(store, "olga")
    both = in_force(store, OBSERVER, "olga", acknowledged=False)
    written(store)
    with store.reading() as connection:
        given = briefs.given_to(connection, store.site.name, OBSERVER)
        assert [(brief.id, copy.acknowledged_at is not None) for brief, copy in given] == [
            (both.id, False),
            (mine.id, True),
        ]
        assert all(copy == briefs.copy_for(connection, brief.id, OBSERVER) for brief, copy in given)
        assert briefs.given_to(connection, "elsewhere", OBSERVER) == []
        assert len(briefs.at_site(connection, store.site.name)) == 4
