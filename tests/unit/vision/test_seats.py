# SPDX-License-Identifier: Apache-2.0
"""What must hold of a count whatever the looks say: sides are alike, more evidence never makes fewer people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.domain import Box, Detection, OccupantStatus, VehicleKind
from wayside.pipeline.aboard import LEAST_VEHICLE_PX, LOOK_AGAIN_S, LOOKS_PER_FRAME, Aboard, choose_cabins
from wayside.vision import COUNTED_KINDS, LOOKS_COUNTED, CabinLook, Seats, count_occupants
from wayside.vision.counting import LEFT_HAND_TRAFFIC

odds = some.floats(-12, 12)
seats = some.lists(some.tuples(odds, odds), min_size=1, max_size=8)


def look(left: float, right: float, *, width: float = 200.0) -> CabinLook:
    """A look at a windscreen of this width."""
    return CabinLook(Box(10, 10, 10 + width, 100), 1.0, Seats(left, right, 5.0))


UNSHOWN = CabinLook(Box(10, 10, 210, 100), 0.1, None)


@given(seats)
def test_mirrored_seats_in_a_mirrored_country_count_the_same(said: list[tuple[float, float]]) -> None:
    """Left-hand traffic is right-hand traffic in a mirror."""
    german = count_occupants([look(left, right) for left, right in said], "DE")
    british = count_occupants([look(right, left) for left, right in said], "GB")
    assert (german.at_least, german.best, german.at_most) == (british.at_least, british.best, british.at_most)
    assert german.probability == pytest.approx(british.probability, abs=2e-4)


@given(said=seats, more=some.floats(0, 12), country=some.sampled_from([None, "DE", "GB"]))
def test_more_evidence_of_somebody_never_makes_fewer_people(
    said: list[tuple[float, float]], more: float, country: str | None
) -> None:
    """On either seat."""
    before = count_occupants([look(left, right) for left, right in said], country).best or 0
    for on_left in (0.0, more):
        after = count_occupants([look(left + on_left, right + more - on_left) for left, right in said], country).best
        assert (after or 0) >= before


@given(said=seats, data=some.data())
def test_the_order_of_looks_does_not_matter(said: list[tuple[float, float]], data: some.DataObject) -> None:
    """As long as all of them are taken in."""
    said = said[:LOOKS_COUNTED]
    mixed = data.draw(some.permutations(said))
    one, other = (count_occupants([look(*sides) for sides in order]) for order in (said, mixed))
    assert (one.at_least, one.best, one.at_most) == (other.at_least, other.best, other.at_most)


def test_the_best_looks_are_taken_where_there_are_many() -> None:
    """The largest from in front, wherever in the row they come."""
    good, poor = [look(6, 6, width=300)] * LOOKS_COUNTED, [look(-6, -6, width=60)] * 20
    assert count_occupants([*poor, *good]).best == count_occupants([*good, *poor]).best == 2


@given(said=seats, data=some.data())
def test_looks_that_show_no_seats_spoil_nothing(said: list[tuple[float, float]], data: some.DataObject) -> None:
    """However many there are, and wherever in the row."""
    shown = [look(*sides) for sides in said]
    mixed = data.draw(some.permutations([*shown, *[UNSHOWN] * 9]))
    assert count_occupants([one for one in mixed if one.seats]) == count_occupants(mixed)


@pytest.mark.parametrize("huge", [1e3, 1e6])
def test_overwhelming_evidence_is_still_a_number(huge: float) -> None:
    """No exponent runs over."""
    for left, right in ((huge, huge), (-huge, -huge), (huge, -huge)):
        said = count_occupants([look(left, right)])
        assert said.probability is not None and 0 <= said.probability <= 1


def test_the_countries_of_left_hand_traffic_are_codes() -> None:
    """Two capitals each; neighbours that drive on the right are not among them."""
    assert all(len(code) == 2 and code.isalpha() and code.isupper() for code in LEFT_HAND_TRAFFIC)
    assert {"GB", "IE", "JP", "ZA", "AU"} <= LEFT_HAND_TRAFFIC
    assert not {"FR", "DE", "US", "GI", "CN", "AR"} & LEFT_HAND_TRAFFIC


def car(width: float, kind: VehicleKind = VehicleKind.CAR) -> Detection:
    """A vehicle so wide."""
    return Detection(kind, 0.9, Box(0, 0, width, 80))


@pytest.mark.parametrize(("width", "wanted"), [(LEAST_VEHICLE_PX, True), (LEAST_VEHICLE_PX - 0.5, False)])
def test_a_vehicle_is_looked_into_from_its_least_width_on(width: float, wanted: bool) -> None:
    """Smaller ones cost time and tell nothing."""
    assert Aboard().wants(0.0, car(width)) is wanted


@given(last_s=some.floats(0, 100), passed_s=some.floats(0, 1), grown=some.floats(0.5, 2))
def test_no_vehicle_is_looked_into_again_at_once(last_s: float, passed_s: float, grown: float) -> None:
    """Nor is one forgotten: after a quarter of a second it is due, however it stands."""
    aboard = Aboard()
    aboard.looked(last_s, car(200), look(6, 6))
    wanted = aboard.wants(last_s + passed_s, car(200 * grown))
    if passed_s < LOOK_AGAIN_S / 2 - 1e-6:
        assert not wanted
    if passed_s > LOOK_AGAIN_S + 1e-6:
        assert wanted


@given(some.dictionaries(some.integers(1, 30), some.tuples(some.floats(0, 9), some.floats(20, 400)), max_size=8))
def test_those_unseen_for_longest_are_looked_into(known: dict[int, tuple[float, float]]) -> None:
    """So many in a frame, none of them twice, none that does not want it."""
    aboard = {number: Aboard(last_s=last_s) for number, (last_s, _) in known.items()}
    seen = {number: car(width) for number, (_, width) in known.items()}
    chosen = choose_cabins(seen, aboard, 20.0)
    wanting = {number for number in seen if aboard[number].wants(20.0, seen[number])}
    assert len(chosen) == len(set(chosen)) == min(LOOKS_PER_FRAME, len(wanting))
    left_out = wanting - set(chosen)
    assert all(aboard[one].last_s <= aboard[other].last_s for one in chosen for other in left_out)


@pytest.mark.parametrize("kind", list(VehicleKind))
def test_every_kind_is_counted_or_said_not_to_be(kind: VehicleKind) -> None:
    """Nothing between."""
    status = Aboard(looks=[look(6, 6)]).occupants(kind).status
    assert status is (OccupantStatus.COUNTED if kind in COUNTED_KINDS else OccupantStatus.NOT_ATTEMPTED)
