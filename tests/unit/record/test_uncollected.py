# SPDX-License-Identifier: Apache-2.0
"""Work without the collector leaves the collector as it was."""

from __future__ import annotations

import gc

import pytest

from wayside.record.uncollected import uncollected


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_as_it_was(enabled: bool) -> None:
    """Also where the work fails, and where somebody else had turned it off."""
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(KeyError), uncollected():
            assert not gc.isenabled()
            raise KeyError
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
