# SPDX-License-Identifier: Apache-2.0
"""How sight through glass is learnt; needs PyTorch, so it runs where models are trained."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.occupants import sight  # noqa: E402
from training.occupants.data import Labelled, Picture  # noqa: E402
from training.occupants.nets import Seats  # noqa: E402
from training.occupants.train import Plan  # noqa: E402
from wayside.domain import Box  # noqa: E402
from wayside.vision.glass import HEIGHT, WIDTH  # noqa: E402

GLASS = Box(60, 40, 240, 110)


def parked(word: str) -> Labelled:
    """A car whose glass was judged by eye."""
    return Labelled(f"{word}.jpg", Box(20, 20, 280, 230), GLASS, None, None, word)


def picture(file: str) -> Picture:
    """A grey car; only behind clear glass two bright seats stand."""
    shown = np.full((240, 300, 3), 150, np.uint8)
    shown[40:110, 60:240] = 40
    if file == "clear.jpg":
        shown[60:100, 90:130] = shown[60:100, 170:210] = 220
    return shown


@pytest.fixture(autouse=True)
def photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cars that are drawn."""
    monkeypatch.setattr(sight, "picture_of", picture)


def test_clear_glass_is_told_from_blind_and_nothing_else_is_learnt() -> None:
    """What the net says of seats stays as it was; windscreens without a word teach nothing."""
    torch.manual_seed(1)
    net = Seats()
    before = {name: value.clone() for name, value in net.state_dict().items() if not name.startswith("sight.")}
    words = [parked(word) for word in ("clear", "none", "")]
    sight.train_sight(net, words, Plan([60], 16, 1e-2, 1, 1), lambda line: None)
    assert all(torch.equal(value, net.state_dict()[name]) for name, value in before.items())
    rng = np.random.default_rng(2)
    clear, blind = (net(torch.from_numpy(sight.views(parked(word), rng)))[:, 2] for word in ("clear", "none"))
    assert clear.min() > 0 > blind.max()


def test_views_of_a_windscreen_differ() -> None:
    """Each is cut out a little elsewhere; all have the size that the net sees."""
    views = sight.views(parked("clear"), np.random.default_rng(3))
    assert views.shape == (sight.VIEWS, 4, HEIGHT, WIDTH)
    assert len({view.tobytes() for view in views}) == sight.VIEWS


def test_the_row_that_was_learnt_says_the_same_of_numbers_as_they_are() -> None:
    """Mean and spread are taken into it."""
    numbers, row, last = torch.rand(5, 8) * 9, torch.nn.Linear(8, 1), torch.nn.Linear(8, 1)
    mean, spread = numbers.mean(0), numbers.std(0)
    sight._put(last, row, mean, spread)
    assert torch.allclose(last(numbers), row((numbers - mean) / spread), atol=1e-5)
