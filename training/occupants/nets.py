# SPDX-License-Identifier: Apache-2.0
"""The two networks: where the windscreen is in a vehicle's picture, and who sits behind it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.detector.net import Residual, conv

SIDE = 96
"""Height and width of the vehicle's picture that the finder sees."""
FEATURES = 32
"""By so many numbers the seat counter tells at each place whether a head is there."""
SIGHT = 3 * (32 + FEATURES + 64)
"""By so many it tells whether one can see through the glass."""


class Finder(nn.Module):
    """Pictures float32 (N, 3, 96, 96), about 0 → box (N, 4) left, top, right, bottom in shares of the picture,
    and the logit (N,) that a windscreen is seen from in front."""

    grid: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            conv(3, 16, stride=2), conv(16, 24, stride=2), conv(24, 32), conv(32, 48, stride=2), conv(48, 48),
            conv(48, 64, stride=2), conv(64, 64), conv(64, 64),
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
    """Windscreens float32 (N, 4, 96, 192) of `wayside.vision.glass.channels` → logits (N, 3): somebody on the
    picture's left, on its right, and whether one can see through the glass. A side's logit is that of the likeliest
    head in it."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(conv(4, 16, stride=2), conv(16, 32, stride=2), conv(32, 32), conv(32, 32))
        self.coarse = nn.Sequential(conv(32, 64, stride=2), *(conv(64, 64) for _ in range(3)), Residual(64))
        self.around = nn.Sequential(conv(64, 96, stride=2), Residual(96), Residual(96), nn.Conv2d(96, 64, 1))
        self.joined = nn.Conv2d(64, FEATURES, 1)
        self.heads = nn.Sequential(conv(FEATURES, FEATURES), nn.Dropout2d(0.1), nn.Conv2d(FEATURES, 1, 1))
        self.sight = nn.Linear(SIGHT, 1)
        last = self.heads[2]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.constant_(last.bias, -4.0)

    def found(self, windscreens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of a head in each fourth column and row (N, 24, 48), of sight (N,), and the features (N, FEATURES,
        24, 48) that the heads are told by."""
        features, seen = self.seen(windscreens)
        return self.heads[1:](features)[:, 0], self.sight(seen)[:, 0], features

    def seen(self, windscreens: Tensor) -> tuple[Tensor, Tensor]:
        """The features (N, FEATURES, 24, 48) that heads are told by, and the numbers (N, SIGHT) that sight is."""
        fine = self.fine(windscreens)
        coarse = self.coarse(fine)
        joined = self.joined(coarse + _doubled(self.around(coarse)))
        features = self.heads[0](functional.relu(fine + _doubled(joined)))
        return features, torch.cat([_pooled(maps) for maps in (fine, features, coarse)], 1)

    def forward(self, windscreens: Tensor) -> Tensor:
        heads, sight, _ = self.found(windscreens)
        return torch.stack([*sides(heads), sight], 1)


def _pooled(maps: Tensor) -> Tensor:
    """Mean, peak and spread of each map of (N, maps, rows, columns)."""
    mean = maps.mean((2, 3))
    spread = ((maps - mean[..., None, None]) ** 2).mean((2, 3))
    return torch.cat([mean, maps.amax((2, 3)), (spread + 1e-6).sqrt()], 1)


def _doubled(maps: Tensor) -> Tensor:
    return functional.interpolate(maps, scale_factor=2.0, mode="nearest")


def sides(heads: Tensor) -> tuple[Tensor, Tensor]:
    """The likeliest head's logit in the left and the right half of (N, rows, columns)."""
    left, right = heads.chunk(2, 2)
    return left.amax((1, 2)), right.amax((1, 2))


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
