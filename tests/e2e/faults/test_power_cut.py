# SPDX-License-Identifier: Apache-2.0
"""P1, P2, P4, P9: what is acknowledged survives a power cut at any instant, on the most forgetful disk there may be."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from e2e.faults.kills import backup_faults, check
from e2e.faults.powercut import Disk, Operation, lay_out, operations, recording_environment
from e2e.faults.programs import Said, running
from e2e.faults.scale import scaled
from e2e.faults.shims import Faults

CUTS = scaled(6, 300)
WORK_S = scaled(5, 40) / 10
FAILURES = scaled(6, 80)
SAID = PurePosixPath("said")


def recorded(root: Path, recording: Path, phase: str) -> list[Operation]:
    """All that a worker did below a folder until it was killed; what it said is among it."""
    with running(root / "record", phase, root / SAID, recording_environment(root, recording)) as program:
        program.wait_until(lambda said: bool(said.backed if phase == "backup" else said.added))
        time.sleep(WORK_S)
    return list(operations(recording, root))


def recorded_with_failing_syncs(root: Path, recording: Path, chance: random.Random) -> list[Operation]:
    """The same of a worker whose disk fails in a sync now and then."""
    faults = Faults(root / "record", root.parent / "plan")
    environment = recording_environment(root, recording)
    both = f"{environment['LD_PRELOAD']}:{faults.environment()['LD_PRELOAD']}"
    environment = {**environment, **faults.environment(), "LD_PRELOAD": both}
    with running(root / "record", "patient", root / SAID, environment) as program:
        program.wait_for_more(1)
        for _ in range(FAILURES):
            faults.plan_now(sync_eio=chance.randint(1, 40))
            program.wait_for_failure()
            program.wait_for_more(chance.randint(1, 5))
    return list(operations(recording, root))


def cuts(done: list[Operation], folder: Path, chance: random.Random) -> Iterator[tuple[Path, Said]]:
    """What the disk may hold after a power cut at some instants, and what had been acknowledged by then."""
    disk, said = Disk(), Said()
    beginning = len(done) // 10  # where the record and its keys come into being
    moments = {*chance.sample(range(len(done)), CUTS), *chance.sample(range(beginning), CUTS // 3)}
    for number, operation in enumerate(done):
        if operation.path == SAID:
            for line in operation.data.decode().splitlines():
                said.take(line)
        else:
            disk.do(operation)
        if number in moments:
            after = folder / str(number)
            after.mkdir()
            lay_out(disk, chance, after)
            yield after / "record", said
            shutil.rmtree(after)


@pytest.mark.parametrize("phase", ["ingest", "erase", "backup"])
def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path, phase: str) -> None:
    """F2: with whatever was not synced half lost and torn, nothing acknowledged is missing, in backups neither."""
    root, after = tmp_path / "root", tmp_path / "after"
    root.mkdir()
    after.mkdir()
    done = recorded(root, tmp_path / "recording", phase)
    acknowledged = 0
    for data_dir, said in cuts(done, after, random.Random(9)):
        faults = check(data_dir, said) + backup_faults(data_dir, said, data_dir.parent / "restored")
        assert faults == [], f"after {data_dir.parent.name} of {len(done)} operations"
        acknowledged = len(said.added)
    assert acknowledged > 0


def test_what_was_acknowledged_survives_a_disk_that_fails_and_a_power_cut(tmp_path: Path) -> None:
    """F6 and F2: after a sync that failed nobody believes the next one about the same bytes."""
    root, after, chance = tmp_path / "root", tmp_path / "after", random.Random(10)
    root.mkdir()
    after.mkdir()
    done = recorded_with_failing_syncs(root, tmp_path / "recording", chance)
    assert sum(operation.kind == "e" for operation in done) >= FAILURES - 1  # the last one may be still to come
    for data_dir, said in cuts(done, after, chance):
        said.failures.clear()
        assert check(data_dir, said) == [], f"after {data_dir.parent.name} of {len(done)} operations"


def test_the_disk_forgets_what_was_not_synced() -> None:
    """The model itself: without syncs a file may be gone, stale or torn; with them it is always there."""
    path, folder = PurePosixPath("a"), PurePosixPath(".")
    disk = Disk()
    for operation in (Operation("c", path), Operation("w", path, 0, b"x" * 1000)):
        disk.do(operation)
    assert {None, b"", b"x" * 512, b"x" * 1000} <= outcomes(disk, path)
    for operation in (Operation("s", path), Operation("s", folder), Operation("w", path, 0, b"y" * 100)):
        disk.do(operation)
    assert outcomes(disk, path) == {b"x" * 1000, b"y" * 100 + b"x" * 900}


def outcomes(disk: Disk, path: PurePosixPath) -> set[bytes | None]:
    """What fifty power cuts leave of a file."""
    found = set()
    for seed in range(50):
        coin = random.Random(seed)
        file = dict(disk.after_cut(coin)).get(path)
        found.add(None if file is None else file.after_cut(coin))
    return found


def test_a_new_name_is_safe_with_its_folder() -> None:
    """After a rename, only a sync of the folder makes sure that the new name is there and the old one is not."""
    old, new, folder = PurePosixPath("old"), PurePosixPath("new"), PurePosixPath(".")
    disk = Disk()
    for kind in ("c", "s"):
        disk.do(Operation(kind, old))
    disk.do(Operation("s", folder))
    disk.do(Operation("r", old, target=new))
    assert {frozenset(dict(disk.after_cut(random.Random(seed)))) for seed in range(50)} > {frozenset({old})}
    disk.do(Operation("s", folder))
    assert {frozenset(dict(disk.after_cut(random.Random(seed)))) for seed in range(50)} == {frozenset({new})}


def test_what_is_recorded_is_what_was_done(tmp_path: Path) -> None:
    """The recorder sees each way in which Python and SQLite write, and the folder as it is can be made from it."""
    root, after = tmp_path / "root", tmp_path / "after"
    root.mkdir()
    after.mkdir()
    script = """
import os, sqlite3, sys
os.chdir(sys.argv[1])
root = sys.argv[1]
os.makedirs(f"{root}/a/b")
with open(f"{root}/a/b/file", "wb") as file:
    file.write(b"one")
    file.flush()
    file.truncate(2)
os.rename(f"{root}/a/b/file", f"{root}/a/moved")
with open(f"{root}/a/moved", "ab") as file:
    file.write(b"two")
with open(f"{root}/gone", "w") as file:
    file.write("x")
os.unlink(f"{root}/gone")
connection = sqlite3.connect(f"{root}/data.sqlite3", isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("CREATE TABLE t (x)")
connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(100)])
connection.close()
"""
    environment = {**os.environ, **recording_environment(root, tmp_path / "recording")}
    subprocess.run([sys.executable, "-c", script, str(root)], env=environment, check=True)
    disk = Disk()
    for operation in operations(tmp_path / "recording", root):
        disk.do(operation)
    expected = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert contents(disk) == {PurePosixPath(path): data for path, data in expected.items()}


def contents(disk: Disk) -> dict[PurePosixPath, bytes]:
    """Every file as programs see it."""
    return {name: bytes(file.now) for name, file in disk.names.items() if not file.is_folder}
