# SPDX-License-Identifier: Apache-2.0
"""Cameras as a site configures them: kept with their passwords, tried, watched over, given gates from their traffic."""

from wayside.setup.cameras import SiteCameras
from wayside.setup.file import plan_text, read_plan
from wayside.setup.source import Credentials, credentials_of, with_credentials

__all__ = [
    "Credentials",
    "SiteCameras",
    "credentials_of",
    "plan_text",
    "read_plan",
    "with_credentials",
]
