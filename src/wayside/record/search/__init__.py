# SPDX-License-Identifier: Apache-2.0
"""Search of the record: what is asked, what limits it, and the answer."""

from wayside.record.search.bounds import PAGE_MOST, RULES, Bound, Rule, bound_of
from wayside.record.search.criteria import Criteria, criteria_of
from wayside.record.search.errors import UnboundedSearchError
from wayside.record.search.page import Found, Matched, MatchSource, Page
from wayside.record.search.plates import PlateMatch, PlateQuery
from wayside.record.search.run import search
from wayside.record.search.tally import DIMENSIONS, Count, Tally, counts

__all__ = [
    "DIMENSIONS",
    "PAGE_MOST",
    "RULES",
    "Bound",
    "Count",
    "Criteria",
    "Found",
    "MatchSource",
    "Matched",
    "Page",
    "PlateMatch",
    "PlateQuery",
    "Rule",
    "Tally",
    "UnboundedSearchError",
    "bound_of",
    "counts",
    "criteria_of",
    "search",
]
