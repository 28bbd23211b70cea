# SPDX-License-Identifier: Apache-2.0
"""The training loop: views are made in the same process, one thread a task, bfloat16 where the CPU has it."""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from training.detector.loss import corners_loss, heat_loss, sides_loss
from training.detector.net import PLATE, VEHICLE, Detector, NetShape
from training.detector.targets import Target, build
from training.detector.views import Library, look

SHAPES: dict[str, NetShape] = {"vehicle": VEHICLE, "plate": PLATE}
SIZES: dict[str, tuple[tuple[int, int], ...]] = {
    "vehicle": ((448, 320), (384, 384), (512, 320), (320, 256)),
    "plate": ((288, 288), (320, 256), (256, 256)),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of a recipe: steps, from which peak learning rate to which, shares of simulator frames and of night."""

    steps: int
    rate: float
    batch: int
    simulated_share: float
    final_rate: float
    night_share: float = 0.0


def _batch(task: str, libraries: tuple[Library, Library], stage: Stage, rng: Generator) -> tuple[Tensor, list[Target]]:
    size = SIZES[task][rng.integers(len(SIZES[task]))]
    shape = SHAPES[task]
    pictures, targets = [], []
    for _ in range(stage.batch):
        simulated = rng.random() < stage.simulated_share
        view = look(task, libraries[simulated], rng, size, stage.night_share)
        pictures.append(view.picture)
        targets.append(build(view, task, shape.classes, shape.stride))
    images = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float().div_(255)
    return images.contiguous(memory_format=torch.channels_last), targets


def _stack(targets: list[Target], field: str) -> Tensor:
    return torch.from_numpy(np.stack([getattr(t, field) for t in targets]))


def losses(outputs: tuple[Tensor, ...], targets: list[Target]) -> dict[str, Tensor]:
    """heat, sides and, for plates, corners; each a scalar."""
    geometry, weight = _stack(targets, "geometry"), _stack(targets, "weight")
    heat = heat_loss(outputs[0], _stack(targets, "heat"), _stack(targets, "heat_weight"))
    parts = {"heat": heat, "sides": sides_loss(outputs[1], geometry[:, :4], weight)}
    if len(outputs) > 2:
        parts["corners"] = corners_loss(outputs[2], geometry[:, 4:], weight, _stack(targets, "scale"))
    return parts


class Average:
    """Exponential moving average of a model's weights: what is evaluated and shipped."""

    def __init__(self, model: Detector, decay: float = 0.998) -> None:
        self.model = copy.deepcopy(model).eval()
        self._decay, self._steps = decay, 0

    @torch.no_grad()
    def update(self, model: Detector) -> None:
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        for ours, theirs in zip(self.model.state_dict().values(), model.state_dict().values(), strict=True):
            if ours.dtype.is_floating_point:
                ours.lerp_(theirs, 1 - decay)
            else:
                ours.copy_(theirs)


def _rate(stage: Stage, step: int) -> float:
    warm = min(1.0, (step + 1) / 200)
    down = (1 + math.cos(math.pi * step / stage.steps)) / 2
    return warm * (stage.final_rate + (stage.rate - stage.final_rate) * down)


def run(task: str, stage: Stage, libraries: tuple[Library, Library], seed: int, start: Path | None, out: Path) -> Path:
    """Train one stage and write its averaged weights to `out`, every few minutes and at the end.

    libraries: real pictures, simulator frames (may be empty where the stage's share is 0).
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Detector(SHAPES[task])
    if start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    model = model.to(memory_format=torch.channels_last)
    average = Average(model)
    optimiser = torch.optim.AdamW(model.parameters(), lr=stage.rate, weight_decay=0.02)
    began, said = time.monotonic(), {"heat": 0.0, "sides": 0.0, "corners": 0.0}
    for step in range(stage.steps):
        _step(model, optimiser, _batch(task, libraries, stage, rng), _rate(stage, step), said)
        average.update(model)
        if (step + 1) % 100 == 0:
            line = " ".join(f"{k} {v / 100:.3f}" for k, v in said.items())
            print(f"{task} step {step + 1}/{stage.steps} {time.monotonic() - began:.0f} s {line}", flush=True)
            said = dict.fromkeys(said, 0.0)
        if (step + 1) % 500 == 0 or step + 1 == stage.steps:
            torch.save(average.model.state_dict(), out)
    return out


def _step(
    model: Detector,
    optimiser: torch.optim.Optimizer,
    batch: tuple[Tensor, list[Target]],
    rate: float,
    said: dict[str, float],
) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate
    with torch.autocast("cpu", torch.bfloat16):
        outputs = model(batch[0])
    parts = losses(outputs, batch[1])
    total = parts["heat"] + 2 * parts["sides"] + parts.get("corners", torch.zeros(()))
    optimiser.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
    optimiser.step()
    for name, value in parts.items():
        said[name] += float(value.detach())
