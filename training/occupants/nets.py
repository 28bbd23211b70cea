# SPDX-License-Identifier: Apache-2.0
"""The two networks: where the windscreen is in a vehicle's picture, and who sits behind it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SIDE = 96
"""Height and width of the vehicle's picture that the finder sees."""


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Finder(nn.Module):
    """Pictures float32 (N, 3, 96, 96), about 0 → box (N, 4) left, top, right, bottom in shares of the picture,
    and the logit (N,) that a windscreen is seen from in front."""

    grid: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(3, 16, 2), _conv(16, 24, 2), _conv(24, 32), _conv(32, 48, 2), _conv(48, 48),
            _conv(48, 64, 2), _conv(64, 64), _conv(64, 64),
        )  # fmt: skip
        self.head = nn.Conv2d(64, 5, 1)
        self.front = nn.Linear(128, 1)
        middles = (torch.arange(6) + 0.5) / 6
        down, across = torch.meshgrid(middles, middles, indexing="ij")
        self.register_buffer("grid", torch.stack([across, down, across, down])[None])

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = self.body(pictures)
        said = self.head(features)
        trust = torch.softmax(said[:, :1].flatten(2), 2)
        box = ((self.grid + said[:, 1:] * 0.5).flatten(2) * trust).sum(2)
        pooled = torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)
        return box, self.front(pooled)[:, 0]


class Seats(nn.Module):
    """Windscreens float32 (N, 4, 64, 128) of `wayside.vision.glass.channels` → logits (N, 3): somebody on the
    picture's left, on its right, and whether one can see through the glass."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _conv(4, 16, 2), _conv(16, 32, 2), _conv(32, 32), _conv(32, 48, 2), _conv(48, 48),
            _conv(48, 64, 2), _conv(64, 64),
        )  # fmt: skip
        self.out = nn.Sequential(nn.Flatten(), nn.Dropout(0.4), nn.Linear(64 * 4 * 8, 3))

    def forward(self, windscreens: Tensor) -> Tensor:
        said: Tensor = self.out(self.body(windscreens))
        return said


class ShippedFinder(nn.Module):
    """The finder with its mirror image averaged in: uint8 (N, 96, 96, 3) → box (N, 4), front (N,) 0–1."""

    def __init__(self, net: Finder) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        seen = pictures.permute(0, 3, 1, 2).float() / 255.0 - 0.45
        box, front = self.net(seen)
        mirrored, again = self.net(seen.flip(3))
        back = torch.stack([1 - mirrored[:, 2], mirrored[:, 1], 1 - mirrored[:, 0], mirrored[:, 3]], 1)
        return (box + back) / 2, torch.sigmoid((front + again) / 2)


class ShippedSeats(nn.Module):
    """The seat counter with its mirror image averaged in; logits (N, 3) as `Seats`."""

    def __init__(self, net: Seats) -> None:
        super().__init__()
        self.net = net

    def forward(self, windscreens: Tensor) -> Tensor:
        left, right, sight = self.net(windscreens).unbind(1)
        other = self.net(windscreens.flip(3))
        return torch.stack([left + other[:, 1], right + other[:, 0], sight + other[:, 2]], 1) / 2
