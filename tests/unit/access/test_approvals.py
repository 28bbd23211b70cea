# SPDX-License-Identifier: Apache-2.0
"""The second signature: somebody else's, for exactly one thing, once, within a day, whoever hurries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from unit.access.world import OTHER_SITE, SITE, World

from wayside.access import Actor, Age, RefusalError, Request, RequestError, State, Thing, Why, approvals
from wayside.access.approvals import canonical
from wayside.access.tables import request as table
from wayside.domain import AccessError, RecordError

ENTRY = Thing("entry", SITE)
SUBJECT = {"list": "stolen", "plate": "AB12CDE", "until": "2026-12-01"}
REASON = "stolen last night, CR-2026/0123"


@pytest.fixture
def staffed(any_world: World) -> World:
    """A list manager under a purpose, two approvers, and an approver of another site."""
    any_world.person("mary", "list-manager")
    any_world.under_purpose("mary")
    any_world.person("paul", "approver")
    any_world.person("petra", "approver")
    any_world.person("olga", "approver", site=OTHER_SITE)
    return any_world


def ask(world: World, subject: dict[str, Any] | None = None, because: str = REASON) -> Request:
    """Mary asks for an entry."""
    with world.store.writing() as transaction:
        return approvals.ask(transaction, world.actor("mary"), "add", ENTRY, subject or SUBJECT, because)


def sign(world: World, asked: Request, by: str = "paul") -> Request:
    """Somebody signs."""
    with world.store.writing() as transaction:
        return approvals.approve(transaction, world.actor(by), asked.id)


def use(world: World, subject: dict[str, Any] | None = None, by: str = "mary") -> Request:
    """Mary uses the approval."""
    with world.store.writing() as transaction:
        return approvals.use(transaction, world.actor(by), "add", ENTRY, subject or SUBJECT)


def test_a_request_is_asked_signed_and_used_once(staffed: World) -> None:
    """Each step stands in the journal with who did it."""
    asked = ask(staffed)
    assert (asked.state, asked.asked_by, asked.deed, asked.subject) == (State.OPEN, "mary", "add entry", SUBJECT)
    with staffed.store.reading() as connection:
        assert approvals.waiting(connection, SITE, staffed.now_ms) == [asked]
        assert approvals.waiting(connection, OTHER_SITE, staffed.now_ms) == []
    signed = sign(staffed, asked)
    assert (signed.state, signed.decided_by) == (State.APPROVED, "paul")
    used = use(staffed)
    assert used.id == asked.id
    assert used.used_at == staffed.clock.now
    with pytest.raises(RequestError, match="no unused approval"):
        use(staffed)
    assert staffed.deeds()[-3:] == ["request open", "request approved", "request used"]


def test_an_unsigned_or_refused_request_cannot_be_used(staffed: World) -> None:
    """Nor one that was taken back."""
    asked = ask(staffed)
    with pytest.raises(RequestError):
        use(staffed)
    with staffed.store.writing() as transaction:
        assert approvals.refuse(transaction, staffed.actor("petra"), asked.id).state is State.REFUSED
    with pytest.raises(RequestError):
        use(staffed)
    again = ask(staffed)
    with staffed.store.writing() as transaction:
        assert approvals.withdraw(transaction, staffed.actor("mary"), again.id).state is State.WITHDRAWN
    with pytest.raises(RequestError, match="not open any more"):
        sign(staffed, again)


def test_nobody_signs_their_own_request(staffed: World) -> None:
    """Not even somebody who came to hold both roles; nor does the database let them."""
    asked = ask(staffed)
    both = Actor("mary", {SITE: frozenset({"list-manager", "approver"})}, None, True, True, SITE)
    with pytest.raises(RefusalError) as told, staffed.store.writing() as transaction:
        approvals.approve(transaction, both, asked.id)
    assert told.value.decision.why is Why.OWN
    with pytest.raises(RecordError), staffed.store.writing() as transaction:
        transaction.connection.execute(update(table).values(decided_by="mary", state="approved"))


@pytest.mark.parametrize("name", ["mary", "olga"])
def test_only_an_approver_of_the_site_signs(staffed: World, name: str) -> None:
    """Neither who may ask nor who signs elsewhere."""
    with pytest.raises(RefusalError):
        sign(staffed, ask(staffed), by=name)


def test_only_who_asked_takes_back_and_uses(staffed: World) -> None:
    """An approval cannot be passed on."""
    staffed.person("lucy", "list-manager")
    staffed.under_purpose("lucy")
    asked = ask(staffed)
    with pytest.raises(RefusalError), staffed.store.writing() as transaction:
        approvals.withdraw(transaction, staffed.actor("lucy"), asked.id)
    sign(staffed, asked)
    with pytest.raises(RequestError):
        use(staffed, by="lucy")


@pytest.mark.parametrize(
    "change", [{"plate": "AB12CDF"}, {"until": "2027-12-01"}, {"list": "others"}, {"note": "more"}]
)
def test_an_approval_is_for_exactly_what_was_asked(staffed: World, change: dict[str, str]) -> None:
    """Another plate, a longer time or a further word is another thing."""
    sign(staffed, ask(staffed))
    with pytest.raises(RequestError):
        use(staffed, {**SUBJECT, **change})
    assert use(staffed, dict(reversed(SUBJECT.items())))


def test_a_request_waits_a_day_and_its_approval_lives_a_day(staffed: World) -> None:
    """To the second."""
    asked = ask(staffed)
    staffed.clock.forward(hours=24)
    with pytest.raises(RequestError, match="its time is over"):
        sign(staffed, asked)
    with staffed.store.reading() as connection:
        assert approvals.waiting(connection, SITE, staffed.now_ms) == []
    asked = ask(staffed)
    staffed.clock.forward(hours=23)
    assert sign(staffed, asked).expires_at == staffed.clock.now + timedelta(hours=24)
    staffed.clock.forward(hours=23, minutes=59)
    assert use(staffed)
    sign(staffed, ask(staffed))
    staffed.clock.forward(hours=24)
    with pytest.raises(RequestError):
        use(staffed)


def test_one_approval_of_two_is_used_at_a_time(staffed: World) -> None:
    """The same asked for twice can be done twice."""
    for asked in (ask(staffed), ask(staffed)):
        sign(staffed, asked)
    assert use(staffed).id != use(staffed).id
    with pytest.raises(RequestError):
        use(staffed)


def race(world: World, *steps: Callable[[], Any]) -> list[Any]:
    """What came of several steps that begin at one moment: a result or the error."""
    found: list[Any] = [None] * len(steps)
    start = threading.Barrier(len(steps))

    def run(number: int, step: Callable[[], Any]) -> None:
        start.wait()
        try:
            found[number] = step()
        except AccessError as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_several_who_sign_or_refuse_at_once_one_decides(staffed: World) -> None:
    """What the others hear is that it is not open any more."""
    asked = ask(staffed)

    def refuse() -> Request:
        with staffed.store.writing() as transaction:
            return approvals.refuse(transaction, staffed.actor("petra"), asked.id)

    found = race(staffed, *[lambda: sign(staffed, asked), refuse] * 4)
    assert sum(isinstance(one, Request) for one in found) == 1
    assert sum(isinstance(one, RequestError) for one in found) == 7


def test_of_several_who_use_an_approval_at_once_one_can(staffed: World) -> None:
    """It is used up by the first."""
    sign(staffed, ask(staffed))
    found = race(staffed, *[lambda: use(staffed)] * 8)
    assert sum(isinstance(one, Request) for one in found) == 1


def test_what_fails_afterwards_gives_the_approval_back(staffed: World) -> None:
    """Using and doing are one transaction."""
    sign(staffed, ask(staffed))

    def fail() -> None:
        with staffed.store.writing() as transaction:
            approvals.use(transaction, staffed.actor("mary"), "add", ENTRY, SUBJECT)
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()
    assert use(staffed)


def test_nothing_is_asked_that_needs_no_second_person_or_is_refused_anyway(staffed: World) -> None:
    """Only where the approval is all that is missing."""
    mary = staffed.actor("mary")
    with staffed.store.writing() as transaction, pytest.raises(RequestError, match="no second person"):
        approvals.ask(transaction, mary, "remove", ENTRY, SUBJECT, REASON)
    for actor, why in ((replace(mary, purpose_at=None), Why.PURPOSE), (staffed.actor("paul"), Why.ROLE)):
        with staffed.store.writing() as transaction, pytest.raises(RefusalError) as told:
            approvals.ask(transaction, actor, "add", ENTRY, SUBJECT, REASON)
        assert told.value.decision.why is why


def test_the_policy_is_asked_again_when_an_approval_is_used(staffed: World) -> None:
    """Who lost the role or the purpose since then cannot use it."""
    sign(staffed, ask(staffed))
    lost = replace(staffed.actor("mary"), purpose_at=None)
    with staffed.store.writing() as transaction, pytest.raises(RefusalError):
        approvals.use(transaction, lost, "add", ENTRY, SUBJECT)


@pytest.mark.parametrize("because", ["", "-", "test", "investigation", "x" * 1001])
def test_whoever_signs_is_told_why(staffed: World, because: str) -> None:
    """Empty words are sent back."""
    with pytest.raises(RequestError, match="why this is needed"):
        ask(staffed, because=because)


def test_old_passages_need_an_approval_that_is_used_up_by_one_search(staffed: World) -> None:
    """Beyond the ordinary period, and not before it."""
    staffed.person("ines", "investigator")
    ines = staffed.under_purpose("ines")
    old, criteria = Thing("passage", SITE, age=Age.OLD), {"plate": "AB12CDE", "from": "2026-06-01"}
    with staffed.store.writing() as transaction, pytest.raises(RequestError, match="no second person"):
        approvals.ask(transaction, ines, "search", Thing("passage", SITE, age=Age.ORDINARY), criteria, REASON)
    with staffed.store.writing() as transaction:
        asked = approvals.ask(transaction, ines, "search", old, criteria, REASON)
        approvals.approve(transaction, staffed.actor("paul"), asked.id)
        assert approvals.use(transaction, ines, "search", old, criteria).id == asked.id
    with staffed.store.writing() as transaction, pytest.raises(RequestError):
        approvals.use(transaction, ines, "search", old, criteria)


def emergency(world: World, subject: dict[str, Any] | None = None) -> Request:
    """Mary cannot wait."""
    with world.store.writing() as transaction:
        return approvals.emergency(transaction, world.actor("mary"), ENTRY, subject or SUBJECT, REASON)


def test_an_emergency_lives_four_hours_and_is_shown_to_the_auditor(staffed: World) -> None:
    """The same again needs a signature for a day, so that nobody goes on in steps of four hours."""
    made = emergency(staffed)
    assert made.expires_at == staffed.clock.now + timedelta(hours=4)
    assert made.state is State.EMERGENCY
    staffed.clock.forward(hours=5)
    with pytest.raises(RequestError, match="ask for an approval"):
        emergency(staffed)
    assert emergency(staffed, {**SUBJECT, "plate": "XY99ZZZ"})
    with staffed.store.reading() as connection:
        shown = approvals.emergencies(connection, SITE, 0)
    assert [one.subject["plate"] for one in shown] == ["XY99ZZZ", "AB12CDE"]
    staffed.clock.forward(hours=20)
    assert emergency(staffed)


def test_an_emergency_is_no_approval(staffed: World) -> None:
    """Nothing that needs two can be done with it, and only a list manager has one."""
    emergency(staffed)
    with pytest.raises(RequestError):
        use(staffed)
    with staffed.store.writing() as transaction, pytest.raises(RefusalError):
        approvals.emergency(transaction, staffed.actor("paul"), ENTRY, SUBJECT, REASON)


def test_an_owner_alone_needs_nobody_and_the_auditor_is_told(world: World) -> None:
    """As soon as there is anybody else, somebody else has to sign."""
    world.person("olaf", "owner")
    olaf = world.under_purpose("olaf")
    with world.store.writing() as transaction:
        asked = approvals.ask(transaction, olaf, "add", ENTRY, SUBJECT, REASON)
        assert asked.state is State.ALONE
        assert approvals.use(transaction, olaf, "add", ENTRY, SUBJECT).id == asked.id
    with world.store.reading() as connection:
        assert [one.id for one in approvals.emergencies(connection, SITE, 0)] == [asked.id]
    world.person("mary")
    with world.store.writing() as transaction:
        assert approvals.ask(transaction, olaf, "add", ENTRY, SUBJECT, REASON).state is State.OPEN


def test_what_is_not_there_is_said_to_be_gone(world: World) -> None:
    """And what belongs to no site needs nobody's signature."""
    with world.store.reading() as connection, pytest.raises(RequestError, match="no such request"):
        approvals.find(connection, "0" * 32)
    with pytest.raises(RequestError, match="name the site"):
        approvals.site_of(Thing("session"))


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.booleans(), max_size=5))
def test_the_order_of_keys_does_not_matter(subject: dict[str, Any]) -> None:
    """Two subjects are the same where their canonical texts are."""
    assert canonical(subject) == canonical(dict(reversed(subject.items())))
    assert canonical(subject) != canonical({**subject, "one more": 1})
