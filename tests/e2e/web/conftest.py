# SPDX-License-Identifier: Apache-2.0
"""The houses of the unit tests, for tests that go all the way."""

from unit.web.conftest import behind_proxy, built, house, shared_house

__all__ = ["behind_proxy", "built", "house", "shared_house"]
