# SPDX-License-Identifier: Apache-2.0
"""What a monitor is shown: no plate that our own reader reads in a picture is read in the covered one."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from wayside.cli.demo.clip import CLIP, demo_folder
from wayside.vision import Models, Picture, cover_plates, read_still

EVERY_S, MOST = 6.0, 4


def frames() -> Iterator[Picture]:
    """Some frames of the demo clip."""
    clip = cv2.VideoCapture(str(demo_folder() / CLIP))
    try:
        for number in range(MOST):
            clip.set(cv2.CAP_PROP_POS_MSEC, (1 + number * EVERY_S) * 1000)
            there, frame = clip.read()
            if there:
                yield np.asarray(frame, np.uint8)
    finally:
        clip.release()


def texts(picture: Picture, models: Models) -> set[str]:
    """What is read in a picture."""
    return {plate.reading.text for plate in read_still(picture, models, "GB").plates if plate.reading.text}


def test_no_plate_of_a_frame_or_vehicle_is_read_in_its_covered_copy() -> None:
    """Nor of anything that is nearly it."""
    models = Models.load(2)
    read = 0
    for frame in frames():
        whole = texts(frame, models)
        read += len(whole)
        if whole:
            assert not whole & texts(cover_plates(frame, models), models)
        for vehicle in models.vehicles.detect(frame).vehicles[:2]:
            box = vehicle.box.grown(0.05).clipped(frame.shape[1], frame.shape[0])
            part = frame[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
            shown = texts(part, models)
            read += len(shown)
            if shown:
                assert not shown & texts(cover_plates(part, models), models)
    assert read >= 3
