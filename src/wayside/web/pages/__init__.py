# SPDX-License-Identifier: Apache-2.0
"""The pages, one module for each subject; each declares its routes, and they are put together here."""

from wayside.web.pages import (
    account,
    approvals,
    assets,
    desk,
    elsewhere,
    find,
    hits,
    home,
    journeys,
    lists,
    live,
    map,
    numbers,
    passage,
    people,
    published,
    purpose,
    rules,
    sign_in,
    tokens,
    welcome,
)

EVERYTHING = (
    assets.routes,
    sign_in.routes,
    elsewhere.routes,
    welcome.routes,
    home.routes,
    live.routes,
    hits.routes,
    find.routes,
    passage.routes,
    map.routes,
    journeys.routes,
    numbers.routes,
    lists.routes,
    desk.routes,
    published.routes,
    approvals.routes,
    people.routes,
    purpose.routes,
    account.routes,
    tokens.routes,
    rules.routes,
)

__all__ = ["EVERYTHING"]
