# SPDX-License-Identifier: Apache-2.0
"""kill -9 in the midst of exports: no half file has a name, and erasure finds whatever lies about."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from factories import full_passage

from tests.unit.record.exchange.helpers import names_in, told
from wayside.record import Store
from wayside.record.exchange import forget, holding, remove, strays
from wayside.record.exchange.kept import FOLDER, MANIFEST_SUFFIX

HERE = Path(__file__).parent
ROUNDS = 8
PASSAGES = 60


def kill_after(data_dir: Path, out: Path, seconds: float) -> dict[str, str]:
    """Lets a process export, and kills it a while after its first file; paths that it said are whole → digest."""
    path = os.pathsep.join([str(HERE.parents[2]), *sys.path])
    command = [sys.executable, str(HERE / "exporter.py"), str(data_dir), str(out)]
    exporter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})
    assert exporter.stdout is not None
    with exporter, exporter.stdout as said:
        first = said.readline()
        time.sleep(seconds)
        exporter.send_signal(signal.SIGKILL)
        lines = (first + said.read()).split("\n")[:-1]
    return {line.split(" ", 1)[1]: line.split(" ", 1)[0] for line in lines}


def digests_told(store: Store) -> set[str]:
    """The digests of all files that the journal says are whole."""
    payloads = (entry.payload or {} for entry in told(store, "export"))
    return {said["sha256"] for said in payloads if said["what"] == "finished"}


def files_in(folder: Path) -> list[Path]:
    """Exports that have their names: neither drafts nor manifests."""
    return [one for one in folder.iterdir() if one.suffix != ".draft" and not one.name.endswith(MANIFEST_SUFFIX)]


def check_whole(path: Path) -> None:
    """A file that has its name ends as its form ends, and holds every passage."""
    data = path.read_bytes()
    ends = {".jsonl": b"}\n", ".csv": b"\r\n", ".parquet": b"PAR1", ".geojson": b"]}\n", ".jsonld": b"]\n"}
    if path.suffix == ".zip":
        assert b"bundle.note" in data[-200:]
    else:
        assert data.endswith(ends[path.suffix])
    if path.suffix == ".jsonl":
        assert data.count(b"\n") == PASSAGES


@pytest.mark.slow
def test_no_half_file_ever_has_a_name(tmp_path: Path) -> None:
    """Killed at random moments; afterwards an erasure leaves no byte of any export in the record."""
    data_dir, out = tmp_path / "record", tmp_path / "out"
    out.mkdir()
    with Store(data_dir) as store:
        store.add_many([full_passage(number)[0] for number in range(PASSAGES)])
    chance, whole = random.Random(11), dict[str, str]()
    for _ in range(ROUNDS):
        whole |= kill_after(data_dir, out, chance.uniform(0, 0.4))
    for path in [*files_in(out), *files_in(data_dir / FOLDER)]:
        check_whole(path)
    with Store(data_dir) as store:
        assert set(whole.values()) <= digests_told(store)
        kept = {path: digest for path, digest in whole.items() if Path(path).parent.name == FOLDER}
        assert kept
        assert all(hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest for path, digest in kept.items())
        with store.reading() as connection:
            assert {path.suffix for path in strays(connection, data_dir)} <= {".draft"}
        with store.writing() as transaction:
            names = holding(transaction.connection, [[0, 10**9]])
            forget(transaction.connection, names)
        remove(data_dir, names)
    assert names_in(data_dir / FOLDER) == set()
