# SPDX-License-Identifier: Apache-2.0
"""The reader's network and loss; needs PyTorch, so it runs where models are trained."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.reader.net import CLASSES, LANES, STEPS, PlateNet, Shipped  # noqa: E402
from training.reader.train import Recipe, lane_loss, rate_at  # noqa: E402


def test_the_network_answers_for_both_lanes() -> None:
    """Bytes of two crops become logits of two lanes each."""
    answer = Shipped(PlateNet().eval())(torch.zeros(2, 48, 176, 3, dtype=torch.uint8))
    assert answer.shape == (2, LANES, STEPS, CLASSES)


def test_light_does_not_change_the_answer() -> None:
    """Half the exposure is the same picture to the network."""
    net = PlateNet().eval()
    pixels = torch.rand(1, 3, 48, 176, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(net(pixels), net(pixels * 0.5 + 0.1), atol=0.15)


def test_loss_falls_for_the_right_lane() -> None:
    """A net that says the text in the right lane loses less than one that says it in the wrong one."""
    targets = torch.zeros(1, 2, 12, dtype=torch.long)
    targets[0, 0, 0] = 5
    lengths, known = torch.tensor([[1, 0]]), torch.tensor([True])
    right, wrong = torch.zeros(1, LANES, STEPS, CLASSES), torch.zeros(1, LANES, STEPS, CLASSES)
    for logits, lane in ((right, 0), (wrong, 1)):
        logits[..., 0] = 20.0
        logits[0, lane, 7, 5] = 40.0
    assert lane_loss(right, targets, lengths, known) < 0.1 < lane_loss(wrong, targets, lengths, known)


def test_an_unknown_split_may_break_anywhere() -> None:
    """Where the lines are not known, either way of writing the text over the lanes is right."""
    targets = torch.zeros(1, 2, 12, dtype=torch.long)
    targets[0, 0, :2] = torch.tensor([5, 6])
    lengths, unknown = torch.tensor([[2, 0]]), torch.tensor([False])
    for places in (((0, 3, 5), (0, 9, 6)), ((0, 3, 5), (1, 3, 6))):
        logits = torch.zeros(1, LANES, STEPS, CLASSES)
        logits[..., 0] = 20.0
        for lane, step, number in places:
            logits[0, lane, step, number] = 40.0
        assert lane_loss(logits, targets, lengths, unknown) < 0.1


def test_the_rate_rises_and_falls() -> None:
    """Warm-up from below, the peak, then down to the last rate."""
    recipe = Recipe(steps=1000, rate=1e-3, last_rate=1e-5, warm_up=100)
    rates = [rate_at(step, recipe) for step in (0, 99, 500, 1000)]
    assert rates[0] < rates[2] < rates[1] == pytest.approx(1e-3)
    assert rates[3] == pytest.approx(1e-5)
