# SPDX-License-Identifier: Apache-2.0
"""P1, P4, P7, P9: a disk that is full, fails or is slow loses nothing that was acknowledged and spoils nothing."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from e2e.faults.kills import check
from e2e.faults.made import began_at, made
from e2e.faults.programs import Program, Said, running
from e2e.faults.scale import scaled
from e2e.faults.shims import Faults

from wayside import bootstrap
from wayside.domain import Purpose, RecordError
from wayside.record import Store
from wayside.record.disk import RESERVE
from wayside.record.doctor import State, examine
from wayside.record.retention import erase_before
from wayside.record.verify import Status, verify_record
from wayside.record.verify.source import DamagedError

FAILURES = scaled(10, 60)
ROOMS = (0, 1, 5_000, 60_000)
"""Bytes that a full disk still takes: enough for a part of a picture, of the log, of several passages."""
SLOW_MS = scaled(40, 2000)
THREADED = 18
"""Passages that the worker adds between two rounds of one by one, in groups of threads and in one call."""


@pytest.fixture
def faults(tmp_path: Path, record_dir: Path) -> Faults:
    """A plan for the disk that the record lies on, on which all is well so far."""
    return Faults(record_dir, tmp_path / "plan")


@pytest.fixture
def start(tmp_path: Path, record_dir: Path, faults: Faults) -> Iterator[Callable[[str], Program]]:
    """Starts a worker that lives with the faults; it is killed when the test ends."""
    started: list[Program] = []

    def begin(phase: str) -> Program:
        started.append(Program(record_dir, phase, tmp_path / "said", faults.environment()))
        return started[-1]

    yield begin
    for program in started:
        program.kill()


def faults_after(program: Program, record_dir: Path) -> list[str]:
    """What is wrong with a record once its worker was killed; that it told of failures is right."""
    program.kill()
    return check(record_dir, program.said())


def test_a_sync_that_fails_is_no_acknowledgement(
    record_dir: Path, any_database: str | None, faults: Faults, start: Callable[[str], Program]
) -> None:
    """P1 (F6): EIO in one sync after the other, of pictures, folders and the log; the same store goes on each time."""
    program = start("patient")
    program.wait_for_more(1)
    syncs = range(1, 5) if any_database else range(1, FAILURES + 1)  # only pictures lie on this disk then
    for sync in syncs:
        faults.plan_now(sync_eio=sync)
        program.wait_for_failure()
        program.wait_for_more(1)
    failures = program.said().failures
    assert len(failures) >= len(syncs) // 2
    assert [one for one in failures if not re.search("Input/output error|I/O error", one)] == []
    assert faults_after(program, record_dir) == []


def test_a_full_disk_refuses_and_forgives(record_dir: Path, faults: Faults, start: Callable[[str], Program]) -> None:
    """P1, P7 (F4): writes are cut off where the room ends; readers go on, and so does the writer once there is room."""
    program = start("patient")
    program.wait_for_more(1)
    for room in ROOMS:
        faults.plan_now(room=room)
        said = program.wait_for_failures(2)
        assert [one for one in said.failures if "free some space" not in one] == []
        assert said.unreadable == []
        faults.plan_now()
        program.wait_for_more(3)
    assert faults_after(program, record_dir) == []


def test_a_disk_that_takes_no_names_refuses_and_forgives(
    record_dir: Path, faults: Faults, start: Callable[[str], Program]
) -> None:
    """P1, P4, P7 (F4): room for bytes but for no more files, and renames that fail: no passage without its picture."""
    program = start("patient")
    program.wait_for_more(1)
    for plan in ({"creations": 2}, {"creations": 0}, {"rename_eio": 1}):
        faults.plan_now(**plan)
        program.wait_for_failures(1)
        faults.plan_now()
        program.wait_for_more(3)
    assert faults_after(program, record_dir) == []


def test_a_killed_worker_on_a_full_disk_leaves_a_sound_record(
    record_dir: Path, faults: Faults, start: Callable[[str], Program]
) -> None:
    """P1, P8 (F4, F1): nothing has to be repaired by hand, and the record opens once there is room."""
    program = start("ingest")
    program.wait_for_more(5)
    faults.plan_now(room=30_000)
    program.wait_for_failures(1)
    assert faults_after(program, record_dir) == []


def test_a_slow_disk_makes_groups_grow(record_dir: Path, faults: Faults, start: Callable[[str], Program]) -> None:
    """P7 (F5): with syncs of two seconds passages wait, but none is refused, and none is lost."""
    program = start("ingest")
    program.wait_for_more(1)
    faults.plan_now(sync_ms=SLOW_MS)
    said = program.wait_for_more(THREADED, seconds=600)
    assert said.failures == []
    assert faults_after(program, record_dir) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of four megabytes; skips where nobody may mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk; the tests with a shim show the same")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_small_disk_that_is_really_full(small_disk: Path, tmp_path: Path) -> None:
    """P1, P7 (F4): the system itself says no, after the oldest pictures were given up; with room the record goes on."""
    data_dir, other = small_disk / "record", small_disk / "other"
    other.write_bytes(bytes(2**20))
    with running(data_dir, "patient", tmp_path / "said") as program:
        said = program.wait_for_failures(3)
        assert [one for one in said.failures if "free some space" not in one] == []
        assert said.unreadable == []
        other.unlink()
        program.wait_for_more(5)
    # The program may have filled the disk anew before it was ended; what looks into the record needs room as well.
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    assert check(data_dir, program.said(), all_pictures=False) == []


@pytest.fixture
def full_disk(small_disk: Path) -> Path:
    """A record of ten passages that nobody has open, on a disk with not one byte left."""
    subprocess.run(["mount", "-o", "remount,size=24m", str(small_disk)], check=True)
    with Store(small_disk / "record") as store:
        for number in range(10):
            store.add(*made(number))
    with (small_disk / "other").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return small_disk / "record"


def test_a_record_that_cannot_even_be_opened_is_not_called_damaged(full_disk: Path) -> None:
    """SQLite needs room to read: nothing is told of the record, and nothing taken from the reserve to look at it."""
    with pytest.raises(RecordError, match="free some space"):
        Store(full_disk, writing=False)
    with pytest.raises(RecordError, match="the disk is full") as caught:
        verify_record(full_disk)
    assert not isinstance(caught.value, DamagedError)
    form = next(one for one in examine(full_disk) if one.name == "form")
    assert (form.state, "the disk is full" in form.said) == (State.CARE, True)
    assert (full_disk / RESERVE).exists()


def test_an_erasure_goes_on_where_not_one_byte_is_left(full_disk: Path) -> None:
    """P7: opening gives up the reserve, for the journal and for erasure alone; then there is room, and all is sound."""
    with bootstrap.open_record(full_disk) as store:
        with pytest.raises(RecordError, match="what the journal and erasure need"):
            store.add(*made(10))
        erased = erase_before(store, began_at(5), Purpose("offence", "SR-2026/0001", "officer"))
        assert erased.counts.passages == 5
    with Store(full_disk, writing=False) as store:
        assert store.count() == 5
    report = verify_record(full_disk)
    assert (report.status, report.findings) == (Status.SOUND, [])


def test_a_real_limit_on_file_size_refuses_the_picture_and_nothing_else(record_dir: Path) -> None:
    """P1, P4: the system says no in the midst of a picture; the record goes on afterwards."""
    with Store(record_dir) as store:
        store.add(*made(1))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
        try:
            with pytest.raises(RecordError, match="File too large"):
                store.add(*made(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert store.count() == 1
        store.add(*made(3))
    assert check(record_dir, Said(added={1, 3}, opened=1)) == []


def test_the_shim_does_what_it_says(tmp_path: Path) -> None:
    """Each fault by itself, on one small file, so that a test of the record that passes means something."""
    folder = tmp_path / "disk"
    folder.mkdir()
    faults = Faults(folder, tmp_path / "plan")
    faults.plan_now(sync_eio=2, room=10, creations=1, rename_eio=1, sync_ms=50, clock_s=3600)
    before = time.time()
    said = in_shim(
        faults,
        """
