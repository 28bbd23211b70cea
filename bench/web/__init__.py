# SPDX-License-Identifier: Apache-2.0
"""Measurements of the pages and the API."""
