# SPDX-License-Identifier: Apache-2.0
"""The training loop: CTC on both lanes, a moving average of the weights, a checkpoint every few minutes."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from training.reader.net import PlateNet
from training.reader.samples import Stream


@dataclass(frozen=True, slots=True)
class Recipe:
    """One stage of training."""

    steps: int
    rate: float
    last_rate: float
    """Reached along half a cosine at the last step."""
    warm_up: int = 150
    decay: float = 0.02
    average: float = 0.998
    every: int = 100
    """Steps between checkpoints."""


def lane_loss(logits: Tensor, targets: Tensor, lengths: Tensor, split: Tensor) -> Tensor:
    """Mean CTC loss a sample.

    `logits` (N, 2, 44, 37), `targets` (N, 2, L), `lengths` (N, 2), `split` bool (N,): whether it is known which line
    holds what. Where it is not, both lanes are one sequence of 88 steps with the text of the first target.
    """
    chances = logits.float().log_softmax(dim=-1)
    parts = []
    if split.any():
        lanes = chances[split].flatten(0, 1)
        parts.append(_ctc(lanes, targets[split].flatten(0, 1), lengths[split].flatten()))
    if not split.all():
        whole = chances[~split].flatten(1, 2)
        parts.append(_ctc(whole, targets[~split][:, 0], lengths[~split][:, 0]))
    return torch.stack(parts).sum() / len(logits)


def _ctc(chances: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    steps = torch.full((len(chances),), chances.shape[1], dtype=torch.long)
    return functional.ctc_loss(chances.transpose(0, 1), targets, steps, lengths, reduction="sum", zero_infinity=True)


def rate_at(step: int, recipe: Recipe) -> float:
    """Learning rate: a linear warm-up, then half a cosine to the last rate."""
    if step < recipe.warm_up:
        return recipe.rate * (step + 1) / recipe.warm_up
    share = (step - recipe.warm_up) / max(recipe.steps - recipe.warm_up, 1)
    return recipe.last_rate + (recipe.rate - recipe.last_rate) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))


def train(net: PlateNet, stream: Stream, recipe: Recipe, weights: Path, tell: Callable[[str], None]) -> PlateNet:
    """Train `net`; returns the moving average, which is also what `weights` holds after each checkpoint."""
    net = net.to(memory_format=torch.channels_last).train()
    average = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    loader = DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=4, worker_init_fn=_one_thread)
    began, total = time.monotonic(), 0.0
    for step, batch in enumerate(loader):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, recipe)
        total += _step(net, optimiser, batch)
        _follow(average, net, min(recipe.average, (step + 1) / (step + 10)))
        if (step + 1) % recipe.every == 0 or step + 1 == recipe.steps:
            torch.save(average.state_dict(), weights)
            tell(f"step {step + 1} loss {total / recipe.every:.3f} minutes {(time.monotonic() - began) / 60:.1f}")
            total = 0.0
        if step + 1 == recipe.steps:
            break
    return average


def _step(net: PlateNet, optimiser: torch.optim.Optimizer, batch: tuple[Tensor, ...]) -> float:
    pixels, targets, lengths, split = batch
    inputs = (pixels.permute(0, 3, 1, 2).float() / 255).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        logits = net(inputs)
    loss = lane_loss(logits, targets, lengths, split)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimiser.step()
    return loss.item()


@torch.no_grad()
def _follow(average: PlateNet, net: PlateNet, keep: float) -> None:
    for old, new in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
        if old.is_floating_point():
            old.mul_(keep).add_(new, alpha=1 - keep)
        else:
            old.copy_(new)


def _one_thread(_worker: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
