# SPDX-License-Identifier: Apache-2.0
"""The auditor's desk: who looked and why, never what they found; what deserves a question; reviews; canaries."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from unit.access.world import OTHER_SITE, SITE
from unit.web.house import PLATE, Answered, House

from wayside.access import State, Thing, approvals
from wayside.access.audit import samples
from wayside.record import Periods
from wayside.record.policy import tell_policy, with_periods
from wayside.web.pages import desk
from wayside.web.pages.desk import words_of


def auditor(house: House) -> str:
    """The session of somebody who checks."""
    house.world.person("olga", "auditor")
    return house.world.session("olga")


def officer(house: House) -> str:
    """The session of somebody who answers for data protection."""
    house.world.person("dora", "officer")
    return house.world.session("dora")


def look(house: House, name: str, plate: str = PLATE, times: int = 1) -> None:
    """Somebody searches under a purpose."""
    house.world.person(name, "investigator")
    house.world.under_purpose(name)
    session = house.world.session(name)
    for _ in range(times):
        assert house.call("POST", "/find", session=session, form={"q": plate}).status == 200


def page(house: House, session: str, query: str = "") -> Answered:
    """The desk."""
    return house.call("GET", f"/desk{query}", session=session)


def draw(house: House, session: str, **form: str) -> Answered:
    """Draws searches."""
    return house.call("POST", "/desk/draw", session=session, form={"share": "100", **form})


def waiting(house: House) -> list[samples.Review]:
    """The reviews that wait."""
    with house.world.store.reading() as connection:
        return samples.reviews(connection, SITE, waiting=True)


def test_who_looked_for_what_and_why_is_shown(house: House) -> None:
    """With person, plate asked for and reference; and nothing of what was found."""
    look(house, "vera")
    answer = page(house, auditor(house))
    assert answer.status == 200
    for part in ("vera", PLATE, "CR-2026/0123", "1 searches", "2026-08-25 00:00 UTC"):
        assert part in answer.text, part
    assert house.passages[SITE, "fresh"] not in answer.text


def test_days_bound_what_is_shown(house: House) -> None:
    """A span that is over shows nothing of today."""
    look(house, "vera")
    assert "Nobody looked" in page(house, auditor(house), "?first=2026-11-01&last=2026-11-07").text


@pytest.mark.parametrize("query", ["?first=2026-11-20&last=2026-11-01", "?first=2020-01-01&last=2026-01-01"])
def test_days_that_cannot_be_are_complained_of(house: House, query: str) -> None:
    """The page shows the usual ones instead."""
    answer = page(house, auditor(house), query)
    assert answer.status == 422
    assert 'role="alert"' in answer.text


def test_older_looks_are_a_page_further(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """None twice, none left out."""
    monkeypatch.setattr(desk, "ROWS", 2)
    look(house, "vera", times=3)
    session = auditor(house)
    first = page(house, session).text
    (before,) = re.findall(r"before=(\d+)", first)
    second = page(house, session, f"?before={before}").text
    rows = [re.findall(r"<tr>\s*<td>(\d+)</td>", one) for one in (first, second)]
    assert [len(one) for one in rows] == [2, 1]
    assert len(set(rows[0] + rows[1])) == 3
    assert "before=" not in second


def test_one_plate_again_and_again_is_pointed_out(house: House) -> None:
    """At the look and in the list of what deserves a question."""
    look(house, "vera", times=5)
    text = page(house, auditor(house)).text
    assert "the same plate 5 times" in text
    assert text.count("one plate again and again") >= 6


def test_a_canary_is_set_found_out_and_taken_away(house: House) -> None:
    """The journal is told that, not which."""
    session = auditor(house)
    assert house.call("POST", "/desk/canaries", session=session, form={"plate": "zz99 zzz"}).status == 303
    look(house, "vera", "ZZ99ZZZ")
    text = page(house, session).text
    assert "looks for a canary plate" in text
    assert 'name="plate" value="ZZ99ZZZ"' in text
    assert "ZZ99ZZZ" not in json.dumps([one.payload for one in house.world.told()])
    assert house.call("POST", "/desk/canaries/remove", session=session, form={"plate": "ZZ99ZZZ"}).status == 303
    assert "None is set" in page(house, session).text


@pytest.mark.parametrize(("path", "plate"), [("canaries", "A"), ("canaries/remove", "AB12CDE")])
def test_a_canary_that_cannot_be_is_complained_of(house: House, path: str, plate: str) -> None:
    """On the desk itself."""
    answer = house.call("POST", f"/desk/{path}", session=auditor(house), form={"plate": plate})
    assert answer.status == 422
    assert "canary" in unescape(answer.text)


def test_a_sample_is_drawn_and_reviewed(house: House) -> None:
    """Once, by somebody who did not look; the outcome stands below."""
    look(house, "vera")
    session = auditor(house)
    assert draw(house, session).headers["location"] == "/desk/reviews"
    (review,) = waiting(house)
    path = f"/desk/reviews/{review.id}"
    assert f'action="{path}"' in house.call("GET", "/desk/reviews", session=session).text
    form = {"outcome": "unclear", "note": "The case knows no such plate"}
    assert house.call("POST", path, session=session, form=form).status == 303
    text = house.call("GET", "/desk/reviews", session=session).text
    assert "by olga: The case knows no such plate" in text
    assert waiting(house) == []
    assert house.call("POST", path, session=session, form=form).status == 422


def test_what_was_wrong_has_to_be_said(house: House) -> None:
    """An outcome without a remark is not taken unless all was well."""
    look(house, "vera")
    session = auditor(house)
    draw(house, session)
    answer = house.call(
        "POST", f"/desk/reviews/{waiting(house)[0].id}", session=session, form={"outcome": "unjustified"}
    )
    assert answer.status == 422
    assert len(waiting(house)) == 1


def test_nobody_reviews_their_own(house: House) -> None:
    """An owner, who searches and checks, may not judge their own search."""
    house.world.person("kim", "owner")
    house.world.under_purpose("kim")
    session = house.world.session("kim")
    house.call("POST", "/find", session=session, form={"q": PLATE})
    draw(house, session)
    (review,) = waiting(house)
    assert "<select" not in house.call("GET", "/desk/reviews", session=session).text
    answer = house.call("POST", f"/desk/reviews/{review.id}", session=session, form={"outcome": "justified"})
    assert answer.status == 403


def test_a_review_that_is_not_there_is_not_found(house: House) -> None:
    """Whoever asks."""
    answer = house.call("POST", f"/desk/reviews/{'0' * 32}", session=auditor(house), form={"outcome": "justified"})
    assert answer.status == 404


def test_an_officer_sees_outcomes_and_not_who_looked(house: House) -> None:
    """The reviews, without the searches."""
    look(house, "vera")
    draw(house, auditor(house))
    text = house.call("GET", "/desk/reviews", session=officer(house)).text
    assert "Entry" in text
    assert "vera" not in text
    assert PLATE not in text


def test_what_was_done_alone_is_listed(house: House) -> None:
    """Of this site only."""
    house.world.person("lisa", "list-manager")
    actor = house.world.under_purpose("lisa")
    with house.world.store.writing() as transaction:
        approvals.emergency(transaction, actor, Thing("entry", SITE), {"plate": "AB12CDE"}, "A child was taken")
        approvals.write(
            transaction, actor, "grant role", Thing("role", OTHER_SITE), {}, "Elsewhere", State.ALONE, approvals.LIFE
        )
    text = page(house, auditor(house)).text
    assert "A child was taken" in text
    assert "emergency" in text
    assert "Elsewhere" not in text


@pytest.mark.parametrize("role", ["investigator", "administrator", "approver", "officer", "monitor"])
def test_the_desk_is_the_auditor_s(house: House, role: str) -> None:
    """Nobody else's; nor is it in the head of their pages."""
    house.world.person("otto", role)
    session = house.world.session("otto")
    assert page(house, session).status == 403
    assert 'href="/desk"' not in house.call("GET", "/", session=session).text


