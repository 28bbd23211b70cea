# SPDX-License-Identifier: Apache-2.0
"""The networks of the people counter; needs PyTorch, so it runs where models are trained."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from training.occupants.nets import FEATURES, Finder, Seats, ShippedFinder, ShippedSeats, sides  # noqa: E402
from wayside.vision.glass import HEIGHT, WIDTH  # noqa: E402


def test_the_mirror_image_swaps_the_seats() -> None:
    """What ships says the same of a windscreen and of its mirror image, with left and right exchanged."""
    net = ShippedSeats(Seats().eval())
    seen = torch.rand(2, 4, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1))
    left, right, sight = net(seen).unbind(1)
    other = net(seen.flip(3))
    assert torch.allclose(torch.stack([right, left, sight], 1), other, atol=1e-5)


def test_a_side_is_as_sure_as_its_surest_head() -> None:
    """One cell decides, and only of its own half."""
    heads = torch.full((1, 24, 48), -5.0)
    heads[0, 10, 40] = 3.0
    left, right = sides(heads)
    assert (left.item(), right.item()) == (-5.0, 3.0)
    found, _, features = Seats().eval().found(torch.zeros(1, 4, HEIGHT, WIDTH))
    assert found.shape == heads.shape
    assert features.shape == (1, FEATURES, *heads.shape[1:])


def test_the_mirror_image_moves_the_windscreen() -> None:
    """The box of a mirrored vehicle is the mirrored box."""
    net = ShippedFinder(Finder().eval())
    seen = torch.randint(0, 255, (2, 96, 96, 3), generator=torch.Generator().manual_seed(1)).to(torch.uint8)
    box, front = net(seen)
    mirrored, again = net(seen.flip(2))
    back = torch.stack([1 - mirrored[:, 2], mirrored[:, 1], 1 - mirrored[:, 0], mirrored[:, 3]], 1)
    assert torch.allclose(box, back, atol=1e-5)
    assert torch.allclose(front, again, atol=1e-5)
