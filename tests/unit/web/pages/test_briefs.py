# SPDX-License-Identifier: Apache-2.0
"""The pages of briefs: written by one person, signed for by another, read and acknowledged by each observer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sighted import brief_draft, in_force
from unit.access.world import NOW
from unit.web.house import House
from unit.web.person import Person

from wayside.access import approvals
from wayside.domain import Brief, BriefState
from wayside.intake import briefs

BECAUSE = "The mornings at the gate are watched again"


def fields(**more: str) -> dict[str, str]:
    """The form of a brief, with the days that a browser writes."""
    begins, ends = (NOW + timedelta(days=days) for days in (-1, 7))
    stated = {
        "title": "Mornings",
        "text": "Record lorries.\r\nFollow nobody.",
        "places": "the gate\r\n\r\n the bridge \r\n",
        "begins": begins.strftime("%Y-%m-%dT%H:%M"),
        "ends": ends.strftime("%Y-%m-%dT%H:%M"),
    }
    return {**stated, **more}


def known(house: House) -> list[Brief]:
    """The briefs of the site, the newest first."""
    with house.world.store.reading() as connection:
        return briefs.at_site(connection, "north")


def drafted(house: House) -> Brief:
    """A brief that nobody was given."""
    with house.world.store.writing() as transaction:
        return briefs.write(transaction, "north", brief_draft(NOW), by="lisa")


def sign(house: House) -> None:
    """Somebody else signs for what waits."""
    house.world.person("paul", "approver")
    with house.world.store.writing() as transaction:
        (waiting,) = approvals.waiting(transaction.connection, "north", transaction.now_ms)
        approvals.approve(transaction, house.world.actor("paul"), waiting.id)


@pytest.fixture
def lisa(house: House) -> Person:
    """Whoever writes the briefs."""
    return Person(house, "lisa", "list-manager", purpose=False)


@pytest.fixture
def otto(house: House) -> Person:
    """Whoever observes."""
    return Person(house, "otto", "observer", purpose=False)


def test_a_brief_is_written_and_opened(house: House, lisa: Person) -> None:
    """In the words and lines of the form; nobody was given it yet."""
    assert "There is no brief yet." in lisa.page("/briefs").text
    answer = lisa.form("/briefs", **fields())
    (made,) = known(house)
    assert (answer.status, answer.headers["location"]) == (303, f"/briefs/{made.id}")
    assert (made.title, made.text, made.places) == (
        "Mornings", "Record lorries.\nFollow nobody.", ("the gate", "the bridge"),
    )  # fmt: skip
    assert made.state(NOW) is BriefState.DRAFT
    page = lisa.page(f"/briefs/{made.id}").text
    assert "Record lorries." in page
    assert f'action="/briefs/{made.id}/publish"' not in page  # there is nobody yet to give it to


def test_days_are_those_of_the_site_s_clock(house: House, lisa: Person) -> None:
    """Written in its zone, and shown again in the form as they were written."""
    lisa.form("/briefs", **fields(begins="2026-11-22T06:30", ends="2026-11-29T18:00"))
    (made,) = known(house)
    zone = house.services.zone
    assert made.begins_at == datetime(2026, 11, 22, 6, 30, tzinfo=zone).astimezone(UTC)
    page = lisa.page(f"/briefs/{made.id}").text
    assert 'value="2026-11-22T06:30"' in page
    assert 'value="2026-11-29T18:00"' in page


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"begins": ""}, "choose both"),
        ({"ends": "tomorrow"}, "choose both"),
        ({"ends": "2020-01-01T00:00"}, "mend its times"),
        ({"title": " "}, "a title"),
        ({"text": ""}, "what to record"),
        ({"replaces": "0" * 32}, "no such brief"),
    ],
)
def test_what_was_written_is_not_lost_where_something_is_wrong(
    house: House, lisa: Person, wrong: dict[str, str], mend: str
) -> None:
    """The form comes back with the mend; nothing is kept."""
    answer = lisa.form("/briefs", **fields(**wrong))
    assert (answer.status, mend in answer.text) == (422, True)
    assert "Follow nobody." in answer.text or "text" in wrong
    assert known(house) == []


def test_a_draft_is_changed_and_what_was_published_is_not(house: House, lisa: Person) -> None:
    """There the page offers the next version."""
    draft = drafted(house)
    assert lisa.form(f"/briefs/{draft.id}", **fields(title="Evenings")).status == 303
    assert known(house)[0].title == "Evenings"
    brief = in_force(house.world.store)
    refused = lisa.form(f"/briefs/{brief.id}", **fields(title="Evenings"))
    assert (refused.status, "write a new version" in refused.text) == (422, True)
    assert f'name="replaces" value="{brief.id}"' in lisa.page(f"/briefs/{brief.id}").text


def test_a_brief_is_given_to_observers_with_somebody_else_s_signature(house: House, lisa: Person, otto: Person) -> None:
    """Asked for first, given with the same press of the button once it is signed for."""
    draft = drafted(house)
    asked = lisa.form(f"/briefs/{draft.id}/publish", observers="otto", because=BECAUSE)
    assert (asked.status, 'href="/approvals"' in asked.text) == (200, True)
    assert known(house)[0].published_at is None
    assert otto.page(f"/briefs/{draft.id}").status in {403, 404}
    sign(house)
    assert lisa.form(f"/briefs/{draft.id}/publish", observers="otto").status == 303
    assert known(house)[0].published_by == "lisa"


def test_a_signature_is_for_these_words_only(house: House, lisa: Person, otto: Person) -> None:
    """Changed afterwards, the brief needs another one."""
    draft = drafted(house)
    lisa.form(f"/briefs/{draft.id}/publish", observers=otto.name, because=BECAUSE)
    sign(house)
    lisa.form(f"/briefs/{draft.id}", **fields(text="Follow them home."))
    again = lisa.form(f"/briefs/{draft.id}/publish", observers=otto.name, because=BECAUSE)
    assert again.status == 200
    assert known(house)[0].published_at is None


@pytest.mark.parametrize(
    ("observers", "mend"),
    [({}, "name them"), ({"observers": "mary"}, "no observers at this site")],
)
def test_nobody_signs_for_what_cannot_be_published(
    house: House, lisa: Person, observers: dict[str, str], mend: str
) -> None:
    """To nobody, or to somebody who does not observe."""
    draft = drafted(house)
    answer = lisa.form(f"/briefs/{draft.id}/publish", because=BECAUSE, **observers)
    assert (answer.status, mend in answer.text) == (422, True)
    with house.world.store.reading() as connection:
        assert approvals.waiting(connection, "north", house.world.now_ms) == []


def test_whoever_works_alone_publishes_at_once(house: House) -> None:
    """To themselves: there is nobody else to sign."""
    olaf = Person(house, "olaf", "owner", purpose=False)
    draft = drafted(house)
    answer = olaf.form(f"/briefs/{draft.id}/publish", observers="olaf", because=BECAUSE)
    assert answer.status == 303
    assert known(house)[0].published_by == "olaf"


def test_an_observer_reads_their_own_copy_and_says_so(house: House, otto: Person) -> None:
    """The copy names them; other copies, other briefs and drafts are not theirs to see."""
    brief, draft = in_force(house.world.store, "otto", "olga", acknowledged=False), drafted(house)
    other = in_force(house.world.store, "olga")
    listed = otto.page("/briefs").text
    assert f"/briefs/{brief.id}" in listed
    assert f"/briefs/{other.id}" not in listed
    assert f"/briefs/{draft.id}" not in listed
    page = otto.page(f"/briefs/{brief.id}").text
    with house.world.store.reading() as connection:
        own, foreign = (briefs.copy_for(connection, brief.id, one) for one in ("otto", "olga"))
    assert own is not None
    assert foreign is not None
    assert own.mark in page
    assert foreign.mark not in page
    assert otto.form(f"/briefs/{brief.id}/acknowledge").status == 303
    assert 'href="/report"' in otto.page(f"/briefs/{brief.id}").text
    assert otto.page(f"/briefs/{other.id}").status in {403, 404}


def test_whoever_writes_sees_who_has_read(house: House, lisa: Person) -> None:
    """With each mark; looking does not count as an observer's reading."""
    brief = in_force(house.world.store, "otto", "olga", acknowledged=False)
    page = lisa.page(f"/briefs/{brief.id}").text
    with house.world.store.reading() as connection:
        copies = briefs.copies(connection, brief.id)
    assert all(one.mark in page for one in copies)
    assert "acknowledged by 0 of 2" in lisa.page("/briefs").text


