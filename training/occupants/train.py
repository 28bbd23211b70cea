# SPDX-License-Identifier: Apache-2.0
"""Both training loops; views are made in the same process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from training.occupants.data import Labelled
from training.occupants.nets import Finder, Seats
from training.occupants.people import CutOut
from training.occupants.scenes import Scene, scene
from training.occupants.vehicles import vehicle_view
from wayside.vision.glass import channels

Say = Callable[[str], None]
# How often a training windscreen is one with people in it, one to see through, a doubtful one, or a blind one.
MIX = (0.15, 0.5, 0.15, 0.2)
# Making a scene costs more than learning from it: a step makes a third of its batch anew and draws from the latest.
FRESH, POOL = 3, 1500

Floats = NDArray[np.float32]
Example = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast; the rate rises, then falls to nothing."""

    steps: int
    batch: int
    rate: float
    seed: int


def _learn(net: nn.Module, plan: Plan, loss_of: Callable[[], torch.Tensor], say: Say) -> None:
    adam = torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=2e-3)
    rates = torch.optim.lr_scheduler.OneCycleLR(adam, plan.rate, plan.steps)
    net.train()
    for step in range(plan.steps):
        loss = loss_of()
        adam.zero_grad()
        loss.backward()
        adam.step()
        rates.step()
        if step % 50 == 49:
            say(f"{step + 1} loss {loss.item():.3f}")


def train_finder(vehicles: Sequence[Labelled], plan: Plan, say: Say) -> Finder:
    """The windscreen finder, from labelled vehicles seen from in front and not."""
    torch.manual_seed(plan.seed)
    rng, net = np.random.default_rng(plan.seed), Finder()
    groups = [one for one in vehicles if one.windscreen], [one for one in vehicles if not one.windscreen]

    def loss() -> torch.Tensor:
        fronts = rng.random(plan.batch) < 0.65
        chosen = [groups[0 if front else 1] for front in fronts]
        views = [vehicle_view(group[int(rng.integers(len(group)))], rng) for group in chosen]
        pictures = torch.from_numpy(np.stack([view for view, _ in views])).permute(0, 3, 1, 2).float() / 255 - 0.45
        with torch.autocast("cpu", torch.bfloat16):
            box, front = net(pictures)
        box, front = box.float(), front.float()
        truth = torch.from_numpy(np.stack([box for _, box in views]))
        seen = torch.from_numpy(fronts).float()
        off = functional.smooth_l1_loss(box, truth, beta=0.03, reduction="none").mean(1)
        return (off * seen).sum() / seen.sum() * 10 + functional.binary_cross_entropy_with_logits(front, seen) / 2

    _learn(net, plan, loss, say)
    return net


def train_seats(windscreens: Sequence[Labelled], everybody: Sequence[CutOut], plan: Plan, say: Say) -> Seats:
    """The seat counter, from labelled windscreens and people to put behind them."""
    torch.manual_seed(plan.seed)
    rng, net = np.random.default_rng(plan.seed), Seats()
    groups = grouped(windscreens)

    pool: deque[Example] = deque(maxlen=POOL)

    def loss() -> torch.Tensor:
        for kind in rng.choice(len(MIX), plan.batch // FRESH, p=MIX):
            group = groups[int(kind)]
            pool.append(_example(scene(group[int(rng.integers(len(group)))], everybody, rng)))
        drawn = [pool[int(n)] for n in rng.integers(len(pool), size=plan.batch)]
        seen, target, weight = (torch.from_numpy(np.stack(part)) for part in zip(*drawn, strict=True))
        with torch.autocast("cpu", torch.bfloat16):
            said = net(seen).float()
        each = functional.binary_cross_entropy_with_logits(said, target * 0.94 + 0.03, reduction="none")
        return (each * weight).sum() / weight.sum()

    _learn(net, plan, loss, say)
    return net


def grouped(windscreens: Sequence[Labelled]) -> tuple[list[Labelled], ...]:
    """Windscreens with somebody, empty and clear, empty and doubtful, blind."""
    judged = [one for one in windscreens if one.sight and one.windscreen]
    taken = [one for one in judged if one.left or one.right]
    rest = [one for one in judged if one not in taken]
    return (taken, *([one for one in rest if one.sight == sight] for sight in ("clear", "poor", "none")))


def _example(one: Scene) -> Example:
    return channels(one.picture), np.array(one.target, np.float32), np.array(one.weight, np.float32)
