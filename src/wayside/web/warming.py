# SPDX-License-Identifier: Apache-2.0
"""Makes ready what the first person to open a page would wait for: templates, compressed files, the coast, names."""

from __future__ import annotations

import logging
import threading

from wayside.domain import WaysideError
from wayside.record import Store
from wayside.web.assets import assets, squeeze
from wayside.web.known import known_gates
from wayside.web.rendering import environment
from wayside.web.world import rings

logger = logging.getLogger(__name__)


def warm(store: Store) -> None:
    """Does all of it; a record that cannot be read is told of by the pages."""
    made = environment()
    for name in made.list_templates():
        made.get_template(name)
    squeeze(assets())
    rings()
    try:
        known_gates(store)
    except WaysideError as error:
        logger.warning("the names of gates cannot be read at the moment: %s", error)


def warm_behind(store: Store) -> threading.Thread:
    """The same in a thread of its own, which ends with the program."""
    thread = threading.Thread(target=warm, args=(store,), name="warming", daemon=True)
    thread.start()
    return thread
