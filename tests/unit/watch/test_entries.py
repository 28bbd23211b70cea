# SPDX-License-Identifier: Apache-2.0
"""Entries of watch lists: in force with a signature, over by themselves, and never two versions at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from record_times import Time
from watching import OWNER, a_list, drafted, entry_with, in_force

from wayside.domain import UsageError
from wayside.record import Store, milliseconds
from wayside.watch import Draft, Entry, EntryKind, EntryState, Term, TermKind, entries


def asked(store: Store, list_id: str, request: str, of: Entry | None = None, written: str = "LD23ABC") -> str:
    """The id of an entry that waits."""
    draft = drafted(EntryKind.PLATE, written, until=store.now() + timedelta(days=7))
    with store.writing() as transaction:
        return entries.propose(transaction, list_id, store.site.name, [draft], OWNER, request, of=of)[0]


def signed(store: Store, request: str, *, emergency: bool = False) -> list[Entry]:
    """What came into force."""
    with store.writing() as transaction:
        return entries.put_in_force(transaction, request, approved_by="paul", emergency=emergency)


def newest(store: Store, entry_id: str) -> Entry:
    """An entry as it stands."""
    with store.reading() as connection:
        found = entries.newest(connection, entry_id)
    assert found is not None
    return found


terms = st.builds(Term, st.sampled_from(TermKind), st.text(max_size=12), st.none() | st.just("GB"))


@given(st.lists(terms, max_size=5))
def test_terms_are_kept_as_they_are(some: list[Term]) -> None:
    """There and back, whatever stands in them."""
    assert entries.decoded(entries.encoded(some)) == tuple(some)


@pytest.mark.parametrize(("label", "instruction"), [("x" * 81, ""), ("", "x" * 501)])
def test_words_of_an_entry_are_bounded(label: str, instruction: str) -> None:
    """And an entry asks for something."""
    term = Term(TermKind.PLATE, "LD23ABC")
    with pytest.raises(UsageError, match="shorten it"):
        Draft(EntryKind.PLATE, (term,), NOON, label, instruction=instruction)
    with pytest.raises(UsageError, match="asks for something"):
        Draft(EntryKind.PLATE, (), NOON)
    assert Draft(EntryKind.PLATE, (term,), NOON, "x" * 80, instruction="y" * 500).terms == (term,)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term(TermKind.PLATE, "LD23ABC"), "LD23ABC"),
        (Term(TermKind.NEAR, "LD23ABC"), "~LD23ABC"),
        (Term(TermKind.WILDCARD, "LD*"), "LD*"),
        (Term(TermKind.CLASS, "diplomatic", "GB"), "class diplomatic (GB)"),
        (Term(TermKind.CODE, "248"), "code 248"),
    ],
)
def test_a_term_is_shown_as_people_write_it(term: Term, words: str) -> None:
    """In one word, also in what somebody signs for."""
    assert entries.shown(term) == words
    assert entries.told_of(entry_with(term).draft)["watched for"] == [words]


def test_an_entry_waits_a_day_for_its_signature(store: Store, time: Time) -> None:
    """Then it lapses, and counts neither as in force nor as waiting."""
    list_id = a_list(store)
    entry = asked(store, list_id, "r1")
    for days, state, counted in ((0.0, EntryState.ASKED, (0, 1)), (1.0, EntryState.LAPSED, (0, 0))):
        time.days(days)
        assert newest(store, entry).state(store.now()) is state
        with store.reading() as connection:
            assert entries.count_of_list(connection, list_id, milliseconds(store.now())) == counted


def test_an_emergency_lives_four_hours_at_most(store: Store, time: Time) -> None:
    """However long was asked for."""
    entry = asked(store, a_list(store), "r1")
    (made,) = signed(store, "r1", emergency=True)
    assert made.draft.expires_at == store.now() + entries.EMERGENCY_LIFE
    time.days(4 / 24)
    assert newest(store, entry).state(store.now()) is EntryState.EXPIRED


def test_a_signature_puts_in_force_what_it_was_for_and_once(store: Store) -> None:
    """Not what another request asked for, and not again what somebody ended."""
    list_id = a_list(store)
    one, other = asked(store, list_id, "r1"), asked(store, list_id, "r2")
    signed(store, "r1")
    assert newest(store, other).state(store.now()) is EntryState.ASKED
    with store.writing() as transaction:
        entries.end(transaction, one, by="lena")
    signed(store, "r1")
    assert newest(store, one).state(store.now()) is EntryState.ENDED


def test_a_new_version_ends_the_one_before_when_it_is_signed(store: Store) -> None:
    """Until then the old one is looked out for; afterwards never both."""
    list_id = a_list(store)
    first = in_force(store, list_id, "LD23ABC")
    asked(store, list_id, "r2", of=first, written="AB12CDE")
    assert newest(store, first.id).version == 1
    signed(store, "r2")
    with store.reading() as connection:
        both = entries.versions(connection, first.id)
        watched = entries.watched(connection, both[0].from_seq or 0, milliseconds(store.now()))
    assert [(one.version, one.state(store.now())) for one in both] == [
        (2, EntryState.IN_FORCE),
        (1, EntryState.ENDED),
    ]
    assert [one.version for one in watched] == [2]
    assert both[1].ended_seq == both[0].from_seq


def test_what_was_refused_never_comes_into_force(store: Store) -> None:
    """Even if somebody signs afterwards."""
    entry = asked(store, a_list(store), "r1")
    with store.writing() as transaction:
        entries.drop(transaction, "r1", by="paul")
    signed(store, "r1")
    assert newest(store, entry).from_at is None
    assert newest(store, entry).state(store.now()) is EntryState.ENDED


def test_an_entry_ends_once(store: Store, time: Time) -> None:
    """Not one that is over by itself, nor one that there is not."""
    list_id = a_list(store)
    entry, short = in_force(store, list_id), in_force(store, list_id, "LD23ABC", days=1)
    with store.writing() as transaction:
        entries.end(transaction, entry.id, by="lena")
    time.days(2)
    for over in (entry.id, short.id, "0" * 32):
        with store.writing() as transaction, pytest.raises(UsageError, match="over already"):
            entries.end(transaction, over, by="lena")


def test_erasing_a_plate_leaves_plates_that_only_contain_it(store: Store) -> None:
    """And takes no sign in a pattern for any character."""
    list_id = a_list(store)
    longer, exact = (in_force(store, list_id, one) for one in ("101D2345", "101D234"))
    with store.writing() as transaction:
        assert entries.forget_plate(transaction, "101D234") == 1
        for one in (longer, exact):
            entries.end(transaction, one.id, by="lena")
        assert entries.forget_plate(transaction, "101D_34") == 0
        assert entries.forget_plate(transaction, "101D234") == 0
        assert entries.newest(transaction.connection, longer.id) is not None
        assert entries.newest(transaction.connection, exact.id) is None
