# SPDX-License-Identifier: Apache-2.0
"""`python -m training.reader`: train by the recipe, export, calibrate, measure, write the card."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

import torch

from training.averaging import mean_weights
from training.reader.card import publish
from training.reader.net import PlateNet
from training.reader.pack import training_crops
from training.reader.samples import Mix, Stream
from training.reader.synthesis import Variety
from training.reader.train import Recipe, train
from training.reader.vet import agreed

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "src" / "wayside" / "vision" / "models" / "plate_reader.onnx"


def main() -> None:
    """Run the stages from `--from-stage` on, each leaving its weights in the work folder; publish what ships."""
    options = _options()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = tomllib.loads((HERE / "recipe.toml").read_text(encoding="utf-8"))
    stages = recipe["stage"]
    fonts = options.fonts.read_text(encoding="utf-8").split("\n") if options.fonts else []
    for index in range(options.from_stage, len(stages)):
        _run(index, stages, fonts, options.seed, options.work)
    publish(mean(options.work, recipe["ship"], "ship"), options.model)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE.parent / "work")
    parser.add_argument("--model", type=Path, default=MODEL, help="the ONNX file to write, its card beside it")
    parser.add_argument("--fonts", type=Path, help="a file that names outline fonts, one path a line")
    parser.add_argument("--from-stage", type=int, default=0, help="as many as there are stages: only publish")
    parser.add_argument("--seed", type=int, default=20261122)
    return parser.parse_args()


def _run(index: int, stages: list[dict[str, Any]], fonts: list[str], seed: int, work: Path) -> None:
    stage, net = stages[index], PlateNet()
    crops = training_crops(stage["least_confidence"])
    if index:
        net.load_state_dict(torch.load(_before(index, stages, work), weights_only=True))
        crops = agreed(net, crops)
    print(f"stage {stage['name']}: {len(crops)} real crops", flush=True)
    stream = Stream(crops, fonts, stage["batch"], seed + index, _mix(stage["mix"]))
    train(net, stream, Recipe(**stage["plan"]), _weights(work, stage), lambda line: print(line, flush=True))


def _before(index: int, stages: list[dict[str, Any]], work: Path) -> Path:
    """The weights that a stage begins with: those of the stage before, or the mean that it asks for."""
    shares = stages[index].get("begin")
    return mean(work, shares, "begin") if shares else _weights(work, stages[index - 1])


def mean(work: Path, shares: dict[str, float], name: str) -> Path:
    """A file of that name with the mean of the weights of the named stages, by their shares, which sum to 1."""
    stages = [torch.load(work / f"reader-{stage}.pt", weights_only=True) for stage in shares]
    torch.save(mean_weights(stages, list(shares.values())), work / f"reader-{name}.pt")
    return work / f"reader-{name}.pt"


def _mix(entry: dict[str, Any]) -> Mix:
    return Mix(**{**entry, "variety": Variety(**entry.get("variety", {}))})


def _weights(work: Path, stage: dict[str, Any]) -> Path:
    return work / f"reader-{stage['name']}.pt"


if __name__ == "__main__":
    main()
