# SPDX-License-Identifier: Apache-2.0
"""Scenes that the people counter learns from."""

from __future__ import annotations

import numpy as np
import pytest

from training.occupants import people, scenes, vehicles
from training.occupants.data import Labelled, Picture
from training.occupants.people import SIDE, CutOut
from wayside.domain import Box
from wayside.vision.glass import HEIGHT, WIDTH

PARKED = Labelled("parked.jpg", Box(20, 20, 280, 230), Box(60, 40, 240, 110), False, False, "clear")
EVERYBODY: list[CutOut] = [(np.full((SIDE, SIDE, 3), 240, np.uint8), np.full((SIDE, SIDE), 255, np.uint8))]


@pytest.fixture(autouse=True)
def grey_car(monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Every photograph is a grey car with darker glass, and everybody who is added a white cut-out."""
    picture = np.full((240, 300, 3), 150, np.uint8)
    picture[40:110, 60:240] = 60
    for room in (scenes, vehicles):
        monkeypatch.setattr(room, "picture_of", lambda file: picture)
    for often in ("DRAWN", "COVERED", "SEATED"):
        monkeypatch.setattr(scenes, often, 0.0)
    return picture


def many(one: Labelled, count: int = 120) -> list[scenes.Scene]:
    """Scenes of one windscreen."""
    rng = np.random.default_rng(5)
    return [scenes.scene(one, EVERYBODY, rng) for _ in range(count)]


def test_a_scene_is_the_same_for_the_same_seed() -> None:
    """Training can be repeated."""
    again = [np.array_equal(a.picture, b.picture) for a, b in zip(many(PARKED, 8), many(PARKED, 8), strict=True)]
    assert all(again)


def test_empty_seats_are_filled_about_every_other_time() -> None:
    """Nobody, one and two people all occur, on either side."""
    targets = {one.target[:2] for one in many(PARKED)}
    assert targets == {(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)}


def test_people_lighten_their_own_side() -> None:
    """White cut-outs make the side where they are said to sit brighter than the other."""
    sure = [one for one in many(PARKED) if one.target[:2] == (0.0, 1.0) and min(one.weight) == 1.0]
    halves = [np.split(one.picture.mean(axis=2), 2, axis=1) for one in sure]
    assert np.mean([right.mean() > left.mean() for left, right in halves]) > 0.8


def test_a_face_is_where_it_was_put() -> None:
    """On the side that is said to be taken, and lighter there than the same place of the other side."""
    sure = [one for one in many(PARKED) if one.target[:2] == (0.0, 1.0)]
    assert all(len(one.faces) == 1 and one.faces[0][0] > WIDTH / 2 for one in sure)
    seen = [one for one in sure if min(one.weight) == 1.0 and 20 < one.faces[0][1] < HEIGHT]
    rows = [one.picture[int(one.faces[0][1])].mean(axis=1) for one in seen]
    columns = [int(one.faces[0][0]) for one in seen]
    assert np.mean([row[x] - row[WIDTH - 1 - x] for row, x in zip(rows, columns, strict=True)]) > 15


def test_what_is_held_before_a_face_hides_it() -> None:
    """Hands and visors cover part of the face and nothing else of the person; both belong to what is seen."""
    stripes = np.tile(np.arange(SIDE, dtype=np.uint8) % 2 * 200, (SIDE, 1))
    person = np.repeat(stripes[..., None], 3, 2), np.zeros((SIDE, SIDE), np.uint8)
    rng, top = np.random.default_rng(2), int(0.75 * people.FACE)
    for _ in range(20):
        picture, coverage = scenes._covered(person, rng)
        hidden = np.abs(np.diff(picture[..., 0].astype(int), axis=1)).min(axis=1) < 60
        assert coverage[top : top + int(people.FACE)].any()
        assert hidden[top : top + int(people.FACE)].any()
        assert not hidden[top + 2 * int(people.FACE) :].any()


def test_seats_are_drawn_alike_on_both_sides() -> None:
    """So that they say nothing of who sits where."""
    grey = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    drawn = scenes._seats(grey, np.random.default_rng(4))
    left, right = np.split(np.abs(drawn - grey).max(axis=2) > 0.01, 2, axis=1)
    assert 0.05 < left.mean() < 0.6
    assert (left != right[:, ::-1]).mean() < 0.03


def test_a_face_that_drowned_teaches_nothing() -> None:
    """Even darkness where a face was put weighs nothing; one that shows weighs fully, on its own side only."""
    dark = np.full((HEIGHT, WIDTH, 3), 20, np.uint8)
    shown = dark.copy()
    shown[30:40, 40:50] = 200
    assert scenes.shares(dark, [(45.0, 35.0, 20.0)]) == [0.0, 1.0]
    assert scenes.shares(shown, [(45.0, 35.0, 20.0)]) == [1.0, 1.0]
    assert scenes.shares(dark, [(150.0, 35.0, 20.0)]) == [1.0, 0.0]


def test_blind_glass_teaches_sight_only() -> None:
    """Where nobody can see, nothing is said of the seats."""
    blind = Labelled("blind.jpg", PARKED.vehicle, PARKED.windscreen, None, None, "none")
    assert {(one.target[2], one.weight) for one in many(blind, 40)} == {(0.0, (0.0, 0.0, 1.0))}


def test_glass_without_contrast_is_blind() -> None:
    """A veil over clear glass turns sight off, and between seen and unseen nothing is taught."""
    assert scenes._sight("clear", scenes.UNSEEN / 2, True) == (0.0, 1.0)
    assert scenes._sight("clear", (scenes.SEEN + scenes.UNSEEN) / 2, True)[1] == 0.0
    assert scenes._sight("poor", 1.0, False)[1] == 0.0
    assert scenes._sight("poor", 1.0, True) == (1.0, 1.0)


def test_the_finder_is_told_where_the_windscreen_went() -> None:
    """In every view the pixels inside the stated box are the dark glass."""
    rng = np.random.default_rng(3)
    darker = []
    for _ in range(60):
        view, box = vehicles.vehicle_view(PARKED, rng)
        left, top, right, bottom = np.clip(np.round(box * view.shape[0]), 0, view.shape[0]).astype(int)
        assert right - left > 20
        darker.append(view[top:bottom, left:right].mean() < view.mean())
    assert np.mean(darker) > 0.85


def test_a_view_without_windscreen_has_no_box() -> None:
    """Vehicles from behind teach that there is none."""
    rear = Labelled("rear.jpg", PARKED.vehicle, None, None, None, "")
    assert vehicles.vehicle_view(rear, np.random.default_rng(1))[1].tolist() == [0, 0, 0, 0]


def test_a_person_before_a_wall_is_cut_out() -> None:
    """Head and shoulders are kept, the wall is not."""
    picture = np.full((200, 200, 3), 200, np.uint8)
    picture[60:90, 88:112] = (90, 120, 180)
    picture[90:190, 60:140] = (40, 30, 120)
    cut = people._cut_out(picture, Box(90, 62, 110, 88))
    assert cut is not None
    coverage = cut[1]
    assert coverage[int(SIDE * 0.33), SIDE // 2] > 200
    assert coverage[SIDE - 10, SIDE // 2] > 200
    assert coverage[12, 4] < 50