def test_what_was_asked_is_never_markup(house: House) -> None:
    """Whatever somebody typed into a field."""
    house.world.person("vera", "investigator")
    house.world.under_purpose("vera")
    body = {"criteria": {"cameras": ["<img src=x onerror=alert(1)>"], "since": "2026-11-20T00:00:00Z"}}
    house.call("POST", "/api/v1/passages/search", session=house.world.session("vera"), json_body=body)
    text = page(house, auditor(house)).text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


@pytest.mark.parametrize(
    ("value", "said"), [({"text": "A", "match": "near"}, "A, near"), (["x", "y"], "x, y"), (3, "3")]
)
def test_criteria_are_said_in_words(value: object, said: str) -> None:
    """Not as JSON."""
    assert words_of(value) == said


def test_a_change_of_retention_at_the_machine_is_listed(house: House) -> None:
    """Nobody else has signed for it, so the auditor is shown it with both numbers."""
    store = house.world.store
    longer = with_periods(store.stated, Periods(passages_days=200))
    with store.writing() as transaction:
        tell_policy(transaction, longer, longer)
    house.world.person("olga", "auditor")
    text = house.call("GET", "/desk?first=2026-11-20&last=2026-11-22", session=house.world.session("olga")).text
    assert "of site.toml was changed" in text
    assert "30 → 200 days" in text
