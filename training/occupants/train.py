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
from training.occupants.nets import Finder, Seats, sides
from training.occupants.people import CutOut
from training.occupants.scenes import Scene, scene
from training.occupants.street import Patch, street
from training.occupants.vehicles import vehicle_view
from wayside.vision.glass import HEIGHT, WIDTH, channels

Say = Callable[[str], None]
# How often a training windscreen is one with people in it, one to see through, a doubtful one, a blind one, one with a
# teacher's word only; and how often it is none, but people in the street.
MIX = (0.17, 0.22, 0.05, 0.13, 0.17, 0.26)
# Making a scene costs more than learning from it: a step makes a fifth of its batch anew and draws from the latest.
FRESH, POOL = 5, 2000
# Of heads' places the net gives each fourth row and column; a head is marked this far round its middle, in its heights.
CELL, SPREAD = 4, 0.22
# A cell is rarely one with a head: its share of the loss, beside that of the sides.
PLACES = 0.5

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Example = tuple[Halves, Floats, Floats, Halves]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast; in each cycle, of so many steps, the rate rises, then falls to nothing."""

    cycles: Sequence[int]
    batch: int
    rate: float
    seed: int


@dataclass(frozen=True, slots=True)
class Material:
    """What the seat counter learns from."""

    windscreens: Sequence[Labelled]
    mined: Sequence[Labelled]
    everybody: Sequence[CutOut]
    patches: Sequence[Patch]


def _learn(net: nn.Module, plan: Plan, loss_of: Callable[[], torch.Tensor], say: Say) -> None:
    net.train()
    for steps in plan.cycles:
        _cycle(net, steps, plan.rate, loss_of, say)


def _cycle(net: nn.Module, steps: int, rate: float, loss_of: Callable[[], torch.Tensor], say: Say) -> None:
    adam = torch.optim.AdamW(net.parameters(), rate, weight_decay=2e-3)
    rates = torch.optim.lr_scheduler.OneCycleLR(adam, rate, steps)
    for step in range(steps):
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


def train_seats(material: Material, plan: Plan, say: Say) -> Seats:
    """The seat counter, from windscreens, people to put behind them, and people in the street."""
    torch.manual_seed(plan.seed)
    rng, net = np.random.default_rng(plan.seed), Seats()
    taken, *rest = grouped(material.windscreens)
    groups = ([*taken, *(one for one in material.mined if one.left or one.right)], *rest, list(material.mined))
    pool: deque[Example] = deque(maxlen=POOL)

    def made(kind: int) -> Scene:
        if kind == len(groups):
            return street(material.patches, material.mined, rng)
        return scene(groups[kind][int(rng.integers(len(groups[kind])))], material.everybody, rng)

    def loss() -> torch.Tensor:
        for kind in rng.choice(len(MIX), plan.batch // FRESH, p=MIX):
            pool.append(example(made(int(kind))))
        drawn = [pool[int(n)] for n in rng.integers(len(pool), size=plan.batch)]
        seen, target, weight, places = (torch.from_numpy(np.stack(part)).float() for part in zip(*drawn, strict=True))
        with torch.autocast("cpu", torch.bfloat16):
            heads, sight = net.found(seen)
        heads, sight = heads.float(), sight.float()
        said = torch.stack([*sides(heads), sight], 1)
        each = functional.binary_cross_entropy_with_logits(said, target * 0.94 + 0.03, reduction="none")
        return (each * weight).sum() / weight.sum() + PLACES * places_loss(heads, places)

    _learn(net, plan, loss, say)
    return net


def places_loss(heads: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Focal loss a head of the logits (N, rows, columns); places: 0-1, 1 in the middle of a head, negative: unknown."""
    chance = torch.sigmoid(heads).clamp(1e-4, 1 - 1e-4)
    middle = places > 0.99
    hit = (1 - chance) ** 2 * chance.log() * middle
    missed = chance**2 * (1 - chance).log() * (1 - places.clamp(min=0)) ** 4 * (~middle) * (places >= 0)
    loss: torch.Tensor = -(hit + missed).sum() / (middle.sum() + 1)
    return loss


def grouped(windscreens: Sequence[Labelled]) -> tuple[list[Labelled], ...]:
    """Windscreens with somebody, empty and clear, empty and doubtful, blind."""
    judged = [one for one in windscreens if one.sight and one.windscreen]
    taken = [one for one in judged if one.left or one.right]
    rest = [one for one in judged if one not in taken]
    return (taken, *([one for one in rest if one.sight == sight] for sight in ("clear", "poor", "none")))


def example(one: Scene) -> Example:
    """What the net sees, the targets of its three logits with their weights, and where heads are (rows, columns)."""
    seen = channels(one.picture).astype(np.float16)
    return seen, np.array(one.target, np.float32), np.array(one.weight, np.float32), _places(one)


def _places(one: Scene) -> Halves:
    """1 in the middle of each face, less around it; -1 on sides of which it is not known where somebody is."""
    rows, columns = HEIGHT // CELL, WIDTH // CELL
    down, across = np.arange(rows)[:, None] + 0.5, np.arange(columns)[None] + 0.5
    places = np.zeros((rows, columns))
    for x, y, high in one.faces:
        column, row = int(np.clip(x / CELL, 0, columns - 1)) + 0.5, int(np.clip(y / CELL, 0, rows - 1)) + 0.5
        far = ((across - column) ** 2 + (down - row) ** 2) / (2 * (high * SPREAD / CELL) ** 2)
        places = np.maximum(places, np.exp(-far))
    for side in (0, 1):
        half = slice(side * columns // 2, (side + 1) * columns // 2)
        placed = any(int(x * 2 / WIDTH) == side for x, _, _ in one.faces)
        if one.weight[side] < 0.5 or (one.target[side] > 0 and not placed):
            places[:, half] = -1
    return places.astype(np.float16)
