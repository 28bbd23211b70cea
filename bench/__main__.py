# SPDX-License-Identifier: Apache-2.0
"""`python -m bench [PART…]`: run measurements and keep the figures under `bench/results/`."""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2

from bench import (
    clips,
    colours,
    crossings,
    detectors,
    occupants,
    proposals,
    reader,
    speed,
    stages,
    steep,
    stills,
    votes,
)
from bench.pack import PackMissingError
from wayside.vision import Models

RESULTS = Path(__file__).parent / "results"
Report = dict[str, dict[str, float]]


def parts() -> dict[str, Callable[[Models], Report]]:
    """Every measurement by name, in the order they run."""
    return {
        "detectors": detectors.run,
        "reader": reader.run,
        "confusions": reader.confusions,
        "calibration": reader.calibration,
        "votes": votes.run,
        "stills": stills.run,
        "colours": colours.run,
        "clips": clips.run,
        "crossings": crossings.run,
        "steep": steep.run,
        "occupants": occupants.run,
        "proposals": proposals.run,
        "stages": stages.run,
        "speed": lambda models: speed.run(),
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    return {"cpu": cpu, "cores": os.cpu_count(), "python": platform.python_version()}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def table(report: Report) -> str:
    """A Markdown table, one row a group."""
    columns = list(dict.fromkeys(key for row in report.values() for key in row))
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in report.items():
        lines.append(f"| {name} | " + " | ".join(f"{row[c]:.4g}" if c in row else "" for c in columns) + " |")
    return "\n".join(lines)


def shown(name: str, report: Report) -> str:
    """The report as Markdown; of the confusion matrices only the mistakes."""
    return reader.mistakes(report) if name == "confusions" else table(report)


def keep(name: str, report: Report) -> None:
    """Write the newest figures of a part, and add them to the table of every run (the matrices aside)."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    kept = {"at": at, "machine": machine(), "report": report}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")
    if name == "confusions":
        return
    with (RESULTS / "runs.csv").open("a", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        for group, figures in report.items():
            rows.writerows((at, name, group, figure, f"{value:.4g}") for figure, value in figures.items())


def main() -> None:
    """Run the parts asked for (default: all); a part whose pictures are absent says so and is left out."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*parts(), []], help=", ".join(parts()))
    options = parser.parse_args()
    cv2.setNumThreads(os.cpu_count() or 1)
    models = Models.load()
    RESULTS.mkdir(exist_ok=True)
    for name, measure in parts().items():
        if options.part and name not in options.part:
            continue
        try:
            report = measure(models)
        except (PackMissingError, FileNotFoundError) as missing:
            print(f"\n## {name}\nleft out: {missing}")
            continue
        print(f"\n## {name}\n{shown(name, report)}", flush=True)
        keep(name, report)


if __name__ == "__main__":
    main()
