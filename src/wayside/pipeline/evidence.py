# SPDX-License-Identifier: Apache-2.0
"""The pictures kept of a passage: the frame that the plate was read from, the vehicle and the plate."""

from __future__ import annotations

from collections.abc import Iterator

import cv2

from wayside.domain import EvidenceRole
from wayside.pipeline.attention import View
from wayside.vision import Picture, blurred

JPEG_QUALITY = {EvidenceRole.FRAME: 82, EvidenceRole.VEHICLE: 85, EvidenceRole.PLATE: 92}


def pictures(view: View, privacy_blur: bool) -> Iterator[tuple[EvidenceRole, bytes]]:
    """JPEG files of one view, people blurred unless the site decided otherwise.

    The same view gives the same bytes.
    """
    frame = view.frame
    if privacy_blur:
        plates = [view.look.found.box.grown(0.1)] if view.look else []
        frame = blurred(frame, view.scene.vehicles, view.scene.persons, plates)
    yield EvidenceRole.FRAME, _jpeg(frame, EvidenceRole.FRAME)
    height, width = frame.shape[:2]
    box = view.vehicle.grown(0.05).clipped(width, height)
    vehicle = frame[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]
    if vehicle.size:
        yield EvidenceRole.VEHICLE, _jpeg(vehicle, EvidenceRole.VEHICLE)
    if view.look is not None:
        yield EvidenceRole.PLATE, _jpeg(view.look.crop, EvidenceRole.PLATE)


def _jpeg(picture: Picture, role: EvidenceRole) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY[role]])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return bytes(data)
