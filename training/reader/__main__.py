# SPDX-License-Identifier: Apache-2.0
"""`python -m training.reader`: train by the recipe; `export` writes the model and its card."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import Any

import torch

from training.reader.net import PlateNet
from training.reader.pack import training_crops
from training.reader.samples import Mix, Stream
from training.reader.train import Recipe, train
from training.reader.vet import agreed

HERE = Path(__file__).parent


def main() -> None:
    """Run the stages from `--from-stage` on; each leaves its weights in the work folder."""
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE.parent / "work")
    parser.add_argument("--fonts", type=Path, help="a file that names outline fonts, one path a line")
    parser.add_argument("--from-stage", type=int, default=0)
    parser.add_argument("--to-stage", type=int)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = tomllib.loads((HERE / "recipe.toml").read_text(encoding="utf-8"))
    fonts = options.fonts.read_text(encoding="utf-8").split("\n") if options.fonts else []
    for index, stage in list(enumerate(recipe["stage"]))[options.from_stage : options.to_stage]:
        net = _net(options.work, recipe["stage"], index)
        crops = training_crops(stage.pop("least_confidence"))
        crops = agreed(net, crops) if index else crops
        print(f"stage {stage['name']}: {len(crops)} real crops", flush=True)
        stream = Stream(crops, fonts, recipe["batch"], options.seed + index, Mix(**stage.get("mix", {})))
        plan = Recipe(**{key: value for key, value in stage.items() if key not in ("name", "mix")})
        train(net, stream, plan, _weights(options.work, stage), lambda line: print(line, flush=True))


def _weights(work: Path, stage: dict[str, Any]) -> Path:
    return work / f"reader-{stage['name']}.pt"


def _net(work: Path, stages: list[dict[str, Any]], index: int) -> PlateNet:
    net = PlateNet()
    if index:
        net.load_state_dict(torch.load(_weights(work, stages[index - 1]), weights_only=True))
    return net


if __name__ == "__main__":
    main()
