# SPDX-License-Identifier: Apache-2.0
"""The whole camera on a made-up road whose every vehicle is known."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import cv2
import numpy as np
import pytest

from tests.unit.pipeline.scenes import STARTED, Car, Road
from wayside.domain import EvidenceRole, Gate, OccupantStatus, Point, Travel, Unread
from wayside.pipeline import CameraSettings, Finished, watch
from wayside.pipeline.sources import SourceError

GATE = Gate("main", Point(0, 180), Point(640, 180), "in", "out")
FAST, SLOW = 40, 200


def settings(**changes: object) -> CameraSettings:
    """The camera of these tests."""
    values = {"name": "north", "started_at": STARTED, "gates": (GATE,), "country": "GB", **changes}
    return CameraSettings(**values)  # type: ignore[arg-type]


def downward(text: str, x: float, from_s: float, colour: int = FAST) -> Car:
    """A car that comes down the picture from `from_s` on and leaves after five seconds."""

    def at(t: float) -> tuple[float, float] | None:
        return (x, -40 + 90 * (t - from_s)) if from_s <= t < from_s + 5 else None

    return Car(text, at, colour)


def run(road: Road, **changes: object) -> list[Finished]:
    """All passages of a road."""
    return list(watch(road, settings(**changes), road.models()))


def test_one_car_gives_one_passage_with_all_that_was_seen() -> None:
    """Plate, registration, gate, travel, times and pictures of one vehicle."""
    (finished,) = run(Road([downward("AB12CDE", 300, 1)], 8))
    passage = finished.passage
    assert passage.plate.text == "AB12CDE"
    assert passage.registration is not None
    assert passage.registration.country == "GB"
    assert [(c.gate, c.way) for c in passage.direction.crossings] == [("main", "in")]
    assert passage.direction.travel is Travel.TOWARD
    assert passage.direction.heading_deg_true is None
    assert passage.occupants.status is OccupantStatus.COUNTED
    assert passage.occupants.best == 1
    assert passage.camera == "north"
    assert STARTED <= passage.began_at < passage.crossed_at[0] < passage.ended_at
    crossed = STARTED + timedelta(seconds=1 + 220 / 90)
    assert abs((passage.crossed_at[0] - crossed).total_seconds()) < 0.15


def test_pictures_belong_to_the_passage_by_their_hash() -> None:
    """Frame, vehicle and plate, each stored under the SHA-256 of its bytes, each a real JPEG."""
    (finished,) = run(Road([downward("AB12CDE", 300, 1)], 8))
    assert [e.role for e in finished.passage.evidence] == [EvidenceRole.FRAME, EvidenceRole.VEHICLE, EvidenceRole.PLATE]
    for evidence in finished.passage.evidence:
        data = finished.pictures[evidence.sha256]
        assert hashlib.sha256(data).hexdigest() == evidence.sha256
        assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) is not None


def test_the_same_source_gives_the_same_record() -> None:
    """Ids, times and pictures repeat to the byte."""
    cars = [downward("AB12CDE", 200, 1), downward("XY34ZZZ", 450, 2, SLOW)]
    assert run(Road(cars, 9)) == run(Road(cars, 9))


def test_another_camera_name_is_another_passage() -> None:
    """Two cameras that see the same file do not share ids."""
    cars = [downward("AB12CDE", 200, 1)]
    assert run(Road(cars, 9))[0].passage.id != run(Road(cars, 9), name="south")[0].passage.id


def test_two_cars_keep_their_own_plates() -> None:
    """Vehicles side by side are read apart."""
    found = run(Road([downward("AB12CDE", 200, 1), downward("XY34ZZZ", 450, 1.2, SLOW)], 9))
    assert sorted(f.passage.plate.text or "" for f in found) == ["AB12CDE", "XY34ZZZ"]


def test_reading_stops_when_settled() -> None:
    """A car that stands in view for half a minute is not read for half a minute."""
    road = Road([Car("AB12CDE", lambda t: (300, 150 + 2 * min(t, 3)), FAST)], 30)
    (finished,) = run(road)
    assert finished.passage.plate.text == "AB12CDE"
    assert road.reads <= 12


def test_a_parked_car_is_one_passage_without_travel() -> None:
    """Standing all the time is neither a crossing nor a movement."""
    (finished,) = run(Road([Car("AB12CDE", lambda t: (300, 180), FAST)], 20))
    assert finished.passage.direction.crossings == ()
    assert finished.passage.direction.travel is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"plates": False}, Unread.NO_PLATE_FOUND), ({"legible": False}, Unread.TOO_BLURRED)],
)
def test_unread_vehicles_are_recorded_with_the_reason(changes: dict[str, bool], reason: Unread) -> None:
    """A vehicle whose plate could not be read is still a passage, with its picture."""
    (finished,) = run(Road([downward("AB12CDE", 300, 1)], 8, **changes))  # type: ignore[arg-type]
    assert finished.passage.plate.text is None
    assert finished.passage.plate.reason_unread is reason
    assert finished.passage.registration is None
    assert finished.passage.evidence[0].role is EvidenceRole.FRAME


def test_far_vehicles_are_too_small_to_read() -> None:
    """A vehicle that never came near says so."""
    tiny = Car("AB12CDE", lambda t: (50 + 40 * t, 100), FAST, 30, 24)
    (finished,) = run(Road([tiny], 8))
    assert finished.passage.plate.reason_unread is Unread.TOO_SMALL


def test_an_empty_road_is_hardly_looked_at() -> None:
    """Without motion the detector runs about once a second, and still nothing is missed later."""
    road = Road([downward("AB12CDE", 300, 30)], 36)
    (finished,) = run(road)
    assert finished.passage.plate.text == "AB12CDE"
    assert road.detections < 35 + 70


def test_a_fast_source_is_thinned() -> None:
    """Sixty frames a second are not detected sixty times a second."""
    road = Road([downward("AB12CDE", 300, 0)], 5, fps=60)
    (finished,) = run(road)
    assert [c.way for c in finished.passage.direction.crossings] == ["in"]
    assert road.detections <= 5 * 17


def test_stop_closes_open_tracks() -> None:
    """When the user interrupts, the vehicle in view is kept."""
    road = Road([downward("AB12CDE", 300, 0)], 60)
    seen: list[int] = []
    found = list(
        watch(road, settings(), road.models(), lambda: len(seen) > 30, lambda frame: seen.append(frame.number))
    )
    assert [f.passage.plate.text for f in found] == ["AB12CDE"]
    assert road.closed
    assert len(seen) == 31


def test_a_source_that_breaks_off_keeps_its_passages_and_says_so() -> None:
    """Open tracks are closed and yielded before the error reaches the caller."""
    road = Road([downward("AB12CDE", 300, 0)], 10, fails_at_s=3)
    passages = watch(road, settings(), road.models())
    assert next(passages).passage.plate.text == "AB12CDE"
    with pytest.raises(SourceError, match="broke off"):
        next(passages)
    assert road.closed


def test_resolution_change_in_mid_stream() -> None:
    """A new picture size ends the open tracks and goes on; nothing is lost and nothing raises."""
    sizes = {n: (1280, 720) for n in range(40, 80)}
    road = Road([downward("AB12CDE", 300, 1)], 8, sizes=sizes)
    found = run(road)
    assert found
    assert found[0].passage.plate.text == "AB12CDE"


def test_people_are_blurred_before_anything_is_stored() -> None:
    """The glass of a stored vehicle has no detail left, unless the site decided otherwise."""

    def stripes(t: float) -> tuple[float, float] | None:
        return (300, 60 + 60 * t)

    class Striped(Road):
        def _picture(self, number: int, time_s: float) -> np.ndarray:
            picture = super()._picture(number, time_s)
            picture[:, ::2][1:] //= 2
            return picture

    def glass(found: list[Finished]) -> np.ndarray:
        data = found[0].pictures[found[0].passage.evidence[1].sha256]
        vehicle = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)).astype(int)
        return vehicle[vehicle.shape[0] // 8 : vehicle.shape[0] * 2 // 5]

    kept = glass(run(Striped([Car("AB12CDE", stripes, SLOW)], 4), privacy_blur=False))
    hidden = glass(run(Striped([Car("AB12CDE", stripes, SLOW)], 4)))
    assert kept.shape == hidden.shape
    assert np.abs(np.diff(hidden, axis=1)).mean() < 0.3 * np.abs(np.diff(kept, axis=1)).mean()