def test_a_brief_that_is_over_is_not_acknowledged(house: House, lisa: Person, otto: Person) -> None:
    """Whoever writes them ended it while the observer had it open."""
    brief = in_force(house.world.store, acknowledged=False)
    assert 'acknowledge"' in otto.page(f"/briefs/{brief.id}").text
    assert lisa.form(f"/briefs/{brief.id}/end").status == 303
    late = otto.form(f"/briefs/{brief.id}/acknowledge")
    assert (late.status, "next version" in late.text) == (422, True)
    assert f"/briefs/{brief.id}/end" not in lisa.page(f"/briefs/{brief.id}").text


@pytest.mark.parametrize("role", ["monitor", "investigator", "administrator", "approver"])
def test_briefs_are_for_those_whom_they_concern(house: House, role: str) -> None:
    """Others neither read nor write them."""
    brief = in_force(house.world.store)
    other = Person(house, "mona", role, purpose=False)
    assert other.page(f"/briefs/{brief.id}").status in {403, 404}
    assert other.form("/briefs", **fields()).status == 403
    assert len(known(house)) == 1


def test_what_a_brief_says_is_never_markup(house: House, lisa: Person) -> None:
    """In the list, on its page and in its form."""
    lisa.form("/briefs", **fields(title="<b>gate</b>", text="<script>x</script>", places="<i>"))
    (made,) = known(house)
    for path in ("/briefs", f"/briefs/{made.id}"):
        page = lisa.page(path).text
        assert not [one for one in ("<b>gate", "<script>x", "<i>") if one in page]
