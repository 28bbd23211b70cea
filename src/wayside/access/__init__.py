# SPDX-License-Identifier: Apache-2.0
"""Who may look, why, and who checks: people, roles, purposes, the one policy function, approvals, the audit."""

from wayside.access.errors import PurposeError
from wayside.access.purposes import Purposes

__all__ = ["PurposeError", "Purposes"]
