# SPDX-License-Identifier: Apache-2.0
"""Search of the record: what is asked, what limits it, and the answer."""

from wayside.record.search.bounds import PAGE_MOST, RULES, Bound, Rule, bound_of
from wayside.record.search.criteria import Criteria, criteria_of
from wayside.record.search.errors import UnboundedSearchError
from wayside.record.search.page import Found, Matched, MatchSource, Page
from wayside.record.search.plates import PlateMatch, PlateQuery
from wayside.record.search.run import search

__all__ = [
    "PAGE_MOST",
    "RULES",
    "Bound",
    "Criteria",
    "Found",
    "MatchSource",
    "Matched",
    "Page",
    "PlateMatch",
    "PlateQuery",
    "Rule",
    "UnboundedSearchError",
    "bound_of",
    "criteria_of",
    "search",
]
