# SPDX-License-Identifier: Apache-2.0
"""What is stated of a camera: kept as it was meant, or refused without repeating what may be a password."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wayside.config import CameraPlan, parse_gate
from wayside.domain import Gate, Point, UsageError
from wayside.setup import CLIPS, DEMO_CLIP, clips
from wayside.web.camera_forms import (
    StatedPlace,
    StatedSource,
    gate_of,
    plain_host,
    shown_address,
    signs_in,
    source_of,
    with_gates,
    with_place,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
STREAM = "rtsp://192.0.2.10/live"
SIGNED = "rtsp://admin:swordfish@192.0.2.10/live"
PLAN = CameraPlan(STREAM, "north")


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0xA9.0xFE.0xA9.0xFE",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[fd00:ec2::254]",
        "[fd00:0ec2:0:0:0:0:0:254]",
        "metadata.google.internal",
        "METADATA.google.internal.",
    ],
)
def test_the_keys_of_a_cloud_are_no_camera_however_they_are_called(tmp_path: Path, host: str) -> None:
    """Other spellings of the address reach the same place; with a password in front too."""
    for user in ("", "admin"):
        with pytest.raises(UsageError, match="no camera lives"):
            source_of(StatedSource(f"http://{host}/latest", user), tmp_path)


@pytest.mark.parametrize("host", ["192.0.2.10", "camera.example", "169.254.7.7", "camera-2852039166", "[2001:db8::7]"])
def test_cameras_are_let_through(tmp_path: Path, host: str) -> None:
    """Also those that gave themselves an address of the link."""
    assert source_of(StatedSource(f"rtsp://{host}/live"), tmp_path) == f"rtsp://{host}/live"


@given(some.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_the_address(address: object) -> None:
    """As one number in both bases, and within IPv6."""
    number = int(address)  # type: ignore[call-overload]
    for spelt in (str(address), str(number), hex(number), f"::ffff:{address}"):
        assert plain_host(spelt) == str(address)


@pytest.mark.parametrize(
    ("stated", "source"),
    [
        (StatedSource("0"), "0"),
        (StatedSource("webcam 2"), "2"),
        (StatedSource("  12 "), "12"),
        (StatedSource(f" {STREAM} "), STREAM),
        (StatedSource(STREAM, "admin", "swordfish"), SIGNED),
        (StatedSource(STREAM, " admin ", "swordfish"), SIGNED),
        (StatedSource(STREAM, "admin", " a b "), "rtsp://admin:%20a%20b%20@192.0.2.10/live"),
        (StatedSource(STREAM, "", "swordfish"), "rtsp://:swordfish@192.0.2.10/live"),
    ],
)
def test_sources_are_taken_as_they_are_meant(tmp_path: Path, stated: StatedSource, source: str) -> None:
    """Blanks round an address are slips; those of a password are its own."""
    assert source_of(stated, tmp_path) == source


@pytest.mark.parametrize(
    "address",
    ["", "1000", "-1", "webcam", "webcam x", "gate.mp4", "/etc/passwd", "../site.toml", "clip:", "clip:../a.mp4",
     "clip:/etc/passwd", "file:///etc/passwd", "rtsp://", "concat:a|b", "rtsp://[::1/"],
)  # fmt: skip
def test_what_is_no_camera_is_refused_and_no_password_repeated(tmp_path: Path, address: str) -> None:
    """No file but a recording of the folder can be named."""
    (tmp_path / "a.mp4").write_bytes(b"")
    with pytest.raises(UsageError) as told:
        source_of(StatedSource(address, "admin", "swordfish"), tmp_path)
    assert "swordfish" not in str(told.value)


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (StatedSource(STREAM), SIGNED),
        (StatedSource(f" {STREAM} "), SIGNED),
        (StatedSource("rtsp://192.0.2.10/other"), "rtsp://192.0.2.10/other"),
        (StatedSource("rtsp://198.51.100.1/live"), "rtsp://198.51.100.1/live"),
        (StatedSource(STREAM, "eve"), "rtsp://eve:@192.0.2.10/live"),
        (StatedSource(STREAM, "", "pike"), "rtsp://:pike@192.0.2.10/live"),
    ],
)
def test_a_password_is_sent_nowhere_but_where_it_belongs(tmp_path: Path, stated: StatedSource, kept: str) -> None:
    """Who changes the address, or the user, states the password again."""
    assert source_of(stated, tmp_path, SIGNED) == kept


def test_a_recording_is_stated_and_shown_by_its_name(tmp_path: Path) -> None:
    """Its path stays on the machine, and a form that is sent back unchanged changes nothing."""
    (tmp_path / CLIPS).mkdir()
    (tmp_path / CLIPS / "yard.mp4").write_bytes(b"")
    source = source_of(StatedSource("clip:yard.mp4"), tmp_path)
    assert source == str((tmp_path / CLIPS / "yard.mp4").resolve())
    assert shown_address(source, tmp_path) == "clip:yard.mp4"
    assert source_of(StatedSource("clip:yard.mp4"), tmp_path, source) == source
    (tmp_path / CLIPS / "yard.mp4").unlink()
    with pytest.raises(UsageError, match="no recording of that name"):
        source_of(StatedSource("clip:yard.mp4"), tmp_path)


def test_what_signs_in_is_told_by_the_password_that_is_kept() -> None:
    """An at sign in a path is none."""
    assert signs_in(CameraPlan(SIGNED))
    assert not signs_in(PLAN)
    assert not signs_in(CameraPlan("rtsp://192.0.2.1/a@b"))
    assert not signs_in(CameraPlan("a@b.mp4"))


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (StatedPlace(latitude=52.5), "latitude needs its longitude"),
        (StatedPlace(longitude=13.4), "latitude needs its longitude"),
        (StatedPlace(latitude=90.1, longitude=0), "no position"),
        (StatedPlace(latitude=0, longitude=-180.1), "no position"),
        (StatedPlace(latitude=float("nan"), longitude=0), "no position"),
        (StatedPlace(bearing_deg_true=-0.1), "no bearing"),
        (StatedPlace(bearing_deg_true=float("nan")), "no bearing"),
        (StatedPlace(country="GBR"), "country"),
        (StatedPlace(country="1a"), "country"),
        (StatedPlace(place="a\x07b"), "no name"),
        (StatedPlace(place="a" * 65), "no name"),
    ],
)
def test_a_place_that_cannot_be_is_refused(stated: StatedPlace, told: str) -> None:
    """With what to write instead."""
    with pytest.raises(UsageError, match=told):
        with_place(PLAN, stated, NOW)


def test_the_equator_the_date_line_and_north_are_places() -> None:
    """Nought is a statement, not the lack of one; a full turn is north."""
    plan = with_place(PLAN, StatedPlace(latitude=0.0, longitude=-180.0, bearing_deg_true=360.0, country=" gb "), NOW)
    assert (plan.position, plan.bearing_deg_true, plan.country) == ((0.0, -180.0), 0.0, "GB")
    assert with_place(PLAN, StatedPlace(place="  "), NOW).place is None


def test_only_the_demo_gets_a_time_that_nobody_stated() -> None:
    """It was rendered; any other recording has a time of its own, and evidence must not bear a made-up one."""
    demo = CameraPlan(str(clips(Path("nowhere"))[DEMO_CLIP].resolve()), "demo")
    made = with_place(demo, StatedPlace(), NOW)
    assert made.started_at == NOW.replace(microsecond=0)
    assert with_place(made, StatedPlace(), NOW.replace(hour=20)).started_at == made.started_at
    assert with_place(CameraPlan("/clips/gate.mp4"), StatedPlace(), NOW).started_at is None
    stated = datetime(2026, 1, 1, tzinfo=UTC)
    assert with_place(demo, StatedPlace(started_at=stated), NOW).started_at == stated


def test_a_gate_is_made_with_its_names_trimmed() -> None:
    """And its heading within a turn."""
    made = gate_of(" main ", (1, 2, 3, 4), " in ", " out ", 360.0)
    assert made == Gate("main", Point(1, 2), Point(3, 4), "in", "out", 0.0)


@pytest.mark.parametrize(
    ("name", "forward", "backward", "told"),
    [
        ("main", "in", " in ", "different names"),
        ("", "in", "out", "no name"),
        ("main", " ", "out", "no name"),
        ("main", "in:", "out", "colon"),
        ("main", "in", "o:t", "colon"),
        ("ma\nin", "in", "out", "no name"),
    ],
)
def test_names_of_a_gate_that_no_file_can_hold_are_refused(name: str, forward: str, backward: str, told: str) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match=told):
        gate_of(name, (0, 0, 1, 1), forward, backward, None)


def test_gates_must_lie_in_the_picture_as_far_as_it_is_known() -> None:
    """On its edge is in it; where nobody looked yet, the process says so later."""
    edge, beyond = parse_gate("main:0,0,1280,720:in:out"), parse_gate("far:0,0,1281,720:in:out")
    assert with_gates(PLAN, [edge], (1280, 720)).gates == (edge,)
    with pytest.raises(UsageError, match="outside the picture"):
        with_gates(PLAN, [edge, beyond], (1280, 720))
    assert with_gates(PLAN, [edge, beyond], None).gates == (edge, beyond)
    with pytest.raises(UsageError, match="two gates are called 'main'"):
        with_gates(PLAN, [edge, edge], None)
    assert with_gates(with_gates(PLAN, [edge], None), [], None).gates == ()
