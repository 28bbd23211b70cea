# SPDX-License-Identifier: Apache-2.0
"""What deserves a question is noticed, and what does not is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.access.audit.seen import look
from unit.access.world import NOW

from wayside.access import Shift
from wayside.access.audit import Desk, FindingKind, Look, Thresholds, findings
from wayside.access.audit.findings import meets, on_duty, score

BERLIN = ZoneInfo("Europe/Berlin")


def kinds(looks: list[Look], desk: Desk | None = None) -> dict[FindingKind, set[str]]:
    """Whom each kind of finding names."""
    found: dict[FindingKind, set[str]] = {}
    for one in findings(looks, desk or Desk()):
        found.setdefault(one.kind, set()).add(one.person)
    return found


def ordinary(person: str, number: int) -> list[Look]:
    """Honest work: each plate once, each under its own reference."""
    return [
        look(person, f"{person[:2].upper()}{at:04d}", reference=f"{person[:2].upper()}-{7 * at + 1000}")
        for at in range(number)
    ]


def test_honest_work_is_left_alone() -> None:
    """Four people with about as much to do as each other."""
    everybody = [
        one
        for person, number in (("mary", 14), ("john", 11), ("paul", 17), ("anna", 9))
        for one in ordinary(person, number)
    ]
    assert findings(everybody, Desk()) == []


def test_the_same_plate_228_times_is_noticed() -> None:
    """The case on record in this field: "investigation" was the reason, and nobody asked."""
    (found,) = (
        one
        for one in findings([look(reference=f"CR-2026/{at:04d}") for at in range(228)] + ordinary("john", 5), Desk())
        if one.kind is FindingKind.REPEATED
    )
    assert found.person == "mary"
    assert len(found.seqs) == 228
    assert found.says == "the same plate 228 times, under 228 references"
    assert "AB12CDE" not in found.says


@pytest.mark.parametrize(
    ("references", "noticed"),
    [(["A-1"] * 4, False), (["A-1"] * 5, True), (["A-1", "A-1", "B-2"], True), (["A-1", "B-2"], False)],
)
def test_repeats_count_sooner_across_references(references: list[str], noticed: bool) -> None:
    """A case of one's own has one number."""
    looks = [look(reference=f"{reference}000") for reference in references]
    assert (FindingKind.REPEATED in kinds(looks)) is noticed


def test_further_pages_and_other_people_are_no_repeats() -> None:
    """Nor are searches for no single plate."""
    pages = [look(continued=at > 0) for at in range(9)]
    many = [look(f"person{at}") for at in range(9)]
    areas = [look(plate=None) for _ in range(9)]
    assert FindingKind.REPEATED not in kinds(pages + many + areas)


DAY_SHIFT = [Shift(day, 8 * 60, 16 * 60) for day in range(5)]
NIGHT_SHIFT = [Shift(4, 22 * 60, 30 * 60)]
SUNDAY_NIGHT = [Shift(6, 23 * 60, 31 * 60)]
MOMENTS = [
    (DAY_SHIFT, datetime(2026, 11, 23, 8, 0), True),
    (DAY_SHIFT, datetime(2026, 11, 23, 7, 59), False),
    (DAY_SHIFT, datetime(2026, 11, 23, 15, 59), True),
    (DAY_SHIFT, datetime(2026, 11, 23, 16, 0), False),
    (DAY_SHIFT, datetime(2026, 11, 22, 12, 0), False),
    (NIGHT_SHIFT, datetime(2026, 11, 27, 23, 0), True),
    (NIGHT_SHIFT, datetime(2026, 11, 28, 5, 59), True),
    (NIGHT_SHIFT, datetime(2026, 11, 28, 6, 0), False),
    (NIGHT_SHIFT, datetime(2026, 11, 27, 3, 0), False),
    (SUNDAY_NIGHT, datetime(2026, 11, 23, 6, 59), True),
    (SUNDAY_NIGHT, datetime(2026, 11, 23, 7, 0), False),
]


@pytest.mark.parametrize(("shifts", "local", "inside"), MOMENTS)
def test_duty_is_meant_in_the_sites_own_time(shifts: list[Shift], local: datetime, inside: bool) -> None:
    """Also past midnight, and from Sunday into Monday."""
    assert on_duty(local.replace(tzinfo=BERLIN).astimezone(UTC), shifts, BERLIN) is inside


