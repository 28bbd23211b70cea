# SPDX-License-Identifier: Apache-2.0
"""The pages, one module for each subject; each declares its routes, and they are put together here."""

from wayside.web.pages import account, assets, find, home, live, passage, purpose, rules, sign_in, welcome

EVERYTHING = (
    assets.routes,
    sign_in.routes,
    welcome.routes,
    home.routes,
    live.routes,
    find.routes,
    passage.routes,
    purpose.routes,
    account.routes,
    rules.routes,
)

__all__ = ["EVERYTHING"]
