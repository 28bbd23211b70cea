# SPDX-License-Identifier: Apache-2.0
"""From looks at the front seats to a number of people with its range and probability, or *not visible*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import exp
from statistics import fmean

from wayside.domain import Occupants, OccupantStatus, VehicleKind
from wayside.vision.cabins import CabinLook

METHOD = "front seats through the windscreen"
# Two people in front are what the seat counter knows: a bus has one, and who rides a cycle sits behind no glass.
COUNTED_KINDS = (VehicleKind.CAR, VehicleKind.TRUCK)
NOT_VISIBLE = Occupants(OccupantStatus.NOT_VISIBLE)

# Log-odds of sight from which on people are counted: of held-back windscreens judged clear by eye 91 in 100 are, of
# blind ones 35. Chosen on them and on the forty of bench/occupants.py.
LEAST_SIGHT = -0.25
# Somebody drives; about every third car carries somebody beside the driver (European surveys: 1.3 to 1.6 people a car).
DRIVER, PASSENGER = 0.985, 0.3
# How alike two looks at the same windscreen err: of further looks only so much is new.
ALIKE = 0.6
LOOKS_COUNTED = 6
# The range holds this much of the probability.
RANGE = 0.95
# Where traffic keeps to the left the driver sits on the vehicle's right, which is the picture's left from in front.
_LEFT_HAND = (
    "AG AI AU BB BD BM BN BS BT BW CY DM FJ FK GB GD GG GY HK ID IE IM IN JE JM JP KE KI KN KY LC LK LS MO MS MT MU MV "
    "MW MY MZ NA NP NR NZ PG PK SB SC SG SH SR SZ TC TH TL TO TT TV TZ UG VC VG VI WS ZA ZM ZW"
)
LEFT_HAND_TRAFFIC = frozenset(_LEFT_HAND.split())
# Of the picture's right-hand seat being the driver's. Unknown: about four of five vehicles are used where traffic
# keeps to the right (Japan, India, Britain, Indonesia, Australia, Thailand and South Africa make up most of the fifth).
DRIVER_RIGHT = {True: 0.03, False: 0.97, None: 0.8}


@dataclass(frozen=True, slots=True)
class Belief:
    """How far the seat counter is believed; chosen in bench/occupants.py, which also says what the choice is worth."""

    temperature: float = 0.35
    """What the log-odds of the seats are divided by."""
    even: float = -1.5
    """The log-odds of a seat that are evidence for neither."""


BELIEF = Belief()


def count_occupants(looks: Sequence[CabinLook], country: str | None = None, belief: Belief = BELIEF) -> Occupants:
    """How many sit in front, from all looks at one vehicle that drives; `country`: where it is seen, ISO code.

    The probability is that of `best` being right for the front seats; who sits behind them is not counted.
    """
    best_first = sorted(looks, key=lambda look: look.windscreen.width * look.front, reverse=True)
    seats = [look.seats for look in best_first if look.seats][:LOOKS_COUNTED]
    if not seats or fmean(one.sight for one in seats) < LEAST_SIGHT:
        return NOT_VISIBLE
    said = ([one.left - belief.even for one in seats], [one.right - belief.even for one in seats])
    left, right = (_joined(one) / belief.temperature for one in said)
    chances = _chances(left, right, DRIVER_RIGHT[None if country is None else country.upper() in LEFT_HAND_TRAFFIC])
    best = max(range(3), key=chances.__getitem__)
    at_least, at_most = _range(chances, best)
    return Occupants(OccupantStatus.COUNTED, at_least, best, at_most, round(chances[best], 4), METHOD)


def _joined(said: Sequence[float]) -> float:
    """The log-odds of several looks together, which do not err independently."""
    return fmean(said) * len(said) / (1 + (len(said) - 1) * ALIKE)


def _chances(left: float, right: float, driver_right: float) -> tuple[float, float, float]:
    """Of nobody, one and two in front."""
    left, right = (min(max(side, -30.0), 30.0) for side in (left, right))
    weights = [0.0, 0.0, 0.0]
    for on_left, on_right in product((0, 1), repeat=2):
        prior = driver_right * _prior(on_right, on_left) + (1 - driver_right) * _prior(on_left, on_right)
        weights[on_left + on_right] += prior * exp(on_left * left + on_right * right)
    total = sum(weights)
    return weights[0] / total, weights[1] / total, weights[2] / total


def _prior(driver: int, passenger: int) -> float:
    return (DRIVER if driver else 1 - DRIVER) * (PASSENGER if passenger else 1 - PASSENGER)


def _range(chances: tuple[float, float, float], best: int) -> tuple[int, int]:
    """The narrowest range round `best` that holds RANGE of the probability."""
    ranges = [(low, high) for low in range(best + 1) for high in range(best, 3)]
    enough = [(low, high) for low, high in ranges if sum(chances[low : high + 1]) >= RANGE]
    return min(enough, key=lambda ends: (ends[1] - ends[0], -sum(chances[ends[0] : ends[1] + 1])))
