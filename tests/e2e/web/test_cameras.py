# SPDX-License-Identifier: Apache-2.0
"""Cameras set up and watched by the program itself, in real processes; nothing that was recorded is lost to a kill."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from clips import write_video
from e2e.web.test_browser import CHROMIUM, PASSWORD, WITHOUT
from e2e.web.test_serving import Served, served, stop
from playwright.sync_api import Page, expect, sync_playwright

from wayside.cli.serve import worker
from wayside.config import CameraPlan, parse_gate
from wayside.record import Store
from wayside.record.verify import Status, verify_record
from wayside.setup import DEMO_CLIP, SiteCameras, State, Supervisor, demo_folder
from wayside.setup.file import write_cameras

GATE = CameraPlan(str(demo_folder() / DEMO_CLIP), name="gate", gates=(parse_gate("main:225,299,1055,299:in:out"),))
SLOW_S = 240.0
"""The clip is watched by the real models, perhaps on a machine that does other things too."""


def until(fits: Callable[[], bool], within_s: float = SLOW_S) -> None:
    """Waits until something is so; fails where it does not become so."""
    deadline = time.monotonic() + within_s
    while not fits():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def recorded(data: Path) -> list[str]:
    """The ids of the passages that the record has."""
    with Store(data, writing=False) as store:
        return [passage.id for passage in store.passages()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty record."""
    with Store(tmp_path / "data"):
        pass
    return tmp_path / "data"


def alive(pid: int) -> bool:
    """Whether a process is there, and no corpse."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_recordings_end_bad_ones_say_why_and_a_killed_one_loses_nothing(data: Path, tmp_path: Path) -> None:
    """What was told as recorded is in the record after kill -9, and the second run adds only what was missing."""
    short = CameraPlan(str(write_video(tmp_path / "short.avi", 20)), name="short")
    broken = CameraPlan(str(tmp_path / "nowhere.mp4"), name="broken")
    made = Supervisor(data, worker)
    made.start([GATE, short, broken])
    try:
        until(lambda: made.health()["short"].state is State.ENDED)
        until(lambda: "no such file" in (made.health()["broken"].error or ""))
        until(lambda: made.health()["gate"].passages >= 2)
        told = made.health()["gate"].passages
        os.kill(made.processes()["gate"], signal.SIGKILL)
        before = set(recorded(data))
        assert len(before) >= told
        until(lambda: made.health()["gate"].state is State.ENDED)
    finally:
        made.stop()
    after = recorded(data)
    assert before <= set(after)
    assert len(after) == len(set(after)) == 13
    assert verify_record(data).status is Status.SOUND


@contextmanager
def ended(one: Served) -> Iterator[Served]:
    """A program that has ended after the block, however that goes."""
    try:
        yield one
    finally:
        if one.process.poll() is None:
            stop(one)


def workers_of(pid: int) -> list[int]:
    """The processes of the cameras of a program."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile leaves them to another
            found += map(int, (thread / "children").read_text().split())
    return found


@pytest.mark.slow
def test_when_the_program_is_killed_its_cameras_end_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    """No process is left behind, no passage is lost or doubled."""
    write_cameras(data, [GATE])
    with ended(served(tmp_path)) as first:
        until(lambda: len(recorded(data)) >= 1)
        (camera,) = workers_of(first.process.pid)
        first.process.kill()
        first.process.wait()
        until(lambda: not alive(camera), 30)
    before = set(recorded(data))
    with ended(served(tmp_path)):
        until(lambda: len(recorded(data)) == 13)
    assert before <= set(recorded(data))
    assert verify_record(data).status is Status.SOUND


@pytest.mark.slow
def test_without_cameras_none_is_watched_and_a_wish_to_end_is_heard(data: Path, tmp_path: Path) -> None:
    """By both signals, with exit code 0 and no process left."""
    write_cameras(data, [GATE])
    with ended(served(tmp_path, "--no-cameras")) as one:
        time.sleep(2)
        assert workers_of(one.process.pid) == []
    with ended(served(tmp_path)) as one:
        until(lambda: workers_of(one.process.pid) != [], 30)
        (camera,) = workers_of(one.process.pid)
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(timeout=60) == 0
        assert not alive(camera)
        assert "Traceback" not in one.said()


