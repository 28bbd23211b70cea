# SPDX-License-Identifier: Apache-2.0
"""Losses of the detectors: focal loss on the heat map, IoU on the boxes, smooth L1 on the corners."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def heat_loss(logits: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Penalty-reduced focal loss (Zhou et al., "Objects as Points", 2019), per object.

    logits, target, weight: (N, classes, h, w); target 1 at a centre, falling off around it; weight 0 ignores.
    """
    probability = torch.sigmoid(logits)
    positive = (target >= 0.999).float()
    up = -functional.logsigmoid(logits) * (1 - probability) ** 2 * positive
    down = -functional.logsigmoid(-logits) * probability**2 * (1 - target) ** 4 * (1 - positive)
    return ((up + down) * weight).sum() / positive.sum().clamp(min=1)


def sides_loss(sides: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Generalised IoU loss between two sets of (left, top, right, bottom) distances from one point.

    sides, target: (N, 4, h, w) pixels; weight: (N, h, w), zero where no box is trained.
    """
    chosen = weight > 0
    if not bool(chosen.any()):
        return sides.sum() * 0
    ours, truth, weight = sides.permute(0, 2, 3, 1)[chosen], target.permute(0, 2, 3, 1)[chosen], weight[chosen]
    inner, outer = torch.minimum(ours, truth), torch.maximum(ours, truth)
    shared = (inner[:, 0] + inner[:, 2]) * (inner[:, 1] + inner[:, 3])
    hull = (outer[:, 0] + outer[:, 2]) * (outer[:, 1] + outer[:, 3])
    union = _area(ours) + _area(truth) - shared
    giou = shared / union - (hull - union) / hull
    return ((1 - giou) * weight).sum() / weight.sum()


def _area(sides: Tensor) -> Tensor:
    return (sides[:, 0] + sides[:, 2]) * (sides[:, 1] + sides[:, 3])


def corners_loss(corners: Tensor, target: Tensor, weight: Tensor, scale: Tensor) -> Tensor:
    """Smooth L1 in units of the plate's height.

    corners, target: (N, 8, h, w) pixels from the location; weight, scale: (N, h, w), scale in pixels.
    """
    chosen = weight > 0
    if not bool(chosen.any()):
        return corners.sum() * 0
    error = (corners - target).permute(0, 2, 3, 1)[chosen] / scale[chosen][:, None]
    each = functional.smooth_l1_loss(error, torch.zeros_like(error), beta=0.1, reduction="none").mean(1)
    return (each * weight[chosen]).sum() / weight[chosen].sum()
