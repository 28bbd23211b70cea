# SPDX-License-Identifier: Apache-2.0
"""`python -m training.detector vehicle|plate`: train by the recipe, export, quantise, measure, write the card."""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import torch

from training.detector.data import Sample, load_pack, load_simulated
from training.detector.export import OUTPUTS, export, write_card
from training.detector.measure import measured
from training.detector.net import Detector
from training.detector.quantise import quantise
from training.detector.train import SHAPES, Stage, run
from training.detector.views import Library
from wayside.vision.cards import SHIPPED

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
    parser.add_argument("--exported", type=Path, help="an exported detector to quantise and ship, instead of training")
    parser.add_argument("--ship", type=Path, default=SHIPPED, help="folder for the model and its card")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = tomllib.loads((HERE / "recipes.toml").read_text())[options.task]
    facts = recipe["card"] | {"seed": options.seed}
    if options.exported:
        ship(options.task, options.exported, options.ship, facts)
        return
    stages = [Stage(**s) for s in recipe["stage"]]
    weights = [options.work / f"{options.task}-{i}.pt" for i in range(len(stages))]
    chosen = range(options.from_stage, len(stages) if options.to_stage is None else options.to_stage)
    if chosen:
        libraries = _libraries(options)
        for index in chosen:
            start = weights[index - 1] if index else None
            run(options.task, stages[index], libraries, options.seed + index, start, weights[index])
    if weights[-1].exists():
        exported = options.work / f"{options.task}.onnx"
        export(SHAPES[options.task], weights[-1], exported)
        ship(options.task, exported, options.ship, facts)


def _libraries(options: argparse.Namespace) -> tuple[Library, Library]:
    """Real pictures whose labels the task may believe, and simulator frames."""
    return Library(_real(options.task)), Library(load_simulated(options.simulated) if options.simulated else [])


def _real(task: str) -> list[Sample]:
    return [s for s in load_pack("train") if (s.vehicles_complete if task == "vehicle" else s.plates_labelled)]


def ship(task: str, exported: Path, folder: Path, facts: dict[str, Any]) -> None:
    """Quantise, measure on the validation pictures and write the card beside the model."""
    name, shape = f"{task}_detector", SHAPES[task]
    file = folder / f"{name}.onnx"
    quantise(task, exported, file, _real(task))
    card = {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "input": "picture: uint8 (1, height, width, 3) blue green red; both sides multiples of "
        f"{2 ** len(shape.widths)}",
        "outputs": ", ".join(OUTPUTS[shape.corners]) + f": heat map at stride {shape.stride}, zero off its peaks;"
        " distances to left, top, right, bottom; all in pixels of the input",
        "precision": "convolutions in 8-bit integers but the first and the last eight; calibrated on train pictures",
        "parameters": sum(p.numel() for p in Detector(shape).parameters()),
        "command": f"python -m training.detector {task} --simulated FRAMES",
        **facts,
    }
    path = folder / f"{name}.toml"
    write_card(path, card, {})  # the measurement loads the model through its card
    write_card(path, card, measured(task, folder))


if __name__ == "__main__":
    main()
