# SPDX-License-Identifier: Apache-2.0
"""Whether one can see through the glass: the seat counter's last row of numbers, learnt alone from real windscreens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.occupants.data import Labelled, Picture, picture_of
from training.occupants.nets import Seats
from training.occupants.scenes import Rng, jittered
from training.occupants.train import Plan, Say, learn
from training.occupants.wear import worn
from wayside.vision.glass import channels, straight

# What each word of the eye is worth: how far one sees, and how much it teaches.
WORDS = {"clear": (1.0, 1.0), "poor": (0.5, 0.5), "none": (0.0, 1.0)}
# Of each windscreen so many views are learnt from, some of them as a poor camera would have taken them.
VIEWS, WORN = 8, 3
DROPPED = 0.2
# Numbers that hardly differ between windscreens are not blown up.
LEAST_SPREAD = 0.01


def train_sight(net: Seats, windscreens: Sequence[Labelled], plan: Plan, say: Say) -> None:
    """Learn the net's `sight` anew from windscreens judged by eye; all else of the net stays as it is."""
    rng = np.random.default_rng(plan.seed)
    torch.manual_seed(plan.seed)
    judged = [one for one in windscreens if one.sight and one.windscreen]
    numbers = torch.cat([_numbers(net, views(one, rng)) for one in judged])
    seen, weight = torch.tensor([WORDS[one.sight] for one in judged for _ in range(VIEWS)]).T
    mean, spread = numbers.mean(0), numbers.std(0) + LEAST_SPREAD
    row = nn.Linear(numbers.shape[1], 1)
    last = nn.Sequential(nn.Dropout(DROPPED), row)

    def loss() -> Tensor:
        chosen = torch.from_numpy(rng.integers(len(numbers), size=plan.batch))
        said = last((numbers[chosen] - mean) / spread)[:, 0]
        wanted = seen[chosen] * 0.94 + 0.03
        return functional.binary_cross_entropy_with_logits(said, wanted, weight=weight[chosen])

    learn(last, plan, loss, say)
    _put(net.sight, row, mean, spread)


def views(one: Labelled, rng: Rng) -> NDArray[np.float32]:
    """What the net sees of a windscreen cut out as often as VIEWS: (VIEWS, 4, HEIGHT, WIDTH)."""
    picture, windscreen = picture_of(one.file), one.windscreen or one.vehicle
    cuts = [straight(picture, jittered(windscreen, rng)) for _ in range(VIEWS)]
    cuts[-WORN:] = [worn(np.asarray(cut / 255, np.float32), rng) for cut in cuts[-WORN:]]
    return np.stack([channels(_mirrored(cut) if number % 2 else cut) for number, cut in enumerate(cuts)])


def _mirrored(cut: Picture) -> Picture:
    return np.ascontiguousarray(cut[:, ::-1])


def _numbers(net: Seats, seen: NDArray[np.float32]) -> Tensor:
    net.eval()
    with torch.no_grad():
        return net.seen(torch.from_numpy(seen))[1]


def _put(sight: nn.Linear, row: nn.Linear, mean: Tensor, spread: Tensor) -> None:
    """The row that was learnt from numbers brought to mean 0 and spread 1, for the numbers as they are."""
    with torch.no_grad():
        sight.weight.copy_(row.weight / spread)
        sight.bias.copy_(row.bias - (row.weight / spread * mean).sum())
