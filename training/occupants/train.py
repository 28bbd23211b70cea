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

from training.averaging import mean_weights
from training.occupants.data import Labelled
from training.occupants.lessons import CELL, DEPTH, Lessons
from training.occupants.nets import FEATURES, Finder, Seats, sides
from training.occupants.people import CutOut
from training.occupants.scenes import Scene, scene
from training.occupants.vehicles import vehicle_view
from wayside.vision.glass import HEIGHT, WIDTH, channels

Say = Callable[[str], None]
# How often a training windscreen is one with people in it, one to see through, a doubtful one, a blind one, one with a
# teacher's word only.
MIX = (0.23, 0.3, 0.07, 0.17, 0.23)
# So much of a batch are not scenes, but lessons.
TAUGHT = 0.5
# Making a scene costs more than learning from it: a step makes a fifth of its batch anew and draws from the latest.
FRESH, POOL = 5, 2000
# A head is marked this far round its middle, in its heights.
SPREAD = 0.22
# A cell is rarely one with a head: its share of the loss, beside that of the sides.
PLACES = 0.5
# The losses of what the teacher says and of its features, beside that of the sides. Nearly all places have no head: one
# counts by how near the likelier of both words comes to these log-odds.
WORD, HINTS, CALLED = 0.5, 4.0, -2.0


Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Example = tuple[Halves, Floats, Floats, Halves]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast; in each cycle, of so many steps, the rate rises, then falls to nothing.

    averaged: at the end of how many of the last cycles the weights are taken, to be averaged.
    """

    cycles: Sequence[int]
    batch: int
    rate: float
    seed: int
    averaged: int


@dataclass(frozen=True, slots=True)
class Material:
    """What the seat counter learns from."""

    windscreens: Sequence[Labelled]
    mined: Sequence[Labelled]
    everybody: Sequence[CutOut]
    lessons: Lessons


def learn(net: nn.Module, plan: Plan, loss_of: Callable[[], torch.Tensor], say: Say) -> None:
    """Go through the cycles of the plan; ends with the mean of the weights after the last of them."""
    net.train()
    ends = []
    for steps in plan.cycles:
        _cycle(net, steps, plan.rate, loss_of, say)
        ends.append({name: value.clone() for name, value in net.state_dict().items()})
    net.load_state_dict(mean_weights(ends[-plan.averaged :], [1 / plan.averaged] * plan.averaged))


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

    learn(net, plan, loss, say)
    return net


def train_seats(material: Material, plan: Plan, say: Say) -> Seats:
    """The seat counter, from windscreens, people to put behind them, and what a teacher says of every place."""
    torch.manual_seed(plan.seed)
    rng, net, hints = np.random.default_rng(plan.seed), Seats(), nn.Conv2d(FEATURES, DEPTH, 1)
    taken, *rest = grouped(material.windscreens)
    groups = ([*taken, *(one for one in material.mined if one.left or one.right)], *rest, list(material.mined))
    pool: deque[Example] = deque(maxlen=POOL)
    taught = round(plan.batch * TAUGHT)

    def scenes() -> list[Example]:
        for kind in rng.choice(len(MIX), (plan.batch - taught) // FRESH, p=MIX):
            group = groups[int(kind)]
            pool.append(example(scene(group[int(rng.integers(len(group)))], material.everybody, rng)))
        return [pool[int(n)] for n in rng.integers(len(pool), size=plan.batch - taught)]

    def loss() -> torch.Tensor:
        lessons = [material.lessons.drawn(rng) for _ in range(taught)]
        seen, target, weight, places = _stacked(scenes())
        odds, wanted = _stacked([lesson[1:] for lesson in lessons])
        learnt = torch.from_numpy(np.stack([channels(picture) for picture, _, _ in lessons]))
        with torch.autocast("cpu", torch.bfloat16):
            heads, sight, features = net.found(torch.cat([seen, learnt]))
            hinted = hints(features[-taught:])
        heads, sight = heads.float(), sight.float()
        word = WORD * word_loss(heads[-taught:], odds) + HINTS * functional.smooth_l1_loss(hinted.float(), wanted)
        own = heads[:-taught]
        said = torch.stack([*sides(own), sight[:-taught]], 1)
        each = functional.binary_cross_entropy_with_logits(said, target * 0.94 + 0.03, reduction="none")
        return (each * weight).sum() / weight.sum() + PLACES * places_loss(own, places) + word

    learn(nn.ModuleList([net, hints]), plan, loss, say)
    return net


def _stacked(examples: Sequence[Sequence[NDArray[np.floating]]]) -> list[torch.Tensor]:
    return [torch.from_numpy(np.stack(part)).float() for part in zip(*examples, strict=True)]


def word_loss(heads: torch.Tensor, odds: torch.Tensor) -> torch.Tensor:
    """How far the logits (N, rows, columns) are from the teacher's log-odds, most where either of them sees a head."""
    weight = torch.sigmoid(2 * (torch.maximum(odds, heads.detach()) - CALLED))
    off = functional.smooth_l1_loss(heads, odds, reduction="none")
    return (off * weight).sum() / weight.sum()


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
