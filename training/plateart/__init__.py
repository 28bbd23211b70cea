# SPDX-License-Identifier: Apache-2.0
"""Draws number plates of many countries: for training the reader and the detectors, and for the demo's cars."""

from training.plateart.draw import PlateArt, draw_plate
from training.plateart.lettering import FontFile, Lettering, StrokeFace, face, face_names, forms_of
from training.plateart.styles import PlateStyle, colour, styles
from training.plateart.syntax import plain

__all__ = [
    "FontFile",
    "Lettering",
    "PlateArt",
    "PlateStyle",
    "StrokeFace",
    "colour",
    "draw_plate",
    "face",
    "face_names",
    "forms_of",
    "plain",
    "styles",
]
