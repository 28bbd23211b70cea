# SPDX-License-Identifier: Apache-2.0
"""The demo's clip and its truth, by their names."""

from __future__ import annotations

from wayside.setup import DEMO_CLIP as CLIP
from wayside.setup import demo_folder

__all__ = ["CLIP", "TRUTH", "demo_folder"]

TRUTH = "gate.truth.json"
