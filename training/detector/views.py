# SPDX-License-Identifier: Apache-2.0
"""Which part of a picture each detector is shown in training."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from training.detector.augment import Picture, View, bounds, homography, mirrored, photograph, warp
from training.detector.data import LABELS, PLATE, Sample
from training.detector.night import by_night

PERSON = LABELS.index("person")


@lru_cache(maxsize=6000)
def _cached(sample_id: int, holder: _Identity) -> Picture:
    return holder.sample.picture()


class _Identity:
    """Makes a sample hashable by identity so that its decoded picture can be kept."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample


class Library:
    """Samples with their decoded pictures kept in memory (about 0.5 MB each)."""

    def __init__(self, samples: list[Sample]) -> None:
        self._held = [_Identity(s) for s in samples]

    def __len__(self) -> int:
        return len(self._held)

    def draw(self, rng: Generator) -> tuple[Sample, Picture]:
        """A random sample, mirrored half of the time."""
        holder = self._held[rng.integers(len(self._held))]
        sample, picture = holder.sample, _cached(id(holder), holder)
        if rng.random() < 0.5:
            return mirrored(sample, picture.shape[1]), np.ascontiguousarray(picture[:, ::-1])
        return sample, picture


def look(task: str, library: Library, rng: Generator, size: tuple[int, int], night_share: float = 0.0) -> View:
    """One training view for "vehicle" or "plate", `size` (width, height) pixels; a third are mosaics of four.

    night_share: of the views that are taken by night.
    """
    return _photographed(_scene(task, library, rng, size), rng, rng.random() < night_share)


def _scene(task: str, library: Library, rng: Generator, size: tuple[int, int]) -> View:
    one = vehicle_view if task == "vehicle" else plate_view
    if rng.random() > 0.35:
        return one(*library.draw(rng), rng, size)
    half = (size[0] // 2, size[1] // 2)
    views = [one(*library.draw(rng), rng, half) for _ in range(4)]
    return _mosaic([_kept(v, task) for v in views], half)


def _kept(view: View, task: str) -> View:
    """The view with what its edges cut: a vehicle is cut too, a cut plate is neither plate nor background."""
    if not len(view.quads):
        return view
    height, width = view.picture.shape[:2]
    limits = np.array([width, height], np.float32)
    clipped = np.clip(view.quads, 0, limits)
    whole, left = _areas(bounds(view.quads)), _areas(bounds(clipped))
    share = left / np.maximum(whole, 1)
    lost = share < np.where(view.labels == PLATE, 0.7, 0.25)
    cut = (view.labels != PLATE) | lost
    quads = np.where(cut[:, None, None], clipped, view.quads)
    seen = left > 4
    trust = np.where(lost, 0, view.trust).astype(np.float32)
    silent = np.clip(view.silent, 0, [width, height, width, height]).astype(np.float32)
    return View(view.picture, quads[seen], view.labels[seen], trust[seen], silent)


def _areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float32)


def _mosaic(views: list[View], half: tuple[int, int]) -> View:
    rows = [np.hstack([v.picture for v in views[i : i + 2]]) for i in (0, 2)]
    shifts = [np.array([(i % 2) * half[0], (i // 2) * half[1]], np.float32) for i in range(4)]
    return View(
        np.vstack(rows),
        np.concatenate([v.quads.reshape(-1, 4, 2) + s for v, s in zip(views, shifts, strict=True)]).astype(np.float32),
        np.concatenate([v.labels for v in views]),
        np.concatenate([v.trust for v in views]),
        np.concatenate([v.silent + np.tile(s, 2) for v, s in zip(views, shifts, strict=True)]).astype(np.float32),
    )


def vehicle_view(sample: Sample, picture: Picture, rng: Generator, size: tuple[int, int]) -> View:
    """A whole scene, from close to far."""
    height, width = picture.shape[:2]
    fit = min(size[0] / width, size[1] / height)
    scale = fit * float(np.exp(rng.uniform(np.log(0.75), np.log(1.9))))
    centre = (width * rng.uniform(0.35, 0.65), height * rng.uniform(0.35, 0.65))
    if rng.random() < 0.5 and len(sample.quads):  # look at one object so that large views keep something
        box = bounds(sample.quads)[rng.integers(len(sample.quads))]
        centre = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
    return warp(sample, picture, homography(rng, centre, scale, size, 2.5, 0.08), size)


def plate_view(sample: Sample, picture: Picture, rng: Generator, size: tuple[int, int]) -> View:
    """About what a crop round one vehicle shows; sometimes a close-up, sometimes a whole scene."""
    height, width = picture.shape[:2]
    chance = rng.random()
    plates = np.flatnonzero(sample.labels == PLATE)
    vehicles = np.flatnonzero((sample.labels < PERSON) & (sample.trust > 0))
    if chance < 0.6 and len(plates):  # a plate at a chosen width
        box = bounds(sample.quads)[rng.choice(plates)]
        wanted = float(np.exp(rng.uniform(np.log(0.09 * size[0]), np.log(0.65 * size[0]))))
        scale = wanted / max(8.0, float(box[2] - box[0]))
    elif chance < 0.9 and len(vehicles):
        box = bounds(sample.quads)[rng.choice(vehicles)]
        scale = rng.uniform(0.55, 1.25) * size[0] / max(24.0, float(max(box[2] - box[0], box[3] - box[1])))
    else:
        box = np.array([0, 0, width, height], np.float32)
        scale = rng.uniform(0.8, 1.4) * size[0] / max(width, height)
    # never so small that most of the view is empty
    scale = min(max(scale, 0.75 * min(size[0] / width, size[1] / height)), 4.0)
    centre = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
    tilt = 12.0 if rng.random() < 0.3 else 4.0
    return warp(sample, picture, homography(rng, centre, scale, size, tilt, 0.12), size)


def _photographed(view: View, rng: Generator, night: bool) -> View:
    picture = by_night(view.picture, view.quads[view.labels == PLATE], rng) if night else photograph(view.picture, rng)
    return View(picture, view.quads, view.labels, view.trust, view.silent)
