# SPDX-License-Identifier: Apache-2.0
"""What `wayside read` writes and shows of one picture; the shape is `still.schema.json`."""

from __future__ import annotations

from pathlib import Path

from wayside.bootstrap import Still, StillPlate
from wayside.cli.words import meaning_words, percent, plate_words, printable
from wayside.domain import Box, Detection, Occupants
from wayside.record import Document, alternatives_document, occupants_document, registration_document, share


def box_document(box: Box) -> list[float]:
    """Left, top, right, bottom in pixels."""
    return [round(edge, 1) for edge in (box.left, box.top, box.right, box.bottom)]


def plate_document(plate: StillPlate) -> Document:
    """One plate of a picture."""
    return {
        "text": plate.reading.text,
        "probability": share(plate.reading.probability),
        "alternatives": alternatives_document(plate.reading.alternatives),
        "box": box_document(plate.box),
        "registration": registration_document(plate.registration),
    }


def vehicle_document(vehicle: Detection, occupants: Occupants) -> Document:
    """One vehicle of a picture."""
    return {
        "kind": vehicle.kind.value,
        "score": share(vehicle.score),
        "box": box_document(vehicle.box),
        "occupants": occupants_document(occupants),
    }


def still_document(path: Path, still: Still) -> Document:
    """One picture as the JSON object of a line."""
    return {
        "file": str(path),
        "plates": [plate_document(plate) for plate in still.plates],
        "vehicles": [
            vehicle_document(vehicle, aboard) for vehicle, aboard in zip(still.vehicles, still.occupants, strict=True)
        ],
    }


def still_words(path: Path, still: Still) -> str:
    """One picture on one line."""
    read = [
        f"{plate_words(plate.reading)} {percent(plate.reading.probability)} {meaning_words(plate.registration)}"
        for plate in still.plates
    ]
    return printable(f"{path}: {'; '.join(read) or 'no plate'}")
