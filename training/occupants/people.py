# SPDX-License-Identifier: Apache-2.0
"""People cut out of photographs, head and shoulders, to be set behind glass."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.occupants.data import Picture, faces, picture_of
from wayside.domain import Box

SIDE = 96
FACE = SIDE / 3.75
"""Height of the face in a cut-out, pixels; its upper edge lies 0.75 of this below the cut-out's."""
# A cut-out that covers less or more of its square is a failed one.
LIKELY = (0.18, 0.75)

CutOut = tuple[Picture, NDArray[np.uint8]]


def people() -> list[CutOut]:
    """Pictures uint8 (96, 96, 3) and coverage uint8 (96, 96) of everybody who could be cut out."""
    cut = (_cut_out(picture_of(file), face) for file, face in faces())
    return [one for one in cut if one is not None]


def _cut_out(picture: Picture, face: Box) -> CutOut | None:
    part = _square(picture, face)
    mask = _guess()
    try:
        cv2.grabCut(part, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    except cv2.error:  # one colour throughout
        return None
    person = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    count, parts, facts, _ = cv2.connectedComponentsWithStats(person)
    if count < 2:
        return None
    largest = (parts == 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))).astype(np.float32)
    if not LIKELY[0] < float(largest.mean()) < LIKELY[1]:
        return None
    return part, np.asarray(cv2.GaussianBlur(largest, (0, 0), 1.0) * 255, np.uint8)


def _square(picture: Picture, face: Box) -> Picture:
    """The face's surroundings at SIDE pixels, with repeated edges where they leave the picture."""
    scale = FACE / max(1.0, face.height)
    left, top = face.centre.x - SIDE / 2 / scale, face.top - 0.75 * face.height
    matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    warped = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _guess() -> NDArray[np.uint8]:
    """Where head, face and shoulders lie when the face is where it should be."""
    mask = np.full((SIDE, SIDE), cv2.GC_PR_BGD, np.uint8)
    head, middle = (round(FACE * 0.72), round(FACE * 0.95)), SIDE // 2
    cv2.ellipse(mask, (middle, round(FACE * 1.2)), head, 0, 0, 360, cv2.GC_PR_FGD, -1)
    shoulders = np.array([[-1.0, 3.75], [-0.9, 2.2], [-0.4, 1.8], [0.4, 1.8], [0.9, 2.2], [1.0, 3.75]]) * FACE
    cv2.fillPoly(mask, [np.round(shoulders + np.array([middle, 0])).astype(np.int32)], cv2.GC_PR_FGD)
    face = (round(FACE * 0.38), round(FACE * 0.5))
    cv2.ellipse(mask, (middle, round(FACE * 1.25)), face, 0, 0, 360, cv2.GC_FGD, -1)
    cv2.rectangle(mask, (middle - 4, round(FACE * 1.8)), (middle + 4, SIDE - 1), cv2.GC_FGD, -1)
    mask[:8] = cv2.GC_BGD
    mask[:40, :14] = mask[:40, -14:] = cv2.GC_BGD
    return mask
