# SPDX-License-Identifier: Apache-2.0
"""Samples: drawn by chance or because something was noticed, reviewed once, by somebody who did not look."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from unit.access.audit.seen import look
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import RefusalError, RequestError, Why
from wayside.access.audit import Look, Outcome, Review, look_at, samples, tell_reveal
from wayside.domain import Purpose


@pytest.fixture
def staffed(any_world: World) -> World:
    """An auditor, an investigator, and an owner of another site."""
    any_world.person("anna", "auditor")
    any_world.person("mary", "investigator")
    return any_world


def looked(world: World, person: str = "mary") -> Look:
    """One look that stands in the journal."""
    with world.store.writing() as transaction:
        case = Purpose("offence", "CR-2026/0123", person)
        seq = tell_reveal(transaction, SITE, case, "0" * 32, "AB12CDE")
    with world.store.reading() as connection:
        found = look_at(connection, seq, SITE)
    assert found is not None
    return found


def draw(world: World, looks: list[Look], drawn_for: str = "chance", by: str = "anna") -> list[Review]:
    """Anna puts looks on her list."""
    with world.store.writing() as transaction:
        return samples.draw(transaction, world.actor(by), SITE, looks, drawn_for)


def decide(world: World, review: Review, outcome: Outcome, says: str = "", by: str = "anna") -> None:
    """Anna records what she found."""
    with world.store.writing() as transaction:
        samples.decide_review(transaction, world.actor(by), review.id, outcome, says, SITE)


def listed(world: World, *, waiting: bool) -> list[Review]:
    """What is on the list."""
    with world.store.reading() as connection:
        return samples.reviews(connection, SITE, waiting=waiting)


def test_what_was_drawn_is_reviewed_once(staffed: World) -> None:
    """With its outcome and who found it; the journal tells of both."""
    (review,) = draw(staffed, [looked(staffed)])
    assert listed(staffed, waiting=True) == [review]
    assert (review.drawn_for, review.outcome, review.drawn_at) == ("chance", None, staffed.clock.now)
    decide(staffed, review, Outcome.UNJUSTIFIED, " no case of that number; told the officer ")
    assert listed(staffed, waiting=True) == []
    (found,) = listed(staffed, waiting=False)
    assert (found.reviewer, found.outcome, found.note) == (
        "anna",
        Outcome.UNJUSTIFIED,
        "no case of that number; told the officer",
    )
    with pytest.raises(RequestError, match="already"):
        decide(staffed, review, Outcome.JUSTIFIED)
    assert staffed.deeds()[-2:] == ["reviews drawn", "search reviewed"]


def test_nothing_is_drawn_twice(staffed: World) -> None:
    """Not even for another reason, nor after its review."""
    first, second = looked(staffed), looked(staffed)
    (review,) = draw(staffed, [first])
    decide(staffed, review, Outcome.JUSTIFIED)
    assert [one.seq for one in draw(staffed, [first, second], "repeated")] == [second.seq]
    assert draw(staffed, [first, second]) == []


def test_looks_of_another_site_are_not_drawn_here(staffed: World) -> None:
    """Whatever the caller brought along."""
    assert draw(staffed, [look(site=OTHER_SITE)]) == []


def test_who_looked_does_not_review(world: World) -> None:
    """The owner, who holds both tasks, sees the list and cannot sign it off."""
    world.person("olaf", "owner")
    (review,) = draw(world, [looked(world, "olaf")], by="olaf")
    with pytest.raises(RefusalError) as told:
        decide(world, review, Outcome.JUSTIFIED, by="olaf")
    assert told.value.decision.why is Why.OWN


@pytest.mark.parametrize("name", ["mary"])
def test_only_the_auditor_draws_and_reviews(staffed: World, name: str) -> None:
    """Nobody else has that desk."""
    found = looked(staffed, "john")
    with pytest.raises(RefusalError):
        draw(staffed, [found], by=name)
    (review,) = draw(staffed, [found])
    with pytest.raises(RefusalError):
        decide(staffed, review, Outcome.JUSTIFIED, by=name)


@pytest.mark.parametrize("outcome", [Outcome.UNCLEAR, Outcome.UNJUSTIFIED])
def test_what_was_wrong_is_said(staffed: World, outcome: Outcome) -> None:
    """In words, and not in too many."""
    (review,) = draw(staffed, [looked(staffed)])
    for says in ("", "  ", "x" * 2001):
        with pytest.raises(RequestError, match=r"say what|characters"):
            decide(staffed, review, outcome, says)


def test_what_the_journal_has_forgotten_cannot_be_reviewed(staffed: World) -> None:
    """Nor what was never drawn."""
    found = looked(staffed)
    (review,) = draw(staffed, [found])
    blank = text("UPDATE journal SET payload = NULL, salt = NULL, erased_by = 99 WHERE seq = :seq")
    with staffed.store.writing() as transaction:
        transaction.connection.execute(blank, {"seq": found.seq})
    with pytest.raises(RequestError, match="nothing to review"):
        decide(staffed, review, Outcome.JUSTIFIED)
    with staffed.store.writing() as transaction, pytest.raises(RequestError, match="nothing to review"):
        samples.decide_review(transaction, staffed.actor("anna"), "0" * 32, Outcome.JUSTIFIED, "", SITE)


@given(st.integers(0, 400), st.integers(0, 2**32))
def test_three_in_a_hundred_are_drawn_and_five_at_least(number: int, seed: int) -> None:
    """Each once, and further pages never."""
    looks = [look(), *[look(continued=True)] * 3] + [look() for _ in range(number)]
    drawn = samples.chosen(looks, Random(seed))
    assert len(drawn) == min(number + 1, max(5, -(-(number + 1) * 3 // 100)))
    assert len({one.seq for one in drawn}) == len(drawn)
    assert not any(one.continued for one in drawn)


def test_chance_draws_everybody_in_time() -> None:
    """No look is safe from being drawn."""
    looks = [look() for _ in range(40)]
    drawn = {one.seq for seed in range(200) for one in samples.chosen(looks, Random(seed))}
    assert drawn == {one.seq for one in looks}
