# SPDX-License-Identifier: Apache-2.0
"""Measurements of the text of plates, and what its data is learned and drawn with."""
