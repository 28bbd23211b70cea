# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a search: each message says why, and how to ask instead.

UsageError
└── UnboundedSearchError     nothing limits what the search would have to look at
"""

from __future__ import annotations

from wayside.domain import UsageError


class UnboundedSearchError(UsageError):
    """The search would have to look at more than a search may; the message says what would limit it."""