def test_looks_outside_the_duty_are_noticed() -> None:
    """Of those whose duty is known."""
    sunday = [look("mary", at=NOW), look("john", at=NOW)]
    monday = [look("mary", at=NOW + timedelta(days=1))]
    desk = Desk({"mary": DAY_SHIFT}, BERLIN)
    (found,) = findings(sunday + monday, desk)
    assert (found.kind, found.person, found.seqs) == (FindingKind.OFF_SHIFT, "mary", (sunday[0].seq,))


def test_many_more_looks_than_the_others_are_noticed() -> None:
    """Where there are enough others, and enough looks."""
    others = [one for person in ("john", "paul", "anna") for one in ordinary(person, 12)]
    assert kinds(others + ordinary("mary", 60)) == {FindingKind.VOLUME: {"mary"}}
    assert kinds(others + ordinary("mary", 16)) == {}
    assert kinds(others[:24] + ordinary("mary", 60)) == {}
    assert kinds(ordinary("john", 1) + ordinary("paul", 1) + ordinary("anna", 1) + ordinary("mary", 19)) == {}


@given(st.lists(st.integers(0, 500), min_size=3), st.integers(0, 500))
def test_more_looks_never_score_less(peers: list[int], count: int) -> None:
    """And nobody below the middle scores at all."""
    assert 0 <= score(count, peers) <= score(count + 1, peers)
    assert score(min(peers), peers) == 0


def test_weak_references_are_noticed() -> None:
    """Those that slipped through a site's own wide pattern."""
    looks = [look("mary", "AB1", reference="1234"), look("john", "AB2", reference="asap test"), look("paul", "AB3")]
    found = findings(looks, Desk())
    assert {(one.person, one.says) for one in found if one.kind is FindingKind.WEAK_REASON} == {
        ("mary", "1 looks under a reference that counts up or down")
    }


def test_one_reference_for_everything_is_noticed() -> None:
    """From fifteen plates on."""
    assert kinds([look(plate=f"AB{at:04d}") for at in range(14)]) == {}
    assert kinds([look(plate=f"AB{at:04d}") for at in range(15)]) == {FindingKind.ONE_REFERENCE: {"mary"}}


CANARY = "ZQ77XYZ"


@pytest.mark.parametrize(
    ("text", "match", "caught"),
    [
        ("ZQ77XYZ", "exact", True),
        ("ZQ77XYZ", "near", True),
        ("ZQ77*", "pattern", True),
        ("Z?77X?Z", "pattern", True),
        ("ZQ77XY", "exact", False),
        ("ZQ77*", "exact", False),
        ("AB*", "pattern", False),
        ("[Z]Q77XYZ", "pattern", False),
    ],
)
def test_whoever_looks_for_a_canary_is_caught(text: str, match: str, caught: bool) -> None:
    """By its text or by a pattern that it fits."""
    one = look("mary", text, match=match)
    assert meets(one, CANARY) is caught
    assert (FindingKind.CANARY in kinds([one], Desk(canaries={CANARY}))) is caught


def test_canaries_come_first_and_then_what_concerns_most() -> None:
    """However many other findings there are."""
    looks = [look("john", CANARY), *[look("mary") for _ in range(9)], *[look("paul", "XY1") for _ in range(6)]]
    found = findings(looks, Desk(canaries={CANARY}))
    assert [(one.kind, one.person) for one in found] == [
        (FindingKind.CANARY, "john"),
        (FindingKind.REPEATED, "mary"),
        (FindingKind.REPEATED, "paul"),
    ]


def test_thresholds_are_the_sites_own() -> None:
    """Two repeats where two are too many."""
    looks = [look(), look()]
    assert kinds(looks, Desk(thresholds=Thresholds(repeats=2))) == {FindingKind.REPEATED: {"mary"}}


def test_no_look_no_finding() -> None:
    """Nor anything about looks without a plate."""
    assert findings([], Desk(canaries={CANARY})) == []
    assert not meets(look(plate=None), CANARY)
