# SPDX-License-Identifier: Apache-2.0
"""The reader's network: a small convolutional net that reads the upper and the lower line of a plate in one go."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from wayside.vision.reader import ALPHABET, HEIGHT, WIDTH

STEPS = WIDTH // 4
LANES = 2
CLASSES = 1 + len(ALPHABET)
"""0 is the blank, then 0–9, then A–Z."""


def _conv(inputs: int, outputs: int, stride: int | tuple[int, int] = 1) -> nn.Sequential:
    layers = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    return nn.Sequential(*layers)


class Residual(nn.Module):
    """Two convolutions beside a short cut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        self.body = nn.Sequential(_conv(channels, channels), *second)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.body(x))


class PlateNet(nn.Module):
    """Crops to characters.

    Each lane looks, column by column, at the rows it chooses (a softmax over the rows of the feature map), so a
    slanted line needs no straightening and a one-line plate leaves the second lane blank. The lanes then look at each
    other, which is how the net tells "two lines" from "one line and a dealer's name".
    """

    def __init__(self, widths: tuple[int, int, int, int] = (24, 32, 64, 96)) -> None:
        super().__init__()
        first, second, third, last = widths
        self.features = nn.Sequential(
            _conv(3, first, 2),
            _conv(first, second),
            _conv(second, third, 2),
            Residual(third),
            _conv(third, last, (2, 1)),
            Residual(last),
            Residual(last),
        )
        self.rows = nn.Conv2d(last, LANES, 1)
        self.place = nn.Parameter(torch.zeros(1, LANES * STEPS, last))
        self.context = nn.TransformerEncoderLayer(last, 4, 2 * last, 0.1, batch_first=True, norm_first=True)
        self.classify = nn.Linear(last, CLASSES)
        # Lanes that start alike learn alike: the first begins with the upper rows, the second with the lower.
        rows = HEIGHT // 8
        lean = torch.linspace(1, -1, rows).view(1, 1, rows, 1)
        self.lean = nn.Parameter(torch.cat([lean * 0.5, -lean * 2.0], dim=1))

    def forward(self, pixels: Tensor) -> Tensor:
        """`pixels` float (N, 3, 48, 176) about 0–1, blue green red; returns logits float (N, 2, 44, 37)."""
        # Each crop by its own light: a plate at dusk and one in glare look the same from here on.
        middle = pixels.mean(dim=(1, 2, 3), keepdim=True)
        spread = (pixels - middle).square().mean(dim=(1, 2, 3), keepdim=True).sqrt()
        features = self.features((pixels - middle) / (spread + 0.02))
        attention = (self.rows(features) + self.lean).softmax(dim=2).unsqueeze(2)
        lanes = (features.unsqueeze(1) * attention).sum(dim=3)
        tokens = lanes.permute(0, 1, 3, 2).flatten(1, 2) + self.place
        logits: Tensor = self.classify(self.context(tokens))
        return logits.view(-1, LANES, STEPS, CLASSES)


class Shipped(nn.Module):
    """What is exported: bytes in, probabilities out, so that the program needs no constants of the training."""

    def __init__(self, net: PlateNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, crops: Tensor) -> Tensor:
        """`crops` uint8 (N, 48, 176, 3), blue green red; returns logits float (N, 2, 44, 37)."""
        logits: Tensor = self.net(crops.permute(0, 3, 1, 2).float() / 255)
        return logits
