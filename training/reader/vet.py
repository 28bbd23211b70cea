# SPDX-License-Identifier: Apache-2.0
"""Which machine-read crops may train: those that a half-trained reader, asked independently, reads the same."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from training.reader.net import PlateNet, Shipped
from training.reader.pack import Crop
from wayside.vision.reader import chances, collapse, prepare

_BATCH = 32


@torch.no_grad()
def texts(net: PlateNet, crops: Sequence[Crop]) -> list[str]:
    """What `net` reads on each crop."""
    shipped = Shipped(net).eval()
    read: list[str] = []
    for start in range(0, len(crops), _BATCH):
        batch = prepare([crop.pixels() for crop in crops[start : start + _BATCH]])
        logits = shipped(torch.from_numpy(batch)).numpy()
        read += ["".join(position[0][0] for position in collapse(chances(each, 1.0))) for each in logits]
    return read


def agreed(net: PlateNet, crops: Sequence[Crop]) -> list[Crop]:
    """Checked crops, and those machine-read ones that `net` reads the same."""
    doubtful = [crop for crop in crops if not crop.verified]
    same = [crop for crop, text in zip(doubtful, texts(net, doubtful), strict=True) if text == crop.text]
    return [crop for crop in crops if crop.verified] + same
