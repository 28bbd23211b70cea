# SPDX-License-Identifier: Apache-2.0
"""Pages and the JSON API: every route behind one gate, which asks the policy before anything else runs."""

from wayside.web.app import create_app

__all__ = ["create_app"]
