# SPDX-License-Identifier: Apache-2.0
"""What can go wrong between a browser and us, below the tree of `wayside.domain`.

AccessError
└── ForeignPageError   a change was asked for that no page of ours asked for
"""

from __future__ import annotations

from wayside.domain import AccessError


class ForeignPageError(AccessError):
    """A request that would change something did not come from one of our pages."""

    def __init__(self) -> None:
        super().__init__("this was not sent from a page of this program; open the page again and repeat it there")
