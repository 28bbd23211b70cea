# SPDX-License-Identifier: Apache-2.0
"""`python -m training.occupants`: train the windscreen finder and the seat counter, export both, write their cards."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import torch

from training.occupants.data import HERE, labelled, mined
from training.occupants.lessons import lessons
from training.occupants.nets import Finder, Seats
from training.occupants.people import people
from training.occupants.publish import publish
from training.occupants.sight import train_sight
from training.occupants.teacher import Teacher
from training.occupants.train import Material, Plan, train_finder, train_seats

MODELS = HERE.parents[1] / "src" / "wayside" / "vision" / "models"
PARTS = ("finder", "seats", "sight")
# Sight is a part of the seat counter, learnt after the rest of it.
NETWORKS = {"finder": "finder", "seats": "seats", "sight": "seats"}


def _say(line: str) -> None:
    print(line, flush=True)


def _train(part: str, weights: Path) -> None:
    plan = Plan(**tomllib.loads((HERE / "recipe.toml").read_text(encoding="utf-8"))[part])
    net: Finder | Seats
    if part == "finder":
        net = train_finder(labelled(), plan, _say)
    elif part == "sight":
        net = Seats()
        net.load_state_dict(torch.load(weights, weights_only=True))
        train_sight(net, [*labelled(), *mined()], plan, _say)
    else:
        windscreens, more = labelled(), mined()
        taught = lessons(weights.parent / "lessons", [*windscreens, *more], Teacher, plan.seed, _say)
        net = train_seats(Material(windscreens, more, people(), taught), plan, _say)
    torch.save(net.state_dict(), weights)


def main() -> None:
    """Train what is asked for and publish it; the weights of each part stay in the work folder."""
    parser = argparse.ArgumentParser(prog="python -m training.occupants", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, metavar="PART", help="finder, seats, sight (default: all)")
    parser.add_argument("--work", type=Path, default=HERE.parent / "work")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder for the ONNX files and their cards")
    parser.add_argument("--publish-only", action="store_true", help="export weights that were trained before")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    for part in options.parts:
        network = NETWORKS[part]
        weights = options.work / f"occupants_{network}.pt"
        if not options.publish_only:
            _train(part, weights)
        publish(network, weights, options.models)


if __name__ == "__main__":
    main()
