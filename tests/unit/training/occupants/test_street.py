# SPDX-License-Identifier: Apache-2.0
"""People in the street that the people counter learns heads from."""

from __future__ import annotations

import numpy as np
import pytest

from training.occupants import data, street
from training.occupants.data import Labelled
from training.occupants.scenes import Scene
from wayside.domain import Box
from wayside.vision.glass import HEIGHT, WIDTH

FACE = Box(90, 60, 110, 84)
CAR = Labelled("car.jpg", Box(20, 20, 280, 230), Box(60, 40, 240, 110), False, False, "")


@pytest.fixture(autouse=True)
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """One photograph: two light faces before a darker wall."""
    picture = np.full((240, 300, 3), 70, np.uint8)
    picture[60:84, 90:110] = picture[60:84, 130:150] = 220
    monkeypatch.setattr(street, "picture_of", lambda file: picture)
    monkeypatch.setattr(street, "faces", lambda: [("crowd.jpg", FACE), ("crowd.jpg", Box(130, 60, 150, 84))])


def many(count: int = 60) -> list[Scene]:
    """Scenes of the two faces."""
    rng = np.random.default_rng(4)
    patches = street.patches()
    return [street.street(patches, [CAR], rng) for _ in range(count)]


def test_a_patch_knows_every_face_in_it() -> None:
    """The one in its middle, at the size that all have, and its neighbour."""
    (picture, seen), _ = street.patches()
    assert picture.shape == (street.SIDE, street.SIDE, 3)
    assert seen[0] == pytest.approx((street.SIDE / 2, street.SIDE / 2, street.FACE))
    assert seen[1][0] == pytest.approx(street.SIDE / 2 + 40)
    assert picture[80, 80].min() > 200


def test_sides_with_and_without_people_both_occur() -> None:
    """Every combination, and a side is taken exactly where a face lies in it."""
    scenes = many()
    assert {one.target[:2] for one in scenes} == {(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)}
    for one in scenes:
        sides = {int(x * 2 >= WIDTH) for x, _, _ in one.faces}
        assert one.target[:2] == (float(0 in sides), float(1 in sides))


def test_faces_are_where_they_are_said_to_be() -> None:
    """Lighter there than in most of their half, at a size that windscreens show."""
    lighter = []
    for one in many():
        assert one.picture.shape == (HEIGHT, WIDTH, 3)
        for x, y, high in one.faces:
            assert street.HIGH[0] * 0.99 <= high <= street.HIGH[1] * 1.01
            half = one.picture[:, : WIDTH // 2] if x * 2 < WIDTH else one.picture[:, WIDTH // 2 :]
            lighter.append(one.picture[int(y), int(x)].mean() >= np.median(half))
    assert np.mean(lighter) > 0.85


def test_the_street_says_nothing_of_glass() -> None:
    """Sight is learnt from windscreens only."""
    assert {one.weight[2] for one in many(10)} == {0.0}


@pytest.mark.parametrize(("score", "said"), [("0.01", False), ("0.2", None), ("0.7", True)])
def test_a_teacher_is_believed_where_it_is_sure(score: str, said: bool | None) -> None:
    """Between nobody and somebody nothing is taught."""
    row = {"file": "car.jpg", "x1": "1", "y1": "2", "x2": "9", "y2": "5", "left_face": score, "right_face": "0.5"}
    one = data._mined(row)
    assert (one.left, one.right, one.sight) == (said, True, "")
