# SPDX-License-Identifier: Apache-2.0
"""How good a detector is on the validation part of the pack, through the code that ships."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.detector.augment import bounds
from training.detector.data import LABELS, PLATE, Sample
from wayside.domain import Box, VehicleKind
from wayside.vision.pictures import Picture
from wayside.vision.plate_finder import FoundPlate
from wayside.vision.vehicles import VehicleDetector

FindPlates = Callable[[Picture], tuple[FoundPlate, ...]]


def plates(find: FindPlates, samples: list[Sample], least: float) -> dict[str, float]:
    """Recall of human plate boxes at IoU 0.3, 0.5 and 0.7, mean IoU of the found, extra boxes a picture.

    Extras are counted only where the pack says that all plates are labelled.
    """
    best, extras, complete = [], 0, 0
    for sample in samples:
        truth = [_box(b) for b in bounds(sample.quads[sample.labels == PLATE])]
        found = [f.box for f in find(sample.picture()) if f.score >= least]
        best += [max((f.iou(t) for f in found), default=0.0) for t in truth]
        if sample.plates_complete:
            complete += 1
            extras += sum(all(f.iou(t) < 0.1 for t in truth) for f in found)
    overlap = np.array(best)
    recall = {f"recall_iou_{t:.1f}": float((overlap >= t).mean()) for t in (0.3, 0.5, 0.7)}
    hit = overlap[overlap >= 0.3]
    return {**recall, "mean_iou": float(hit.mean()), "extra_per_picture": extras / max(1, complete)}


def vehicles(detector: VehicleDetector, samples: list[Sample], least: float) -> dict[str, float]:
    """Agreement with the teacher at IoU 0.5 on boxes at least 32 pixels wide, all kinds as one, and kinds right."""
    hits = total = kinds = found_total = false = 0
    for sample in samples:
        if not sample.vehicles_complete:
            continue
        boxes = bounds(sample.quads) if len(sample.quads) else np.zeros((0, 4))
        truth = [
            (_box(b), int(label), float(trust))
            for b, label, trust in zip(boxes, sample.labels, sample.trust, strict=True)
            if label < len(VehicleKind)
        ]
        found = [d for d in detector.detect(sample.picture()).vehicles if d.score >= least]
        wanted = [(b, label) for b, label, trust in truth if trust > 0 and b.width >= 32]
        total += len(wanted)
        for box, label in wanted:
            match = max(found, key=lambda d: d.box.iou(box), default=None)
            if match is not None and match.box.iou(box) >= 0.5:
                hits += 1
                kinds += match.kind.value == LABELS[label]
        found_total += len(found)
        false += sum(all(d.box.iou(b) < 0.3 for b, _, _ in truth) for d in found)
    return {
        "recall_iou_0.5": hits / max(1, total),
        "kind_right": kinds / max(1, hits),
        "precision_iou_0.3": 1 - false / max(1, found_total),
    }


def _box(values: np.ndarray) -> Box:
    return Box(*(float(v) for v in values))
