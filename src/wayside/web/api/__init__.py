# SPDX-License-Identifier: Apache-2.0
"""The JSON API under /api/v1, one module for each subject, put together here."""

from wayside.web.api import (
    approvals,
    audit,
    briefs,
    cameras,
    document,
    exports,
    hits,
    journal,
    journeys,
    lists,
    page,
    passages,
    people,
    pictures,
    places,
    purposes,
    search,
    setup,
    sightings,
    statistics,
    tokens,
)

EVERYTHING = (
    passages.routes,
    search.routes,
    statistics.routes,
    pictures.routes,
    sightings.routes,
    briefs.routes,
    cameras.routes,
    places.routes,
    journeys.routes,
    setup.routes,
    exports.routes,
    hits.routes,
    lists.routes,
    people.routes,
    people.myself,
    tokens.routes,
    purposes.routes,
    approvals.routes,
    audit.routes,
    journal.routes,
    document.routes,
    page.routes,
)

__all__ = ["EVERYTHING"]
