# SPDX-License-Identifier: Apache-2.0
"""`python -m training.detector vehicle|plate`: train by the recipe, export, measure, write the card."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import torch

from training.detector.data import load_pack, load_simulated
from training.detector.train import SHAPES, Stage, run
from training.detector.views import Library

HERE = Path(__file__).parent


def main() -> None:
    """Run the stages of the recipe from `--from-stage` on; every stage leaves its weights in the work folder."""
    parser = argparse.ArgumentParser(prog="python -m training.detector", description=__doc__)
    parser.add_argument("task", choices=sorted(SHAPES))
    parser.add_argument("--work", type=Path, default=HERE.parent / "work")
    parser.add_argument("--simulated", type=Path, help="folder of simulator frames (boxes.csv, plate_corners.csv)")
    parser.add_argument("--from-stage", type=int, default=0)
    parser.add_argument("--to-stage", type=int)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = tomllib.loads((HERE / "recipes.toml").read_text())[options.task]
    stages = [Stage(**s) for s in recipe["stage"]]
    samples = [s for s in load_pack("train") if options.task == "vehicle" or s.plates_labelled]
    if options.task == "vehicle":
        samples = [s for s in samples if s.vehicles_complete]
    simulated = load_simulated(options.simulated) if options.simulated else []
    libraries = (Library(samples), Library(simulated))
    weights = [options.work / f"{options.task}-{i}.pt" for i in range(len(stages))]
    for index in range(options.from_stage, options.to_stage or len(stages)):
        start = weights[index - 1] if index else None
        run(options.task, stages[index], libraries, options.seed + index, start, weights[index])


if __name__ == "__main__":
    main()
