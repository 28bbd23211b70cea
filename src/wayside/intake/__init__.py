# SPDX-License-Identifier: Apache-2.0
"""What others saw: the briefs that observers act under, what they report, and the passages that it matches.

What is done is found in the modules `briefs` and `reporting`; whoever calls them has asked the policy.
"""

from wayside.intake import briefs, reporting
from wayside.intake.briefs import BriefDraft
from wayside.intake.errors import BriefError, SightingError
from wayside.intake.finding import SightingCriteria, SightingPage, plate_asked, search_sightings
from wayside.intake.matching import Proposal, proposals
from wayside.intake.reporting import EDITABLE, Reported, SightingDraft
from wayside.intake.tidying import forget_plate, tidy

__all__ = [
    "EDITABLE",
    "BriefDraft",
    "BriefError",
    "Proposal",
    "Reported",
    "SightingCriteria",
    "SightingDraft",
    "SightingError",
    "SightingPage",
    "briefs",
    "forget_plate",
    "plate_asked",
    "proposals",
    "reporting",
    "search_sightings",
    "tidy",
]
