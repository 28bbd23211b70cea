# SPDX-License-Identifier: Apache-2.0
"""`wayside import` and `wayside export` as they are called, start of the program included: lines a second, and memory.

`python -m bench.record.exchange` takes some minutes; figures go to `bench/results/record-exchange.json`. Every batch of
an import is synced (SQLite FULL, PostgreSQL synchronous_commit) with its journal entries before the next begins.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.__main__ import table
from bench.record.common import START, data_dir, keep, passages
from wayside.record import passage_document
from wayside.record.exchange import FORMATS
from wayside.record.lines import encoded

LINES = 100_000
BUNDLED = 500
WHY = ["--purpose", "offence", "--reference", "CR-2026/0123"]
COMMAND = """
import sys, time
from wayside.cli.app import run
code = run(sys.argv[1:])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("MEASURED", code, time.process_time(), peak, file=sys.stderr)
"""


def figures(count: int, *arguments: str) -> dict[str, float]:
    """Runs a command of Wayside's over so many passages; one row of the report."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", COMMAND, *arguments], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    _, code, cpu_s, peak = done.stderr.strip().splitlines()[-1].split()
    if code != "0":
        raise SystemExit(done.stderr)
    return {
        "a second": round(count / seconds),
        "a CPU second": round(count / float(cpu_s)),
        "seconds": round(seconds, 1),
        "peak MiB": round(int(peak) / 1024),
    }


def written(path: Path, seed: int) -> str:
    """A file of LINES lines; its name."""
    with path.open("wb") as file:
        for one in passages(LINES, seed):
            file.write(encoded(passage_document(one)))
    return str(path)


def imports(folder: Path, data: str) -> dict[str, dict[str, float]]:
    """Into an empty record, into one that holds as much already, all known already, and without writing."""
    first, second = written(folder / "first.jsonl", 1), written(folder / "second.jsonl", 2)
    runs = {
        "empty record": [first],
        f"record of {LINES:,}": [second],
        "known already": [first],
        "dry run": [first, "--dry-run"],
    }
    return {f"import, {name}": figures(LINES, "import", *words, "--data", data) for name, words in runs.items()}


def exports(folder: Path, data: str) -> dict[str, dict[str, float]]:
    """Each form of everything; a bundle of the first BUNDLED passages of both files."""
    report = {}
    until = (START + timedelta(seconds=BUNDLED / 2)).isoformat()
    for form, suffix in FORMATS.items():
        words = ["--format", form, "--output", str(folder / f"out{suffix}"), "--data", data]
        few = ["--to", until] if form == "bundle" else []
        count = BUNDLED if few else 2 * LINES
        report[f"export, {form}"] = figures(count, "export", *WHY, *words, *few)
    return report


def measure(database: str) -> dict[str, dict[str, float]]:
    """All figures of one database."""
    with tempfile.TemporaryDirectory() as name, data_dir(Path(name), database) as data:
        folder = Path(name)
        return imports(folder, str(data)) | exports(folder, str(data))


def main() -> None:
    """Both databases; the load shows how busy the machine was with other things."""
    report: dict[str, Any] = {"load before": round(os.getloadavg()[0], 1)}
    for database in ("sqlite", "postgres"):
        report[database] = measure(database)
        print(f"\n## {database}\n{table(report[database])}", flush=True)
    report["load after"] = round(os.getloadavg()[0], 1)
    keep("record-exchange", report)


if __name__ == "__main__":
    main()
