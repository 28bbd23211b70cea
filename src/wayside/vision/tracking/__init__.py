# SPDX-License-Identifier: Apache-2.0
"""Tracking of vehicles in one camera."""

from wayside.vision.tracking.tracker import Tracked, Tracker, TrackerSettings

__all__ = ["Tracked", "Tracker", "TrackerSettings"]
