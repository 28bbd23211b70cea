# SPDX-License-Identifier: Apache-2.0
"""Cameras as a site configures them: kept with their passwords, tried, watched over, given gates from traffic."""

from wayside.setup.cameras import SiteCameras, checked_name, document_of
from wayside.setup.clips import CLIPS, DEMO_CLIP, clips, demo_folder, is_demo
from wayside.setup.file import plan_text, read_plan
from wayside.setup.health import Health, State
from wayside.setup.process import Command
from wayside.setup.source import Credentials, credentials_of, with_credentials
from wayside.setup.studies import LASTS_S, Study, StudyState
from wayside.setup.supervisor import Supervisor, View
from wayside.setup.words import Beat, Ended, Failed, Opened, Scenery, Task, Trail, Word, said, trail_of

__all__ = [
    "CLIPS",
    "DEMO_CLIP",
    "LASTS_S",
    "Beat",
    "Command",
    "Credentials",
    "Ended",
    "Failed",
    "Health",
    "Opened",
    "Scenery",
    "SiteCameras",
    "State",
    "Study",
    "StudyState",
    "Supervisor",
    "Task",
    "Trail",
    "View",
    "Word",
    "checked_name",
    "clips",
    "credentials_of",
    "demo_folder",
    "document_of",
    "is_demo",
    "plan_text",
    "read_plan",
    "said",
    "trail_of",
    "with_credentials",
]
