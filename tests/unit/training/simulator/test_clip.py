# SPDX-License-Identifier: Apache-2.0
"""Clips: what happens in them is possible, and the file's truth says what its frames show."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from training.simulator.__main__ import main
from training.simulator.clip import Script, render_all, render_frame, write_clip
from training.simulator.light import Condition
from training.simulator.scenes import DEMO_CAST, GATE_Y, chance_script, demo_script, gate_camera, gate_line
from training.simulator.video import write_video

SIZE = (256, 144)
DEMO = Path(__file__).parents[4] / "demo"


@pytest.fixture(scope="module")
def demo() -> Script:
    """The demo's script at its full size."""
    return demo_script()


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    """The committed truth of the demo."""
    document: dict[str, Any] = json.loads((DEMO / "gate.truth.json").read_text(encoding="utf-8"))
    return document


def chance(seed: int = 3, seconds: float = 12.0, parked: int = 0) -> Script:
    return chance_script(seed, seconds, SIZE, 5.0, Condition.OVERCAST, 12.0, parked)


@pytest.mark.parametrize("seed", range(3))
def test_vehicles_of_a_lane_never_touch(seed: int) -> None:
    """At no moment in view do two vehicles of one lane overlap, stops included."""
    script = chance(seed, 60.0)
    for way in (1, -1):
        lane = [trip for trip in script.trips if trip.way == way]
        for ahead, behind in pairwise(lane):
            for time_s in np.arange(behind.starts_s, 60.0, 0.2):
                a, b = ahead.pose(time_s).y, behind.pose(time_s).y
                if min(a, b) > 0 and max(a, b) < 90:
                    assert abs(a - b) > (ahead.vehicle.length + behind.vehicle.length) / 2


def test_demo_vehicles_never_touch(demo: Script) -> None:
    """The cast keeps its distances, the one that waits at the barrier included."""
    for way in (1, -1):
        for ahead, behind in pairwise([trip for trip in demo.trips if trip.way == way]):
            for time_s in np.arange(behind.starts_s, demo.seconds, 0.2):
                a, b = ahead.pose(time_s).y, behind.pose(time_s).y
                if min(a, b) > 0:
                    assert abs(a - b) > (ahead.vehicle.length + behind.vehicle.length) / 2 + 1


def test_barrier_is_open_for_whoever_passes(demo: Script) -> None:
    """While a vehicle is under the arm, the arm stands; while one waits, the arm lies at first."""
    (barrier,) = demo.barriers
    for trip in demo.trips:
        if trip.way > 0:
            continue
        half = trip.vehicle.length / 2
        under = [t for t in np.arange(trip.starts_s, demo.seconds, 0.1) if abs(trip.pose(t).y - GATE_Y) < half]
        assert under
        assert min(barrier.open_share(t) for t in under) > 0.8
        if trip.halt is not None:
            stands = [t for t in np.arange(trip.starts_s, demo.seconds, 0.1) if trip.speed(t) == 0 < t - trip.starts_s]
            assert barrier.open_share(stands[0]) < 0.2


def test_gate_line_has_the_projects_sense() -> None:
    """The line lies across the picture from left to right, so that towards the camera is forward, "in"."""
    camera = gate_camera(SIZE)
    gate = gate_line(camera, chance().stage.road)
    assert 0 < gate.start[0] < gate.end[0] < SIZE[0]
    assert 0 < gate.start[1] < SIZE[1]
    assert (gate.forward, gate.backward) == ("in", "out")


@pytest.mark.parametrize("steep_deg", [55.0, 70.0, 85.0])
def test_a_steep_camera_looks_at_the_line(steep_deg: float) -> None:
    """However steeply: the middle of the line is in the middle of the picture, and all of it is in it."""
    script = chance_script(3, 4.0, SIZE, 5.0, Condition.DAY, 12.0, steep_deg=steep_deg)
    (gate,) = script.gates
    assert (gate.start[0] + gate.end[0]) / 2 == pytest.approx(SIZE[0] / 2, abs=2)
    assert gate.start[1] == gate.end[1] == pytest.approx(SIZE[1] / 2, abs=2)
    assert 0 <= gate.start[0] < gate.end[0] <= SIZE[0]


