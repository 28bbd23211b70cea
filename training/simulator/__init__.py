# SPDX-License-Identifier: Apache-2.0
"""Renders a fixed camera above a road, with the exact truth: for training detectors and for the demo clip."""
