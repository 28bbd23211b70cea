# SPDX-License-Identifier: Apache-2.0
"""Cuts of photographs that a teacher says something of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.occupants import lessons
from training.occupants.data import Labelled, Picture
from wayside.domain import Box
from wayside.vision.glass import HEIGHT, WIDTH

FACE = Box(140, 100, 160, 124)
PARKED = Labelled("street.jpg", Box(20, 20, 280, 230), Box(60, 40, 240, 110), False, False, "clear")


@pytest.fixture(autouse=True)
def street(monkeypatch: pytest.MonkeyPatch) -> Picture:
    """One photograph: a white face before a dark wall; somebody stands there."""
    picture = np.full((240, 300, 3), 40, np.uint8)
    picture[100:124, 140:160] = 250
    monkeypatch.setattr(lessons, "picture_of", lambda file: picture)
    monkeypatch.setattr(lessons, "faces", lambda: [("street.jpg", FACE)])
    monkeypatch.setattr(lessons, "_pictures", lambda: (["street.jpg"], [("street.jpg", Box(130, 96, 170, 220))]))
    return picture


def brightness(pictures: Picture) -> tuple[np.ndarray, np.ndarray]:
    """A teacher for whom everything white is a face, and whose features say how bright a place is."""
    cell = lessons.CELL * lessons.FINER
    count, height, width, _ = pictures.shape
    grey = pictures.mean(3).reshape(count, height // cell, cell, width // cell, cell).mean((2, 4))
    return np.where(grey > 180, 5.0, -7.0), np.repeat(grey[:, None] / 255, lessons.DEPTH, 1)


def made(folder: Path) -> lessons.Lessons:
    """Lessons of the one photograph and its windscreen."""
    return lessons.lessons(folder, [PARKED], lambda: brightness, 7, lambda line: None)


def test_every_place_has_the_word_of_its_own_pixels(tmp_path: Path) -> None:
    """White places are faces, dark ones are not, in what the pupil will see of each cut."""
    known = made(tmp_path)
    assert len(known.pictures) == lessons.OF_FACE + lessons.OF_PERSON + lessons.OF_WINDSCREEN + lessons.OF_PICTURE
    rows, columns = HEIGHT // lessons.CELL, WIDTH // lessons.CELL
    seen = known.pictures.reshape(-1, rows, lessons.CELL, columns, lessons.CELL, 3).mean((2, 4, 5))
    assert (known.odds > 4).any()
    assert seen[known.odds > 4].min() > 150
    assert seen[known.odds < -6].mean() < 110
    assert np.allclose(known.features[:, 0], seen / 255, atol=0.02)


def test_cuts_round_a_face_show_it() -> None:
    """It is in nearly all of those made of it, as large as heads are behind windscreens."""
    rng = np.random.default_rng(3)
    cuts = [lessons._round("street.jpg", FACE, rng) for _ in range(60)]
    high = [FACE.height / cut.window.height * HEIGHT for cut in cuts]
    assert HEIGHT / lessons.HEADS[1] * 0.99 < min(high) < max(high) < HEIGHT / lessons.HEADS[0] * 1.01
    assert np.mean([(lessons._shown(cut) > 200).any() for cut in cuts]) > 0.95


def test_dim_glass_is_asked_twice(tmp_path: Path) -> None:
    """Of a windscreen the teacher sees the contrast stretched too, and its two words are averaged."""
    asked: list[int] = []

    def doubtful(pictures: Picture) -> tuple[np.ndarray, np.ndarray]:
        asked.append(len(pictures))
        odds, features = brightness(pictures)
        return np.full_like(odds, float(len(asked))), features

    odds = lessons.lessons(tmp_path, [PARKED], lambda: doubtful, 7, lambda line: None).odds
    assert asked == [len(odds), lessons.OF_WINDSCREEN]
    assert sorted({float(one) for one in odds[:, 0, 0]}) == [1.0, 1.5]


def test_lessons_are_made_once(tmp_path: Path) -> None:
    """A second training reads them from the folder, and needs no teacher."""
    first = made(tmp_path)

    def absent() -> lessons.Says:
        raise AssertionError("the teacher is asked again")

    again = lessons.lessons(tmp_path, [PARKED], absent, 7, lambda line: None)
    assert np.array_equal(first.pictures, again.pictures)


def test_the_pupil_sees_worse_than_the_teacher_did(tmp_path: Path) -> None:
    """What is drawn has the word of the lesson, and a picture that a poor camera took of it."""
    known = made(tmp_path)
    drawn = [known.drawn(np.random.default_rng(seed)) for seed in range(12)]
    words = [odds.tobytes() for odds in known.odds]
    numbers = [words.index(odds.tobytes()) for _, odds, _ in drawn]
    assert all(picture.shape == (HEIGHT, WIDTH, 3) for picture, _, _ in drawn)
    assert not any(np.array_equal(one[0], known.pictures[n]) for one, n in zip(drawn, numbers, strict=True))
