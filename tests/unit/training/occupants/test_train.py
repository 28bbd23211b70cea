# SPDX-License-Identifier: Apache-2.0
"""What the people counter is told of each scene; needs PyTorch, so it runs where models are trained."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.occupants.lessons import CELL  # noqa: E402
from training.occupants.scenes import Scene  # noqa: E402
from training.occupants.train import example, places_loss, word_loss  # noqa: E402
from wayside.vision.glass import HEIGHT, WIDTH  # noqa: E402

PICTURE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


def test_a_head_is_marked_where_its_face_is() -> None:
    """One cell is its middle, those around less, and an empty side says that nobody is there."""
    seen, _, _, places = example(Scene(PICTURE, (1.0, 0.0, 1.0), (1.0, 1.0, 1.0), ((41.0, 30.0, 24.0),)))
    assert seen.shape == (4, HEIGHT, WIDTH)
    assert np.argwhere(places == 1).tolist() == [[30 // CELL, 41 // CELL]]
    assert 0.3 < places[30 // CELL, 41 // CELL + 1] < 1
    assert places[:, WIDTH // CELL // 2 :].max() < 0.01


def test_nothing_is_said_of_where_an_unplaced_person_is() -> None:
    """Somebody of a real windscreen, and sides that were not settled, have no place."""
    places = example(Scene(PICTURE, (1.0, 0.0, 1.0), (1.0, 0.0, 1.0)))[3]
    assert (places == -1).all()


def test_the_loss_of_places_falls_where_heads_are_right() -> None:
    """A head found costs less than one missed, and one invented; unknown cells cost nothing."""
    places = torch.zeros(1, 24, 48)
    places[0, 5, 5] = 1.0
    right, missed = torch.full((1, 24, 48), -6.0), torch.full((1, 24, 48), -6.0)
    right[0, 5, 5] = 6.0
    invented = right.clone()
    invented[0, 20, 40] = 6.0
    found, *wrong = (places_loss(said, places).item() for said in (right, invented, missed))
    assert found < 0.01 < min(wrong)
    assert places_loss(invented, torch.full((1, 24, 48), -1.0)).item() == 0.0


def test_the_word_is_learnt_where_a_head_is_seen() -> None:
    """A head missed, or invented, costs more than being a little off where there is none."""
    odds = torch.full((1, 24, 48), -6.0)
    odds[0, 5, 5] = 1.0
    missed, invented, near = torch.full((1, 24, 48), -6.0), odds.clone(), odds - 0.5
    invented[0, 20, 40] = 1.0
    near[0, 5, 5] = 1.0
    assert word_loss(odds, odds).item() == 0.0
    assert min(word_loss(missed, odds).item(), word_loss(invented, odds).item()) > 3 * word_loss(near, odds).item() > 0