import errno, os, sys, time
os.chdir(sys.argv[1])
folder = sys.argv[1]
def attempt(what, *arguments):
    try:
        return what(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
file = os.open(f"{folder}/one", os.O_CREAT | os.O_RDWR)
print(attempt(os.open, f"{folder}/two", os.O_CREAT | os.O_RDWR))
print(attempt(os.mkdir, f"{folder}/three"))
print(attempt(os.write, file, b"x" * 8), attempt(os.write, file, b"x" * 8), attempt(os.write, file, b"x"))
print(attempt(os.pwrite, file, b"y" * 10, 0), attempt(os.ftruncate, file, 11))
began = time.monotonic()
print(attempt(os.fsync, file), attempt(os.fdatasync, file), attempt(os.fsync, file))
print(time.monotonic() - began >= 0.15)
print(attempt(os.rename, f"{folder}/one", f"{folder}/four"), attempt(os.rename, f"{folder}/one", f"{folder}/four"))
print(int(time.time()))
""",
    )
    *faulty, clock = said.splitlines()
    assert faulty == ["ENOSPC", "ENOSPC", "8 2 ENOSPC", "10 ENOSPC", "None EIO None", "True", "EIO None"]
    assert 3600 <= int(clock) - int(before) <= 3660
    assert (folder / "four").read_bytes() == b"y" * 10


def in_shim(faults: Faults, script: str) -> str:
    """What a script prints that lives with the faults."""
    command = [sys.executable, "-c", script, str(faults.folder)]
    environment = {**os.environ, **faults.environment()}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
