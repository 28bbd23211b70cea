# SPDX-License-Identifier: Apache-2.0
"""Stages composed into a camera: frames in, finished passages out."""

from wayside.pipeline.camera import CameraSettings, Finished, watch
from wayside.pipeline.doubting import Doubt, Doubter
from wayside.pipeline.flows import Proposal, Seen, propose

__all__ = ["CameraSettings", "Doubt", "Doubter", "Finished", "Proposal", "Seen", "propose", "watch"]
