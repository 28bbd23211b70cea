# SPDX-License-Identifier: Apache-2.0
"""Wayside keeps the movement record of a site's roads: plate, direction and occupants of every vehicle."""

__version__ = "0.1.0"
