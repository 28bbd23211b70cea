# SPDX-License-Identifier: Apache-2.0
"""The command line: `wayside watch`, `read`, `passages`, `demo`."""

from wayside.cli.app import main

__all__ = ["main"]
