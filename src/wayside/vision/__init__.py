# SPDX-License-Identifier: Apache-2.0
"""From pixels to detections, tracks, plate reads and occupants; ONNX models with a card each."""

from wayside.vision.cabins import CabinLook, CabinReader, Seats
from wayside.vision.cards import ModelError, Network, load_card
from wayside.vision.colours import Paint, body_colour
from wayside.vision.counting import COUNTED_KINDS, LOOKS_COUNTED, NOT_VISIBLE, Belief, count_occupants
from wayside.vision.covering import cover_plates, covered_jpeg
from wayside.vision.loaded import Models
from wayside.vision.looks import MARGINS, Look, look_at
from wayside.vision.pictures import Picture
from wayside.vision.plate_finder import FoundPlate, PlateFinder
from wayside.vision.privacy import blurred, without_people
from wayside.vision.scene_motion import SceneMotion
from wayside.vision.scenery import scenery, scenery_jpeg
from wayside.vision.still import Still, StillPlate, read_crop, read_still
from wayside.vision.tracking import Tracked, Tracker, TrackerSettings
from wayside.vision.vehicles import Scene, VehicleDetector

__all__ = [
    "COUNTED_KINDS",
    "LOOKS_COUNTED",
    "MARGINS",
    "NOT_VISIBLE",
    "Belief",
    "CabinLook",
    "CabinReader",
    "FoundPlate",
    "Look",
    "ModelError",
    "Models",
    "Network",
    "Paint",
    "Picture",
    "PlateFinder",
    "Scene",
    "SceneMotion",
    "Seats",
    "Still",
    "StillPlate",
    "Tracked",
    "Tracker",
    "TrackerSettings",
    "VehicleDetector",
    "blurred",
    "body_colour",
    "count_occupants",
    "cover_plates",
    "covered_jpeg",
    "load_card",
    "look_at",
    "read_crop",
    "read_still",
    "scenery",
    "scenery_jpeg",
    "without_people",
]