@pytest.mark.parametrize("degrees", ["0", "40", "91", "nan", "steeply"])
def test_what_is_not_steep_is_refused(degrees: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The horizon would be in the picture, or the camera upside down."""
    with pytest.raises(SystemExit) as ended:
        main(["clip", "--out", str(tmp_path), "--steep", degrees])
    assert ended.value.code == 2
    assert "--steep" in capsys.readouterr().err


def test_frames_repeat_and_workers_agree() -> None:
    """A frame is the same when rendered again, and by another process."""
    script = replace(chance(), seconds=1.0)
    alone = list(render_all(script))
    assert len(alone) == 5
    again = render_frame(script, 3)
    assert np.array_equal(alone[3].picture, again.picture)
    assert len(list(render_all(replace(script, seconds=0.0)))) == 0


def test_truth_of_a_small_clip(tmp_path: Path) -> None:
    """The file has all frames; the truth names every vehicle that shows, and its boxes lie in the picture."""
    script = chance(seed=5, seconds=11.0, parked=1)
    facts = write_clip(script, tmp_path / "c.mp4", tmp_path / "c.json")
    assert facts == json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    capture = cv2.VideoCapture(str(tmp_path / "c.mp4"))
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == facts["frames"] == 55
    assert facts["vehicles"]
    for vehicle in facts["vehicles"]:
        for row in vehicle["frames"]:
            left, top, right, bottom = row["box"]
            assert 0 <= left < right <= SIZE[0]
            assert 0 <= top < bottom <= SIZE[1]
    crossed = [crossing for vehicle in facts["vehicles"] for crossing in vehicle["crossings"]]
    assert {crossing["way"] for crossing in crossed} <= {"in", "out"}
    parked = facts["vehicles"][-1]
    assert len(parked["frames"]) == 55
    assert parked["crossings"] == []


def test_opencv_writes_where_pyav_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyAV the clip is written all the same; a folder that is missing is named."""
    monkeypatch.setattr("training.simulator.video.find_spec", lambda _: None)
    frames = [np.full((48, 64, 3), tone, np.uint8) for tone in (0, 100, 200)]
    write_video(tmp_path / "v.mp4", frames, (64, 48), 10.0)
    capture = cv2.VideoCapture(str(tmp_path / "v.mp4"))
    read = [capture.read()[1] for _ in range(3)]
    assert [round(float(each.mean()), -1) for each in read] == [0, 100, 200]
    with pytest.raises(OSError, match=r"nowhere"):
        write_video(tmp_path / "nowhere" / "v.mp4", frames, (64, 48), 10.0)


def test_command_line_writes_stills_and_clips(tmp_path: Path) -> None:
    """`frames` and `clip` leave their files in the folder; a size that is none is refused with its form."""
    main(["frames", "--out", str(tmp_path), "--count", "1", "--seed", "2"])
    assert (tmp_path / "boxes.csv").exists()
    main(["clip", "--out", str(tmp_path), "--seed", "2", "--seconds", "0.4", "--size", "128x72", "--fps", "5"])
    assert (tmp_path / "clip_002.mp4").stat().st_size > 500
    assert json.loads((tmp_path / "clip_002.truth.json").read_text(encoding="utf-8"))["width"] == 128
    with pytest.raises(SystemExit):
        main(["clip", "--out", str(tmp_path), "--size", "large"])


def test_cast_has_what_the_demo_shows(truth: dict[str, Any]) -> None:
    """Both ways, both diplomatic letters, foreign plates, a lorry, and each text once."""
    plates = [vehicle["plate"] for vehicle in truth["vehicles"]]
    assert len(plates) == len(set(plates)) == len(DEMO_CAST)
    diplomats = [v["plate"][3] for v in truth["vehicles"] if v["plate_class"] == "diplomatic"]
    assert set(diplomats) == {"D", "X"}
    assert {"DE", "FR", "NL", "PL"} <= {vehicle["country"] for vehicle in truth["vehicles"]}
    assert "truck" in {vehicle["kind"] for vehicle in truth["vehicles"]}
    assert any(part.wait_s for part in DEMO_CAST)


def test_each_demo_vehicle_crosses_once_the_right_way(truth: dict[str, Any]) -> None:
    """Away from the camera is out, towards it in; times are inside the clip."""
    for vehicle, part in zip(truth["vehicles"], DEMO_CAST, strict=True):
        (crossing,) = vehicle["crossings"]
        assert crossing["way"] == ("out" if part.way > 0 else "in")
        assert 0 < crossing["time_s"] < truth["frames"] / truth["fps"]
        assert vehicle["occupants"] == part.people


def test_each_demo_plate_is_readable_for_a_while(truth: dict[str, Any]) -> None:
    """Each plate is readable in at least eight frames, and more than 90 px wide at its best."""
    for vehicle in truth["vehicles"]:
        views = [plate for row in vehicle["frames"] for plate in row["plates"] if plate["readable"]]
        assert len(views) >= 8
        assert max(view["corners"][1][0] - view["corners"][0][0] for view in views) > 90


def test_demo_clip_is_small_and_whole(truth: dict[str, Any]) -> None:
    """The committed clip is at most 4 MB and has the frames, the rate and the size of its truth."""
    assert (DEMO / "gate.mp4").stat().st_size <= 4_000_000
    capture = cv2.VideoCapture(str(DEMO / "gate.mp4"))
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(truth["fps"])
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == truth["frames"]
    assert (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)) == (
        truth["width"],
        truth["height"],
    )


def test_demo_clip_is_what_the_simulator_makes(demo: Script) -> None:
    """A frame rendered now is the committed clip's frame, but for compression."""
    number = 155
    capture = cv2.VideoCapture(str(DEMO / "gate.mp4"))
    for _ in range(number):
        capture.grab()
    _, stored = capture.read()
    assert cv2.PSNR(stored, render_frame(demo, number).picture) > 33
