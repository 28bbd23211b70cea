# SPDX-License-Identifier: Apache-2.0
"""The pages of hits: what was read beside what was watched for, judged against the picture under a purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sighted import in_force as brief_in_force
from sighted import sent
from unit.access.world import SITE
from unit.web.house import PLATE, House, photograph
from watching import a_list, in_force, matched_by

from wayside.domain import Certainty
from wayside.record import Hit, HitState, add_hits, find_hit, find_passage, verdicts_of
from wayside.record.retention.ground import Ground
from wayside.record.retention.sightings import forget_sightings
from wayside.watch import EntryKind
from wayside.watch.watcher import Watcher
from wayside.web.guard import Deed, grant
from wayside.web.pages import hits
from wayside.web.things import newest_at_site


def somebody(house: House, role: str = "monitor", *, purpose: bool = True) -> str:
    """The session of somebody who watches, with a purpose or without."""
    name = f"{role}-{'with' if purpose else 'without'}"
    house.world.person(name, role)
    if purpose:
        house.world.under_purpose(name)
    return house.world.session(name)


def hit_of(house: House, age: str = "fresh", written: str = PLATE, kind: EntryKind = EntryKind.PLATE) -> Hit:
    """A hit of the passage of this age."""
    store = house.world.store
    entry = in_force(store, a_list(store, f"wanted {age} {written}"), written, kind)
    with store.writing() as transaction:
        kept = find_passage(transaction.connection, house.passages[SITE, age])
        assert kept is not None
        (made,) = add_hits(transaction, [matched_by(entry.id, kept, PLATE, entry.list_id)])
    return made


def test_hits_of_the_last_day_wait_to_be_looked_at(house: House) -> None:
    """Whoever watches sees the plate in full and what is to be done; those of long ago are not here."""
    fresh, old = hit_of(house), hit_of(house, "ordinary")
    page = house.call("GET", "/hits", session=somebody(house, purpose=False)).text
    assert f'data-hit="{fresh.seq}"' in page
    assert f'data-hit="{old.seq}"' not in page
    assert "1 not looked at" in page
    assert "Ring the duty officer" in page


def test_the_live_page_shows_hits_to_whoever_watches(house: House) -> None:
    """With the button that allows the sound."""
    made = hit_of(house)
    page = house.call("GET", "/live", session=somebody(house, purpose=False)).text
    assert f'data-hit="{made.seq}"' in page
    assert 'id="sound"' in page


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        (PLATE, EntryKind.PLATE, "the same text"),
        (PLATE.replace("5", "S"), EntryKind.PLATE, "look alike"),
        (f"{PLATE[:-1]}A", EntryKind.NEAR, "within one wrong"),
        (f"{PLATE[:3]}*", EntryKind.WILDCARD, "fits the pattern"),
    ],
)
def test_a_hit_says_how_it_compares(house: House, written: str, kind: EntryKind, words: str) -> None:
    """What was read beside what was watched for."""
    made = hit_of(house, written=written, kind=kind)
    page = house.call("GET", f"/hits/{made.seq}", session=somebody(house)).text
    assert words in page
    assert written in page


def test_a_hit_is_confirmed_against_its_picture(house: House) -> None:
    """The picture shows the plate to whoever may judge; each look stands in the journal."""
    made, session = hit_of(house), somebody(house)
    page = house.call("GET", f"/hits/{made.seq}", session=session).text
    assert f'src="/api/v1/hits/{made.seq}/pictures/plate"' in page
    picture = house.call("GET", f"/api/v1/hits/{made.seq}/pictures/plate", session=session)
    assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")
    assert (house.world.told(["search"])[0].payload or {})["what"] == "reveal"
    form = {"state": "confirmed", "reason": "the plate is clear"}
    answer = house.call("POST", f"/hits/{made.seq}/verdict", session=session, form=form)
    assert (answer.status, answer.headers["location"]) == (303, "/hits")
    with house.world.store.reading() as connection:
        found, said = find_hit(connection, made.seq), verdicts_of(connection, made.seq)
    assert found is not None
    assert found.state is HitState.CONFIRMED
    assert [(one.author, one.reason) for one in said] == [("monitor-with", "the plate is clear")]
    assert "the plate is clear" in house.call("GET", f"/hits/{made.seq}", session=session).text
    again = house.call("POST", f"/hits/{made.seq}/verdict", session=session, form=form)
    assert (again.status, "already" in again.text) == (422, True)


def test_judging_leads_on_to_the_next_hit(house: House) -> None:
    """So that a queue is worked off without the mouse."""
    first, second = hit_of(house), hit_of(house, written=f"{PLATE[:3]}*", kind=EntryKind.WILDCARD)
    session = somebody(house)
    assert f'href="/hits/{first.seq}" id="next"' in house.call("GET", f"/hits/{second.seq}", session=session).text
    answer = house.call("POST", f"/hits/{second.seq}/verdict", session=session, form={"state": "rejected"})
    assert answer.headers["location"] == f"/hits/{first.seq}"


def test_without_a_purpose_the_picture_stays_covered_and_nothing_is_judged(house: House) -> None:
    """The page says what is missing."""
    made, session = hit_of(house), somebody(house, purpose=False)
    page = house.call("GET", f"/hits/{made.seq}", session=session).text
    assert "/pictures/vehicle/covered" in page
    assert "/pictures/plate" not in page
    assert "work under a purpose" in page
    answer = house.call("POST", f"/hits/{made.seq}/verdict", session=session, form={"state": "confirmed"})
    assert answer.status == 403


def test_earlier_hits_are_read_under_a_purpose_and_journalled(house: House) -> None:
    """By investigators; who only watches is refused."""
    made = hit_of(house, "ordinary")
    session = somebody(house, "investigator")
    page = house.call("GET", "/hits/earlier", session=session).text
    assert f'href="/hits/earlier/{made.seq}"' in page
    assert (house.world.told(["search"])[0].payload or {})["what"] == "hits"
    one = house.call("GET", f"/hits/earlier/{made.seq}", session=session)
    assert one.status == 200
    assert (house.world.told(["search"])[0].payload or {})["criteria"] == {"site": SITE, "hit": made.seq}
    monitor = somebody(house)
    for path in ("/hits/earlier", f"/hits/earlier/{made.seq}", f"/hits/{made.seq}"):
        assert house.call("GET", path, session=monitor).status == 403


@pytest.mark.parametrize("number", ["x", "999999", "1" * 30])
def test_a_hit_that_is_not_there_is_not_found(house: House, number: str) -> None:
    """Whatever stands in the address."""
    assert house.call("GET", f"/hits/{number}", session=somebody(house)).status == 404


def test_a_new_hit_arrives_as_a_card_on_one_line(house: House) -> None:
    """With what the page needs for its sound; one of long ago is no news."""
    key = somebody(house, purpose=False)
    fresh, old = hit_of(house), hit_of(house, "ordinary")

    async def story() -> list[str]:
        asked = SimpleNamespace(
            app=house.app, cookies={"wayside": key}, headers={"host": "localhost"}, path_params={}, query_params={},
            url=SimpleNamespace(scheme="http", path="/hits/events"), client=None, method="GET",
            scope={"scheme": "http"}, state=SimpleNamespace(),
        )  # fmt: skip
        request = cast(Any, asked)
        gate = grant(request, Deed("watch", "hit", newest_at_site("hit")), house.services)
        feed = SimpleNamespace(listening=lambda: Listening([old, fresh]))
        request.app = SimpleNamespace(state=SimpleNamespace(hits=feed))
        told: AsyncIterator[str] = hits.stream(request, gate)
        return [await anext(told) for _ in range(2)]

    retry, event = asyncio.run(story())
    assert retry.startswith("retry:")
    assert event.startswith(f"id: {fresh.seq}\nevent: hit\ndata: <article")
    assert event.count("\n") == 4
    assert 'data-priority="normal"' in event


class Listening:
    """A feed that has some hits at once."""

    def __init__(self, some: list[Hit]) -> None:
        self.queue: asyncio.Queue[Hit] = asyncio.Queue()
        for one in some:
            self.queue.put_nowait(one)

    async def __aenter__(self) -> asyncio.Queue[Hit]:
        return self.queue

    async def __aexit__(self, *reason: object) -> None:
        """Nothing is kept."""


def sighted_hit(house: House, **more: Any) -> Hit:
    """The hit of a report of the last day, by an entry that asks for its plate."""
    store = house.world.store
    in_force(store, a_list(store, "wanted"), PLATE)
    watching = Watcher(store)
    sent(store, brief_in_force(store), 1, **{"plate": PLATE, **more})
    (made,) = watching.step() or []
    return made


def test_the_hit_of_a_sighting_says_so(house: House) -> None:
    """On its card and on its own page: how sure the observer was, and the photo to whoever may judge it."""
    made = sighted_hit(house, photo=photograph(1), certainty={"plate": Certainty.GUESS})
    watcher = somebody(house, purpose=False)
    card = house.call("GET", "/hits", session=watcher).text
    assert '<span class="badge">Sighting</span>' in card
    assert "sure-guess" in card
    without = house.call("GET", f"/hits/{made.seq}", session=watcher).text
    address = f"/api/v1/hits/{made.seq}/pictures/frame"
    assert address not in without
    page = house.call("GET", f"/hits/{made.seq}", session=somebody(house)).text
    assert address in page
    assert "What was reported" in page
    assert "the same text" in page


def test_its_photo_is_a_look_that_the_journal_knows(house: House) -> None:
    """Marked for whoever sees it; it has no other picture."""
    made, session = sighted_hit(house, photo=photograph(1)), somebody(house)
    before = len(house.world.told(["search"]))
    answer = house.call("GET", f"/api/v1/hits/{made.seq}/pictures/frame", session=session)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    assert len(house.world.told(["search"])) == before + 1
    assert house.call("GET", f"/api/v1/hits/{made.seq}/pictures/plate", session=session).status == 404


def test_what_was_made_out_in_part_is_drawn_as_it_was_reported(house: House) -> None:
    """Whoever may open reports is led to it; after it was erased, the hit alone is shown."""
    made, session = sighted_hit(house, plate=f"{PLATE[:-1]}?"), somebody(house, "investigator")
    page = house.call("GET", f"/hits/{made.seq}", session=session).text
    assert "as far as the observer made it out" in page
    assert f'href="/sightings/{1:032x}"' in page
    assert f'href="/sightings/{1:032x}"' not in house.call("GET", f"/hits/{made.seq}", session=somebody(house)).text
    with house.world.store.writing() as transaction:
        ground = Ground("retention", house.world.store.site.digest(), None)
        forget_sightings(transaction, [f"{1:032x}"], ground)
    page = house.call("GET", f"/hits/{made.seq}", session=session).text
    assert "no longer kept" in page
    assert f"{PLATE[:-1]}?" in page
