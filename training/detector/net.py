# SPDX-License-Identifier: Apache-2.0
"""The detector network: a small residual backbone with a top-down path to one fine heat map.

One location says what is there (heat map), how far away the four sides of its box are, and, for plates,
where the four corners lie. The idea of training the sides at every location near the centre follows
Liu et al., "Training-Time-Friendly Network for Real-Time Object Detection" (AAAI 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class NetShape:
    """What distinguishes the two detectors."""

    classes: int
    corners: bool
    stride: int
    """Of the heat map: 4 or 8."""
    widths: tuple[int, ...]
    """Channels at strides 2, 4, 8, 16, 32 (and 64 where a sixth is given)."""
    blocks: tuple[int, ...]
    """Residual blocks at the same strides."""
    head: int


VEHICLE = NetShape(6, False, 8, (16, 24, 48, 96, 128, 128), (0, 0, 2, 2, 2, 1), 48)
PLATE = NetShape(1, True, 4, (16, 24, 48, 96, 128), (0, 1, 2, 2, 1), 32)


def conv(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    """A convolution, normalised over the batch, and its positive part."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two convolutions of which the net learns what they add to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.second(self.first(x)))


class Detector(nn.Module):
    """Images float32 (N, 3, H, W), 0–1 → heat logits (N, classes, h, w), sides (N, 4, h, w) in pixels and,
    with corners, offsets (N, 8, h, w) in pixels from the location; h, w = H, W / stride."""

    def __init__(self, shape: NetShape) -> None:
        super().__init__()
        self.shape = shape
        stages, inputs = [], 3
        for width, blocks in zip(shape.widths, shape.blocks, strict=True):
            stages.append(nn.Sequential(conv(inputs, width, 3, 2), *(Residual(width) for _ in range(blocks))))
            inputs = width
        self.stages = nn.ModuleList(stages)
        first = {4: 1, 8: 2}[shape.stride]
        self.first = first
        self.lateral = nn.ModuleList(conv(w, shape.head, 1) for w in shape.widths[first:])
        self.smooth = nn.ModuleList(conv(shape.head, shape.head) for _ in shape.widths[first:-1])
        outputs = shape.classes + 4 + (8 if shape.corners else 0)
        self.neck = conv(shape.head, shape.head)
        self.out = nn.Conv2d(shape.head, outputs, 1)
        nn.init.normal_(self.out.weight, std=0.01)
        nn.init.zeros_(self.out.bias)
        with torch.no_grad():
            self.out.bias[: shape.classes] = -4.6  # a prior of 1 % keeps the first focal losses small

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        levels = [lateral(f) for lateral, f in zip(self.lateral, features[self.first :], strict=True)]
        top = levels[-1]
        for level, smooth in zip(levels[-2::-1], list(self.smooth)[::-1], strict=True):
            top = smooth(level + functional.interpolate(top, scale_factor=2.0, mode="nearest"))
        out = self.out(self.neck(top)).float()
        classes = self.shape.classes
        # clamped so that bfloat16 training cannot overflow; e^5 strides are wider than any input
        sides = torch.exp(out[:, classes : classes + 4].clamp(-4, 5)) * self.shape.stride
        if not self.shape.corners:
            return out[:, :classes], sides
        return out[:, :classes], sides, out[:, classes + 4 :] * (4.0 * self.shape.stride)


class Exported(nn.Module):
    """The detector as it ships: uint8 pictures in, one tensor of scores at local peaks and geometry out."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """uint8 (N, H, W, 3) BGR → scores (N, classes, h, w) 0–1, zero off the peaks, then the geometry."""
        heat, *rest = self.detector(x.permute(0, 3, 1, 2).float() / 255.0)
        score = torch.sigmoid(heat)
        peak = functional.max_pool2d(score, 3, 1, 1)
        return score * (score == peak).float(), *rest