@contextmanager
def signed_in(one: Served) -> Iterator[tuple[Page, list[str]]]:
    """A browser of somebody who works alone, and what it complained of."""
    link = re.search(r"http://\S+/first-run#\S+", one.said())
    assert link is not None
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(60_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(link[0])
        page.fill("#name", "mary.hopkins")
        page.fill("#shown_as", "Mary Hopkins")
        page.fill("#password", PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("heading", name="Mary Hopkins")).to_be_visible()
        try:
            yield page, complaints
        finally:
            browser.close()


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drags over the picture, between two places given as shares of its width and height."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=8)
    page.mouse.up()


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM.exists(), reason=WITHOUT)
def test_a_camera_is_set_up_without_a_manual(tmp_path: Path) -> None:
    """Added from a clip, its gates drawn by mouse, by keyboard and from its traffic; then its passages are on the live
    page."""
    with ended(served(tmp_path)) as one, signed_in(one) as (page, complaints):
        page.goto(f"http://127.0.0.1:{one.port}/cameras/add")
        page.fill("#name", "front gate")
        page.check("#kind-clip")
        page.get_by_role("button", name="Test the connection").click()
        expect(page.get_by_text("It works: 1280 × 720 pixels.")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Add the camera").click()
        expect(page.get_by_role("heading", name="front gate")).to_be_visible()
        page.get_by_role("button", name="Take a new picture").click()
        expect(page.locator("#stage img")).to_be_visible(timeout=60_000)

        page.get_by_role("button", name="Draw a gate").click()
        drag(page, (0.1, 0.7), (0.9, 0.72))
        expect(page.locator('[name="x1"]')).to_have_count(1)
        assert 100 < float(page.locator('[name="x1"]').input_value()) < 160
        assert 1100 < float(page.locator('[name="x2"]').input_value()) < 1200

        page.get_by_role("button", name="Draw a gate").focus()
        page.keyboard.press("Enter")
        expect(page.locator('[name="x1"]')).to_have_count(2)
        before = float(page.locator('[name="y1"]').nth(1).input_value())
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        assert float(page.locator('[name="y1"]').nth(1).input_value()) == before - 11
        page.locator('[name="name"]').nth(1).fill("by keyboard")
        page.locator("#dial").focus()
        page.keyboard.press("Shift+ArrowRight")
        assert page.locator("#bearing").input_value() == "10"

        page.get_by_role("button", name="Watch the traffic").click()
        expect(page.get_by_role("button", name="Accept")).to_be_visible(timeout=1000 * SLOW_S)
        assert page.locator("#trails path").count() == 13
        page.get_by_role("button", name="Accept").click()
        expect(page.locator('[name="x1"]')).to_have_count(3)
        page.locator('[name="name"]').nth(2).fill("proposed")
        page.get_by_role("button", name="Save the gates").click()
        expect(page.get_by_text("The gates are kept.")).to_be_visible()
        with Store(tmp_path / "data", writing=False):
            assert (tmp_path / "data" / "cameras.toml").read_text().count('"proposed:') == 1

        page.get_by_role("button", name="Start watching").click()
        page.goto(f"http://127.0.0.1:{one.port}/live")
        expect(page.locator("article.passage").first).to_be_visible(timeout=1000 * SLOW_S)
        expect(page.locator("article.passage").first).to_contain_text("proposed")
        expect(page.locator(".tile")).to_contain_text("watching", timeout=30_000)
        assert complaints == []


def test_the_file_of_cameras_is_checked_before_anything_is_served(data: Path) -> None:
    """A file that others can read stops the program with its mend."""
    write_cameras(data, [GATE])
    (data / "cameras.toml").chmod(0o644)
    with Store(data) as store, pytest.raises(Exception, match="chmod 600"):
        SiteCameras(store)
